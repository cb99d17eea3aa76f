import { createContext, use } from 'react';
import type { Problem } from '../forms/problems';
import type {
  AlertBook,
  AlertDirection,
  AlertFieldsFragment,
  AlertInput,
  AlertRuleKind,
  Condition,
  Currency,
  Finish,
  Source,
} from '../gql/graphql';
import type { Picked } from '../inventory/CardPicker';
import { plain } from './words';

/** What somebody typed so far, as they typed it. The names are those of the API's input. */
export interface Draft {
  about: 'card' | 'set' | 'portfolio';
  card: Picked | undefined;
  printingId: string;
  setId: string;
  name: string;
  finish: string;
  source: string;
  book: AlertBook;
  condition: string;
  currency: Currency;
  rule: AlertRuleKind;
  amount: string;
  percent: string;
  direction: AlertDirection;
  against: 'window' | 'anchor';
  windowDays: string;
  anchor: string;
  persistenceMinutes: string;
  rearmPercent: string;
  dailyLimit: string;
  announceMet: boolean;
  expiresAt: string;
  /** The moment that `expiresAt` stood for when the form opened. */
  expired: string | null;
}

export interface Drafting {
  draft: Draft;
  change: (change: Partial<Draft>) => void;
}

export const DraftContext = createContext<Drafting | undefined>(undefined);

export function useDraft(): Drafting {
  const drafting = use(DraftContext);
  if (!drafting) throw new Error('the fields of an alert belong in its form');
  return drafting;
}

/** What the form of a new alert says at first. */
export function fresh(currency: Currency, subject: Partial<Draft>): Draft {
  return {
    about: 'card',
    card: undefined,
    printingId: '',
    setId: '',
    name: '',
    finish: '',
    source: '',
    book: 'PRICE',
    condition: '',
    currency,
    rule: 'BELOW',
    amount: '',
    percent: '',
    direction: 'EITHER',
    against: 'window',
    windowDays: '30',
    anchor: '',
    persistenceMinutes: '720',
    rearmPercent: '5',
    dailyLimit: '3',
    announceMet: true,
    expiresAt: '',
    expired: null,
    ...subject,
  };
}

const two = (part: number) => String(part).padStart(2, '0');

/** The day of a moment, where the reader is. */
function dayOf(moment: string): string {
  const at = new Date(moment);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The form of an alert that is there. */
export function drafted(alert: AlertFieldsFragment): Draft {
  const { printing, card, set } = alert;
  return fresh(alert.currency, {
    about: alert.portfolio ? 'portfolio' : printing || card ? 'card' : 'set',
    card: printing?.card ?? card ?? undefined,
    printingId: printing?.id ?? '',
    setId: set?.id ?? '',
    name: alert.name ?? '',
    finish: alert.finish ?? '',
    source: alert.source ?? '',
    book: alert.book,
    condition: alert.condition ?? '',
    rule: alert.rule,
    amount: alert.amount ?? '',
    percent: plain(alert.percent ?? ''),
    direction: alert.direction ?? 'EITHER',
    against: alert.anchor === null ? 'window' : 'anchor',
    windowDays: String(alert.windowDays ?? 30),
    anchor: alert.anchor ?? '',
    persistenceMinutes: String(alert.persistenceMinutes),
    rearmPercent: plain(alert.rearmPercent),
    dailyLimit: String(alert.dailyLimit),
    announceMet: alert.announceMet,
    expiresAt: alert.expiresAt ? dayOf(alert.expiresAt) : '',
    expired: alert.expiresAt,
  });
}

/** The end of a day, where the reader is; a day that was not changed keeps its moment. */
function endOf({ expiresAt, expired }: Draft): string | null {
  if (!expiresAt) return null;
  if (expired && dayOf(expired) === expiresAt) return expired;
  return new Date(`${expiresAt}T23:59:59`).toISOString();
}

function reader(draft: Draft, problems: Problem[]) {
  type Typed = 'amount' | 'percent' | 'anchor' | 'rearmPercent' | 'windowDays' | 'dailyLimit';
  const typed = (field: Typed, pattern: RegExp, message: string): string => {
    const text = draft[field].trim().replace(',', '.');
    if (text === '') problems.push({ field, message: 'This is needed.' });
    else if (!pattern.test(text)) problems.push({ field, message });
    return text;
  };
  return {
    decimal: (field: Typed, example: string) =>
      typed(field, /^\d{1,9}(\.\d{1,2})?$/, `A number such as ${example}.`),
    whole: (field: Typed) => Number(typed(field, /^\d{1,6}$/, 'A whole number.')),
  };
}

/** What the chosen rule says; of fields that do not show, nothing. */
function ruleIn(draft: Draft, { decimal, whole }: ReturnType<typeof reader>): Partial<AlertInput> {
  const { rule, direction, against } = draft;
  switch (rule) {
    case 'BELOW':
    case 'ABOVE':
      return { amount: decimal('amount', '2.50') };
    case 'PERCENT': {
      const percent = decimal('percent', '10');
      if (against === 'anchor') return { percent, direction, anchor: decimal('anchor', '2.50') };
      return { percent, direction, windowDays: whole('windowDays') };
    }
    case 'SPREAD':
      return { percent: decimal('percent', '70') };
    case 'BACK_IN_STOCK':
      return {};
  }
}

function subjectIn(draft: Draft, problems: Problem[]): Partial<AlertInput> {
  const { about, card, printingId, setId } = draft;
  if (about === 'portfolio') return { portfolio: true };
  if (about === 'set') {
    if (!setId) problems.push({ field: 'setId', message: 'Choose a set.' });
    return { setId };
  }
  if (!card) problems.push({ field: 'card', message: 'Choose one of the cards that are found.' });
  if (printingId) return { printingId };
  return { cardId: card?.id ?? null, setId: setId || null };
}

/** Whether a rule is about what stores pay, whatever else is chosen. */
export const isOfStores = (rule: AlertRuleKind): boolean => rule === 'BACK_IN_STOCK' || rule === 'SPREAD';

/** What can be said of a whole collection. */
export const OF_PORTFOLIO: Partial<Draft> = { about: 'portfolio', book: 'PRICE', condition: '', finish: '' };

/** Whether a collection can be valued by a source: what is paid for digital cards says nothing of others. */
export const canValue = (source: string): boolean => source !== 'CARDHOARDER';

/** The rule, the source and the currency that stay when a collection is chosen. */
export const kept = ({ rule, source, currency }: Draft): Partial<Draft> => ({
  rule: isOfStores(rule) ? 'BELOW' : rule,
  source: canValue(source) ? source : '',
  currency: currency === 'TIX' ? 'USD' : currency,
});

/** What the API is given, and what somebody has to correct before. */
export function inputOf(draft: Draft): { input: AlertInput; problems: Problem[] } {
  const problems: Problem[] = [];
  const read = reader(draft, problems);
  const input: AlertInput = {
    ...subjectIn(draft, problems),
    name: draft.name.trim() || null,
    finish: (draft.finish || null) as Finish | null,
    source: (draft.source || null) as Source | null,
    book: isOfStores(draft.rule) ? 'BUYLIST' : draft.book,
    condition: (draft.condition || null) as Condition | null,
    currency: draft.currency,
    rule: draft.rule,
    ...ruleIn(draft, read),
    persistenceMinutes: Number(draft.persistenceMinutes),
    rearmPercent: read.decimal('rearmPercent', '5'),
    dailyLimit: read.whole('dailyLimit'),
    announceMet: draft.announceMet,
    expiresAt: endOf(draft),
  };
  return { input, problems };
}
