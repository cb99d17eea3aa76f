import '../styles/forms.css';
import { Button } from '@mantine/core';
import {
  createContext,
  type FormEvent,
  type ReactNode,
  use,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { RequestFailed } from '../session/post';
import type { Problem } from './problems';

/** What was typed, by the names of the fields; a list where several are ticked. */
export interface Values {
  text: (name: string) => string;
  all: (name: string) => string[];
}

/** Returns what a person can correct; throws what they cannot. */
export type Action = (values: Values) => Promise<readonly Problem[]>;

interface FormState {
  problemOf: (name: string) => string | undefined;
}

const FormContext = createContext<FormState>({ problemOf: () => undefined });

export const useFormState = () => use(FormContext);

const plain = (value: FormDataEntryValue | null) => (typeof value === 'string' ? value : '');

function read(form: HTMLFormElement): Values {
  const data = new FormData(form);
  return { text: (name) => plain(data.get(name)), all: (name) => data.getAll(name).map(plain) };
}

type FieldElement = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const isField = (element: unknown): element is FieldElement =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLSelectElement ||
  element instanceof HTMLTextAreaElement;

const fieldsOf = (form: HTMLFormElement): FieldElement[] => [...form.elements].filter(isField);

/** What is left empty is said here, as all else is: beside its field. */
function gaps(form: HTMLFormElement): Problem[] {
  return fieldsOf(form)
    .filter(({ required, value }) => required && value.trim() === '')
    .map(({ name }) => ({ field: name, message: 'This is needed.' }));
}

/** Problems of fields, by their names, and those that no field is to blame for. */
interface Found {
  fields: ReadonlyMap<string, string>;
  general: readonly string[];
}

const NOTHING: Found = { fields: new Map(), general: [] };

function sort(form: HTMLFormElement, problems: readonly Problem[]): Found {
  const names = new Set(fieldsOf(form).map(({ name }) => name));
  const own = problems.filter(({ field }) => field && names.has(field));
  return {
    fields: new Map(own.map(({ field, message }) => [field ?? '', message])),
    general: problems.filter((problem) => !own.includes(problem)).map(({ message }) => message),
  };
}

interface Props {
  action: Action;
  submit: string;
  danger?: boolean;
  /** Beside the button. */
  beside?: ReactNode;
  children?: ReactNode;
}

/** A form whose errors stand beside their fields, with the focus on the first one. */
export function Form({ action, submit, danger, beside, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState(NOTHING);
  const running = useRef(false);

  useEffect(() => {
    if (found.fields.size > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [found]);

  const run = async (element: HTMLFormElement) => {
    const missing = gaps(element);
    if (missing.length > 0) setFound(sort(element, missing));
    if (missing.length > 0 || running.current) return;
    running.current = true;
    setBusy(true);
    setFound(NOTHING);
    try {
      const problems = await action(read(element));
      setFound(sort(element, problems));
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setFound({ ...NOTHING, general: [error.message] });
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void run(event.currentTarget);
  };
  const onInput = ({ target }: FormEvent<HTMLFormElement>) => {
    if (!isField(target) || !found.fields.has(target.name)) return;
    const fields = new Map(found.fields);
    fields.delete(target.name);
    setFound({ ...found, fields });
  };
  const state = useMemo<FormState>(() => ({ problemOf: (name) => found.fields.get(name) }), [found]);
  return (
    <FormContext value={state}>
      <form ref={form} className="form" noValidate aria-busy={busy} onSubmit={onSubmit} onInput={onInput}>
        {found.general.length > 0 && (
          <div className="form-error" role="alert">
            {found.general.map((message) => (
              <p key={message}>{message}</p>
            ))}
          </div>
        )}
        {children}
        <div className="form-end">
          <Button type="submit" size="sm" loading={busy} {...(danger ? { color: 'red' } : {})}>
            {submit}
          </Button>
          {beside}
        </div>
      </form>
    </FormContext>
  );
}
