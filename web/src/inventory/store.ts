import type { Client, CombinedError } from 'urql';
import { unmask } from '../gql';
import {
  InventoryDocument,
  type InventoryQuery,
  InventoryUpdatedDocument,
  type InventoryUpdatedSubscription,
  type LotFieldsFragment as Lot,
  LotFieldsFragmentDoc,
  PageFieldsFragmentDoc,
} from '../gql/graphql';
import { subscribeLive } from '../live/socket';
import { EVERYTHING, isPlain, LotList, type Shown, type Wanted } from './lots';

interface Totals {
  lots: number;
  copies: number;
}

type Answer = NonNullable<InventoryQuery['viewer']>['inventory'];

interface State {
  shown: Shown;
  /** What is shown belongs to what was asked for before. */
  stale: boolean;
  hasMore: boolean;
  /** Lots that the query finds in all; null without a query. */
  matching: number | null;
  warnings: Answer['warnings'];
  totals: Totals | null;
  loading: boolean;
  error: CombinedError | null;
  /** Counts up with every change of the inventory, wherever it was made. */
  beat: number;
}

const BLANK: State = {
  shown: { rows: [] },
  stale: false,
  hasMore: false,
  matching: null,
  warnings: [],
  totals: null,
  loading: true,
  error: null,
  beat: 0,
};
/** Pages that are read anew at most when the list has to be. */
const MOST_ANEW = 20;
/** A change comes twice, as an answer and by the feed: both are waited for. */
const GATHER = 150;
/** Between two readings anew because something changed, in milliseconds; and for each page of them. */
const PAUSE = 1_000;
const PAUSE_PER_PAGE = 250;

/** One's own lots as far as they were read, kept right by the feed. */
export class LotStore {
  #state = BLANK;
  readonly #list = new LotList();
  #wanted = EVERYTHING;
  #cursor: string | null = null;
  #pages = 0;
  /** An answer to what was asked before the last beginning is not wanted any more. */
  #generation = 0;
  #busy = false;
  /** What was told while the list was read from its beginning: the answer may be older. */
  #since: Lot[] = [];
  #heard: Totals | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quietUntil = 0;
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
  readonly follow = (): (() => void) => {
    const stop = subscribeLive(InventoryUpdatedDocument, {}, ({ inventoryUpdated }) =>
      this.#hear(inventoryUpdated),
    );
    return () => {
      stop();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  };

  /** A lot as the server told it last; of one that was emptied, the lot that took over its copies. */
  readonly told = (id: string): Lot | undefined => this.#list.told(id);

  /** What a row is called for as long as it is the same row, whichever lot it shows. */
  readonly keyOf = (id: string): string => this.#list.keyOf(id);

  /** A lot that is shown. */
  readonly at = (id: string): Lot | undefined => this.#list.at(id);

  /** A lot as it is now, shown or not. */
  readonly latest = (id: string): Lot | undefined => this.#list.latest(id);

  /** Reads the lots that fit. */
  show(wanted: Wanted): void {
    // Where something stands that was not understood is said of the text that it stands in.
    const warnings = wanted.query === this.#wanted.query ? this.#state.warnings : [];
    this.#wanted = wanted;
    this.#pages = 0;
    this.#cursor = null;
    // What is known and fits is shown at once. Where that cannot be told here, the rows of before stay.
    const plain = isPlain(wanted) && isPlain(this.#list.wanted);
    if (plain) this.#list.want(wanted);
    this.#set({ shown: this.#list.shown, stale: !plain, warnings, hasMore: false, error: null });
    this.again();
  }

  /** Reads the list anew, as far as it was read. */
  readonly again = (): void => this.#anew(false);

  readonly more = (): void => {
    if (!this.#busy && this.#cursor !== null) void this.#read(this.#cursor, 1, false);
  };

  /** Asks once more for what could not be had. */
  readonly retry = (): void => {
    if (this.#busy) return;
    if (this.#cursor !== null) this.more();
    else this.again();
  };

  /** Takes in lots as they are now. */
  tell(told: readonly Lot[]): void {
    // They are told oldest first, and listed newest first.
    const lots = told.toReversed();
    if (this.#busy) this.#since.push(...lots);
    this.#list.tell(lots);
    this.#set({ shown: this.#list.shown });
    if (!isPlain(this.#wanted)) this.#soon();
  }

  /** Shows what a lot will be, until the returned function is called. Nothing is read for it: nothing has changed. */
  preview(id: string, facts: Partial<Lot>): () => void {
    const end = this.#list.preview(id, facts);
    this.#set({ shown: this.#list.shown });
    return () => {
      end();
      this.#set({ shown: this.#list.shown });
    };
  }

  #hear({ kind, totalLots, totalCopies, changed, lots }: InventoryUpdatedSubscription['inventoryUpdated']) {
    const told = unmask(LotFieldsFragmentDoc, lots);
    this.#heard = { lots: totalLots, copies: totalCopies };
    this.#set({ totals: this.#heard, beat: this.#state.beat + (kind === 'SNAPSHOT' ? 0 : 1) });
    this.tell(told);
    // A snapshot comes when the socket is there, or there again: before it nothing was told.
    if (kind !== 'DELTA' || (changed > told.length && isPlain(this.#wanted))) this.again();
  }

  /** Reads the list anew before long: only the server knows what fits now, and where it stands. */
  #soon(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(GATHER, this.#quietUntil - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (isPlain(this.#wanted)) return;
      if (this.#busy) this.#soon();
      else this.#anew(true);
    }, wait);
  }

  #anew(keep: boolean): void {
    this.#generation += 1;
    this.#since = [];
    this.#heard = null;
    void this.#read(null, Math.min(MOST_ANEW, Math.max(1, this.#pages)), keep);
  }

  async #read(from: string | null, pages: number, keep: boolean): Promise<void> {
    const generation = this.#generation;
    this.#busy = true;
    this.#set({ loading: true, error: null });
    const lots: Lot[] = [];
    let [after, read] = [from, 0];
    let first: Answer | undefined;
    do {
      const { data, error } = await this.#ask(after);
      if (generation !== this.#generation) return;
      const page = data?.viewer?.inventory;
      if (!page) {
        this.#fail(error);
        return;
      }
      first ??= page;
      lots.push(...unmask(LotFieldsFragmentDoc, page.nodes));
      const { hasNextPage, endCursor } = unmask(PageFieldsFragmentDoc, page.pageInfo);
      after = hasNextPage ? endCursor : null;
      read += 1;
    } while (after !== null && read < pages);
    this.#busy = false;
    this.#take(lots, { first, from, after, read, keep: keep && read < this.#pages && after !== null });
  }

  #ask(after: string | null) {
    const { query, binder, trade, order, direction } = this.#wanted;
    const forTrade = trade === 'any' ? null : trade === 'yes';
    const filter = { query: query || null, binderId: binder || null, forTrade };
    const count = query !== '' && after === null;
    return this.#client
      .query(
        InventoryDocument,
        { filter, order, direction, after, count },
        { requestPolicy: 'network-only', asksItself: true },
      )
      .toPromise();
  }

  #take(
    lots: readonly Lot[],
    came: { first: Answer; from: string | null; after: string | null; read: number; keep: boolean },
  ): void {
    const { first, from, after, read, keep } = came;
    const { totalLots, totalCopies, matching, warnings } = first;
    const totals = this.#heard ?? { lots: totalLots, copies: totalCopies };
    const complete = after === null;
    if (from === null) {
      this.#list.replace(this.#wanted, lots, { complete, since: this.#since, keep });
      this.#quietUntil = Date.now() + Math.max(PAUSE, PAUSE_PER_PAGE * read);
      this.#set({ matching: matching?.lots ?? null, warnings });
    } else this.#list.append(lots, complete);
    // What stays behind was read before, and the list goes on where that ended.
    if (!keep) {
      this.#cursor = after;
      this.#pages = from === null ? read : this.#pages + read;
    }
    const hasMore = this.#cursor !== null;
    this.#set({ shown: this.#list.shown, stale: false, hasMore, totals, loading: false, error: null });
  }

  #fail(error: CombinedError | undefined): void {
    this.#busy = false;
    // Rows that belong to another question must not stand below this one's error.
    if (this.#state.stale) this.#list.clear(this.#wanted);
    this.#set({ shown: this.#list.shown, stale: false, loading: false, error: error ?? null });
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
