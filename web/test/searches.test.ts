import { describe, expect, it } from 'vitest';
import type { SavedSearchFieldsFragment } from '../src/gql/graphql';
import { counted } from '../src/searches/counted';

const search = (id: string, matching: number | null, query = 't:elf'): SavedSearchFieldsFragment => ({
  id,
  name: id,
  query,
  prints: false,
  tells: false,
  matching,
});

describe('what saved searches find', () => {
  it('flashes when it changes, and not at first', () => {
    const first = counted(undefined, [search('a', 3), search('b', 5)]);
    expect(first.map(({ beat }) => beat)).toEqual([0, 0]);
    const next = counted(first, [search('a', 4), search('b', 5), search('c', 1)]);
    expect(next.map(({ way, beat }) => [way, beat])).toEqual([
      ['up', 1],
      ['flat', 0],
      ['flat', 0],
    ]);
    // What did not change keeps its beat: another one would flash it again.
    expect(counted(next, [search('a', 4)])[0]).toMatchObject({ way: 'up', beat: 1 });
    expect(counted(next, [search('a', 2)])[0]).toMatchObject({ way: 'down', beat: 2 });
  });

  it('is no news when the question is another one, or nobody counted', () => {
    const first = counted(undefined, [search('a', 3), search('b', null)]);
    const next = counted(first, [search('a', 9, 't:orc'), search('b', 2)]);
    expect(next.map(({ beat }) => beat)).toEqual([0, 0]);
  });
});
