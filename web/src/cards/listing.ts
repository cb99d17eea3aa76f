import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { CombinedError } from 'urql';
import { unmask } from '../gql';
import {
  type PricedTileFragment,
  PricedTileFragmentDoc,
  SearchCardsDocument,
  type SearchCardsQuery,
  type SearchCardsQueryVariables,
} from '../gql/graphql';
import { currentClient, onRefresh } from '../graphql/client';

type Wanted = Omit<SearchCardsQueryVariables, 'first' | 'after'>;

interface Listing {
  nodes: readonly PricedTileFragment[];
  total: number | null;
  warnings: SearchCardsQuery['search']['warnings'];
  hasMore: boolean;
  loading: boolean;
  error: CombinedError | null;
}

const PAGE = 60;
const KEPT = 8;
const FRESH_FOR = 300_000;
const BLANK: Listing = { nodes: [], total: null, warnings: [], hasMore: true, loading: true, error: null };

/** All loaded pages of one search. It outlives its page, so that Back finds the list as it was left. */
class ListingStore {
  #state = BLANK;
  #cursor: string | null = null;
  #busy = false;
  /** Somebody asked anew while an answer was on its way: it is asked once more, not twice at a time. */
  #again = false;
  #loadedAt = 0;
  readonly #wanted: Wanted;
  readonly #listeners = new Set<() => void>();

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  readonly get = (): Listing => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  start(): void {
    if (Date.now() - this.#loadedAt > FRESH_FOR && !this.#busy) this.restart();
  }

  restart(): void {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#cursor = null;
    void this.#load(true);
  }

  readonly more = (): void => {
    if (!this.#busy && this.#state.hasMore) void this.#load(this.#cursor === null);
  };

  async #load(first: boolean): Promise<void> {
    this.#busy = true;
    this.#set({ ...this.#state, loading: true, error: null });
    const { data, error } = await currentClient()
      .query(
        SearchCardsDocument,
        { ...this.#wanted, first: PAGE, after: this.#cursor },
        { requestPolicy: first ? 'network-only' : 'cache-first', asksItself: true },
      )
      .toPromise();
    this.#busy = false;
    if (this.#again) {
      this.#again = false;
      this.restart();
      return;
    }
    if (!data) {
      this.#set({ ...this.#state, loading: false, error: error ?? null });
      return;
    }
    const { nodes, totalCount, warnings, pageInfo } = data.search;
    const page = unmask(PricedTileFragmentDoc, nodes);
    this.#loadedAt = Date.now();
    this.#cursor = pageInfo.endCursor;
    this.#set({
      nodes: first ? page : [...this.#state.nodes, ...page],
      total: totalCount,
      warnings,
      hasMore: pageInfo.hasNextPage,
      loading: false,
      error: error ?? null,
    });
  }

  #set(state: Listing): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const listings = new Map<string, ListingStore>();

onRefresh(() => {
  for (const [key, listing] of listings) {
    if (listing.watched) listing.restart();
    else listings.delete(key);
  }
});

function listingFor(wanted: Wanted): ListingStore {
  const key = JSON.stringify(wanted);
  const listing = listings.get(key) ?? new ListingStore(wanted);
  listings.delete(key);
  listings.set(key, listing);
  for (const [old, store] of listings) {
    if (listings.size <= KEPT) break;
    if (!store.watched) listings.delete(old);
  }
  return listing;
}

/** A search and its pages; `more` loads the next one. */
export function useListing({ query, unique, order, direction }: Wanted) {
  const store = useMemo(
    () => listingFor({ query, unique, order, direction }),
    [query, unique, order, direction],
  );
  const listing = useSyncExternalStore(store.subscribe, store.get);
  useEffect(() => store.start(), [store]);
  return { ...listing, more: store.more };
}
