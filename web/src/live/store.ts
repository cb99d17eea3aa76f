import type { PriceFieldsFragment } from '../gql/graphql';
import { type Direction, direction, isPriced } from '../lib/money';

/** A price as a message brings it: without money when its source withdrew it. */
export type LivePrice = PriceFieldsFragment;
/** Everything that makes a price series: two of these never share a key. */
export type SeriesKey = string;

export function seriesKey(price: LivePrice): SeriesKey {
  const { printingId, source, feed, kind, finish, condition, money, previous } = price;
  // A withdrawn price says by its previous one what it was counted in.
  const currency = (money ?? previous)?.currency ?? '';
  return `${printingId}|${source}|${feed}|${kind}|${finish}|${condition}|${currency}`;
}

/** A price as last heard; `beat` grows with every visible change so that a cell can restart its flash. */
export interface Tick {
  price: LivePrice;
  direction: Direction;
  beat: number;
}

type Listener = () => void;
type Schedule = (flush: () => void) => void;

/** Ticks of series that nobody shows are dropped beyond this many. */
const IDLE_LIMIT = 4000;

/**
 * Live prices outside the normalised cache. A cache re-reads the whole query for one tick; here a tick
 * wakes the cells that show it, once per animation frame.
 */
export class LiveStore {
  readonly #ticks = new Map<SeriesKey, Tick>();
  readonly #pending = new Map<SeriesKey, Tick | null>();
  readonly #listeners = new Map<SeriesKey, Set<Listener>>();
  readonly #scopes = new Map<string, ReadonlySet<SeriesKey>>();
  readonly #scopeListeners = new Map<string, Set<Listener>>();
  readonly #dirtyScopes = new Set<string>();
  readonly #schedule: Schedule;
  #scheduled = false;

  constructor(schedule: Schedule = (flush) => requestAnimationFrame(flush)) {
    this.#schedule = schedule;
  }

  get(key: SeriesKey): Tick | undefined {
    return this.#ticks.get(key);
  }

  /** The series that exist in a scope, or undefined until its snapshot has come. */
  scope(name: string): ReadonlySet<SeriesKey> | undefined {
    return this.#scopes.get(name);
  }

  subscribe(key: SeriesKey, listener: Listener): () => void {
    return listen(this.#listeners, key, listener);
  }

  subscribeScope(name: string, listener: Listener): () => void {
    return listen(this.#scopeListeners, name, listener);
  }

  /** Everything that is true of the scope now: what is not in it has ended. */
  snapshot(scope: string, prices: readonly LivePrice[], reset: boolean): void {
    const keys = new Set(prices.filter(isPriced).map(seriesKey));
    for (const old of this.#scopes.get(scope) ?? []) if (!keys.has(old)) this.#pending.set(old, null);
    this.#scopes.set(scope, keys);
    this.#dirtyScopes.add(scope);
    for (const price of prices) this.#offer(price, { flashFrom: undefined, force: reset });
    this.#plan();
  }

  /** Changed prices; in the scope, when one is named, new series join and withdrawn ones end. */
  delta(prices: readonly LivePrice[], scope?: string): void {
    const taken = prices.filter((price) =>
      this.#offer(price, { flashFrom: price.previous?.amount, force: false }),
    );
    const known = scope === undefined ? undefined : this.#scopes.get(scope);
    if (scope !== undefined && known) {
      const keys = new Set(known);
      for (const price of taken) {
        if (isPriced(price)) keys.add(seriesKey(price));
        else keys.delete(seriesKey(price));
      }
      if (keys.size !== known.size || [...keys].some((key) => !known.has(key))) {
        this.#scopes.set(scope, keys);
        this.#dirtyScopes.add(scope);
      }
    }
    this.#plan();
  }

  /** Prices that are current but did not just change: shown without a flash. */
  latest(prices: readonly LivePrice[], reset: boolean): void {
    for (const price of prices) this.#offer(price, { flashFrom: undefined, force: reset });
    this.#plan();
  }

  /** Forgets a scope whose page is gone. */
  release(scope: string): void {
    this.#scopes.delete(scope);
  }

  /** Takes a price for the next frame, unless a newer one is known. */
  #offer(price: LivePrice, how: { flashFrom: string | undefined; force: boolean }): boolean {
    const key = seriesKey(price);
    const waiting = this.#pending.get(key);
    const known = waiting ?? this.#ticks.get(key);
    // Deltas may overtake each other between processes; a version never goes back, except by a reset.
    if (!how.force && known && waiting !== null && price.version < known.price.version) return false;
    const from = this.#ticks.get(key)?.price.money?.amount ?? how.flashFrom;
    const way = direction(from, price.money?.amount);
    const beat = (known?.beat ?? 0) + (way === 'flat' ? 0 : 1);
    this.#pending.set(key, { price, direction: way === 'flat' ? (known?.direction ?? 'flat') : way, beat });
    return true;
  }

  #plan(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const changed = [...this.#pending];
    this.#pending.clear();
    for (const [key, tick] of changed) {
      if (tick) this.#ticks.set(key, tick);
      else this.#ticks.delete(key);
    }
    const scopes = [...this.#dirtyScopes];
    this.#dirtyScopes.clear();
    for (const [key] of changed) for (const listener of this.#listeners.get(key) ?? []) listener();
    for (const name of scopes) for (const listener of this.#scopeListeners.get(name) ?? []) listener();
    this.#prune();
  }

  #prune(): void {
    if (this.#ticks.size <= IDLE_LIMIT) return;
    const held = new Set([...this.#scopes.values()].flatMap((keys) => [...keys]));
    for (const key of this.#ticks.keys()) {
      if (!this.#listeners.has(key) && !held.has(key)) this.#ticks.delete(key);
    }
  }
}

function listen(map: Map<string, Set<Listener>>, key: string, listener: Listener): () => void {
  const set = map.get(key) ?? new Set();
  map.set(key, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0 && map.get(key) === set) map.delete(key);
  };
}

export const liveStore = new LiveStore();
