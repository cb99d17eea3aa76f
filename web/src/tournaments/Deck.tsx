import { Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { type DeckPart, TournamentDeckDocument, type TournamentDeckQuery } from '../gql/graphql';
import { Section } from '../settings/Section';
import { ManaCost } from '../ui/Mana';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';

type Standing = NonNullable<TournamentDeckQuery['tournament']>['standings'][number];
type Entry = NonNullable<Standing['deck']>['cards'][number];

const PARTS: [part: DeckPart, label: string, one: string][] = [
  ['COMMANDER', 'Commanders', 'Commander'],
  ['MAIN', 'Main deck', 'Main deck'],
  ['SIDE', 'Sideboard', 'Sideboard'],
  ['OTHER', 'Beside the deck', 'Beside the deck'],
];

function CardLine({ entry }: { entry: Entry }) {
  return (
    <li>
      <span className="num muted">{entry.copies}</span>
      {entry.card ? (
        <Link to="/cards/$id" params={{ id: entry.card.id }}>
          {entry.name}
        </Link>
      ) : (
        <span title="No card of this catalogue has that name">
          {entry.name} <span className="tag">unknown</span>
        </span>
      )}
      <ManaCost cost={entry.card?.manaCost} />
    </li>
  );
}

/** The deck of one place, part by part. */
export function Deck({ tournamentId, place }: { tournamentId: string; place: number }) {
  const [{ data, error }, retry] = useQuery({
    query: TournamentDeckDocument,
    variables: { id: tournamentId, after: place - 1 },
  });
  const standing = data?.tournament?.standings.find((row) => row.place === place);
  const deck = standing?.deck;
  const beside = deck?.url ? (
    <a href={deck.url} target="_blank" rel="noopener noreferrer nofollow" className="small">
      As its player has it
    </a>
  ) : undefined;
  return (
    <Section title={`Deck of place ${place}`} beside={beside}>
      {deck && deck.cards.length > 0 ? (
        PARTS.map(([part, label, one]) => {
          const cards = deck.cards.filter((entry) => entry.part === part);
          if (cards.length === 0) return null;
          const copies = cards.reduce((sum, entry) => sum + entry.copies, 0);
          return (
            <div key={part} className="deck-part">
              <h3>
                {copies === 1 ? one : label} ({copies})
              </h3>
              <ul className="deck-cards" data-testid="deck">
                {cards.map((entry) => (
                  <CardLine key={entry.name} entry={entry} />
                ))}
              </ul>
            </div>
          );
        })
      ) : error ? (
        <ErrorNotice what="The deck" error={error} retry={() => retry({ requestPolicy: 'network-only' })} />
      ) : data ? (
        <EmptyState title="No deck">
          <p>None was handed in for this place.</p>
        </EmptyState>
      ) : (
        <SkeletonRows rows={14} />
      )}
      {deck && deck.unmatched > 0 && (
        <p className="panel-foot">{deck.unmatched} of its cards are not in this catalogue.</p>
      )}
    </Section>
  );
}
