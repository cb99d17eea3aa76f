import type { RulingSource } from '../gql/graphql';
import { formatDay } from '../lib/time';
import { RulesText } from '../ui/Mana';
import type { CardData } from './types';

const WHO: Record<RulingSource, string> = { WIZARDS: 'Wizards of the Coast', SCRYFALL: 'Scryfall' };

type Ruling = CardData['rulings'][number];

/** What one of them said on one day belongs together; in the order in which it came, the newest first. */
function byDay(rulings: Ruling[]): [Ruling, ...Ruling[]][] {
  const days = new Map<string, [Ruling, ...Ruling[]]>();
  for (const ruling of rulings) {
    const key = `${ruling.publishedOn} ${ruling.source}`;
    const day = days.get(key);
    if (day) day.push(ruling);
    else days.set(key, [ruling]);
  }
  return [...days.values()];
}

/** What was officially said of how the card works, folded away; nothing where nothing was. */
export function Rulings({ card }: { card: CardData }) {
  const { rulings } = card;
  if (rulings.length === 0) return null;
  return (
    <details className="panel rulings" data-testid="rulings">
      <summary className="panel-head">
        <h2>Rulings</h2>
        <span className="muted small num">{rulings.length}</span>
      </summary>
      <div className="panel-body stack">
        {byDay(rulings).map((day) => {
          const [{ publishedOn, source }] = day;
          return (
            <section key={`${publishedOn} ${source}`}>
              <h3 className="muted small">
                <time dateTime={publishedOn}>{formatDay(publishedOn)}</time> · {WHO[source]}
              </h3>
              {day.map(({ comment }) => (
                <RulesText key={comment} text={comment} />
              ))}
            </section>
          );
        })}
      </div>
    </details>
  );
}
