import '../styles/records.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { TournamentPageDocument, type TournamentPageQuery } from '../gql/graphql';
import { formatDay } from '../lib/time';
import { NotFound } from '../shell/NotFound';
import { useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { Credit } from './Credit';
import { Deck } from './Deck';

const route = getRouteApi('/tournaments/$id');
const count = new Intl.NumberFormat();

type Tournament = NonNullable<TournamentPageQuery['tournament']>;
type Row = Tournament['standings'][number];

function Head({ tournament }: { tournament: Tournament }) {
  const { name, format, players, topCut, startedAt, deckCount, url } = tournament;
  return (
    <div className="spread">
      <div>
        <h1>{name}</h1>
        <p className="muted">
          {format} · {formatDay(startedAt.slice(0, 10))} · {count.format(players)} players
          {topCut ? ` · top ${topCut}` : ''} · {count.format(deckCount)} decks known
        </p>
      </div>
      <a href={url} target="_blank" rel="noopener noreferrer nofollow">
        On TopDeck.gg
      </a>
    </div>
  );
}

function DeckCell({ id, row, open }: { id: string; row: Row; open: boolean }) {
  if (!row.deck) return <span className="muted">not handed in</span>;
  if (row.deck.copies > 0) {
    return (
      <Link
        to="/tournaments/$id"
        params={{ id }}
        search={open ? {} : { place: row.place }}
        resetScroll={false}
        aria-expanded={open}
      >
        {open ? 'Close' : 'Show deck'}
      </Link>
    );
  }
  return row.deck.url ? (
    <a href={row.deck.url} target="_blank" rel="noopener noreferrer nofollow">
      Elsewhere
    </a>
  ) : (
    <span className="muted">unreadable</span>
  );
}

function Standings({ tournament, place }: { tournament: Tournament; place: number | undefined }) {
  if (tournament.standings.length === 0) {
    return (
      <EmptyState title="No standings">
        <p>TopDeck.gg gave none for this tournament.</p>
      </EmptyState>
    );
  }
  const more = tournament.players - tournament.standings.length;
  return (
    <>
      <table className="data standings">
        <thead>
          <tr>
            <th className="num">Place</th>
            <th className="num">Won</th>
            <th className="num">Lost</th>
            <th className="num">Drawn</th>
            <th>Deck</th>
          </tr>
        </thead>
        <tbody>
          {tournament.standings.map((row) => (
            <tr
              key={row.place}
              data-testid="standing"
              className={row.place === place ? 'selected' : undefined}
            >
              <td className="num">{row.place}</td>
              <td className="num">{row.wins}</td>
              <td className="num">{row.losses}</td>
              <td className="num">{row.draws}</td>
              <td>
                <DeckCell id={tournament.id} row={row} open={row.place === place} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="panel-foot">and {count.format(more)} more places</p>}
    </>
  );
}

export function TournamentPage() {
  const { id } = route.useParams();
  const { place } = route.useSearch();
  const [{ data, error }, retry] = useQuery({ query: TournamentPageDocument, variables: { id } });
  const tournament = data?.tournament;
  useTitle(tournament?.name ?? 'Tournament');
  if (error && !tournament) {
    return (
      <div className="page">
        <h1>Tournament</h1>
        <ErrorNotice
          what="The tournament"
          error={error}
          retry={() => retry({ requestPolicy: 'network-only' })}
        />
      </div>
    );
  }
  if (data && !tournament) return <NotFound what="This tournament" />;
  if (!tournament) {
    return (
      <div className="page" aria-busy="true">
        <h1 className="hidden">Loading tournament</h1>
        <section className="panel">
          <SkeletonRows rows={12} />
        </section>
      </div>
    );
  }
  return (
    <div className="page">
      <Head tournament={tournament} />
      <div className={place === undefined ? undefined : 'standings-layout'}>
        <section className="panel" aria-label="Standings">
          <Standings tournament={tournament} place={place} />
        </section>
        {place !== undefined && <Deck key={place} tournamentId={id} place={place} />}
      </div>
      <Credit />
    </div>
  );
}
