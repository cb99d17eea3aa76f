import '../styles/sets.css';
import '../styles/cards.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { CardGrid } from '../cards/CardGrid';
import { useListing } from '../cards/listing';
import { SetPageDocument, type SetPageQuery } from '../gql/graphql';
import { words } from '../lib/labels';
import { formatDay } from '../lib/time';
import { NotFound } from '../shell/NotFound';
import { useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice } from '../ui/States';
import { SetSymbol } from './SetSymbol';

const route = getRouteApi('/sets/$code');
const count = new Intl.NumberFormat();

type Set = NonNullable<SetPageQuery['set']>;

function SetHead({ set }: { set: Set }) {
  return (
    <div className="spread">
      <div className="set-head">
        <SetSymbol code={set.code} iconUri={set.iconUri} />
        <div>
          <h1>{set.name}</h1>
          <p className="muted">
            {set.code.toUpperCase()} · {words(set.setType)} · {formatDay(set.releasedAt)}
            {set.block && ` · ${set.block}`}
            {set.digital && ' · Digital only'}
            {set.parentCode && (
              <>
                {' · part of '}
                <Link to="/sets/$code" params={{ code: set.parentCode }}>
                  {set.parentCode.toUpperCase()}
                </Link>
              </>
            )}
          </p>
        </div>
      </div>
      <p className="row">
        <span className="muted num">
          {count.format(set.printingCount)} of {count.format(set.cardCount)} cards in this catalogue
        </span>
        <Link to="/cards" search={{ q: `s:${set.code}`, unique: 'PRINTS', order: 'SET' }}>
          Search this set
        </Link>
        <Link to="/alerts" search={{ add: 'set', of: set.code }}>
          Tell me about its prices
        </Link>
      </p>
    </div>
  );
}

function SetCards({ set }: { set: Set }) {
  const listing = useListing({
    query: `s:${set.code}`,
    unique: 'PRINTS',
    order: 'SET',
    direction: 'AUTO',
  });
  if (listing.error && listing.nodes.length === 0) {
    return <ErrorNotice what="The cards of this set" error={listing.error} retry={listing.more} />;
  }
  if (listing.total === 0 && !listing.loading) {
    return (
      <section className="panel">
        <EmptyState title="No card of this set is loaded">
          <p>The set is known by name; its cards come with a fuller catalogue.</p>
        </EmptyState>
      </section>
    );
  }
  return <CardGrid listing={listing} />;
}

export function SetPage() {
  const { code } = route.useParams();
  const [{ data, error, fetching }, retry] = useQuery({ query: SetPageDocument, variables: { code } });
  const set = data?.set;
  useTitle(set ? `${set.name} · Sets` : 'Set');
  if (error && !set) {
    return (
      <ErrorNotice what="The set" error={error} retry={() => retry({ requestPolicy: 'network-only' })} />
    );
  }
  if (!set && !fetching && data) return <NotFound what={`The set “${code}”`} />;
  return (
    <div className="page">
      {set ? <SetHead set={set} /> : <span className="skeleton set-head-skeleton" />}
      {set && <SetCards key={set.id} set={set} />}
    </div>
  );
}
