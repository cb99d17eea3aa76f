import * as z from 'zod/mini';

/** One of the values, or the default for anything else: a bad address shows the default, not an error. */
function oneOf<const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) {
  return z.catch(z._default(z.enum(values), fallback as never), fallback);
}
const text = (fallback: string) => z.catch(z._default(z.string(), fallback), fallback);
const maybe = z.catch(z.optional(z.string()), undefined);

export const rootSearch = z.object({
  currency: z.catch(z.optional(z.enum(['USD', 'EUR', 'TIX'])), undefined),
});

export const marketSearch = z.object({
  window: oneOf(['DAY', 'WEEK', 'MONTH'], 'WEEK'),
  floor: z.catch(z._default(z.string().check(z.regex(/^\d{1,6}(\.\d{1,2})?$/)), '1.00'), '1.00'),
  finish: oneOf(['ANY', 'NONFOIL', 'FOIL', 'ETCHED'], 'ANY'),
});

export const cardsSearch = z.object({
  q: text(''),
  view: oneOf(['grid', 'table'], 'grid'),
  unique: oneOf(['CARDS', 'PRINTS', 'ART'], 'CARDS'),
  order: oneOf(
    ['NAME', 'SET', 'RELEASED', 'RARITY', 'USD', 'EUR', 'TIX', 'MANA_VALUE', 'EDHREC', 'COLOR'],
    'NAME',
  ),
  direction: oneOf(['AUTO', 'ASC', 'DESC'], 'AUTO'),
});

export const cardSearch = z.object({
  printing: maybe,
  range: oneOf(['7d', '30d', '90d', '1y', 'all'], '90d'),
  scale: oneOf(['price', 'percent'], 'price'),
  hide: text(''),
});

/** How somebody came back from a provider. */
export const returnSearch = z.object({ error: maybe, provider: maybe, proven: maybe });

export const loginSearch = z.object({ next: maybe, done: maybe, error: maybe, provider: maybe });

export const inventorySearch = z.object({
  tab: oneOf(['cards', 'binders', 'history'], 'cards'),
  binder: text(''),
  trade: oneOf(['any', 'yes', 'no'], 'any'),
  q: text(''),
  order: oneOf(['ADDED', 'NAME', 'SET', 'QUANTITY', 'USD', 'EUR', 'ACQUIRED'], 'ADDED'),
  direction: oneOf(['AUTO', 'ASC', 'DESC'], 'AUTO'),
  /** The panel for new copies: `card` to choose one, or a printing that is chosen already. */
  add: maybe,
});

export const wantsSearch = z.object({
  list: maybe,
  sort: oneOf(['PRIORITY', 'NAME', 'PRICE', 'ADDED_AT'], 'PRIORITY'),
});

export const alertsSearch = z.object({
  view: oneOf(['list', 'events'], 'list'),
  /** The alert whose details are open. */
  alert: maybe,
  /** The panel for a new alert, and what of that kind it is about, if that is known. */
  add: z.catch(z.optional(z.enum(['card', 'printing', 'set', 'portfolio'])), undefined),
  of: maybe,
});

export const notificationsSearch = z.object({ show: oneOf(['all', 'new'], 'all') });

export const portfolioSearch = z.object({
  source: oneOf(
    ['best', 'TCGPLAYER', 'CARDMARKET', 'CARD_KINGDOM', 'MANA_POOL', 'CARD_TRADER', 'DEMO'],
    'best',
  ),
  span: oneOf(['WEEK', 'MONTH', 'QUARTER', 'YEAR', 'ALL'], 'QUARTER'),
  parts: oneOf(['SET', 'RARITY', 'COLOR', 'FORMAT', 'AGE'], 'SET'),
});

export const dashboardSearch = z.object({
  span: oneOf(['WEEK', 'MONTH', 'QUARTER', 'YEAR', 'ALL'], 'MONTH'),
  window: oneOf(['DAY', 'WEEK', 'MONTH'], 'DAY'),
});

export const importSearch = z.object({ id: maybe });

export const setsSearch = z.object({ name: text(''), type: text('') });

export const newsSearch = z.object({ card: maybe, publisher: maybe });

export const tournamentsSearch = z.object({
  format: text(''),
  players: z.catch(z._default(z.string().check(z.regex(/^\d{0,5}$/)), ''), ''),
});

const place = z.coerce.number().check(z.int(), z.gte(1), z.lte(10_000));
export const tournamentSearch = z.object({ place: z.catch(z.optional(place), undefined) });

export const DEFAULTS = {
  market: { window: 'WEEK', floor: '1.00', finish: 'ANY' },
  cards: { q: '', view: 'grid', unique: 'CARDS', order: 'NAME', direction: 'AUTO' },
  card: { range: '90d', scale: 'price', hide: '' },
  wants: { sort: 'PRIORITY' },
  alerts: { view: 'list' },
  notifications: { show: 'all' },
  inventory: { tab: 'cards', binder: '', trade: 'any', q: '', order: 'ADDED', direction: 'AUTO' },
  dashboard: { span: 'MONTH', window: 'DAY' },
  portfolio: { source: 'best', span: 'QUARTER', parts: 'SET' },
  sets: { name: '', type: '' },
  tournaments: { format: '', players: '' },
} as const;
