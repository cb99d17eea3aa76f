import type { Problem } from '../forms/problems';
import type { WantFieldsFragment, WantInput, WantOrder } from '../gql/graphql';
import { GRADE, LANGUAGE } from '../inventory/words';
import { FINISH, SOURCE } from '../lib/labels';
import { toMinor } from '../lib/money';

export const ORDERS: { value: WantOrder; label: string }[] = [
  { value: 'PRIORITY', label: 'Most urgent first' },
  { value: 'NAME', label: 'By name' },
  { value: 'PRICE', label: 'Dearest first' },
  { value: 'ADDED_AT', label: 'Newest first' },
];

export const PRIORITIES = [
  { value: '1', label: '1, most urgent' },
  { value: '2', label: '2' },
  { value: '3', label: '3' },
  { value: '4', label: '4' },
  { value: '5', label: '5, some day' },
];

/** The server's words as sentences, beside the fields of a form: `wants[0].target.amount` is `amount`. */
export function problemsAt(errors: readonly { field: string; message: string }[]): Problem[] {
  return errors.map(({ field, message }) => ({
    field: field.replace(/^(?:wants|edits|ids)\[\d+\]\.?/, '').replace(/^(?:set|target)\.(?:target\.)?/, ''),
    message: `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.?$/, '.')}`,
  }));
}

/** Where a copy may come from. */
export function whichOf({ printing, sets }: Pick<WantFieldsFragment, 'printing' | 'sets'>): string {
  if (printing) return `${printing.set.name} ${printing.collectorNumber}`;
  if (sets.length > 0) return `in ${sets.map(({ code }) => code.toUpperCase()).join(', ')}`;
  return 'any printing';
}

/** What else a copy must be. */
export function limitsOf({
  finish,
  gradeAtLeast,
  languages,
}: Pick<WantFieldsFragment, 'finish' | 'gradeAtLeast' | 'languages'>): string[] {
  return [
    finish && FINISH[finish],
    gradeAtLeast && `${GRADE[gradeAtLeast]} or better`,
    languages.length > 0 && languages.map((one) => LANGUAGE[one]).join(' or '),
  ].filter((word): word is string => Boolean(word));
}

export const sourceOf = ({ target }: WantFieldsFragment): string =>
  target?.source ? ` at ${SOURCE[target.source]}` : '';

/** How near a price is to what somebody would pay, in per cent: 100 when it is as low. */
export function nearness(target: string, price: string): number {
  const [wanted, asked] = [toMinor(target), toMinor(price)];
  if (asked <= wanted) return 100;
  return Number((wanted * 100n) / asked);
}

/** A want as it was, to be wanted again. */
export function again(want: WantFieldsFragment): WantInput {
  const of = want.printing
    ? { printingId: want.printing.id }
    : want.sets.length > 0
      ? { cardInSets: { cardId: want.card.id, setIds: want.sets.map(({ id }) => id) } }
      : { cardId: want.card.id };
  const { finish, gradeAtLeast, languages, quantity, priority, note, target, tells } = want;
  const price = target && { ...target.price, source: target.source };
  return { of, finish, gradeAtLeast, languages, quantity, priority, note, target: price, tells };
}
