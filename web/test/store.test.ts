import { describe, expect, it, vi } from 'vitest';
import { type LivePrice, LiveStore, seriesKey } from '../src/live/store';

function price(change: Partial<LivePrice> & { amount?: string } = {}): LivePrice {
  const { amount = '1.00', ...rest } = change;
  return {
    printingId: 'p1',
    source: 'TCGPLAYER',
    feed: 'SCRYFALL',
    kind: 'MARKET',
    finish: 'NONFOIL',
    condition: 'NM',
    money: { amount, currency: 'USD' },
    previous: null,
    quantity: null,
    changedAt: '2026-01-01T00:00:00Z',
    observedAt: '2026-01-01T00:00:00Z',
    version: 1,
    ...rest,
  };
}

/** A store whose frames we draw by hand. */
function manual() {
  const frames: (() => void)[] = [];
  const store = new LiveStore((flush) => frames.push(flush));
  return { store, frames, frame: () => frames.splice(0).forEach((flush) => flush()) };
}

const KEY = seriesKey(price());

describe('the live store', () => {
  it('wakes a cell once per frame with the latest value', () => {
    const { store, frame, frames } = manual();
    const listener = vi.fn();
    store.subscribe(KEY, listener);
    store.delta([price({ amount: '1.10', version: 2 })]);
    store.delta([price({ amount: '1.20', version: 3 })]);
    expect(frames).toHaveLength(1);
    expect(listener).not.toHaveBeenCalled();
    frame();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(store.get(KEY)?.price.money?.amount).toBe('1.20');
  });

  it('wakes nobody else', () => {
    const { store, frame } = manual();
    const other = vi.fn();
    store.subscribe(seriesKey(price({ finish: 'FOIL' })), other);
    store.delta([price({ version: 2 })]);
    frame();
    expect(other).not.toHaveBeenCalled();
  });

  it('keeps a newer version when an older one comes late', () => {
    const { store, frame } = manual();
    store.delta([price({ amount: '2.00', version: 5 })]);
    store.delta([price({ amount: '9.00', version: 4 })]);
    frame();
    store.delta([price({ amount: '8.00', version: 3 })]);
    frame();
    expect(store.get(KEY)?.price.money?.amount).toBe('2.00');
  });

  it('takes a reset as it is, versions or not', () => {
    const { store, frame } = manual();
    store.snapshot('card:1', [price({ amount: '2.00', version: 9 })], false);
    frame();
    store.snapshot('card:1', [price({ amount: '3.00', version: 1 })], true);
    frame();
    expect(store.get(KEY)?.price.money?.amount).toBe('3.00');
  });

  it('knows the direction of a change, from what is shown or from the previous value', () => {
    const { store, frame } = manual();
    store.delta([price({ amount: '1.00', previous: { amount: '2.00', currency: 'USD' } })]);
    frame();
    expect(store.get(KEY)).toMatchObject({ direction: 'down', beat: 1 });
    store.delta([price({ amount: '1.50', version: 2 })]);
    frame();
    expect(store.get(KEY)).toMatchObject({ direction: 'up', beat: 2 });
  });

  it('does not flash for a first snapshot, nor for a price that stayed', () => {
    const { store, frame } = manual();
    store.snapshot('card:1', [price({ previous: { amount: '5.00', currency: 'USD' } })], false);
    frame();
    expect(store.get(KEY)).toMatchObject({ direction: 'flat', beat: 0 });
    store.delta([price({ version: 2 })]);
    frame();
    expect(store.get(KEY)?.beat).toBe(0);
  });

  it('ends the series that a new snapshot no longer has', () => {
    const { store, frame } = manual();
    const foil = price({ finish: 'FOIL' });
    const listener = vi.fn();
    store.snapshot('card:1', [price(), foil], false);
    frame();
    store.subscribeScope('card:1', listener);
    store.snapshot('card:1', [price()], true);
    frame();
    expect(store.get(seriesKey(foil))).toBeUndefined();
    expect([...(store.scope('card:1') ?? [])]).toEqual([KEY]);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('adds a new series of a delta to its scope', () => {
    const { store, frame } = manual();
    const foil = price({ finish: 'FOIL' });
    store.snapshot('card:1', [price()], false);
    store.delta([foil], 'card:1');
    frame();
    expect(store.scope('card:1')?.has(seriesKey(foil))).toBe(true);
  });

  it('tells two feeds and two currencies of a source apart', () => {
    const keys = [
      price(),
      price({ feed: 'DEMO' }),
      price({ money: { amount: '1.00', currency: 'EUR' } }),
    ].map(seriesKey);
    expect(new Set(keys).size).toBe(3);
  });
});

describe('a withdrawal', () => {
  it('ends a series that a delta withdraws, and no late delta brings it back', () => {
    const { store, frame } = manual();
    const foil = price({ finish: 'FOIL', version: 2 });
    const cell = vi.fn();
    const table = vi.fn();
    store.snapshot('card:1', [price(), foil], false);
    frame();
    store.subscribe(seriesKey(foil), cell);
    store.subscribeScope('card:1', table);
    const withdrawn = { ...foil, money: null, previous: foil.money, version: 3 };
    store.delta([withdrawn], 'card:1');
    store.delta([foil], 'card:1');
    frame();
    expect([...(store.scope('card:1') ?? [])]).toEqual([KEY]);
    expect(store.get(seriesKey(foil))?.price.money).toBeNull();
    expect(cell).toHaveBeenCalledTimes(1);
    expect(table).toHaveBeenCalledTimes(1);
    store.delta([price({ finish: 'FOIL', version: 4 })], 'card:1');
    frame();
    expect(store.scope('card:1')?.has(seriesKey(foil))).toBe(true);
  });
});
