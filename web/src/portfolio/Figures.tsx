import type { ReactNode } from 'react';
import type { PortfolioQuery } from '../gql/graphql';
import { formatMoney, formatPercent, fromMinor, toMinor } from '../lib/money';
import type { usePortfolio } from './usePortfolio';

export type Portfolio = NonNullable<PortfolioQuery['viewer']>['portfolio'];
type Live = ReturnType<typeof usePortfolio>['live'];

const count = new Intl.NumberFormat();

export const wayOf = (amount: string) => (amount.startsWith('-') ? 'down' : 'up');

/** What a portfolio is worth now, what the day did, and what it cost. */
export function Figures({
  portfolio,
  live,
  children,
}: {
  portfolio: Portfolio;
  live: Live;
  /** Further figures, before the number of copies. */
  children?: ReactNode;
}) {
  const now = live?.update ?? portfolio;
  // What the market did since the query was answered; an inventory that changed has it asked again.
  const since = toMinor(now.value.amount) - toMinor(portfolio.value.amount);
  const today = { ...portfolio.today, amount: fromMinor(toMinor(portfolio.today.amount) + since) };
  return (
    <dl className="portfolio-figures">
      <div>
        <dt>Value</dt>
        <dd className="portfolio-value" data-testid="portfolio-value">
          {/* A new key restarts the animation. */}
          <span key={live?.beat ?? 0} className={live && live.beat > 0 ? `tick tick-${live.way}` : 'tick'}>
            {formatMoney(now.value)}
          </span>
        </dd>
      </div>
      <div>
        <dt>Today</dt>
        <dd className={wayOf(today.amount)}>{formatMoney(today)}</dd>
      </div>
      <div>
        <dt>Cost</dt>
        <dd>{formatMoney(now.cost)}</dd>
      </div>
      <div>
        <dt>Unrealised gain</dt>
        <dd className={wayOf(now.gain.amount)}>
          {formatMoney(now.gain)} <span className="small">{formatPercent(now.gainPercent)}</span>
        </dd>
      </div>
      {children}
      <div>
        <dt>Copies</dt>
        <dd>
          {count.format(now.copies)} <span className="muted small">in {count.format(now.lots)} lots</span>
        </dd>
      </div>
    </dl>
  );
}
