import { Checkbox } from '@mantine/core';
import { AreaField, SelectField, TextField } from '../forms/fields';
import type { Finish, Language, LotFieldsFragment } from '../gql/graphql';
import { FINISH } from '../lib/labels';
import { useCurrency } from '../shell/currency';
import { useInventory } from './context';
import { FLAGS } from './facts';
import { GRADES, LANGUAGES } from './words';

const CURRENCIES = [
  'USD',
  'EUR',
  'GBP',
  'JPY',
  'CAD',
  'AUD',
  'CHF',
  'SEK',
  'NOK',
  'DKK',
  'PLN',
  'CZK',
  'BRL',
];

/** An amount and what it is counted in. */
export function PaidFields({
  name,
  label,
  hint,
  optional = false,
  paid,
}: {
  name: string;
  label: string;
  hint?: string;
  optional?: boolean;
  paid?: { amount: string; currency: string } | null;
}) {
  const chosen = useCurrency();
  // What the catalogue counts in tickets nobody paid for paper.
  const currency = paid?.currency ?? (chosen === 'TIX' ? 'USD' : chosen);
  const all = CURRENCIES.includes(currency) ? CURRENCIES : [currency, ...CURRENCIES];
  return (
    <div className="paid">
      <TextField
        name={`${name}.amount`}
        label={label}
        hint={hint}
        optional={optional}
        inputMode="decimal"
        maxLength={13}
        initial={paid?.amount ?? ''}
      />
      <SelectField
        name={`${name}.currency`}
        label="Currency"
        initial={currency}
        data={all.map((value) => ({ value, label: value }))}
      />
    </div>
  );
}

interface Props {
  finishes: readonly Finish[];
  /** Counts up when what was typed of one copy is not true of the next one. */
  fresh?: number;
  language?: Language;
  binder?: string;
  /** What is there already. */
  lot?: LotFieldsFragment;
}

/** What copies have in common. */
export function FactFields({ finishes, fresh = 0, language = 'EN', binder = '', lot }: Props) {
  const { binders = [] } = useInventory();
  const flags = FLAGS.filter(({ value }) => lot?.[value]).map(({ value }) => value);
  return (
    <>
      <div className="halves">
        <SelectField
          // Another printing has other finishes, and perhaps another language.
          key={finishes.join()}
          name="finish"
          label="Finish"
          initial={lot?.finish ?? finishes[0] ?? 'NONFOIL'}
          data={finishes.map((value) => ({ value, label: FINISH[value] }))}
        />
        <SelectField name="grade" label="Grade" initial={lot?.grade ?? 'NEAR_MINT'} data={GRADES} />
        <SelectField
          key={language}
          name="language"
          label="Language"
          initial={lot?.language ?? language}
          data={LANGUAGES}
        />
        <SelectField
          name="binderId"
          label="Binder"
          initial={lot ? (lot.binder?.id ?? '') : binder}
          data={[
            { value: '', label: 'None' },
            ...binders.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <PaidFields
          key={`cost ${fresh}`}
          name="cost"
          label="Paid for one"
          optional
          paid={lot?.cost ?? null}
        />
        <TextField name="acquiredOn" label="Acquired" type="date" optional initial={lot?.acquiredOn ?? ''} />
      </div>
      <fieldset className="fields">
        <legend>Marks</legend>
        <Checkbox.Group defaultValue={flags}>
          <div className="row flags">
            {FLAGS.map(({ value, label }) => (
              <Checkbox
                key={value}
                name="flag"
                value={value}
                label={value === 'hidden' ? 'Hidden from shared pages' : label}
              />
            ))}
          </div>
        </Checkbox.Group>
      </fieldset>
      <fieldset key={`grading ${fresh}`} className="fields">
        <legend>Graded by a company</legend>
        <div className="thirds">
          <TextField
            name="grading.grader"
            label="Company"
            optional
            initial={lot?.grading?.grader ?? ''}
            maxLength={100}
          />
          <TextField
            name="grading.grade"
            label="Score"
            optional
            initial={lot?.grading?.grade ?? ''}
            maxLength={100}
          />
          <TextField
            name="grading.certificate"
            label="Certificate"
            optional
            initial={lot?.grading?.certificate ?? ''}
            maxLength={100}
          />
        </div>
      </fieldset>
      <TextField
        name="tags"
        label="Tags"
        hint="Your own words, with commas between them."
        optional
        initial={lot?.tags.join(', ') ?? ''}
      />
      <AreaField key={fresh} name="notes" label="Notes" initial={lot?.notes ?? ''} maxLength={2000} />
    </>
  );
}
