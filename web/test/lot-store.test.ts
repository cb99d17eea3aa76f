import type { Client } from 'urql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InventoryUpdatedSubscription, LotFieldsFragment as Lot } from '../src/gql/graphql';
import { EVERYTHING } from '../src/inventory/lots';
import { LotStore } from '../src/inventory/store';

type Hear = (data: InventoryUpdatedSubscription) => void;
const feed = vi.hoisted(() => ({ hear: undefined as unknown as Hear }));

vi.mock('../src/live/socket', () => ({
  subscribeLive: (_document: unknown, _variables: unknown, hear: Hear) => {
    feed.hear = hear;
    return () => undefined;
  },
}));

const QUERY = { ...EVERYTHING, query: 'cond:nm' };

const lot = (id: string, given: Partial<Lot> = {}): Lot =>
  ({
    id,
    quantity: 1,
    binder: null,
    createdAt: '2026-01-01T00:00:00Z',
    changedAt: '2026-01-01T00:00:00Z',
    printing: { id },
    ...given,
  }) as Lot;

/** A server whose pages are what `pages` says when it is asked. */
function server(...pages: Lot[][]) {
  const asked: (string | null)[] = [];
  const query = (_document: unknown, { after }: { after: string | null }) => {
    asked.push(after);
    const at = Number(after ?? 0);
    const inventory = {
      totalLots: 9,
      totalCopies: 9,
      warnings: [],
      matching: { lots: 3 },
      nodes: pages[at] ?? [],
      pageInfo: { hasNextPage: at + 1 < pages.length, endCursor: String(at + 1) },
    };
    return { toPromise: () => Promise.resolve({ data: { viewer: { inventory } } }) };
  };
  return { store: new LotStore({ query } as unknown as Client), asked, pages };
}

const told = (...lots: Lot[]) =>
  feed.hear({
    inventoryUpdated: { kind: 'DELTA', totalLots: 9, totalCopies: 9, changed: lots.length, lots },
  } as unknown as InventoryUpdatedSubscription);

const ids = (store: LotStore) => store.get().shown.rows.map(({ id }) => id);
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the lots of a query', () => {
  it('change in place at once, and are read anew a moment later', async () => {
    const { store, asked, pages } = server([lot('a'), lot('b')]);
    store.follow();
    store.show(QUERY);
    await pass(2_000);
    expect(store.get()).toMatchObject({ matching: 3, stale: false, hasMore: false });
    pages[0] = [lot('c'), lot('a', { quantity: 4, changedAt: '2026-01-02T00:00:00Z' })];
    told(lot('a', { quantity: 4, changedAt: '2026-01-02T00:00:00Z' }));
    expect(ids(store)).toEqual(['a', 'b']);
    expect(store.at('a')?.quantity).toBe(4);
    expect(asked).toHaveLength(1);
    await pass(200);
    expect(ids(store)).toEqual(['c', 'a']);
  });

  it('are not read anew for what they will be, nor when it does not happen', async () => {
    const { store, asked } = server([lot('a')]);
    store.follow();
    store.show(QUERY);
    await pass(2_000);
    const end = store.preview('a', { quantity: 4 });
    expect(store.get().shown.rows[0]?.quantity).toBe(4);
    await pass(2_000);
    end();
    expect(store.get().shown.rows[0]?.quantity).toBe(1);
    await pass(2_000);
    expect(asked).toHaveLength(1);
  });

  it('are read anew about once in a second, however much happens', async () => {
    const { store, asked } = server([lot('a')]);
    store.follow();
    store.show(QUERY);
    await pass(2_000);
    for (let n = 0; n < 100; n += 1) {
      told(lot('a', { quantity: n + 1 }));
      await pass(50);
    }
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.length).toBeLessThan(8);
  });

  it('are read anew as far as they were read, and those behind stay', async () => {
    const pages = Array.from({ length: 23 }, (_, n) => [lot(`lot ${n}`)]);
    const { store, asked } = server(...pages);
    store.follow();
    store.show(QUERY);
    await pass(0);
    for (let n = 1; n < 22; n += 1) {
      store.more();
      await pass(0);
    }
    asked.length = 0;
    told(lot('lot 3', { quantity: 2 }));
    await pass(10_000);
    expect(asked).toHaveLength(20);
    expect(ids(store)).toHaveLength(22);
    store.more();
    await pass(0);
    expect(asked.at(-1)).toBe('22');
    expect(store.get().hasMore).toBe(false);
    expect(ids(store)).toHaveLength(23);
  });

  it('stay, as those of before, until there is an answer to another one', async () => {
    const { store, pages } = server([lot('a')]);
    store.show(QUERY);
    await pass(0);
    pages[0] = [lot('z')];
    store.show({ ...QUERY, query: 'cond:hp' });
    expect([ids(store), store.get().stale]).toEqual([['a'], true]);
    await pass(0);
    expect([ids(store), store.get().stale]).toEqual([['z'], false]);
  });
});

describe('all lots, the newest first', () => {
  it('are not read anew for a change that says what it changed', async () => {
    const { store, asked } = server([lot('a')]);
    store.follow();
    store.show(EVERYTHING);
    await pass(2_000);
    told(lot('new', { createdAt: '2026-01-03T00:00:00Z' }));
    expect(ids(store)).toEqual(['new', 'a']);
    await pass(5_000);
    expect(asked).toHaveLength(1);
  });
});
