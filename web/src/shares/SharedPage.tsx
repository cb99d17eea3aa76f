import '../styles/cards.css';
import '../styles/inventory.css';
import '../styles/shared.css';
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { unmask } from '../gql';
import { SharedDocument, type SharedHeadFragment, SharedHeadFragmentDoc } from '../gql/graphql';
import { copies } from '../inventory/words';
import { formatMoney } from '../lib/money';
import { formatAgo, formatMoment } from '../lib/time';
import { useCurrency } from '../shell/currency';
import { useNow, useTitle } from '../ui/hooks';
import { ErrorNotice, SkeletonRows } from '../ui/States';
import { SharedLots } from './SharedLots';
import { SharedWants } from './SharedWants';

const route = getRouteApi('/shared/$token');
const number = new Intl.NumberFormat();
const cards = (count: number) => `${number.format(count)} ${count === 1 ? 'card' : 'cards'}`;

/** What all of it comes to in the chosen currency; nobody sells paper for event tickets. */
function Value({ shared }: { shared: SharedHeadFragment }) {
  const chosen = useCurrency();
  const { values, copies: all } = shared.totals;
  const value = values?.find(({ money }) => money.currency === chosen) ?? values?.[0];
  if (!value || value.unpricedCopies === all) return null;
  return (
    <p className="shared-value" data-testid="shared-value">
      <span className="num">{formatMoney(value.money)}</span>
      <span className="muted small">
        at list prices
        {value.unpricedCopies > 0 && `, without ${copies(value.unpricedCopies)} that have none`}
      </span>
    </p>
  );
}

function Head({ shared }: { shared: SharedHeadFragment }) {
  const now = useNow();
  const { totals, kind, ownerName, name, changedAt } = shared;
  const said =
    kind === 'BINDER'
      ? copies(totals.copies)
      : `${cards(totals.wants ?? 0)}, ${number.format(totals.missing ?? 0)} of ${copies(totals.copies)} missing`;
  return (
    <header className="spread">
      <div className="shared-head">
        <h1>{name}</h1>
        <p className="muted" data-testid="shared-totals">
          {kind === 'BINDER' ? 'Shown by' : 'Wanted by'} <strong className="shared-owner">{ownerName}</strong>
          {' · '}
          <span className="num">{said}</span>
          {' · '}
          <span className="nowrap" title={formatMoment(changedAt)}>
            changed {formatAgo(changedAt, now)}
          </span>
        </p>
      </div>
      <Value shared={shared} />
    </header>
  );
}

function Gone() {
  return (
    <section className="panel empty">
      <h1>This page is not shared any more</h1>
      <p>Whoever made this link has taken it back, or it was not copied as a whole.</p>
      <Button size="xs" renderRoot={(props) => <Link to="/cards" {...props} />}>
        Search cards
      </Button>
    </section>
  );
}

function Page({ token }: { token: string }) {
  const [{ data, error, fetching }, read] = useQuery({
    query: SharedDocument,
    variables: { token },
    requestPolicy: 'cache-and-network',
  });
  const shared = unmask(SharedHeadFragmentDoc, data?.shared);
  useTitle(shared ? `${shared.name}, by ${shared.ownerName}` : 'Shared');
  if (error && !shared) {
    return (
      <ErrorNotice what="This page" error={error} retry={() => read({ requestPolicy: 'network-only' })} />
    );
  }
  if (shared) {
    return (
      <>
        <Head shared={shared} />
        {shared.kind === 'BINDER' ? (
          <SharedLots token={token} prices={shared.showsPrices} />
        ) : (
          <SharedWants token={token} prices={shared.showsPrices} />
        )}
      </>
    );
  }
  return data && !fetching ? <Gone /> : <SkeletonRows rows={8} />;
}

/** What somebody shows to whoever has the link. */
export function SharedPage() {
  const { token } = route.useParams();
  return (
    <div className="page shared">
      {/* Neither search engines nor other sites shall learn of it. */}
      <meta name="robots" content="noindex" />
      <meta name="referrer" content="no-referrer" />
      <Page key={token} token={token} />
    </div>
  );
}
