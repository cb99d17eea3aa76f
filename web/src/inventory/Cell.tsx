import {
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { LotFieldsFragment } from '../gql/graphql';
import { FINISH } from '../lib/labels';
import { useCurrency } from '../shell/currency';
import { useInventory } from './context';
import { changeOf, type Field, typedOf } from './inplace';
import type { Change } from './useInPlace';
import { GRADES, LANGUAGES, nameOf } from './words';

const WORD: Record<Field, string> = {
  finish: 'finish',
  grade: 'grade',
  language: 'language',
  binderId: 'binder',
  quantity: 'copies',
  cost: 'price paid for one',
  acquiredOn: 'day',
};

interface Props {
  lot: LotFieldsFragment;
  field: Field;
  change: Change;
}

function useOptions(lot: LotFieldsFragment, field: Field): { value: string; label: string }[] | undefined {
  const { binders = [] } = useInventory();
  const { finishes } = lot.printing;
  switch (field) {
    case 'finish':
      return (finishes.includes(lot.finish) ? finishes : [lot.finish, ...finishes]).map((value) => ({
        value,
        label: FINISH[value],
      }));
    case 'grade':
      return GRADES;
    case 'language':
      return LANGUAGES;
    case 'binderId': {
      // Its own is there while the others are not known: else the field would say that it is in none.
      const own = lot.binder && binders.every(({ id }) => id !== lot.binder?.id) ? [lot.binder] : [];
      const all = [...own, ...binders].map(({ id, name }) => ({ value: id, label: name }));
      return [{ value: '', label: 'None' }, ...all];
    }
    case 'quantity':
    case 'cost':
    case 'acquiredOn':
      return undefined;
  }
}

type Entry = HTMLInputElement & HTMLSelectElement;

/** What somebody types, until it is sent or left. */
function useEntry({ lot, field, change }: Props, close: (back: boolean) => void) {
  const chosen = useCurrency();
  const [problem, setProblem] = useState<string>();
  const closed = useRef(false);
  /** With keys a choice is made step by step: no step is sent before somebody says that it is the last. */
  const byKeys = useRef(false);
  const end = (back: boolean) => {
    closed.current = true;
    close(back);
  };
  const commit = (entry: HTMLInputElement | HTMLSelectElement, back: boolean) => {
    if (closed.current) return;
    // An unfinished day says the same as none: nobody meant to erase it.
    const found = entry.validity.badInput
      ? 'Must be a day.'
      : changeOf(lot, field, entry.value, chosen === 'TIX' ? 'USD' : chosen);
    if (typeof found === 'string') {
      setProblem(found);
      return;
    }
    end(back);
    if (found) change(lot, found);
  };
  return {
    problem,
    chose: (select: HTMLSelectElement) => !byKeys.current && commit(select, true),
    entry: {
      className: 'lot-field',
      'aria-label': `${WORD[field]} of ${nameOf(lot)}`,
      defaultValue: typedOf(lot, field),
      onBlur: (event: FocusEvent<Entry>) => commit(event.currentTarget, false),
      onKeyDown: (event: KeyboardEvent<Entry>) => {
        if (event.key !== 'Escape' && event.key !== 'Enter') {
          byKeys.current ||= event.key !== 'Tab';
          return;
        }
        // The focus goes back to the button: the same stroke must not press it.
        event.preventDefault();
        if (event.key === 'Escape') end(true);
        else commit(event.currentTarget, true);
      },
    },
  };
}

/** The field in place of what stood there, for as long as somebody types in it. */
function Editor({ close, ...of }: Props & { close: (back: boolean) => void }) {
  const { lot, field } = of;
  const options = useOptions(lot, field);
  const isChoice = options !== undefined;
  const element = useRef<Entry>(null);
  const about = useId();
  const { problem, chose, entry } = useEntry(of, close);
  useEffect(() => {
    element.current?.focus();
    if (!isChoice) element.current?.select();
  }, [isChoice]);
  if (options) {
    return (
      <select ref={element} {...entry} onChange={(event) => chose(event.currentTarget)}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  return (
    <>
      <input
        ref={element}
        {...entry}
        type={field === 'acquiredOn' ? 'date' : 'text'}
        inputMode={field === 'quantity' ? 'numeric' : 'decimal'}
        aria-invalid={problem !== undefined}
        aria-describedby={problem && about}
        autoComplete="off"
      />
      {problem && (
        <span id={about} role="alert" className="lot-problem">
          {problem}
        </span>
      )}
    </>
  );
}

/** A fact in the table that is changed where it stands; what is said of it is read where somebody points. */
export function Cell({ children, said, ...of }: Props & { children: ReactNode; said?: string | null }) {
  const [opened, open] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  useEffect(() => {
    if (!opened && back.current) button.current?.focus();
    back.current = false;
  }, [opened]);
  if (opened) {
    return (
      <Editor
        {...of}
        close={(returns) => {
          back.current = returns;
          open(false);
        }}
      />
    );
  }
  return (
    <button
      ref={button}
      type="button"
      className="lot-cell"
      title={`Change the ${WORD[of.field]}${said ? `: ${said}` : ''}`}
      onClick={() => open(true)}
    >
      {children}
    </button>
  );
}
