import type { Currency, Finish, PriceHistoryQuery, Source } from '../gql/graphql';
import { byShelf, FINISH, KIND, SOURCE } from './labels';
import { fromMinor } from './money';
import { dayToIso } from './time';

type Series = PriceHistoryQuery['priceHistory'][number];

/** One line of the chart. */
export interface Line {
  id: string;
  label: string;
  source: Source;
  finish: Finish;
  currency: Currency;
  series: Series;
}

/** `value` is missing on days on which the source had stopped offering a price: a gap, never a zero. */
interface Dot {
  time: string;
  value?: number;
}

export const RANGES = { '7d': 7, '30d': 30, '90d': 90, '1y': 365, all: 3_650 } as const;
export type Range = keyof typeof RANGES;

function lineId(
  series: Pick<Series, 'source' | 'feed' | 'kind' | 'finish' | 'condition' | 'currency'>,
): string {
  return [series.source, series.feed, series.kind, series.finish, series.condition, series.currency].join(
    '-',
  );
}

/** The live store's key of a line. */
export function lineKey({ series }: Line, printingId: string): string {
  const { source, feed, kind, finish, condition, currency } = series;
  return [printingId, source, feed, kind, finish, condition, currency].join('|');
}

/** Lines in a fixed order. What tells two of a source apart (finish, then kind or feed) is in the label. */
export function toLines(history: readonly Series[]): Line[] {
  const sorted = history
    .filter((series) => series.points.minor.some((minor) => minor !== null))
    .toSorted(byShelf);
  return sorted.map((series) => {
    const twins = sorted.filter(
      (other) =>
        other.source === series.source &&
        other.finish === series.finish &&
        other.currency === series.currency,
    );
    const parts = [SOURCE[series.source], FINISH[series.finish]];
    if (twins.length > 1) parts.push(KIND[series.kind]);
    return {
      id: lineId(series),
      label: parts.join(' · '),
      source: series.source,
      finish: series.finish,
      currency: series.currency,
      series,
    };
  });
}

/** Points for the chart: a number is good enough to draw with, the exact amount stays in the table. */
export function toDots(series: Series): Dot[] {
  const { days, minor } = series.points;
  return days.map((day, index) => {
    const value = minor[index];
    return value == null ? { time: dayToIso(day) } : { time: dayToIso(day), value: value / 100 };
  });
}

/** Pieces without gaps: a line over a gap would claim prices that nobody asked. */
export function toPieces(dots: readonly Dot[]): { time: string; value: number }[][] {
  const pieces: { time: string; value: number }[][] = [[]];
  for (const { time, value } of dots) {
    if (value === undefined) pieces.push([]);
    else pieces.at(-1)?.push({ time, value });
  }
  return pieces.filter((piece) => piece.length > 0);
}

export interface HistoryTable {
  columns: string[];
  rows: { day: string; amounts: (string | null)[] }[];
}

/** Every day on which any line has a point, newest first, with exact amounts. */
export function toTable(lines: readonly Line[]): HistoryTable {
  const days = new Map<number, (string | null)[]>();
  for (const [column, line] of lines.entries()) {
    const { points } = line.series;
    for (const [index, day] of points.days.entries()) {
      const row = days.get(day) ?? lines.map(() => null);
      days.set(day, row);
      const minor = points.minor[index];
      row[column] = minor == null ? null : fromMinor(minor);
    }
  }
  return {
    columns: lines.map((line) => `${line.label} (${line.currency})`),
    rows: [...days].toSorted(([a], [b]) => b - a).map(([day, amounts]) => ({ day: dayToIso(day), amounts })),
  };
}

/** A spreadsheet must not read text as a formula. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(table: HistoryTable): string {
  const rows = [
    ['day', ...table.columns],
    ...table.rows.map((row) => [row.day, ...row.amounts.map((a) => a ?? '')]),
  ];
  return `${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}
