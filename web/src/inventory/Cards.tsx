import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LotFieldsFragment } from '../gql/graphql';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { Bulk } from './Bulk';
import { useInventory } from './context';
import { Export } from './Export';
import { type Deal, LotDialog } from './LotDialogs';
import { LotTable } from './LotTable';
import type { Shown } from './lots';
import { Filters, Matching, Search } from './Search';
import { type Change, useInPlace } from './useInPlace';
import type { useLots } from './useLots';

const route = getRouteApi('/inventory');

function Nothing({ filtered }: { filtered: boolean }) {
  const navigate = route.useNavigate();
  if (filtered) {
    return (
      <EmptyState title="No cards here">
        <p>You own none that fit the search and the filters.</p>
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigate({ search: (old) => ({ ...old, q: '', binder: '', trade: 'any' }) })}
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

const NONE: ReadonlySet<string> = new Set();

/** Which lots are ticked: of those that are shown, else a button would change what nobody sees. */
function useSelection(shown: Shown) {
  const { store } = useInventory();
  const [ticked, setTicked] = useState(NONE);
  // What is shown is told by `shown`; looking the few up is quicker than looking through all of it.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const chosen = useMemo(() => [...ticked].flatMap((id) => store.at(id) ?? []), [shown, ticked, store]);
  const select = useCallback((ids: readonly string[], on: boolean) => {
    setTicked((before) => {
      const next = new Set(before);
      for (const id of ids) {
        if (on) next.add(id);
        else next.delete(id);
      }
      return next;
    });
  }, []);
  return { chosen, ticked, select, clear: () => setTicked(NONE) };
}

interface Open {
  deal: Deal;
  lot: LotFieldsFragment;
  from: HTMLElement | null;
}

/** The lots that fit the search and the filters, and what can be done with them. */
export function Cards({ state }: { state: ReturnType<typeof useLots>['state'] }) {
  const { q, binder, trade } = route.useSearch();
  const { store } = useInventory();
  const { shown, stale, hasMore, totals, loading, error } = state;
  const { rows } = shown;
  const { chosen, ticked, select, clear } = useSelection(shown);
  const [opened, setOpened] = useState<Open>();
  const changeInPlace = useInPlace();
  // A row is drawn anew for another function: this one stays.
  const doing = useRef(changeInPlace);
  useEffect(() => {
    doing.current = changeInPlace;
  });
  const change = useCallback<Change>((lot, what) => doing.current(lot, what), []);
  const open = useCallback(
    (deal: Deal, lot: LotFieldsFragment, from: HTMLElement | null) => setOpened({ deal, lot, from }),
    [],
  );
  const ready = hasMore && !loading && !error;
  const ranOut = ready && rows.length === 0;
  useEffect(() => {
    if (ranOut) store.more();
  }, [ranOut, store]);
  const filtered = q !== '' || binder !== '' || trade !== 'any';
  const some = totals !== null && totals.lots > 0;
  return (
    <>
      {(some || filtered || !totals) && <Search warnings={state.warnings} />}
      <div className="toolbar">
        {chosen.length > 0 ? <Bulk lots={chosen} clear={clear} /> : <Filters />}
        <div className="row">
          <Matching state={state} />
          {chosen.length === 0 && some && <Export />}
        </div>
      </div>
      {error && <ErrorNotice what="Your cards" error={error} retry={store.retry} />}
      {!(error && rows.length === 0) && (
        <section className={stale ? 'panel stale' : 'panel'} aria-label="Your cards">
          {rows.length === 0 && (loading || ranOut) ? (
            <SkeletonRows rows={12} />
          ) : rows.length === 0 ? (
            <Nothing filtered={filtered} />
          ) : (
            <LotTable
              shown={shown}
              keyOf={store.keyOf}
              ready={ready}
              more={store.more}
              loading={loading}
              chosen={chosen.length}
              ticked={ticked}
              select={select}
              open={open}
              change={change}
            />
          )}
        </section>
      )}
      {opened && (
        <LotDialog
          deal={opened.deal}
          from={opened.from}
          // What another window does to it meanwhile is seen here too.
          lot={store.latest(opened.lot.id) ?? opened.lot}
          close={() => setOpened(undefined)}
        />
      )}
    </>
  );
}
