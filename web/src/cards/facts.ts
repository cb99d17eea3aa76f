import type { PrintingTileFragment } from '../gql/graphql';
import type { CardFacts } from '../ui/CardImage';

/** What our own drawing of this printing shows. */
export function factsOf(printing: PrintingTileFragment): CardFacts {
  const { card, set } = printing;
  const front = card.faces[0];
  return {
    name: printing.flavorName ?? card.name,
    manaCost: card.manaCost ?? front?.manaCost,
    typeLine: front?.typeLine ?? card.typeLine,
    artist: printing.artist,
    setCode: set.code,
    collectorNumber: printing.collectorNumber,
    colors: card.colors,
  };
}
