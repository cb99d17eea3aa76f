import { SegmentedControl, Select } from '@mantine/core';
import { useMemo } from 'react';
import { useFormState } from '../forms/Form';
import type { PrintingChoiceFragment } from '../gql/graphql';
import { CardPicker } from '../inventory/CardPicker';
import { usePrintingChoices } from '../inventory/choices';
import { labelOf } from '../inventory/printings';
import { FINISH } from '../lib/labels';
import { useAllSets } from '../sets/all';
import { kept, OF_PORTFOLIO, useDraft } from './draft';
import { Chosen } from './typed';

/** Printings, and before them the sets that have more than one. */
function choicesOf(printings: readonly PrintingChoiceFragment[], setId: string) {
  const sets = new Map<string, { name: string; count: number }>();
  for (const { set } of printings) {
    sets.set(set.id, { name: set.name, count: (sets.get(set.id)?.count ?? 0) + 1 });
  }
  const whole = [...sets].filter(([id, { count }]) => count > 1 || id === setId);
  return [
    ...whole.map(([id, { name }]) => ({ value: `in ${id}`, label: `Any printing of ${name}` })),
    ...printings.map((one) => ({ value: one.id, label: labelOf(one) })),
  ];
}

function OneCard() {
  const { draft, change } = useDraft();
  const { problemOf } = useFormState();
  const { card, printingId, setId } = draft;
  const { printings, loading, failure } = usePrintingChoices(card?.id);
  const choices = useMemo(() => choicesOf(printings, setId), [printings, setId]);
  const chosen = printings.find(({ id }) => id === printingId);
  const finishes = chosen?.finishes ?? (['NONFOIL', 'FOIL', 'ETCHED'] as const);
  return (
    <>
      <CardPicker
        card={card}
        pick={(picked) => change({ card: picked, printingId: '', setId: '', finish: '' })}
        problem={problemOf('card')}
      />
      <div className="halves">
        <Select
          name="printingId"
          label="Printing"
          data={choices}
          value={printingId || (setId && `in ${setId}`) || null}
          onChange={(value) => {
            const within = value?.startsWith('in ') ? value.slice(3) : '';
            change({ printingId: within ? '' : (value ?? ''), setId: within, finish: '' });
          }}
          searchable
          clearable
          limit={100}
          disabled={!card || loading}
          placeholder={card ? 'Any printing' : 'Choose a card first'}
          nothingFoundMessage="No such printing"
          error={problemOf('printingId') ?? failure}
        />
        <Finish finishes={finishes} />
      </div>
    </>
  );
}

function OneSet() {
  const { draft, change } = useDraft();
  const { problemOf } = useFormState();
  const { rows, done, error } = useAllSets();
  const chosen = rows.find(({ id, code }) => id === draft.setId || code === draft.setId);
  return (
    <>
      <Select
        name="setId"
        label="Set"
        data={rows.map(({ id, name, code }) => ({ value: id, label: `${name} (${code.toUpperCase()})` }))}
        value={chosen?.id ?? null}
        onChange={(value) => change({ setId: value ?? '', card: undefined, printingId: '' })}
        searchable
        limit={100}
        disabled={!done && !error}
        placeholder={done || error ? 'Find a set by its name' : 'Loading…'}
        nothingFoundMessage="No such set"
        description="It is about the cheapest card of the set, or of what stores pay about the dearest."
        error={problemOf('setId') ?? (error ? 'The sets could not be loaded. Open this again.' : undefined)}
      />
      <Finish finishes={['NONFOIL', 'FOIL', 'ETCHED']} />
    </>
  );
}

function Finish({ finishes }: { finishes: readonly (keyof typeof FINISH)[] }) {
  const data = finishes.map((value) => ({ value, label: FINISH[value] }));
  return <Chosen name="finish" label="Finish" data={[{ value: '', label: 'Any' }, ...data]} />;
}

/** What it is about. */
export function Subject() {
  const { draft, change } = useDraft();
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="What it is about"
        value={draft.about}
        data={[
          { value: 'card', label: 'A card' },
          { value: 'set', label: 'A whole set' },
          { value: 'portfolio', label: 'My collection' },
        ]}
        onChange={(value) =>
          change({
            card: undefined,
            printingId: '',
            setId: '',
            finish: '',
            ...(value === 'portfolio'
              ? { ...OF_PORTFOLIO, ...kept(draft) }
              : { about: value === 'set' ? 'set' : 'card' }),
          })
        }
      />
      {draft.about === 'card' && <OneCard />}
      {draft.about === 'set' && <OneSet />}
      {draft.about === 'portfolio' && (
        <p className="muted small">
          What all your copies are worth. Of a move within days only prices count: copies that come or go do
          not.
        </p>
      )}
    </>
  );
}
