import type { Client, CombinedError } from 'urql';
import { unmask } from '../gql';
import {
  InventoryDocument,
  InventoryUpdatedDocument,
  type InventoryUpdatedSubscription,
  type LotFieldsFragment as Lot,
  LotFieldsFragmentDoc,
  PageFieldsFragmentDoc,
} from '../gql/graphql';
import { subscribeLive } from '../live/socket';
import { type Filter, type Known, merge, NOTHING } from './lots';

interface Totals {
  lots: number;
  copies: number;
}

interface State {
  known: Known;
  totals: Totals | null;
  loading: boolean;
  error: CombinedError | null;
  /** Counts up with every change of the inventory, wherever it was made. */
  beat: number;
}

const BLANK: State = { known: NOTHING, totals: null, loading: true, error: null, beat: 0 };
/** Pages that are read anew at most when the list has to be. */
const MOST_ANEW = 20;

/** One's own lots as far as they were read, kept right by the feed. */
export class LotStore {
  #state = BLANK;
  #filter: Filter = { binder: '', trade: 'any' };
  #cursor: string | null = null;
  #pages = 0;
  /** An answer to what was asked before the last beginning is not wanted any more. */
  #generation = 0;
  #busy = false;
  /** What was told while the list was read from its beginning: the answer may be older. */
  #since: Lot[] = [];
  #heard: Totals | null = null;
  readonly #client: Client;
  readonly #listeners = new Set<() => void>();

  constructor(client: Client) {
    this.#client = client;
  }

  readonly get = (): State => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows the feed until the returned function is called. */
  readonly follow = (): (() => void) =>
    subscribeLive(InventoryUpdatedDocument, {}, ({ inventoryUpdated }) => this.#hear(inventoryUpdated));

  /** Reads the lots that fit. */
  show(filter: Filter): void {
    this.#filter = filter;
    this.#pages = 0;
    // What is known and fits is shown at once.
    this.#set({ known: { ...this.#state.known, readTo: null }, error: null });
    this.again();
  }

  /** Reads the list anew, as far as it was read. */
  readonly again = (): void => {
    this.#generation += 1;
    this.#since = [];
    this.#heard = null;
    void this.#read(null, Math.min(MOST_ANEW, Math.max(1, this.#pages)));
  };

  readonly more = (): void => {
    if (!this.#busy && this.#cursor !== null) void this.#read(this.#cursor, 1);
    else if (!this.#busy && this.#pages === 0) this.again();
  };

  /** Takes in lots as they are now. */
  tell(told: readonly Lot[]): void {
    // They are told oldest first, and listed newest first.
    const lots = told.toReversed();
    this.#since.push(...lots);
    const { known } = this.#state;
    this.#set({ known: { ...known, lots: merge(known.lots, lots) } });
  }

  #hear({ kind, totalLots, totalCopies, changed, lots }: InventoryUpdatedSubscription['inventoryUpdated']) {
    const told = unmask(LotFieldsFragmentDoc, lots);
    this.#heard = { lots: totalLots, copies: totalCopies };
    this.#set({ totals: this.#heard, beat: this.#state.beat + (kind === 'SNAPSHOT' ? 0 : 1) });
    this.tell(told);
    // A snapshot comes when the socket is there, or there again: before it nothing was told.
    if (kind !== 'DELTA' || changed > told.length) this.again();
  }

  async #read(from: string | null, pages: number): Promise<void> {
    const generation = this.#generation;
    this.#busy = true;
    this.#set({ loading: true, error: null });
    let [after, read] = [from, 0];
    let lots: ReadonlyMap<string, Lot> = from === null ? new Map() : this.#state.known.lots;
    let totals: Totals | null = null;
    let last: string | null = null;
    do {
      const { binder, trade } = this.#filter;
      const filter = { binderId: binder || null, forTrade: trade === 'any' ? null : trade === 'yes' };
      const { data, error } = await this.#client
        .query(InventoryDocument, { filter, after }, { requestPolicy: 'network-only', asksItself: true })
        .toPromise();
      if (generation !== this.#generation) return;
      const page = data?.viewer?.inventory;
      if (!page) {
        this.#busy = false;
        this.#set({ loading: false, error: error ?? null });
        return;
      }
      const nodes = unmask(LotFieldsFragmentDoc, page.nodes);
      const { hasNextPage, endCursor } = unmask(PageFieldsFragmentDoc, page.pageInfo);
      lots = merge(lots, nodes);
      totals = { lots: page.totalLots, copies: page.totalCopies };
      last = nodes.at(-1)?.createdAt ?? last;
      after = hasNextPage ? endCursor : null;
      read += 1;
    } while (after !== null && read < pages);
    this.#busy = false;
    this.#cursor = after;
    this.#pages = from === null ? read : this.#pages + read;
    const known = { lots: merge(lots, this.#since), readTo: after === null ? null : last };
    this.#set({ known, totals: this.#heard ?? totals, loading: false, error: null });
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
