import '../styles/records.css';
import { NativeSelect } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { TournamentFormatsDocument, TournamentsDocument, type TournamentsQuery } from '../gql/graphql';
import { formatDay } from '../lib/time';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { useStatus } from '../shell/status';
import { useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { Credit } from './Credit';

const route = getRouteApi('/tournaments');
const count = new Intl.NumberFormat();
const SIZES = [
  { value: '', label: 'Any size' },
  ...['16', '32', '64', '128', '256'].map((value) => ({ value, label: `${value} players or more` })),
];

const pageOf = (data: TournamentsQuery) => data.tournaments;

function Filters() {
  const { format, players } = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data }] = useQuery({ query: TournamentFormatsDocument });
  const known = data?.tournamentFormats ?? [];
  return (
    <div className="row">
      <NativeSelect
        size="xs"
        aria-label="Format"
        value={format}
        data={[
          { value: '', label: 'All formats' },
          ...known.map(({ name, tournaments }) => ({
            value: name,
            label: `${name} (${count.format(tournaments)})`,
          })),
        ]}
        onChange={(event) => {
          const value = event.currentTarget.value;
          void navigate({ search: (old) => ({ ...old, format: value }) });
        }}
      />
      <NativeSelect
        size="xs"
        aria-label="Size"
        value={players}
        data={SIZES}
        onChange={(event) => {
          const value = event.currentTarget.value;
          void navigate({ search: (old) => ({ ...old, players: value }) });
        }}
      />
    </div>
  );
}

/** Why there is nothing: a market that is made up has no tournaments, and TopDeck.gg wants a key. */
function Nothing({ filtered }: { filtered: boolean }) {
  const origin = useStatus()?.origin;
  if (filtered) {
    return (
      <EmptyState title="No tournament fits">
        <Link to="/tournaments" search={{}}>
          Show all tournaments
        </Link>
      </EmptyState>
    );
  }
  if (origin === 'DEMO') {
    return (
      <EmptyState title="The demo market has no tournaments">
        <p>Its cards are made up, so nothing is collected. A real catalogue can be played with.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No tournaments have been collected yet">
      <p>
        The server asks TopDeck.gg every day, once it has a key: <code>DUALCASTER_TOPDECK_KEY</code>.
      </p>
    </EmptyState>
  );
}

function List({ format, players }: { format: string; players: string }) {
  const filter = useMemo(
    () => ({ format: format || null, minPlayers: players ? Number(players) : null }),
    [format, players],
  );
  const pages = usePages(TournamentsDocument, pageOf, filter);
  return (
    <>
      {pages.error && <ErrorNotice what="The tournaments" error={pages.error} retry={pages.again} />}
      <section className="panel" aria-label="Tournaments">
        {pages.nodes.length > 0 ? (
          <table className="data tournaments">
            <thead>
              <tr>
                <th>Tournament</th>
                <th className="optional">Format</th>
                <th className="num">Players</th>
                <th className="num optional">Decks</th>
                <th className="num">Date</th>
              </tr>
            </thead>
            <tbody>
              {pages.nodes.map((one) => (
                <tr key={one.id} data-testid="tournament">
                  <td className="wraps">
                    <Link to="/tournaments/$id" params={{ id: one.id }} className="link-name">
                      {one.name}
                    </Link>
                    <span className="muted small narrow-only">{one.format}</span>
                  </td>
                  <td className="optional">{one.format}</td>
                  <td className="num">{count.format(one.players)}</td>
                  <td className="num optional">{count.format(one.deckCount)}</td>
                  <td className="num">{formatDay(one.startedAt.slice(0, 10))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : pages.loading ? (
          <SkeletonRows rows={12} />
        ) : (
          !pages.error && <Nothing filtered={Boolean(format || players)} />
        )}
        {pages.hasMore && <MoreButton onMore={pages.more} busy={pages.loading} />}
      </section>
    </>
  );
}

export function TournamentsPage() {
  useTitle('Tournaments');
  const { format, players } = route.useSearch();
  return (
    <div className="page">
      <div className="spread">
        <h1>Tournaments</h1>
        <Filters />
      </div>
      <List key={`${format}|${players}`} format={format} players={players} />
      <Credit />
    </div>
  );
}
