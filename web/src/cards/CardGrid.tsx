import { useElementSize, useMergedRef } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { unmask } from '../gql';
import { type PricedTileFragment, PriceFieldsFragmentDoc, PrintingTileFragmentDoc } from '../gql/graphql';
import { headline, RARITY } from '../lib/labels';
import { useCurrency } from '../shell/currency';
import { CardImage } from '../ui/CardImage';
import { LivePrice } from '../ui/Price';
import { factsOf } from './facts';
import type { useListing } from './listing';

type Listing = ReturnType<typeof useListing>;

const GAP = 14;
const CAPTION = 52;
const NARROWEST = 150;

function Tile({ priced, index, active }: { priced: PricedTileFragment; index: number; active: boolean }) {
  const currency = useCurrency();
  const price = headline(unmask(PriceFieldsFragmentDoc, priced.latestPrices), currency);
  const printing = unmask(PrintingTileFragmentDoc, priced);
  const facts = factsOf(printing);
  return (
    <Link
      to="/cards/$id"
      params={{ id: printing.card.id }}
      search={{ printing: printing.id }}
      className="tile"
      data-index={index}
      tabIndex={active ? 0 : -1}
      data-testid="tile"
    >
      <CardImage image={printing.images[0]} facts={facts} />
      <span className="tile-name">{facts.name}</span>
      <span className="tile-sub">
        <span className="muted small nowrap">
          <span className={`dot rarity-${printing.rarity}`} title={RARITY[printing.rarity]} />{' '}
          {printing.set.code.toUpperCase()} {printing.collectorNumber}
        </span>
        <span className="num tile-price">{price ? <LivePrice price={price} /> : '—'}</span>
      </span>
    </Link>
  );
}

/** Where a key takes the focus in a grid of `columns`. */
function moved(key: string, from: number, columns: number, last: number): number | null {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
  };
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const step = steps[key];
  if (step === undefined) return null;
  const to = from + step;
  return to < 0 || to > last ? from : to;
}

function useGrid(listing: Listing) {
  const { ref: sizeRef, width } = useElementSize();
  const list = useRef<HTMLUListElement>(null);
  const ref = useMergedRef(sizeRef, list);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    if (list.current) setOffset(list.current.getBoundingClientRect().top + window.scrollY);
  }, [width]);
  const columns = Math.max(2, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const column = (width - GAP * (columns - 1)) / columns;
  const rowHeight = Math.round((column * 680) / 488 + CAPTION + GAP);
  const count = Math.ceil(listing.nodes.length / columns);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 2,
    scrollMargin: offset,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  return { ref, list, columns, rowHeight, offset, count, virtualizer, ready: width > 0 };
}

export function CardGrid({ listing }: { listing: Listing }) {
  const { ref, list, columns, rowHeight, offset, count, virtualizer, ready } = useGrid(listing);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const rows = virtualizer.getVirtualItems();
  const lastRow = rows.at(-1)?.index ?? 0;
  const { more, hasMore, loading, error } = listing;
  useEffect(() => {
    if (ready && hasMore && !loading && !error && lastRow >= count - 3) more();
  }, [ready, hasMore, loading, error, lastRow, count, more]);
  useEffect(() => {
    if (!wantsFocus.current) return;
    const tile = list.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (tile) {
      tile.focus({ preventScroll: false });
      wantsFocus.current = false;
    }
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moved(event.key, active, columns, listing.nodes.length - 1);
    if (to === null) return;
    event.preventDefault();
    wantsFocus.current = true;
    virtualizer.scrollToIndex(Math.floor(to / columns), { align: 'auto' });
    setActive(to);
  };
  const waiting = listing.nodes.length === 0;
  return (
    // biome-ignore: the keys move focus between the links inside
    <ul
      ref={ref}
      className="grid"
      aria-label="Cards"
      aria-busy={loading}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const index = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')?.dataset.index;
        if (index !== undefined) setActive(Number(index));
      }}
      style={{ height: waiting ? undefined : virtualizer.getTotalSize() }}
    >
      {waiting && <WaitingTiles columns={columns} rowHeight={rowHeight} />}
      {!waiting &&
        rows.flatMap((row) =>
          listing.nodes.slice(row.index * columns, (row.index + 1) * columns).map((priced, at) => {
            const index = row.index * columns + at;
            return (
              <li
                key={priced.id}
                className="cell"
                style={{
                  width: `calc((100% - ${GAP * (columns - 1)}px) / ${columns})`,
                  left: `calc((100% + ${GAP}px) / ${columns} * ${at})`,
                  transform: `translateY(${row.start - offset}px)`,
                }}
              >
                <Tile priced={priced} index={index} active={index === active} />
              </li>
            );
          }),
        )}
    </ul>
  );
}

function WaitingTiles({ columns, rowHeight }: { columns: number; rowHeight: number }) {
  return (
    <li className="waiting" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
      {Array.from({ length: columns * 2 }, (_, index) => (
        <span key={index} style={{ height: rowHeight - GAP }}>
          <span className="skeleton card-frame" />
          <span className="skeleton tile-skeleton" />
        </span>
      ))}
    </li>
  );
}
