import '../styles/records.css';
import '../styles/portfolio.css';
import { Button, NativeSelect } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Private } from '../account/Private';
import type { PortfolioInput, PortfolioQuery } from '../gql/graphql';
import { SOURCE } from '../lib/labels';
import { formatMoney, formatPercent, fromMinor, toMinor } from '../lib/money';
import { formatMoment } from '../lib/time';
import { useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { GainsPanel } from './GainsPanel';
import { HistoryPanel } from './HistoryPanel';
import { PartsPanel } from './PartsPanel';
import { useBasis, usePortfolio } from './usePortfolio';

const route = getRouteApi('/portfolio');
const SOURCES = ['TCGPLAYER', 'CARDMARKET', 'CARD_KINGDOM', 'MANA_POOL', 'CARD_TRADER', 'DEMO'] as const;
const count = new Intl.NumberFormat();

type Portfolio = NonNullable<PortfolioQuery['viewer']>['portfolio'];
type Live = ReturnType<typeof usePortfolio>['live'];

const way = (amount: string) => (amount.startsWith('-') ? 'down' : 'up');

function Figures({ portfolio, live }: { portfolio: Portfolio; live: Live }) {
  const now = live?.update ?? portfolio;
  const { sales, costUnknown } = portfolio;
  // What the market did since the query was answered; an inventory that changed has it asked again.
  const since = toMinor(now.value.amount) - toMinor(portfolio.value.amount);
  const today = { ...portfolio.today, amount: fromMinor(toMinor(portfolio.today.amount) + since) };
  return (
    <section className="panel" aria-label="Figures">
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
          <dd className={way(today.amount)}>{formatMoney(today)}</dd>
        </div>
        <div>
          <dt>Cost</dt>
          <dd>{formatMoney(now.cost)}</dd>
        </div>
        <div>
          <dt>Unrealised gain</dt>
          <dd className={way(now.gain.amount)}>
            {formatMoney(now.gain)} <span className="small">{formatPercent(now.gainPercent)}</span>
          </dd>
        </div>
        <div>
          <dt>Realised gain</dt>
          <dd className={way(sales.gain.amount)}>{formatMoney(sales.gain)}</dd>
        </div>
        <div>
          <dt>Copies</dt>
          <dd>
            {count.format(now.copies)} <span className="muted small">in {count.format(now.lots)} lots</span>
          </dd>
        </div>
      </dl>
      <div className="panel-foot portfolio-notes">
        {now.asOf && <span data-testid="as-of">Prices as of {formatMoment(now.asOf)}</span>}
        {portfolio.stale.copies > 0 && (
          <span className="tag">
            {count.format(portfolio.stale.copies)} copies at prices older than a day
          </span>
        )}
        {portfolio.unpriced.copies > 0 && (
          <span>{count.format(portfolio.unpriced.copies)} copies without a price</span>
        )}
        {costUnknown.copies > 0 && (
          <span>
            {count.format(costUnknown.copies)} copies of unknown cost, worth {formatMoney(costUnknown.value)},
            are in no gain
          </span>
        )}
        {portfolio.pricedAsNearMint > 0 && (
          <span>{count.format(portfolio.pricedAsNearMint)} played lots count like near mint ones</span>
        )}
      </div>
    </section>
  );
}

function LiquidationPanel({ portfolio }: { portfolio: Portfolio }) {
  const { liquidation: offer } = portfolio;
  const rest = [
    [offer.tooMany, 'beyond what it wants'],
    [offer.unwanted, 'it does not buy'],
    [offer.unboughtGrade, 'in a state it names no price for'],
    [offer.particular, 'altered, misprinted or graded'],
    [offer.withoutLimit, 'of those without a stated limit'],
  ] as const;
  return (
    <section className="panel" aria-labelledby="portfolio-liquidation">
      <div className="panel-head">
        <h2 id="portfolio-liquidation">What a store would pay today</h2>
      </div>
      <dl className="portfolio-figures">
        <div>
          <dt>Cash</dt>
          <dd>{formatMoney(offer.cash)}</dd>
        </div>
        <div>
          <dt>Store credit</dt>
          <dd>{formatMoney(offer.credit)}</dd>
        </div>
        <div>
          <dt>Market value of the same copies</dt>
          <dd>{formatMoney(offer.marketValue)}</dd>
        </div>
        <div>
          <dt>Copies it would take</dt>
          <dd>
            {count.format(offer.taken)}{' '}
            <span className="muted small">of {count.format(portfolio.copies)}</span>
          </dd>
        </div>
      </dl>
      <div className="panel-foot portfolio-notes">
        <span>
          By Card Kingdom’s buylist, in the demo market by a simulated one
          {offer.asOf ? `, as of ${formatMoment(offer.asOf)}` : ''}.
        </span>
        {rest.map(([copies, why]) =>
          copies > 0 ? (
            <span key={why}>
              {count.format(copies)} copies {why}
            </span>
          ) : null,
        )}
      </div>
    </section>
  );
}

function Body({ by }: { by: PortfolioInput }) {
  const { portfolio, error, retry, live } = usePortfolio(by);
  if (error && !portfolio) return <ErrorNotice what="Your portfolio" error={error} retry={retry} />;
  if (!portfolio) return <SkeletonRows rows={8} />;
  if (portfolio.lots === 0 && portfolio.sales.copies === 0 && (live?.update.lots ?? 0) === 0) {
    return (
      <div className="panel">
        <EmptyState title="Nothing to value yet">
          <p>Add cards to your inventory, or import a collection: its value shows here at once.</p>
          <Button size="xs" renderRoot={(props) => <Link to="/inventory/import" {...props} />}>
            Import a collection
          </Button>
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="stack">
      <Figures portfolio={portfolio} live={live} />
      <HistoryPanel by={by} beat={portfolio.lots} />
      <div className="portfolio-columns">
        <PartsPanel by={by} />
        <GainsPanel by={by} />
      </div>
      <LiquidationPanel portfolio={portfolio} />
    </div>
  );
}

function Portfolio() {
  const { source } = route.useSearch();
  const navigate = route.useNavigate();
  const by = useBasis(source);
  return (
    <div className="stack">
      <div className="spread">
        <h1>Portfolio</h1>
        <div className="row">
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => <Link to="/alerts" search={{ add: 'portfolio' }} {...props} />}
          >
            Tell me about its value
          </Button>
          <NativeSelect
            size="xs"
            aria-label="Valued by"
            value={source}
            data={[
              { value: 'best', label: 'Best available price' },
              ...SOURCES.map((value) => ({ value, label: SOURCE[value] })),
            ]}
            onChange={({ currentTarget: { value } }) =>
              void navigate({
                search: (old) => ({ ...old, source: SOURCES.find((one) => one === value) ?? 'best' }),
                replace: true,
              })
            }
          />
        </div>
      </div>
      <Body by={by} />
    </div>
  );
}

export function PortfolioPage() {
  useTitle('Portfolio');
  return (
    <Private>
      <Portfolio />
    </Private>
  );
}
