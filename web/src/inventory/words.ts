import type { ChangeKind, Condition, Grade, Language, LotFieldsFragment } from '../gql/graphql';

type Option<Value> = { value: Value; label: string };

const optionsOf = <Value extends string>(words: Record<Value, string>): Option<Value>[] =>
  (Object.entries(words) as [Value, string][]).map(([value, label]) => ({ value, label }));

export const GRADE: Record<Grade, string> = {
  MINT: 'Mint',
  NEAR_MINT: 'Near Mint',
  EXCELLENT: 'Excellent',
  GOOD: 'Good',
  LIGHT_PLAYED: 'Light Played',
  PLAYED: 'Played',
  POOR: 'Poor',
};

/** The American condition that each grade is priced as. */
export const PRICED_AS: Record<Grade, Condition> = {
  MINT: 'NM',
  NEAR_MINT: 'NM',
  EXCELLENT: 'LP',
  GOOD: 'LP',
  LIGHT_PLAYED: 'MP',
  PLAYED: 'HP',
  POOR: 'DMG',
};

export const GRADES = optionsOf(GRADE).map(({ value, label }) => ({
  value,
  label: `${label} (${PRICED_AS[value]})`,
}));

export const LANGUAGE: Record<Language, string> = {
  EN: 'English',
  FR: 'French',
  DE: 'German',
  ES: 'Spanish',
  IT: 'Italian',
  PT: 'Portuguese',
  JA: 'Japanese',
  KO: 'Korean',
  ZHS: 'Chinese, simplified',
  ZHT: 'Chinese, traditional',
  RU: 'Russian',
  HE: 'Hebrew',
  LA: 'Latin',
  GRC: 'Ancient Greek',
  AR: 'Arabic',
  SA: 'Sanskrit',
  PH: 'Phyrexian',
  QYA: 'Quenya',
};

export const LANGUAGES = optionsOf(LANGUAGE);

/** The catalogue's code of a language, as one that a copy can be in. */
export const languageOf = (code: string): Language =>
  LANGUAGES.find(({ value }) => value === code.toUpperCase())?.value ?? 'EN';

export const CHANGE: Record<ChangeKind, string> = {
  ADDED: 'Added',
  EDITED: 'Changed',
  SOLD: 'Sold',
  REMOVED: 'Removed',
  UNDONE: 'Taken back',
  IMPORTED: 'Imported',
};

const number = new Intl.NumberFormat();

export const copies = (count: number): string => `${number.format(count)} ${count === 1 ? 'copy' : 'copies'}`;
export const lots = (count: number): string => `${number.format(count)} ${count === 1 ? 'lot' : 'lots'}`;

/** The server tells of so many movements of a change. */
const TOLD = 100;

/** What a change did beyond what is named of it. */
export const more = (count: number, movements: readonly unknown[]): string =>
  `${movements.length === TOLD ? 'at least ' : ''}${count} more`;

/** The name on the card. */
export const nameOf = ({ printing }: Pick<LotFieldsFragment, 'printing'>): string =>
  printing.flavorName ?? printing.card.name;

const two = (part: number) => String(part).padStart(2, '0');

/** Today, where the reader is. */
export function today(): string {
  const now = new Date();
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
