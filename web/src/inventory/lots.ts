import type { LotFieldsFragment as Lot } from '../gql/graphql';

/** Which lots the page shows. */
export interface Filter {
  binder: string;
  trade: 'any' | 'yes' | 'no';
}

/** Everything that was heard of lots, also of those that are empty or that the filter leaves out. */
export interface Known {
  lots: ReadonlyMap<string, Lot>;
  /** When the last lot that was read page by page came; null when all were read. */
  readTo: string | null;
}

export const NOTHING: Known = { lots: new Map(), readTo: null };

/** What is known after some lots were told of: of each lot its latest state, whichever word came first. */
export function merge(known: ReadonlyMap<string, Lot>, told: readonly Lot[]): ReadonlyMap<string, Lot> {
  if (told.length === 0) return known;
  const lots = new Map(known);
  for (const lot of told) {
    const before = lots.get(lot.id);
    if (!before || Date.parse(lot.changedAt) >= Date.parse(before.changedAt)) lots.set(lot.id, lot);
  }
  return lots;
}

const fits = (lot: Lot, { binder, trade }: Filter): boolean =>
  lot.quantity > 0 &&
  (binder === '' || lot.binder?.id === binder) &&
  (trade === 'any' || lot.forTrade === (trade === 'yes'));

/** The list: the newest lot first. Lots beyond what was read wait until their page is. */
export function shown({ lots, readTo }: Known, filter: Filter): Lot[] {
  const from = readTo === null ? Number.NEGATIVE_INFINITY : Date.parse(readTo);
  // The sort is stable: lots that came together stay as the server put them.
  return [...lots.values()]
    .filter((lot) => fits(lot, filter) && Date.parse(lot.createdAt) >= from)
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}
