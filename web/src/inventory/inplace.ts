import type { InventoryFactsInput, LotFieldsFragment as Lot } from '../gql/graphql';
import { AMOUNT } from './facts';
import { PRICED_AS } from './words';

/** What can be changed where it stands in the table. */
export type Field = 'finish' | 'grade' | 'language' | 'binderId' | 'quantity' | 'cost' | 'acquiredOn';

/** What a cell comes to: other facts for all copies, or more or fewer copies. */
export type CellChange = { set: InventoryFactsInput } | { copies: number };

/** What a cell says before somebody types. */
export function typedOf(lot: Lot, field: Field): string {
  switch (field) {
    case 'binderId':
      return lot.binder?.id ?? '';
    case 'quantity':
      return String(lot.quantity);
    case 'cost':
      return lot.cost?.amount ?? '';
    case 'acquiredOn':
      return lot.acquiredOn ?? '';
    case 'finish':
    case 'grade':
    case 'language':
      return lot[field];
  }
}

/** What typed words change; nothing if they say the same as before, and a sentence if they cannot be. */
export function changeOf(
  lot: Lot,
  field: Field,
  typed: string,
  currency: string,
): CellChange | string | null {
  const text = typed.trim();
  if (text === typedOf(lot, field)) return null;
  switch (field) {
    case 'quantity':
      if (!/^\d+$/.test(text)) return 'Must be a whole number.';
      if (text.length > 7) return 'A lot holds 1,000,000 copies at most.';
      return Number(text) === lot.quantity ? null : { copies: Number(text) - lot.quantity };
    case 'cost': {
      const amount = text.replace(',', '.');
      if (amount === '') return { set: { cost: null } };
      if (!AMOUNT.test(amount)) return 'Must be an amount such as 12.50.';
      return { set: { cost: { amount, currency: lot.cost?.currency ?? currency } } };
    }
    case 'binderId':
    case 'acquiredOn':
      return { set: { [field]: text || null } };
    case 'finish':
    case 'grade':
    case 'language':
      return { set: { [field]: text } };
  }
}

/** What of a lot will be different if nothing speaks against it. */
export function preview(
  lot: Lot,
  change: CellChange,
  binders: readonly { id: string; name: string }[],
): Partial<Lot> {
  if ('copies' in change) return { quantity: lot.quantity + change.copies };
  const { finish, grade, language, binderId, cost, acquiredOn } = change.set;
  return {
    ...(finish && { finish }),
    ...(grade && { grade, condition: PRICED_AS[grade] }),
    ...(language && { language }),
    ...(binderId !== undefined && { binder: binders.find(({ id }) => id === binderId) ?? null }),
    ...(cost !== undefined && { cost }),
    ...(acquiredOn !== undefined && { acquiredOn }),
  };
}

/** More copies of what a lot is. */
export const moreOf = (lot: Lot, quantity: number) => ({
  printingId: lot.printing.id,
  quantity,
  finish: lot.finish,
  grade: lot.grade,
  conditionText: lot.conditionText,
  language: lot.language,
  binderId: lot.binder?.id ?? null,
  cost: lot.cost,
  acquiredOn: lot.acquiredOn,
  grading: lot.grading,
  signed: lot.signed,
  altered: lot.altered,
  misprint: lot.misprint,
  forTrade: lot.forTrade,
  hidden: lot.hidden,
  notes: lot.notes,
  tags: lot.tags,
});
