import type { Currency } from '../gql/graphql';

/** An amount as the API gives it: an exact decimal string and its currency. */
export interface Money {
  amount: string;
  currency: Currency;
}

/** A price that has money: one that its source has not withdrawn. */
type Priced<P> = P & { money: Money };

export function isPriced<P extends { money: Money | null }>(price: P): price is Priced<P> {
  return price.money !== null;
}

/** Hundredths of the currency, exactly; the API never sends more than two fraction digits for a price. */
export function toMinor(amount: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (!match) throw new TypeError(`not a decimal: ${amount}`);
  const [, sign, whole = '0', fraction = ''] = match;
  const minor = BigInt(whole) * 100n + BigInt(fraction.slice(0, 2).padEnd(2, '0'));
  return sign ? -minor : minor;
}

/** The decimal string of a number of hundredths. */
export function fromMinor(minor: bigint | number): string {
  const value = BigInt(minor);
  const magnitude = value < 0n ? -value : value;
  return `${value < 0n ? '-' : ''}${magnitude / 100n}.${(magnitude % 100n).toString().padStart(2, '0')}`;
}

export function compareAmounts(a: string, b: string): -1 | 0 | 1 {
  const difference = toMinor(a) - toMinor(b);
  if (difference === 0n) return 0;
  return difference > 0n ? 1 : -1;
}

/** Change in per cent with one decimal, rounded half away from zero; null when there is no base. */
export function percentChange(from: string, to: string): string | null {
  const base = toMinor(from);
  if (base <= 0n) return null;
  const scaled = (toMinor(to) - base) * 2000n;
  const doubled = scaled / base;
  const tenths = (doubled + (doubled < 0n ? -1n : 1n)) / 2n;
  const magnitude = tenths < 0n ? -tenths : tenths;
  return `${tenths < 0n ? '-' : ''}${magnitude / 10n}.${magnitude % 10n}`;
}

const formats = new Map<string, Intl.NumberFormat>();

/** A price, or what somebody paid: that may be in any currency of the world. */
type Sum = Omit<Money, 'currency'> & { currency: string };

function formatter(currency: string): Intl.NumberFormat {
  let format = formats.get(currency);
  if (!format) {
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    // Event tickets are no ISO currency: a plain number and a unit of our own.
    format =
      currency === 'TIX'
        ? new Intl.NumberFormat(undefined, digits)
        : new Intl.NumberFormat(undefined, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    formats.set(currency, format);
  }
  return format;
}

/** Money for people. A missing price is a dash, never zero. */
export function formatMoney(money: Sum | null | undefined): string {
  if (!money) return '—';
  // A decimal string formats exactly; a float would not.
  const text = formatter(money.currency).format(money.amount as `${number}`);
  return money.currency === 'TIX' ? `${text} tix` : text;
}

/** A percentage with an explicit sign, so that up and down differ by more than colour. */
export function formatPercent(value: string | null): string {
  if (value === null) return '—';
  if (value.startsWith('-')) return `−${value.slice(1)} %`;
  return /^0(\.0+)?$/.test(value) ? `${value} %` : `+${value} %`;
}

export type Direction = 'up' | 'down' | 'flat';

export function direction(from: string | null | undefined, to: string | null | undefined): Direction {
  if (from == null || to == null) return 'flat';
  const order = compareAmounts(to, from);
  if (order === 0) return 'flat';
  return order > 0 ? 'up' : 'down';
}

/** What became of a price; a price that is missing on either side did not move. */
export function movement(from: Money | null, to: Money | null): { way: Direction; percent: string | null } {
  if (!from || !to) return { way: 'flat', percent: null };
  return { way: direction(from.amount, to.amount), percent: percentChange(from.amount, to.amount) };
}
