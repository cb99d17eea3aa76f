import type { InventoryOrder, LotFieldsFragment as Lot, SortDirection } from '../gql/graphql';

/** Which lots the page shows, in which order. */
export interface Wanted {
  /** In the search language. */
  query: string;
  binder: string;
  trade: 'any' | 'yes' | 'no';
  order: InventoryOrder;
  direction: SortDirection;
}

export const EVERYTHING: Wanted = { query: '', binder: '', trade: 'any', order: 'ADDED', direction: 'AUTO' };

/** What a lot will be, while the server does not say so yet. */
interface Preview {
  id: string;
  readonly facts: Partial<Lot>;
}

/** What is shown. A new one comes with every change, but what is in it grows in place as pages are read. */
export interface Shown {
  readonly rows: readonly Lot[];
}

/**
 * Whether it can be told here which lots fit and where they stand. What a query means, and what else lots are
 * sorted by, only the server knows.
 */
export const isPlain = ({ query, order, direction }: Wanted): boolean =>
  query === '' && order === 'ADDED' && direction !== 'ASC';

const fits = (lot: Lot, { binder, trade }: Wanted): boolean =>
  lot.quantity > 0 &&
  (binder === '' || lot.binder?.id === binder) &&
  (trade === 'any' || lot.forTrade === (trade === 'yes'));

/** The newest first. The sort is stable: lots that came together stay as the server put them. */
function newestFirst(lots: readonly Lot[], from: number, came: (lot: Lot) => number): Lot[] {
  return lots
    .map((lot) => ({ lot, at: came(lot) }))
    .filter(({ at }) => at >= from)
    .toSorted((a, b) => b.at - a.at)
    .map(({ lot }) => lot);
}

/** The part of the old list that comes behind what was read anew. */
function behind(old: readonly Lot[], read: readonly Lot[]): readonly Lot[] {
  const places = new Map(old.map(({ id }, at) => [id, at]));
  const last = read.findLast(({ id }) => places.has(id));
  return last ? old.slice((places.get(last.id) ?? 0) + 1) : [];
}

interface Fresh {
  /** Nothing comes behind these. */
  complete: boolean;
  /** What was told while they were read: they may be older. */
  since: readonly Lot[];
  /** Keeps what was read before and comes behind these. */
  keep: boolean;
}

/**
 * The lots of a list as far as they were read, and everything else that was heard of lots: of each its latest
 * state, whichever word came first. A page costs what its lots cost, however many are there already.
 */
export class LotList {
  #wanted = EVERYTHING;
  #known = new Map<string, Lot>();
  /** What is known to be there. What is shown of it may be what it will be. */
  #line: Lot[] = [];
  #rows: Lot[] = [];
  #places = new Set<string>();
  readonly #previews = new Set<Preview>();
  /** The lot that took over the copies of one that was emptied. */
  readonly #heirs = new Map<string, string>();
  /** What a row is called for as long as it is the same row, whichever lot it shows; a lot's own name else. */
  readonly #keys = new Map<string, string>();
  /** When the lot came whose place another one took. */
  #stead = new Map<string, number>();
  /** When the last lot that was read page by page came. Lots before it wait until their page is read. */
  #readTo = Number.NEGATIVE_INFINITY;

  get wanted(): Wanted {
    return this.#wanted;
  }

  get shown(): Shown {
    return { rows: this.#rows };
  }

  /** A lot that is shown. */
  at(id: string): Lot | undefined {
    const lot = this.#places.has(id) ? this.latest(id) : undefined;
    return lot && fits(lot, this.#wanted) ? lot : undefined;
  }

  /** A lot that was heard of. */
  latest(id: string): Lot | undefined {
    const lot = this.#known.get(id);
    return lot && this.#previewed(lot);
  }

  /** A lot as the server told it last; of one that was emptied, the lot that took over its copies. */
  told(id: string): Lot | undefined {
    const lot = this.#known.get(id);
    const heir = this.#heirs.get(id);
    return heir === undefined || (lot && lot.quantity > 0) ? lot : (this.told(heir) ?? lot);
  }

  keyOf(id: string): string {
    return this.#keys.get(id) ?? id;
  }

  /** Shows what a lot will be, until the returned function is called. */
  preview(id: string, facts: Partial<Lot>): () => void {
    const preview = { id, facts };
    this.#previews.add(preview);
    this.#show();
    return () => {
      this.#previews.delete(preview);
      this.#show();
    };
  }

  /** Shows what is known and fits. */
  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#readTo = Number.NEGATIVE_INFINITY;
    this.#arrange();
  }

  /** Shows nothing until there is an answer. */
  clear(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#put([]);
  }

  /** Takes in the next page. */
  append(page: readonly Lot[], complete: boolean): void {
    for (const told of page) {
      const lot = this.#learn(told);
      if (this.#places.has(lot.id) || !fits(lot, this.#wanted)) continue;
      this.#places.add(lot.id);
      this.#line.push(lot);
    }
    if (this.#previews.size > 0) this.#show();
    const last = page.at(-1);
    if (last) this.#readTo = this.#came(last);
    if (!complete) return;
    this.#readTo = Number.NEGATIVE_INFINITY;
    this.#arrange();
  }

  /** Takes in the list as it was read from its beginning. */
  replace(wanted: Wanted, read: readonly Lot[], { complete, since, keep }: Fresh): void {
    const tail = keep ? behind(this.#line, read) : [];
    this.#wanted = wanted;
    this.#known = new Map();
    this.#stead = new Map();
    this.#put([]);
    this.append([...read, ...tail], complete);
    this.tell(since);
  }

  /** Takes in lots as they are now. */
  tell(told: readonly Lot[]): void {
    if (told.length === 0) return;
    const heirs = this.#inherit(told);
    for (const lot of told) this.#learn(lot);
    this.#arrange(heirs);
  }

  /**
   * Copies that all leave their lot for another one do not leave their row, nor what is to become of them. Tells
   * which lot took over which.
   */
  #inherit(told: readonly Lot[]): ReadonlyMap<string, string> {
    const heirs = new Map<string, string>();
    const left = told.filter(({ id, quantity }) => quantity === 0 && this.#places.has(id));
    for (const heir of told) {
      if (heir.quantity === 0 || this.#places.has(heir.id)) continue;
      const at = left.findIndex(({ printing }) => printing.id === heir.printing.id);
      const [old] = at < 0 ? [] : left.splice(at, 1);
      if (!old) continue;
      heirs.set(old.id, heir.id);
      // In a list of the newest it also keeps its place, until the list is read anew.
      this.#stead.set(heir.id, this.#came(old));
      this.#passOn(old.id, heir.id);
    }
    return heirs;
  }

  #passOn(from: string, to: string): void {
    for (const preview of this.#previews) if (preview.id === from) preview.id = to;
    // What was told before an answer is told once more after it.
    if (this.#heirs.get(from) === to) return;
    this.#heirs.delete(to);
    this.#heirs.set(from, to);
    const [key, other] = [this.keyOf(from), this.keyOf(to)];
    this.#keys.set(to, key).set(from, other);
  }

  readonly #came = (lot: Lot): number => this.#stead.get(lot.id) ?? Date.parse(lot.createdAt);

  #learn(lot: Lot): Lot {
    const before = this.#known.get(lot.id);
    if (before && Date.parse(before.changedAt) > Date.parse(lot.changedAt)) return before;
    this.#known.set(lot.id, lot);
    return lot;
  }

  #arrange(heirs?: ReadonlyMap<string, string>): void {
    const lots = isPlain(this.#wanted)
      ? newestFirst([...this.#known.values()], this.#readTo, this.#came)
      : this.#inPlace(heirs);
    this.#put(lots.filter((lot) => fits(lot, this.#wanted)));
  }

  /** Every lot where it stands, or the one that took over its copies. */
  #inPlace(heirs?: ReadonlyMap<string, string>): Lot[] {
    return this.#line.map((row) => {
      const lot = this.#known.get(row.id) ?? row;
      return lot.quantity > 0 ? lot : (this.#known.get(heirs?.get(row.id) ?? '') ?? lot);
    });
  }

  #previewed(lot: Lot): Lot {
    const facts = [...this.#previews].filter(({ id }) => id === lot.id).map((preview) => preview.facts);
    return facts.length > 0 ? Object.assign({}, lot, ...facts) : lot;
  }

  #put(lots: Lot[]): void {
    this.#line = lots;
    this.#places = new Set(lots.map(({ id }) => id));
    this.#show();
  }

  #show(): void {
    this.#rows = this.#line;
    if (this.#previews.size === 0) return;
    const lots = this.#line.map((lot) => this.#previewed(lot));
    this.#rows = lots.filter((lot) => fits(lot, this.#wanted));
  }
}
