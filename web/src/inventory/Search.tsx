import { NativeSelect } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { QueryBox } from '../cards/QueryBox';
import { SyntaxHelp } from '../cards/SyntaxHelp';
import { useInventory } from './context';
import { NEWEST, nameOfOrder, ORDERS } from './order';
import type { useLots } from './useLots';
import { lots } from './words';

const route = getRouteApi('/inventory');
const count = new Intl.NumberFormat();

type State = ReturnType<typeof useLots>['state'];

const OWN: [example: string, meaning: string][] = [
  ['binder:"trade box"   binder:none', 'in a binder of this name; in none'],
  ['cond>=lp   cond:mint', 'condition or grade of the copies'],
  ['lang:ja   is:foil', 'their language and finish'],
  ['qty>=4   have>4', 'copies in the lot; of the card in all lots'],
  ['tag:edh   is:fortrade', 'your tags; what you trade'],
  ['is:signed   is:graded', 'also is:altered, is:misprint and is:hidden'],
];

/** The search language over one's own lots. */
export function Search({ warnings }: { warnings: State['warnings'] }) {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const setQuery = useCallback(
    (query: string, settled: boolean) =>
      void navigate({ search: (old) => ({ ...old, q: query }), replace: !settled }),
    [navigate],
  );
  return (
    <QueryBox
      label="Search your cards"
      placeholder="binder:trade cond>=lp usd>5"
      help={<SyntaxHelp more={OWN} />}
      query={q}
      warnings={warnings}
      onQuery={setQuery}
    />
  );
}

/** How many lots the query finds, of how many. */
export function Matching({ state: { matching, totals } }: { state: State }) {
  const { q } = route.useSearch();
  const known = q !== '' && matching !== null && totals;
  return (
    <span className="num" role="status" data-testid="matching">
      {known
        ? `${count.format(matching)} of ${lots(totals.lots)} ${matching === 1 ? 'matches' : 'match'}`
        : ''}
    </span>
  );
}

const TRADES = [
  { value: 'any', label: 'For trade or not' },
  { value: 'yes', label: 'For trade' },
  { value: 'no', label: 'Not for trade' },
] as const;

export function Filters() {
  const { binder, trade, order, direction } = route.useSearch();
  const navigate = route.useNavigate();
  const { binders } = useInventory();
  const gone = binder !== '' && binders?.every(({ id }) => id !== binder);
  return (
    <div className="row" role="group" aria-label="Filters">
      <NativeSelect
        size="xs"
        aria-label="Binder"
        className="binder-filter"
        value={binder}
        data={[
          { value: '', label: 'All binders' },
          ...(binders ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ...(gone || !binders ? [{ value: binder, label: 'A binder that is gone' }] : []),
        ]}
        onChange={(event) => {
          const value = event.currentTarget.value;
          void navigate({ search: (old) => ({ ...old, binder: value }) });
        }}
      />
      <NativeSelect
        size="xs"
        aria-label="For trade"
        value={trade}
        data={[...TRADES]}
        onChange={(event) => {
          const value = TRADES.find((one) => one.value === event.currentTarget.value)?.value ?? 'any';
          void navigate({ search: (old) => ({ ...old, trade: value }) });
        }}
      />
      <NativeSelect
        size="xs"
        aria-label="Order"
        value={nameOfOrder({ order, direction })}
        data={ORDERS.map(({ value, label }) => ({ value, label }))}
        onChange={(event) => {
          const chosen = ORDERS.find(({ value }) => value === event.currentTarget.value)?.order ?? NEWEST;
          void navigate({ search: (old) => ({ ...old, ...chosen }) });
        }}
      />
    </div>
  );
}
