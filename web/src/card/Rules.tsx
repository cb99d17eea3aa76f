import { ManaCost, RulesText } from '../ui/Mana';
import type { CardData } from './types';

type Side = Pick<
  CardData,
  'name' | 'typeLine' | 'oracleText' | 'power' | 'toughness' | 'loyalty' | 'defense' | 'manaCost'
>;

function stats(side: {
  power: string | null;
  toughness: string | null;
  loyalty: string | null;
  defense: string | null;
}) {
  if (side.power !== null && side.toughness !== null) return `${side.power}/${side.toughness}`;
  if (side.loyalty !== null) return `Loyalty ${side.loyalty}`;
  if (side.defense !== null) return `Defense ${side.defense}`;
  return null;
}

function Face({
  side,
  named,
}: {
  side: Omit<Side, 'typeLine'> & { typeLine: string | null };
  named: boolean;
}) {
  const figures = stats(side);
  return (
    <div className="face">
      {named && (
        <div className="row">
          <strong>{side.name}</strong>
          <ManaCost cost={side.manaCost} />
          <span className="muted">{side.typeLine}</span>
        </div>
      )}
      {side.oracleText && <RulesText text={side.oracleText} />}
      {figures && <strong className="num face-stats">{figures}</strong>}
    </div>
  );
}

/** Rules text, face by face. */
export function Rules({ card, flavor }: { card: CardData; flavor: string | null | undefined }) {
  const sides = card.faces.length > 1 ? card.faces : [card];
  const silent = sides.every((side) => !side.oracleText);
  return (
    <section className="panel" aria-labelledby="rules">
      <div className="panel-head">
        <h2 id="rules">Rules text</h2>
      </div>
      <div className="panel-body stack">
        {sides.map((side) => (
          <Face key={side.name} side={side} named={sides.length > 1} />
        ))}
        {silent && <p className="muted">This card has no rules text.</p>}
        {flavor && <p className="flavor muted">{flavor}</p>}
      </div>
    </section>
  );
}
