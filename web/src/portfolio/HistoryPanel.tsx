import { SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useEffect } from 'react';
import { useQuery } from 'urql';
import {
  type Currency,
  PortfolioHistoryDocument,
  type PortfolioInput,
  type PortfolioRange,
} from '../gql/graphql';
import { formatMoney, formatPercent, fromMinor } from '../lib/money';
import { dayToIso, formatDay } from '../lib/time';
import { EmptyState, ErrorNotice } from '../ui/States';
import type { Points } from './Chart';

const Chart = lazy(() => import('./Chart').then((module) => ({ default: module.Chart })));

const RANGES = [
  { value: 'WEEK', label: '7D' },
  { value: 'MONTH', label: '30D' },
  { value: 'QUARTER', label: '90D' },
  { value: 'YEAR', label: '1Y' },
  { value: 'ALL', label: 'All' },
] as const;
/** Days are worked out within seconds. */
const ASK_AGAIN = 2_000;

function HiddenTable({ points, currency }: { points: Points; currency: Currency }) {
  const money = (minor: number | undefined) =>
    minor === undefined ? '—' : formatMoney({ amount: fromMinor(minor), currency });
  return (
    <div className="hidden">
      <table data-testid="portfolio-days">
        <caption>Value of the portfolio, day by day</caption>
        <thead>
          <tr>
            <th>Day</th>
            <th>Value</th>
            <th>Put in</th>
          </tr>
        </thead>
        <tbody>
          {points.days.map((day, at) => (
            <tr key={day}>
              <th scope="row">{formatDay(dayToIso(day))}</th>
              <td>{money(points.value[at])}</td>
              <td>{money(points.deposits[at])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How it went: the value with what was put in and the market beside it, and what it all brought. */
export function HistoryPanel({
  by,
  beat,
  range,
  choose,
}: {
  by: PortfolioInput;
  /** Counts up when days may be different. */
  beat: number;
  range: PortfolioRange;
  choose: (range: PortfolioRange) => void;
}) {
  const [{ data, error, fetching }, ask] = useQuery({
    query: PortfolioHistoryDocument,
    variables: { by, range },
    requestPolicy: 'cache-and-network',
  });
  const history = data?.viewer?.portfolio.history;
  const pending = history?.pending === true;
  useEffect(() => {
    if (!data || !pending || fetching) return undefined;
    const timer = setTimeout(() => ask({ requestPolicy: 'network-only' }), ASK_AGAIN);
    return () => clearTimeout(timer);
    // By the answer itself: on a busy machine it is drawn together with the question, and nothing else differs.
  }, [data, pending, fetching, ask]);
  useEffect(() => {
    if (beat > 0) ask({ requestPolicy: 'network-only' });
  }, [beat, ask]);
  const points = history?.points;
  const currency = by.currency ?? 'USD';
  const returns = history?.returns;
  return (
    <section className="panel" aria-labelledby="portfolio-history">
      <div className="panel-head">
        <h2 id="portfolio-history">Value over time</h2>
        <SegmentedControl size="xs" aria-label="Range" value={range} data={[...RANGES]} onChange={choose} />
      </div>
      {error && !points ? (
        <ErrorNotice what="The chart" error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
      ) : !points || points.days.length === 0 ? (
        <div className="portfolio-chart">
          {fetching || pending ? (
            <span className="skeleton chart-skeleton" />
          ) : (
            <EmptyState title="No days yet">
              <p>The chart begins with the first card that you own.</p>
            </EmptyState>
          )}
        </div>
      ) : (
        <>
          <div className="portfolio-chart">
            <Suspense fallback={<span className="skeleton chart-skeleton" />}>
              <Chart points={points} currency={currency} />
            </Suspense>
          </div>
          <HiddenTable points={points} currency={currency} />
          <div className="panel-foot portfolio-returns" role="status">
            <span>
              Money-weighted <b className="num">{formatPercent(returns?.moneyWeightedPercent ?? null)}</b>
              {returns?.yearlyPercent && <> ({formatPercent(returns.yearlyPercent)} a year)</>}
            </span>
            <span>
              Time-weighted <b className="num">{formatPercent(returns?.timeWeightedPercent ?? null)}</b>
            </span>
            <span>
              Market, dotted <b className="num">{formatPercent(returns?.marketPercent ?? null)}</b>
            </span>
            <span>
              Put in, dashed <b className="num">{formatMoney(returns?.deposits)}</b>
            </span>
            {pending && <span>Days are being worked out…</span>}
          </div>
        </>
      )}
    </section>
  );
}
