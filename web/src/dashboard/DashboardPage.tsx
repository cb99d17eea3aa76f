import '../styles/settings.css';
import '../styles/market.css';
import '../styles/portfolio.css';
import '../styles/alerts.css';
import '../styles/notifications.css';
import '../styles/dashboard.css';
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Private } from '../account/Private';
import type { PortfolioInput } from '../gql/graphql';
import { formatMoment } from '../lib/time';
import { Figures } from '../portfolio/Figures';
import { HistoryPanel } from '../portfolio/HistoryPanel';
import { useBasis, usePortfolio } from '../portfolio/usePortfolio';
import { useSession } from '../session/hooks';
import { useTitle } from '../ui/hooks';
import { EmptyState } from '../ui/States';
import { AlertsPanel } from './AlertsPanel';
import { ChangesPanel } from './ChangesPanel';
import { FirstSteps } from './FirstSteps';
import { MoversPanel } from './MoversPanel';
import { NotificationsPanel } from './NotificationsPanel';
import { Panel } from './Panel';
import { SearchesPanel } from './SearchesPanel';
import { WantsPanel } from './WantsPanel';

const route = getRouteApi('/dashboard');

type Worth = ReturnType<typeof usePortfolio>;

function ValuePanel({ worth: { portfolio, error, retry, live } }: { worth: Worth }) {
  const lots = live?.update.lots ?? portfolio?.lots;
  const asOf = (live?.update ?? portfolio)?.asOf;
  return (
    <Panel
      title="Value"
      beside={
        <Link to="/portfolio" className="small">
          Portfolio
        </Link>
      }
      what="What your cards are worth"
      found={portfolio}
      error={error}
      retry={retry}
      rows={3}
    >
      {(found) =>
        lots === 0 ? (
          <EmptyState title="Nothing to value yet">
            <p>Add cards to your inventory, or import a collection: its value shows here at once.</p>
            <Button size="xs" renderRoot={(props) => <Link to="/inventory/import" {...props} />}>
              Import a collection
            </Button>
          </EmptyState>
        ) : (
          <>
            <Figures portfolio={found} live={live} />
            {asOf && <div className="panel-foot">Prices as of {formatMoment(asOf)}</div>}
          </>
        )
      }
    </Panel>
  );
}

function Collection({ by, worth }: { by: PortfolioInput; worth: Worth }) {
  const { span, window } = route.useSearch();
  const navigate = route.useNavigate();
  const { portfolio, live } = worth;
  const lots = live?.update.lots ?? portfolio?.lots;
  // Who owns nothing has no days, and nothing that could move.
  if (lots === 0) return null;
  const show = (search: { span?: typeof span; window?: typeof window }) =>
    void navigate({ search: (old) => ({ ...old, ...search }), replace: true, resetScroll: false });
  return (
    <>
      <HistoryPanel
        by={by}
        beat={live?.changes ?? 0}
        range={span}
        choose={(value) => show({ span: value })}
      />
      <MoversPanel
        by={by}
        beat={(live?.beat ?? 0) + (live?.changes ?? 0)}
        window={window}
        choose={(value) => show({ window: value })}
      />
    </>
  );
}

function Dashboard() {
  const { identity } = useSession();
  const by = useBasis('best');
  const worth = usePortfolio(by);
  const changes = worth.live?.changes ?? 0;
  return (
    <>
      {identity && <FirstSteps key={identity} identity={identity} changes={changes} />}
      <div className="dashboard">
        <div className="stack">
          <ValuePanel worth={worth} />
          <Collection by={by} worth={worth} />
        </div>
        <div className="stack">
          <AlertsPanel />
          <WantsPanel currency={by.currency} changes={changes} />
          <NotificationsPanel />
          <SearchesPanel />
          <ChangesPanel changes={changes} />
        </div>
      </div>
    </>
  );
}

/** What somebody opens every morning. */
export function DashboardPage() {
  useTitle('Dashboard');
  return (
    <div className="page">
      <h1>Dashboard</h1>
      <Private>
        <Dashboard />
      </Private>
    </div>
  );
}
