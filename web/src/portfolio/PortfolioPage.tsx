import '../styles/records.css';
import '../styles/portfolio.css';
import { Button, NativeSelect } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Private } from '../account/Private';
import type { PortfolioInput } from '../gql/graphql';
import { SOURCE } from '../lib/labels';
import { formatMoney } from '../lib/money';
import { formatMoment } from '../lib/time';
import { useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { Figures, type Portfolio, wayOf } from './Figures';
import { GainsPanel } from './GainsPanel';
import { HistoryPanel } from './HistoryPanel';
import { LiquidationPanel } from './LiquidationPanel';
import { PartsPanel } from './PartsPanel';
import { useBasis, usePortfolio } from './usePortfolio';

const route = getRouteApi('/portfolio');
const SOURCES = ['TCGPLAYER', 'CARDMARKET', 'CARD_KINGDOM', 'MANA_POOL', 'CARD_TRADER', 'DEMO'] as const;
const count = new Intl.NumberFormat();

type Live = ReturnType<typeof usePortfolio>['live'];

function FiguresPanel({ portfolio, live }: { portfolio: Portfolio; live: Live }) {
  const { sales, costUnknown } = portfolio;
  const { asOf } = live?.update ?? portfolio;
  return (
    <section className="panel" aria-label="Figures">
      <Figures portfolio={portfolio} live={live}>
        <div>
          <dt>Realised gain</dt>
          <dd className={wayOf(sales.gain.amount)}>{formatMoney(sales.gain)}</dd>
        </div>
      </Figures>
      <div className="panel-foot portfolio-notes">
        {asOf && <span data-testid="as-of">Prices as of {formatMoment(asOf)}</span>}
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

function Body({ by }: { by: PortfolioInput }) {
  const { span } = route.useSearch();
  const navigate = route.useNavigate();
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
      <FiguresPanel portfolio={portfolio} live={live} />
      <HistoryPanel
        by={by}
        beat={live?.changes ?? 0}
        range={span}
        choose={(value) =>
          void navigate({ search: (old) => ({ ...old, span: value }), replace: true, resetScroll: false })
        }
      />
      <div className="portfolio-columns">
        <PartsPanel by={by} />
        <GainsPanel by={by} />
      </div>
      <LiquidationPanel by={by} copies={portfolio.copies} />
    </div>
  );
}

function Page() {
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
      <Page />
    </Private>
  );
}
