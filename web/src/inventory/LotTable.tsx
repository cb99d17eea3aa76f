import { Checkbox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Currency, InventoryOrder } from '../gql/graphql';
import { useCurrency } from '../shell/currency';
import { type Actions, LotRow } from './LotRow';
import type { Shown } from './lots';
import { clicked, wayOf } from './order';
import type { Change } from './useInPlace';

const route = getRouteApi('/inventory');

const ROW = 52;
/** Where rows are cards, and how high most of them are; see the styles. */
const NARROW = '(max-width: 1260px)';
const CARD = 100;

/** The head of a column that the list can be sorted by. */
function SortHead({
  by,
  className,
  children,
}: {
  by: InventoryOrder;
  className?: string;
  children: ReactNode;
}) {
  const { order, direction } = route.useSearch();
  const navigate = route.useNavigate();
  const now = { order, direction };
  const way = order === by ? wayOf(now) : undefined;
  const sort = way === undefined ? 'none' : way === 'ASC' ? 'ascending' : 'descending';
  return (
    <th aria-sort={sort} className={className}>
      <button
        type="button"
        className="sort"
        onClick={() => void navigate({ search: (old) => ({ ...old, ...clicked(now, by) }) })}
      >
        {children}
        <span aria-hidden="true" className="sort-arrow">
          {way === undefined ? '' : way === 'ASC' ? '▲' : '▼'}
        </span>
      </button>
    </th>
  );
}

function MarketHead() {
  const currency = useCurrency();
  // Lots cannot be sorted by what is paid for them in event tickets.
  if (currency === 'TIX') return <th className="num col-price">Market</th>;
  return (
    <SortHead by={currency} className="num col-price">
      Market
    </SortHead>
  );
}

interface HeadProps {
  rows: Shown['rows'];
  chosen: number;
  select: Actions['select'];
}

function Head({ rows, chosen, select }: HeadProps) {
  return (
    <thead>
      <tr>
        <th className="col-check">
          <Checkbox
            size="xs"
            aria-label="Select all lots that are loaded"
            checked={chosen > 0 && chosen === rows.length}
            indeterminate={chosen > 0 && chosen < rows.length}
            onChange={(event) =>
              select(
                rows.map(({ id }) => id),
                event.currentTarget.checked,
              )
            }
          />
        </th>
        <SortHead by="NAME">Card</SortHead>
        <SortHead by="SET" className="col-printing">
          Printing
        </SortHead>
        <th className="col-finish">Finish</th>
        <th className="col-grade">Grade</th>
        <th className="col-language">
          <abbr title="Language">Lang.</abbr>
        </th>
        <th className="col-binder">Binder</th>
        <SortHead by="QUANTITY" className="num col-quantity">
          Copies
        </SortHead>
        <th className="num col-cost">Paid</th>
        <SortHead by="ACQUIRED" className="col-day">
          Acquired
        </SortHead>
        <MarketHead />
        <th className="col-menu">
          <span className="hidden">Actions</span>
        </th>
      </tr>
    </thead>
  );
}

interface Props extends Actions {
  change: Change;
  shown: Shown;
  /** What the row of a lot is called. */
  keyOf: (id: string) => string;
  /** Another page is there, and none is on its way. */
  ready: boolean;
  more: () => void;
  loading: boolean;
  /** How many of what is shown are ticked. */
  chosen: number;
  ticked: ReadonlySet<string>;
}

/** The lots: rows where there is room, cards where there is not. */
export function LotTable(props: Props) {
  const currency = useCurrency();
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  return <Table {...props} currency={currency} narrow={narrow} />;
}

interface TableProps extends Props {
  currency: Currency;
  narrow: boolean;
}

/** It is drawn anew with every frame of scrolling, so it asks for nothing that stays the same. */
function Table(props: TableProps) {
  const { shown, ready, more, loading, chosen, ticked, currency, narrow, select, open, change, keyOf } =
    props;
  const { rows } = shown;
  const table = useRef<HTMLTableElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    if (table.current) setOffset(table.current.getBoundingClientRect().top + window.scrollY);
    // With an answer come the words above the table: what was not understood.
  }, [shown]);
  // With another function each time the virtualizer would lay all rows out anew with every frame.
  const keyAt = useCallback(
    (index: number) => {
      const lot = rows[index];
      return lot ? keyOf(lot.id) : index;
    },
    [rows, keyOf],
  );
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (narrow ? CARD : ROW),
    overscan: 6,
    scrollMargin: offset,
    getItemKey: keyAt,
  });
  // Rows have other heights there.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, narrow]);
  const items = virtualizer.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  const nearEnd = (last?.index ?? 0) >= rows.length - 15;
  useEffect(() => {
    if (ready && nearEnd) more();
  }, [ready, nearEnd, more]);
  const above = first ? first.start - offset : 0;
  const below = last ? virtualizer.getTotalSize() - (last.end - offset) : 0;
  return (
    <table ref={table} className="data lots" aria-busy={loading} aria-rowcount={ready ? -1 : rows.length + 1}>
      <Head rows={rows} chosen={chosen} select={select} />
      <tbody>
        {above > 0 && <tr className="spacer" aria-hidden="true" style={{ height: above }} />}
        {items.map(({ index }) => {
          const lot = rows[index];
          return (
            lot && (
              <LotRow
                key={keyOf(lot.id)}
                lot={lot}
                index={index}
                selected={ticked.has(lot.id)}
                currency={currency}
                measure={virtualizer.measureElement}
                select={select}
                open={open}
                change={change}
              />
            )
          );
        })}
        {below > 0 && <tr className="spacer" aria-hidden="true" style={{ height: below }} />}
      </tbody>
    </table>
  );
}
