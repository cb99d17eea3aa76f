import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { unmask } from '../gql';
import { type PriceFieldsFragment, PriceFieldsFragmentDoc, type Source } from '../gql/graphql';
import { byShelf, FEED, FINISH, KIND, SOURCE } from '../lib/labels';
import { formatMoney, isPriced } from '../lib/money';
import { formatAgo, formatMoment } from '../lib/time';
import { useLivePrice, useScope } from '../live/hooks';
import { liveStore, seriesKey } from '../live/store';
import { useNow } from '../ui/hooks';
import { LiveChange, LivePrice } from '../ui/Price';
import { EmptyState } from '../ui/States';
import { cardScope } from './scope';
import type { PrintingData } from './types';

const count = new Intl.NumberFormat();

function Row({ price, now }: { price: PriceFieldsFragment; now: number }) {
  const live = useLivePrice(price).price;
  return (
    <tr data-testid="price-row">
      <td className="nowrap">{FINISH[price.finish]}</td>
      <td className="nowrap" title={FEED[price.feed]}>
        {KIND[price.kind]}
        {price.condition !== 'NM' && <span className="muted"> {price.condition}</span>}
      </td>
      <td className="num price-now">
        <LivePrice price={price} />
      </td>
      <td className="num muted optional">{formatMoney(live.previous)}</td>
      <td className="num">
        <LiveChange price={price} />
      </td>
      <td className="num muted optional">{live.quantity === null ? '—' : count.format(live.quantity)}</td>
      <td className="num muted nowrap optional" title={formatMoment(live.changedAt)}>
        {formatAgo(live.changedAt, now)}
      </td>
      <td className="num muted nowrap optional" title={formatMoment(live.observedAt)}>
        {formatAgo(live.observedAt, now)}
      </td>
    </tr>
  );
}

/** The rows: what the query said until the live snapshot comes, then what the market says. */
function useRows(cardId: string, printing: PrintingData): PriceFieldsFragment[] {
  const scope = useScope(cardScope(cardId));
  const asked = unmask(PriceFieldsFragmentDoc, printing.prices).filter(isPriced);
  if (!scope) return asked.toSorted(byShelf);
  const base = new Map(asked.map((price) => [seriesKey(price), price]));
  const rows: PriceFieldsFragment[] = [];
  for (const key of scope) {
    if (!key.startsWith(`${printing.id}|`)) continue;
    const price = base.get(key) ?? liveStore.get(key)?.price;
    if (price) rows.push(price);
  }
  return rows.toSorted(byShelf);
}

function groups(rows: readonly PriceFieldsFragment[]): [Source, PriceFieldsFragment[]][] {
  const bySource = new Map<Source, PriceFieldsFragment[]>();
  for (const row of rows) bySource.set(row.source, [...(bySource.get(row.source) ?? []), row]);
  return [...bySource];
}

/** Every current price of the printing: source by source, finish and kind. */
export function PricesPanel({ cardId, printing }: { cardId: string; printing: PrintingData }) {
  const now = useNow();
  const rows = useRows(cardId, printing);
  return (
    <section className="panel" aria-labelledby="prices">
      <div className="panel-head">
        <div className="row">
          <h2 id="prices">Prices</h2>
          <span className="muted small">Near mint unless said otherwise</span>
        </div>
        <Button
          size="compact-xs"
          variant="default"
          renderRoot={(props) => (
            <Link to="/alerts" search={{ add: 'printing', of: printing.id }} {...props} />
          )}
        >
          Tell me about this price
        </Button>
      </div>
      {rows.length === 0 ? (
        <EmptyState title="No source offers a price">
          <p>Nobody we read has a current price for this printing. A missing price is not zero.</p>
        </EmptyState>
      ) : (
        <div className="scroll-x">
          <table className="data prices">
            <thead>
              <tr>
                <th>Finish</th>
                <th>Kind</th>
                <th className="num">Price</th>
                <th className="num optional">Previous</th>
                <th className="num">Change</th>
                <th className="num optional">Quantity</th>
                <th className="num optional">Since</th>
                <th className="num optional">Seen</th>
              </tr>
            </thead>
            {groups(rows).map(([source, prices]) => (
              <tbody key={source}>
                <tr className="group">
                  <th colSpan={8} scope="rowgroup">
                    <span className={`dot src-${source}`} /> {SOURCE[source]}
                  </th>
                </tr>
                {prices.map((price) => (
                  <Row key={seriesKey(price)} price={price} now={now} />
                ))}
              </tbody>
            ))}
          </table>
        </div>
      )}
    </section>
  );
}
