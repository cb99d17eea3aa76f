import '../styles/records.css';
import { Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { CardInDecksDocument } from '../gql/graphql';

const count = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** In which formats the card was played lately; nothing where it was in none. */
export function PlayedIn({ cardId }: { cardId: string }) {
  const [{ data }] = useQuery({ query: CardInDecksDocument, variables: { id: cardId } });
  const rows = data?.card?.tournamentDecks ?? [];
  if (rows.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="played-in">
      <div className="panel-head">
        <h2 id="played-in">Played in</h2>
        <span className="muted small">
          Tournaments of 90 days, by{' '}
          <a href="https://topdeck.gg" target="_blank" rel="noopener noreferrer" className="in-text">
            TopDeck.gg
          </a>
        </span>
      </div>
      <table className="data">
        <thead>
          <tr>
            <th>Format</th>
            <th className="num">Decks</th>
            <th className="num">Share</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ format, decks, allDecks, share }) => (
            <tr key={format} data-testid="played-in">
              <td>
                <Link to="/tournaments" search={{ format }}>
                  {format}
                </Link>
              </td>
              <td className="num">
                {count.format(decks)} of {count.format(allDecks)}
              </td>
              <td className="num">{percent.format(share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
