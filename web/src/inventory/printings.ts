import type { PrintingChoiceFragment } from '../gql/graphql';

/** What tells the printings of a card apart. */
export function labelOf({
  set,
  collectorNumber,
  language,
  digital,
  releasedAt,
  flavorName,
}: PrintingChoiceFragment) {
  const special = [
    flavorName,
    language !== 'en' && language.toUpperCase(),
    digital && 'digital',
    releasedAt?.slice(0, 4),
  ].filter(Boolean);
  return `${set.name} (${set.code.toUpperCase()}) ${collectorNumber}, ${special.join(', ')}`;
}
