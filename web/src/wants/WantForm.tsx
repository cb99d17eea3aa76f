import { Checkbox, Modal, MultiSelect, NativeSelect, Select } from '@mantine/core';
import { useState } from 'react';
import { useMutation } from 'urql';
import { type Action, Form, useFormState, type Values } from '../forms/Form';
import { AreaField, SelectField, TextField } from '../forms/fields';
import { answered, type Problem } from '../forms/problems';
import { unmask } from '../gql';
import {
  AddWantsDocument,
  EditWantsDocument,
  type Finish,
  type Grade,
  type Language,
  type Source,
  WantsOutcomeFragmentDoc,
} from '../gql/graphql';
import { CardPicker, type Picked } from '../inventory/CardPicker';
import { usePrintingChoices } from '../inventory/choices';
import { labelOf } from '../inventory/printings';
import { GRADES, LANGUAGES } from '../inventory/words';
import { FINISH, SOURCE } from '../lib/labels';
import { useFocusBack } from '../ui/hooks';
import type { WantRow } from './useWants';
import { PRIORITIES, problemsAt } from './words';

const ANY = { value: '', label: 'Any' };
const optionsOf = (words: Record<string, string>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));
const FINISHES = [ANY, ...optionsOf(FINISH)];
const SOURCES = [{ value: '', label: 'Wherever it is cheapest' }, ...optionsOf(SOURCE)];
const AT_LEAST = [ANY, ...GRADES];

/** What the fields that adding and editing share say, or what is wrong with them. */
function read(values: Values, languages: string[], problems: Problem[]) {
  const quantity = Number(values.text('quantity').trim());
  if (!Number.isInteger(quantity) || quantity < 1)
    problems.push({ field: 'quantity', message: 'A whole number, 1 or more.' });
  const amount = values.text('amount').trim().replace(',', '.');
  if (amount && !/^\d{1,9}(\.\d{1,2})?$/.test(amount))
    problems.push({ field: 'amount', message: 'An amount such as 2.50.' });
  const source = (values.text('source') || null) as Source | null;
  return {
    finish: (values.text('finish') || null) as Finish | null,
    gradeAtLeast: (values.text('gradeAtLeast') || null) as Grade | null,
    languages: languages as Language[],
    quantity,
    priority: Number(values.text('priority')),
    note: values.text('note').trim() || null,
    target: amount ? { amount, currency: values.text('currency'), source } : null,
    tells: values.text('tells') !== '',
  };
}

function Fields({
  row,
  languages,
  setLanguages,
}: {
  row: WantRow | undefined;
  languages: string[];
  setLanguages: (languages: string[]) => void;
}) {
  const want = row?.want;
  const { problemOf } = useFormState();
  return (
    <>
      <div className="halves">
        <TextField
          name="quantity"
          label="Quantity"
          initial={String(want?.quantity ?? 1)}
          inputMode="numeric"
        />
        <SelectField
          name="priority"
          label="Priority"
          initial={String(want?.priority ?? 3)}
          data={PRIORITIES}
        />
        <SelectField name="finish" label="Finish" initial={want?.finish ?? ''} data={FINISHES} />
        <SelectField
          name="gradeAtLeast"
          label="Condition at least"
          initial={want?.gradeAtLeast ?? ''}
          data={AT_LEAST}
        />
      </div>
      <MultiSelect
        label="Languages"
        placeholder={languages.length === 0 ? 'Any' : undefined}
        data={LANGUAGES}
        value={languages}
        onChange={setLanguages}
        searchable
      />
      <div className="halves">
        <div className="paid">
          <TextField
            name="amount"
            label="Target price"
            optional
            initial={want?.target?.price.amount ?? ''}
            inputMode="decimal"
          />
          <NativeSelect
            name="currency"
            aria-label="Currency of the target"
            data={['USD', 'EUR']}
            defaultValue={want?.target?.price.currency ?? 'USD'}
            error={problemOf('currency')}
          />
        </div>
        <SelectField name="source" label="Where" initial={want?.target?.source ?? ''} data={SOURCES} />
      </div>
      <Checkbox
        name="tells"
        label="Tell me when the target is reached"
        description="Once it has lasted for half a day: most prices that move are back by then."
        defaultChecked={want?.tells ?? true}
      />
      <AreaField name="note" label="Note" initial={want?.note ?? ''} maxLength={500} />
    </>
  );
}

function WhichPrinting({
  card,
  printing,
  choose,
}: {
  card: Picked | undefined;
  printing: string | null;
  choose: (printing: string | null) => void;
}) {
  const { printings, loading } = usePrintingChoices(card?.id);
  return (
    <Select
      name="printingId"
      label="Printing"
      data={printings.map((one) => ({ value: one.id, label: labelOf(one) }))}
      value={printing}
      onChange={choose}
      searchable
      clearable
      limit={100}
      disabled={!card || loading}
      placeholder={card ? 'Any printing' : 'Choose a card first'}
      nothingFoundMessage="No such printing"
    />
  );
}

function AddForm({ list, added }: { list: string | undefined; added: (list: string) => void }) {
  const [card, setCard] = useState<Picked>();
  const [printing, setPrinting] = useState<string | null>(null);
  const [languages, setLanguages] = useState<string[]>([]);
  const [, add] = useMutation(AddWantsDocument);
  const action: Action = async (values) => {
    if (!card) return [{ field: 'card', message: 'Choose one of the cards that are found.' }];
    const typed: Problem[] = [];
    const facts = read(values, languages, typed);
    if (typed.length > 0) return typed;
    const of = printing ? { printingId: printing } : { cardId: card.id };
    const payload = (await answered(add({ listId: list ?? null, wants: [{ of, ...facts }] }))).addWants;
    const { errors } = unmask(WantsOutcomeFragmentDoc, payload);
    if (errors.length === 0 && payload.list) added(payload.list.id);
    return problemsAt(errors);
  };
  return (
    <Form action={action} submit="Add">
      <Picker
        card={card}
        pick={(picked) => {
          setCard(picked);
          setPrinting(null);
        }}
      />
      <WhichPrinting card={card} printing={printing} choose={setPrinting} />
      <Fields row={undefined} languages={languages} setLanguages={setLanguages} />
    </Form>
  );
}

function Picker({ card, pick }: { card: Picked | undefined; pick: (card: Picked | undefined) => void }) {
  const { problemOf } = useFormState();
  return <CardPicker card={card} pick={pick} problem={problemOf('card')} />;
}

/** The panel for a new want. */
export function AddWant(props: {
  list: string | undefined;
  added: (list: string) => void;
  close: () => void;
}) {
  useFocusBack();
  return (
    <Modal opened onClose={props.close} title="Add a want" centered size="lg">
      <AddForm list={props.list} added={props.added} />
    </Modal>
  );
}

function EditForm({ row, done }: { row: WantRow; done: () => void }) {
  const { want } = row;
  const [printing, setPrinting] = useState(want.printing?.id ?? null);
  const [languages, setLanguages] = useState<string[]>([...want.languages]);
  const [, edit] = useMutation(EditWantsDocument);
  const action: Action = async (values) => {
    const typed: Problem[] = [];
    const facts = read(values, languages, typed);
    if (typed.length > 0) return typed;
    const set = { ...facts, ...(printing !== (want.printing?.id ?? null) && { printingId: printing }) };
    const payload = (await answered(edit({ edits: [{ wantId: want.id, set }] }))).editWants;
    const { errors } = unmask(WantsOutcomeFragmentDoc, payload);
    if (errors.length === 0) done();
    return problemsAt(errors);
  };
  return (
    <Form action={action} submit="Save">
      <WhichPrinting card={want.card} printing={printing} choose={setPrinting} />
      <Fields row={row} languages={languages} setLanguages={setLanguages} />
    </Form>
  );
}

/** The panel for what shall be different about a want. */
export function EditWant({ row, close }: { row: WantRow; close: () => void }) {
  useFocusBack();
  return (
    <Modal opened onClose={close} title={`Edit ${row.want.card.name}`} centered size="lg">
      <EditForm row={row} done={close} />
    </Modal>
  );
}
