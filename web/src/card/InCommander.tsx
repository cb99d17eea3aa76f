import '../styles/records.css';
import { Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { type FragmentType, unmask } from '../gql';
import { CardInCommanderDocument, EdhrecPlayFieldsFragmentDoc } from '../gql/graphql';
import { formatAgo } from '../lib/time';
import { useNow } from '../ui/hooks';

const count = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });
const signed = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumFractionDigits: 0,
  signDisplay: 'exceptZero',
});

function Plays({
  title,
  rows,
}: {
  title: string;
  rows: readonly FragmentType<typeof EdhrecPlayFieldsFragmentDoc>[];
}) {
  const plays = unmask(EdhrecPlayFieldsFragmentDoc, rows);
  if (plays.length === 0) return null;
  return (
    <table className="data">
      <thead>
        <tr>
          <th>{title}</th>
          <th className="num optional">Decks</th>
          <th className="num">Inclusion</th>
          <th className="num">Synergy</th>
        </tr>
      </thead>
      <tbody>
        {plays.map(({ card, decks, inclusion, synergy }) => (
          <tr key={card.id} data-testid="edhrec-play">
            <td className="wraps">
              <Link to="/cards/$id" params={{ id: card.id }}>
                {card.name}
              </Link>
            </td>
            <td className="num optional">{count.format(decks)}</td>
            <td className="num">{percent.format(inclusion)}</td>
            <td className="num">{synergy === null ? '—' : signed.format(synergy)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How the card is played in Commander; nothing where no page that was read tells of it. */
export function InCommander({ cardId }: { cardId: string }) {
  const now = useNow();
  const [{ data }] = useQuery({ query: CardInCommanderDocument, variables: { id: cardId } });
  const stats = data?.card?.edhrec;
  if (!stats) return null;
  return (
    <section className="panel" aria-labelledby="in-commander">
      <div className="panel-head">
        <h2 id="in-commander">In Commander</h2>
        <span className="muted small">
          {stats.inclusion !== null && (
            <>
              in {percent.format(stats.inclusion)} of {count.format(stats.possibleDecks)} decks that could
              have it
            </>
          )}
          {stats.inclusion !== null && stats.salt !== null && ' · '}
          {stats.salt !== null && <>salt {stats.salt.toFixed(2)}</>}
        </span>
      </div>
      <Plays title="Played with it as commander" rows={stats.cards} />
      <Plays title="Commanders that play it" rows={stats.commanders} />
      <p className="panel-foot">
        By{' '}
        <a href="https://edhrec.com" target="_blank" rel="noopener noreferrer" className="in-text">
          EDHREC
        </a>
        {stats.visitedAt && <>, read {formatAgo(stats.visitedAt, now)}</>}. Its lists end at 50 cards.
      </p>
    </section>
  );
}
