import type { Currency, Feed, Finish, MoverWindow, PriceKind, Rarity, Source } from '../gql/graphql';
import { isPriced, type Money } from './money';

export const CURRENCIES: Currency[] = ['USD', 'EUR', 'TIX'];

export const SOURCE: Record<Source, string> = {
  TCGPLAYER: 'TCGplayer',
  CARDMARKET: 'Cardmarket',
  CARD_KINGDOM: 'Card Kingdom',
  MANA_POOL: 'Mana Pool',
  CARD_TRADER: 'CardTrader',
  CARDHOARDER: 'Cardhoarder',
  DEMO: 'Demo market',
};

export const FEED: Record<Feed, string> = {
  SCRYFALL: 'Scryfall bulk data',
  CARDMARKET_GUIDE: 'Cardmarket price guide',
  CARD_KINGDOM_LIST: 'Card Kingdom price list',
  TCGPLAYER_MIRROR: 'TCGplayer mirror (tcgcsv)',
  TCGPLAYER_API: 'TCGplayer API',
  MANA_POOL_PRICES: 'Mana Pool prices',
  CARD_TRADER_MARKET: 'CardTrader marketplace',
  DEMO: 'Simulation',
};

export const KIND: Record<PriceKind, string> = {
  MARKET: 'Market',
  LOW: 'Low',
  TREND: 'Trend',
  AVERAGE: 'Average',
  AVERAGE_1D: 'Average 1 d',
  AVERAGE_7D: 'Average 7 d',
  AVERAGE_30D: 'Average 30 d',
  RETAIL: 'Retail',
  BUYLIST: 'Buylist',
  MID: 'Mid',
};

export const FINISH: Record<Finish, string> = { NONFOIL: 'Regular', FOIL: 'Foil', ETCHED: 'Etched' };

export const RARITY: Record<Rarity, string> = {
  COMMON: 'Common',
  UNCOMMON: 'Uncommon',
  RARE: 'Rare',
  MYTHIC: 'Mythic',
  SPECIAL: 'Special',
  BONUS: 'Bonus',
};

export const WINDOW: Record<MoverWindow, string> = { DAY: '24 h', WEEK: '7 d', MONTH: '30 d' };

const SOURCE_ORDER: Source[] = [
  'TCGPLAYER',
  'CARDMARKET',
  'CARD_KINGDOM',
  'MANA_POOL',
  'CARD_TRADER',
  'CARDHOARDER',
  'DEMO',
];
const FINISH_ORDER: Finish[] = ['NONFOIL', 'FOIL', 'ETCHED'];
const KIND_ORDER = Object.keys(KIND) as PriceKind[];

interface Ordered {
  source: Source;
  finish: Finish;
  kind: PriceKind;
}

/** One fixed order of price rows: by source, finish, kind. */
export function byShelf(a: Ordered, b: Ordered): number {
  return (
    SOURCE_ORDER.indexOf(a.source) - SOURCE_ORDER.indexOf(b.source) ||
    FINISH_ORDER.indexOf(a.finish) - FINISH_ORDER.indexOf(b.finish) ||
    KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind)
  );
}

/** The one price a list shows for a printing in a currency: regular before foil, by the order of sources. */
export function headline<P extends Ordered & { money: Money | null }>(
  prices: readonly P[],
  currency: Currency,
): P | undefined {
  return prices
    .filter((price) => isPriced(price) && price.money.currency === currency)
    .toSorted((a, b) => FINISH_ORDER.indexOf(a.finish) - FINISH_ORDER.indexOf(b.finish) || byShelf(a, b))[0];
}

const FORMATS: Record<string, string> = {
  paupercommander: 'Pauper Commander',
  standardbrawl: 'Standard Brawl',
  historicbrawl: 'Historic Brawl',
  oldschool: 'Old School',
  predh: 'PreDH',
  duel: 'Duel Commander',
  penny: 'Penny Dreadful',
};

/** A format's name for people. */
export function formatName(format: string): string {
  return FORMATS[format] ?? format.charAt(0).toUpperCase() + format.slice(1);
}

/** `frame_effect` and friends as words. */
export function words(value: string): string {
  const text = value.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
