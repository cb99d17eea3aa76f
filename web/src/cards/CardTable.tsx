import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { unmask } from '../gql';
import { type PricedTileFragment, PriceFieldsFragmentDoc, PrintingTileFragmentDoc } from '../gql/graphql';
import { CURRENCIES, headline, RARITY } from '../lib/labels';
import { formatDay } from '../lib/time';
import { useCurrency } from '../shell/currency';
import { ManaCost } from '../ui/Mana';
import { LivePrice } from '../ui/Price';
import { SkeletonRows } from '../ui/States';
import type { useListing } from './listing';

type Listing = ReturnType<typeof useListing>;

const ROW = 37;

function Row({ priced, index }: { priced: PricedTileFragment; index: number }) {
  const current = useCurrency();
  const prices = unmask(PriceFieldsFragmentDoc, priced.latestPrices);
  const printing = unmask(PrintingTileFragmentDoc, priced);
  const { card, set } = printing;
  return (
    <tr aria-rowindex={index + 2} className="card-row" data-testid="card-row">
      <td className="cut">
        <Link
          to="/cards/$id"
          params={{ id: card.id }}
          search={{ printing: printing.id }}
          className="link-name"
          data-row={index}
        >
          {printing.flavorName ?? card.name}
        </Link>
      </td>
      <td className="wide-only">
        <ManaCost cost={card.manaCost ?? card.faces[0]?.manaCost} />
      </td>
      <td className="cut wide-only muted">{card.typeLine}</td>
      <td className="nowrap">
        <span className={`dot rarity-${printing.rarity}`} title={RARITY[printing.rarity]} />
        <span className="hidden">{RARITY[printing.rarity]}</span>{' '}
        <Link to="/sets/$code" params={{ code: set.code }} className="tag tag-code" title={set.name}>
          {set.code}
        </Link>{' '}
        <span className="muted small">{printing.collectorNumber}</span>
      </td>
      <td className="wide-only muted nowrap">{formatDay(printing.releasedAt)}</td>
      {CURRENCIES.map((currency) => {
        const price = headline(prices, currency);
        return (
          <td key={currency} className={`num ${currency === current ? 'chosen' : 'muted wide-only'}`}>
            {price ? <LivePrice price={price} /> : '—'}
          </td>
        );
      })}
    </tr>
  );
}

function Head() {
  const current = useCurrency();
  return (
    <thead>
      <tr>
        <th className="col-name">Card</th>
        <th className="col-mana wide-only">Cost</th>
        <th className="wide-only">Type</th>
        <th className="col-set">Printing</th>
        <th className="col-date wide-only">Released</th>
        {CURRENCIES.map((currency) => (
          <th key={currency} className={`num col-price ${currency === current ? '' : 'wide-only'}`}>
            {currency}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export function CardTable({ listing }: { listing: Listing }) {
  const table = useRef<HTMLTableElement>(null);
  const [offset, setOffset] = useState(0);
  const focusRow = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (table.current) setOffset(table.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const { nodes, total, more, hasMore, loading, error } = listing;
  const virtualizer = useWindowVirtualizer({
    count: nodes.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: offset,
  });
  const rows = virtualizer.getVirtualItems();
  const first = rows[0];
  const last = rows.at(-1);
  useEffect(() => {
    if (hasMore && !loading && !error && (last?.index ?? 0) >= nodes.length - 15) more();
  }, [hasMore, loading, error, last?.index, nodes.length, more]);
  useEffect(() => {
    if (focusRow.current === null) return;
    const link = table.current?.querySelector<HTMLElement>(`[data-row="${focusRow.current}"]`);
    if (link) {
      link.focus();
      focusRow.current = null;
    }
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).dataset.row;
    if (row === undefined || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    const to = Math.min(nodes.length - 1, Math.max(0, Number(row) + (event.key === 'ArrowDown' ? 1 : -1)));
    const link = table.current?.querySelector<HTMLElement>(`[data-row="${to}"]`);
    if (link) link.focus();
    else {
      focusRow.current = to;
      virtualizer.scrollToIndex(to);
    }
  };
  const above = first ? first.start - offset : 0;
  const below = last ? virtualizer.getTotalSize() - (last.end - offset) : 0;
  return (
    <section className="panel" aria-label="Cards" aria-busy={loading}>
      {nodes.length === 0 ? (
        <SkeletonRows rows={20} />
      ) : (
        <table
          ref={table}
          className="data cards-table"
          aria-rowcount={(total ?? 0) + 1}
          onKeyDown={onKeyDown}
        >
          <Head />
          <tbody>
            {above > 0 && <tr className="spacer" aria-hidden="true" style={{ height: above }} />}
            {rows.map((row) => {
              const priced = nodes[row.index];
              return priced && <Row key={priced.id} priced={priced} index={row.index} />;
            })}
            {below > 0 && <tr className="spacer" aria-hidden="true" style={{ height: below }} />}
          </tbody>
        </table>
      )}
    </section>
  );
}
