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
  #rows: Lot[] = [];
  #places = new Set<string>();
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
    return this.#places.has(id) ? this.#known.get(id) : undefined;
  }

  /** A lot that was heard of. */
  latest(id: string): Lot | undefined {
    return this.#known.get(id);
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
      this.#rows.push(lot);
    }
    const last = page.at(-1);
    if (last) this.#readTo = this.#came(last);
    if (!complete) return;
    this.#readTo = Number.NEGATIVE_INFINITY;
    this.#arrange();
  }

  /** Takes in the list as it was read from its beginning. */
  replace(wanted: Wanted, read: readonly Lot[], { complete, since, keep }: Fresh): void {
    const tail = keep ? behind(this.#rows, read) : [];
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
    for (const heir of told) this.#inherit(heir, told);
    for (const lot of told) this.#learn(lot);
    this.#arrange(told);
  }

  /** Copies that all leave their lot for a new one do not leave their place, until the list is read anew. */
  #inherit(heir: Lot, told: readonly Lot[]): void {
    if (heir.quantity === 0 || this.#known.has(heir.id)) return;
    const left = told.find(
      (lot) => lot.quantity === 0 && this.#places.has(lot.id) && lot.printing.id === heir.printing.id,
    );
    if (left) this.#stead.set(heir.id, this.#came(left));
  }

  readonly #came = (lot: Lot): number => this.#stead.get(lot.id) ?? Date.parse(lot.createdAt);

  #learn(lot: Lot): Lot {
    const before = this.#known.get(lot.id);
    if (before && Date.parse(before.changedAt) > Date.parse(lot.changedAt)) return before;
    this.#known.set(lot.id, lot);
    return lot;
  }

  #arrange(told: readonly Lot[] = []): void {
    const lots = isPlain(this.#wanted)
      ? newestFirst([...this.#known.values()], this.#readTo, this.#came)
      : this.#inPlace(told);
    this.#put(lots.filter((lot) => fits(lot, this.#wanted)));
  }

  /** Every lot where it stands. Copies that are changed leave their lot for another one, which takes its place. */
  #inPlace(told: readonly Lot[]): Lot[] {
    const heirs = new Set(
      told.filter((lot) => lot.quantity > 0 && !this.#places.has(lot.id)).map(({ id }) => id),
    );
    return this.#rows.map((row) => {
      const lot = this.#known.get(row.id) ?? row;
      if (lot.quantity > 0) return lot;
      const heir = told.find(({ id, printing }) => heirs.has(id) && printing.id === lot.printing.id);
      if (!heir) return lot;
      heirs.delete(heir.id);
      return this.#known.get(heir.id) ?? heir;
    });
  }

  #put(lots: Lot[]): void {
    this.#rows = lots;
    this.#places = new Set(lots.map(({ id }) => id));
  }
}
