import type { Problem } from '../forms/problems';
import type {
  AlertBook,
  AlertFieldsFragment,
  AlertPhase,
  AlertRuleKind,
  AlertSuppression,
  Currency,
} from '../gql/graphql';
import { FINISH, SOURCE } from '../lib/labels';
import { formatMoney, toMinor } from '../lib/money';

type Alert = AlertFieldsFragment;
type Counted = { rule: AlertRuleKind; currency: Currency };

export const RULES: { value: AlertRuleKind; label: string }[] = [
  { value: 'BELOW', label: 'falls to an amount' },
  { value: 'ABOVE', label: 'rises to an amount' },
  { value: 'PERCENT', label: 'moves by per cent' },
  { value: 'BACK_IN_STOCK', label: 'is bought by a store again' },
  { value: 'SPREAD', label: 'sells for nearly what it costs' },
];

export const BOOKS: { value: AlertBook; label: string }[] = [
  { value: 'PRICE', label: 'What a copy costs' },
  { value: 'BUYLIST', label: 'What stores pay' },
];

export const DIRECTIONS = [
  { value: 'DOWN', label: 'Down' },
  { value: 'UP', label: 'Up' },
  { value: 'EITHER', label: 'Up or down' },
];

const PATIENCE = [0, 60, 180, 360, 720, 1_440, 2_880, 4_320, 10_080];

const unit = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;

/** A time in the largest unit that it is whole in. */
function spanOf(minutes: number): string {
  if (minutes > 0 && minutes % 1_440 === 0) return unit(minutes / 1_440, 'day');
  if (minutes > 0 && minutes % 60 === 0) return unit(minutes / 60, 'hour');
  return unit(minutes, 'minute');
}

/** How long a condition may have to hold; also what another program chose. */
export const patienceWith = (minutes: number) =>
  [...new Set([...PATIENCE, minutes])]
    .toSorted((a, b) => a - b)
    .map((one) => ({ value: String(one), label: one === 0 ? 'Tell me at once' : spanOf(one) }));

/** Decimals without zeros that say nothing. */
export const plain = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;

/** A number of an alert: money, or of a spread per cent. */
export function formatValue({ rule, currency }: Counted, value: string | null): string {
  if (value === null) return '—';
  return rule === 'SPREAD' ? `${plain(value)} %` : formatMoney({ amount: value, currency });
}

function moves({ percent, direction, windowDays, anchor, currency }: Alert): string {
  const way = { UP: 'up', DOWN: 'down', EITHER: 'up or down' }[direction ?? 'EITHER'];
  const than = windowDays
    ? `within ${unit(windowDays, 'day')}`
    : `from ${formatMoney(anchor === null ? null : { amount: anchor, currency })}`;
  return `${way} ${plain(percent ?? '')} % or more ${than}`;
}

function condition(alert: Alert): string {
  const stores = alert.book === 'BUYLIST';
  const amount =
    alert.amount === null ? '—' : formatMoney({ amount: alert.amount, currency: alert.currency });
  switch (alert.rule) {
    case 'BELOW':
      return `${stores ? 'Stores pay ' : ''}${amount} or less`;
    case 'ABOVE':
      return `${stores ? 'Stores pay ' : ''}${amount} or more`;
    case 'PERCENT':
      return `${stores ? 'What stores pay goes' : 'Goes'} ${moves(alert)}`;
    case 'BACK_IN_STOCK':
      return 'A store buys it again';
    case 'SPREAD':
      return `A store pays ${plain(alert.percent ?? '')} % of its price or more`;
  }
}

/** What sets an alert off, in one sentence. */
export function ruleOf(alert: Alert): string {
  const best = alert.rule === 'BACK_IN_STOCK' || alert.rule === 'SPREAD' ? '' : bestOf(alert);
  const where = alert.source ? ` at ${SOURCE[alert.source]}` : best;
  const lasting = alert.persistenceMinutes > 0 ? `for ${spanOf(alert.persistenceMinutes)}` : 'at once';
  return `${[condition(alert) + where, ...limitsOf(alert), lasting].join(', ')}.`;
}

const bestOf = ({ portfolio }: Alert) =>
  portfolio ? ' by the best price of each card' : ' at the best market';

function limitsOf({ portfolio, finish, condition: worst }: Alert): string[] {
  if (portfolio) return [];
  const grade = worst === null || worst === 'NM' ? 'near mint' : `${worst} or better`;
  return finish ? [FINISH[finish].toLowerCase(), grade] : [grade];
}

/** The server's words as sentences, beside the fields of the form. */
export function problemsAt(errors: readonly { field: string; message: string }[]): Problem[] {
  const places: Record<string, string> = { subject: 'card', cardId: 'card' };
  return errors.map(({ field, message }) => ({
    field: places[field] ?? field,
    message: `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.?$/, '.')}`,
  }));
}

const PHASE: Record<AlertPhase, string> = {
  NEW: 'New',
  ARMED: 'Armed',
  PENDING: 'Waiting',
  FIRED: 'Fired',
  REARMING: 'Coming back',
};

export type Look = 'plain' | 'busy' | 'warn' | 'rests';

/** How far an alert is, as its owner sees it. */
export function stateOf(alert: Alert, now: number): { word: string; look: Look } {
  if (alert.expiresAt && Date.parse(alert.expiresAt) <= now) return { word: 'Ended', look: 'rests' };
  if (alert.paused) return { word: 'Paused', look: 'rests' };
  const look = { NEW: 'plain', ARMED: 'plain', PENDING: 'busy', FIRED: 'warn', REARMING: 'plain' } as const;
  return { word: PHASE[alert.phase], look: look[alert.phase] };
}

export const isSnoozed = ({ snoozedUntil }: Alert, now: number): boolean =>
  snoozedUntil !== null && Date.parse(snoozedUntil) > now;

export const WHY_NOT: Record<AlertSuppression, string> = {
  SNOOZED: 'you had snoozed it',
  ALERT_BUDGET: 'it had told you as often as it may in a day',
  USER_BUDGET: 'you had been told as often as anybody may be in a day',
  STALE: 'nobody had confirmed the prices for a day',
  JUMP: 'the price changed more than tenfold and had to last a day first',
};

/** What an alert is called: by its owner, else by what it is about. */
export const nameOf = (alert: Pick<Alert, 'name' | 'printing' | 'card' | 'set' | 'portfolio'>) =>
  alert.name ?? subjectOf(alert);

/** What an alert is about. */
export const subjectOf = ({ printing, card, set, portfolio }: Omit<Parameters<typeof nameOf>[0], 'name'>) =>
  portfolio ? 'My collection' : (printing?.card.name ?? card?.name ?? set?.name ?? 'Alert');

/** How far the price is from what it must reach; null where that is not known. */
export function distanceOf(alert: Alert): string | null {
  const { distance } = alert.explanation;
  if (distance === null) return null;
  return toMinor(distance) > 0n ? `${formatValue(alert, distance)} to go` : 'reached';
}

/** Which copies of its subject it is about. */
export function whichOf({ printing, card, set, portfolio }: Alert): string {
  if (portfolio) return 'all copies';
  if (printing) return `${printing.set.name} ${printing.collectorNumber}`;
  if (card && set) return `any printing of ${set.name}`;
  return card ? 'any printing' : 'any card of the set';
}
