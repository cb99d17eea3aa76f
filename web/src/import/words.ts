import type { ImportField, ImportFieldsFragment, ImportState, RowStatus } from '../gql/graphql';

export const STATE: Record<ImportState, string> = {
  WAITING: 'Waits for its file',
  READING: 'Being read',
  READY: 'Ready to look at',
  ENTERING: 'Being entered',
  DONE: 'In your inventory',
  FAILED: 'Failed',
};

/** What came of rows, with how many there are. */
export const STATUSES: {
  value: RowStatus;
  label: string;
  of: (counts: ImportFieldsFragment) => number;
  hint: string;
}[] = [
  { value: 'EXACT', label: 'Exact', of: ({ exact }) => exact, hint: 'One printing, and no doubt about it.' },
  {
    value: 'APPROXIMATE',
    label: 'Approximate',
    of: ({ approximate }) => approximate,
    hint: 'Something was chosen or is not quite clear. They come in only if you say so.',
  },
  {
    value: 'UNMATCHED',
    label: 'Not found',
    of: ({ unmatched }) => unmatched,
    hint: 'No card of the catalogue is what they name. Choose the card yourself, or leave them out.',
  },
  {
    value: 'REFUSED',
    label: 'Unreadable',
    of: ({ refused }) => refused,
    hint: 'The file says nothing that can be read there.',
  },
  { value: 'SKIPPED', label: 'Left out', of: ({ skipped }) => skipped, hint: 'There is nothing to enter.' },
];

export const FIELD: Record<ImportField, string> = {
  NAME: 'Card name',
  LABEL: 'Name with remarks',
  SET_CODE: 'Set code',
  SET_NAME: 'Set name',
  NUMBER: 'Collector number',
  QUANTITY: 'Copies',
  NONFOIL_QUANTITY: 'Copies without foil',
  FOIL_QUANTITY: 'Foil copies',
  SPECIAL_FOIL_QUANTITY: 'Special foil copies',
  PLAYSET: 'Playset of four',
  FOR_TRADE: 'Copies for trade',
  TRADE_FLAG: 'All for trade',
  FINISH: 'Finish',
  FINISH_TEXT: 'Name of the finish',
  GRADE: 'Grade',
  CONDITION_TEXT: 'Condition in words',
  LANGUAGE: 'Language',
  SCRYFALL_ID: 'Scryfall id',
  ORACLE_ID: 'Oracle id',
  TCGPLAYER_PRODUCT: 'TCGplayer product',
  TCGPLAYER_SKU: 'TCGplayer SKU',
  CARDMARKET_PRODUCT: 'Cardmarket product',
  MULTIVERSE_ID: 'Multiverse id',
  MTGO_ID: 'Magic Online id',
  COST: 'Paid for one',
  CURRENCY: 'Currency',
  ACQUIRED: 'Acquired on',
  BINDER: 'Binder',
  BINDER_KIND: 'Kind of binder',
  TAGS: 'Tags',
  NOTES: 'Notes',
  SIGNED: 'Signed',
  ALTERED: 'Altered',
  MISPRINT: 'Misprint',
  HIDDEN: 'Hidden from shared pages',
  PROXY: 'Proxy',
  SECTION: 'Part of the deck',
  GAME: 'Game',
  REST: 'Everything else, as JSON',
  RAW: 'Nothing we know',
  IGNORED: 'Known anyway',
};

const number = new Intl.NumberFormat();

export const count = (value: number): string => number.format(value);
export const rows = (value: number): string => `${number.format(value)} ${value === 1 ? 'row' : 'rows'}`;

/** What a mutation says is wrong, as a sentence. */
export const said = (errors: readonly { message: string }[]): string | undefined =>
  errors.length === 0 ? undefined : errors.map(({ message }) => message).join('; ');
