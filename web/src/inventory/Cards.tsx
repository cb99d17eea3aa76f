import { Button, NativeSelect } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import type { LotFieldsFragment } from '../gql/graphql';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { Bulk } from './Bulk';
import { useInventory } from './context';
import { Export } from './Export';
import { type Deal, LotDialog } from './LotDialogs';
import { LotTable } from './LotTable';
import { shown } from './lots';
import type { useLots } from './useLots';

const route = getRouteApi('/inventory');

const TRADES = [
  { value: 'any', label: 'For trade or not' },
  { value: 'yes', label: 'For trade' },
  { value: 'no', label: 'Not for trade' },
] as const;

function Filters() {
  const { binder, trade } = route.useSearch();
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
    </div>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const navigate = route.useNavigate();
  if (filtered) {
    return (
      <EmptyState title="No cards here">
        <p>You own none that fit these filters.</p>
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigate({ search: (old) => ({ ...old, binder: '', trade: 'any' }) })}
        >
          Show all cards
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="You have no cards yet">
      <p>Add what you own: each copy with its printing, its state and its place.</p>
      <Button size="sm" onClick={() => void navigate({ search: (old) => ({ ...old, add: 'card' }) })}>
        Add copies
      </Button>
    </EmptyState>
  );
}

/** Which lots are ticked: of those that are shown, else a button would change what nobody sees. */
function useSelection(lots: readonly LotFieldsFragment[]) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const chosen = useMemo(() => lots.filter(({ id }) => ticked.has(id)), [lots, ticked]);
  const select = (ids: readonly string[], on: boolean) => {
    const next = new Set(ticked);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setTicked(next);
  };
  return { chosen, ticked, select, clear: () => setTicked(new Set()) };
}

/** The lots that fit the filters, and what can be done with them. */
export function Cards({ state }: { state: ReturnType<typeof useLots>['state'] }) {
  const { binder, trade } = route.useSearch();
  const { store } = useInventory();
  const { known, loading, error } = state;
  const lots = useMemo(() => shown(known, { binder, trade }), [known, binder, trade]);
  const { chosen, ticked, select, clear } = useSelection(lots);
  const [open, setOpen] = useState<{ deal: Deal; lot: LotFieldsFragment; from: HTMLElement | null }>();
  const ready = known.readTo !== null && !loading && !error;
  const ranOut = ready && lots.length === 0;
  useEffect(() => {
    if (ranOut) store.more();
  }, [ranOut, store]);
  const waiting = lots.length === 0 && (loading || ranOut);
  return (
    <>
      <div className="toolbar">
        {chosen.length > 0 ? <Bulk lots={chosen} clear={clear} /> : <Filters />}
        {chosen.length === 0 && known.lots.size > 0 && <Export />}
      </div>
      {error && <ErrorNotice what="Your cards" error={error} retry={store.more} />}
      {!(error && lots.length === 0) && (
        <section className="panel" aria-label="Your cards">
          {waiting ? (
            <SkeletonRows rows={12} />
          ) : lots.length === 0 ? (
            <Nothing filtered={binder !== '' || trade !== 'any'} />
          ) : (
            <LotTable
              lots={lots}
              ready={ready}
              more={store.more}
              loading={loading}
              selected={ticked}
              select={select}
              open={(deal, lot, from) => setOpen({ deal, lot, from })}
            />
          )}
        </section>
      )}
      {open && (
        <LotDialog
          deal={open.deal}
          from={open.from}
          // What another window does to it meanwhile is seen here too.
          lot={known.lots.get(open.lot.id) ?? open.lot}
          close={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
