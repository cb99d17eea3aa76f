import { Checkbox, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormState } from '../forms/Form';
import { unmask } from '../gql';
import { PriceFieldsFragmentDoc, PriceForAlertDocument } from '../gql/graphql';
import { CURRENCIES, FINISH, headline, SOURCE } from '../lib/labels';
import { formatMoney } from '../lib/money';
import { canValue, isOfStores, useDraft } from './draft';
import { Chosen, Typed } from './typed';
import { BOOKS, DIRECTIONS, patienceWith, RULES } from './words';

const SOURCES = [
  { value: '', label: 'Wherever it is best' },
  ...Object.entries(SOURCE).map(([value, label]) => ({ value, label })),
];
const VALUED_BY = [
  { value: '', label: 'The best price of each card' },
  ...Object.entries(SOURCE)
    .filter(([value]) => canValue(value))
    .map(([value, label]) => ({ value, label })),
];
const CONDITIONS = [
  { value: '', label: 'Near mint' },
  { value: 'LP', label: 'Lightly played or better' },
  { value: 'MP', label: 'Moderately played or better' },
  { value: 'HP', label: 'Heavily played or better' },
  { value: 'DMG', label: 'Any, damaged too' },
];
const AGAINST = [
  { value: 'window', label: 'What it was some days ago' },
  { value: 'anchor', label: 'An amount' },
];

function Percent() {
  const { draft } = useDraft();
  return (
    <>
      <Typed name="percent" label="Per cent" inputMode="decimal" unit="%" />
      <Chosen name="direction" label="Which way" data={DIRECTIONS} />
      <Chosen name="against" label="Measured against" data={AGAINST} />
      {draft.against === 'window' ? (
        <Typed name="windowDays" label="Days ago" inputMode="numeric" />
      ) : (
        <Typed name="anchor" label="Amount" inputMode="decimal" unit={draft.currency} />
      )}
    </>
  );
}

/** What the chosen printing costs now, where it is looked at. */
function useNowThere(): string | undefined {
  const { draft } = useDraft();
  const { printingId, currency, finish, source, book } = draft;
  const [{ data }] = useQuery({
    query: PriceForAlertDocument,
    variables: { id: printingId },
    pause: !printingId,
  });
  if (!printingId || book !== 'PRICE' || data?.printing?.id !== printingId) return undefined;
  const prices = unmask(PriceFieldsFragmentDoc, data.printing.latestPrices).filter(
    (price) => (!finish || price.finish === finish) && (!source || price.source === source),
  );
  const price = headline(prices, currency);
  if (!price) return undefined;
  return `Now ${formatMoney(price.money)} at ${SOURCE[price.source]}, ${FINISH[price.finish].toLowerCase()}`;
}

/** What sets it off: each rule with its own fields, and no others. */
export function Rule() {
  const { draft, change } = useDraft();
  const { rule } = draft;
  const whole = draft.about === 'portfolio';
  const now = useNowThere();
  return (
    <div className="halves">
      <Chosen
        name="rule"
        label="Tell me when it"
        data={whole ? RULES.filter(({ value }) => !isOfStores(value)) : RULES}
      />
      {(rule === 'BELOW' || rule === 'ABOVE') && (
        <Typed name="amount" label="Amount" inputMode="decimal" unit={draft.currency} hint={now} />
      )}
      {rule === 'PERCENT' && <Percent />}
      {rule === 'SPREAD' && <Typed name="percent" label="Stores pay at least" inputMode="decimal" unit="%" />}
      {!whole && !isOfStores(rule) && <Chosen name="book" label="Which price" data={BOOKS} />}
      <Chosen name="source" label={whole ? 'Valued by' : 'Where'} data={whole ? VALUED_BY : SOURCES} />
      <NativeSelect
        name="currency"
        label="Currency"
        data={whole ? CURRENCIES.filter((one) => one !== 'TIX') : CURRENCIES}
        value={draft.currency}
        onChange={(event) => {
          const chosen = CURRENCIES.find((one) => one === event.currentTarget.value);
          if (chosen) change({ currency: chosen });
        }}
      />
      {!whole && <Chosen name="condition" label="Condition" data={CONDITIONS} />}
      <Chosen
        name="persistenceMinutes"
        label="Once it has lasted"
        data={patienceWith(Number(draft.persistenceMinutes))}
      />
    </div>
  );
}

const FURTHER = ['name', 'rearmPercent', 'dailyLimit', 'expiresAt'];

/** What hardly anybody has to choose. It opens where something in it is wrong. */
export function Further() {
  const { draft, change } = useDraft();
  const { problemOf } = useFormState();
  const [opened, open] = useState(false);
  const wrong = FURTHER.some((name) => problemOf(name) !== undefined);
  return (
    <details
      className="alert-more"
      open={opened || wrong}
      onToggle={(event) => open(event.currentTarget.open)}
    >
      <summary>More</summary>
      <div className="form">
        <div className="halves">
          <Typed name="name" label="Your name for it" optional maxLength={100} />
          <Typed
            name="expiresAt"
            label="Ends after"
            type="date"
            optional
            hint="It stays until you delete it, if this is empty."
          />
          <Typed
            name="rearmPercent"
            label="Arms itself again beyond"
            inputMode="decimal"
            unit="%"
            hint="So far must the price come back before it can fire again."
          />
          <Typed name="dailyLimit" label="Most often in a day" inputMode="numeric" hint="1 to 24 times." />
        </div>
        <Checkbox
          label="Tell me too if it is true already"
          checked={draft.announceMet}
          onChange={(event) => change({ announceMet: event.currentTarget.checked })}
        />
      </div>
    </details>
  );
}
