import type { SavedSearchFieldsFragment } from '../gql/graphql';
import type { Direction } from '../lib/money';

export interface Counted {
  search: SavedSearchFieldsFragment;
  /** Which way its count went last. */
  way: Direction;
  /** How often that happened while somebody watched. */
  beat: number;
}

function wayOf(before: number | null, now: number | null): Direction {
  if (before === null || now === null || before === now) return 'flat';
  return now > before ? 'up' : 'down';
}

/** Searches as they are now, with what became of the counts that were there before. */
export function counted(
  before: readonly Counted[] | undefined,
  searches: readonly SavedSearchFieldsFragment[],
): Counted[] {
  return searches.map((search) => {
    const old = before?.find((one) => one.search.id === search.id);
    if (!old) return { search, way: 'flat', beat: 0 };
    // Another question has another count: that is no news.
    const same = old.search.query === search.query && old.search.prints === search.prints;
    const way = same ? wayOf(old.search.matching, search.matching) : 'flat';
    return way === 'flat' ? { ...old, search } : { search, way, beat: old.beat + 1 };
  });
}
