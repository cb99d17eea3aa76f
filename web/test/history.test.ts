import { describe, expect, it } from 'vitest';
import type { PriceHistoryQuery } from '../src/gql/graphql';
import { lineKey, toCsv, toDots, toLines, toPieces, toTable } from '../src/lib/history';
import { seriesKey } from '../src/live/store';

type Series = PriceHistoryQuery['priceHistory'][number];

function series(change: Partial<Series> = {}): Series {
  return {
    source: 'TCGPLAYER',
    feed: 'SCRYFALL',
    kind: 'MARKET',
    finish: 'NONFOIL',
    condition: 'NM',
    currency: 'USD',
    points: { days: [20471, 20472, 20474], minor: [1250, null, 1300] },
    ...change,
  };
}

describe('price history', () => {
  it('turns packed days into UTC days and keeps a gap a gap', () => {
    expect(toDots(series())).toEqual([
      { time: '2026-01-18', value: 12.5 },
      { time: '2026-01-19' },
      { time: '2026-01-21', value: 13 },
    ]);
  });

  it('cuts the line at a gap, not at a day nobody sampled', () => {
    const pieces = toPieces(toDots(series({ points: { days: [1, 2, 5, 6, 7], minor: [1, 2, 3, null, 4] } })));
    expect(pieces.map((piece) => piece.length)).toEqual([3, 1]);
    expect(toPieces([])).toEqual([]);
  });

  it('orders lines, drops empty ones and names twins apart', () => {
    const lines = toLines([
      series({ source: 'CARDMARKET', kind: 'TREND', currency: 'EUR' }),
      series({ source: 'CARDMARKET', kind: 'LOW', currency: 'EUR' }),
      series({ finish: 'FOIL' }),
      series(),
      series({ source: 'CARD_KINGDOM', points: { days: [1], minor: [null] } }),
    ]);
    expect(lines.map((line) => line.label)).toEqual([
      'TCGplayer · Regular',
      'TCGplayer · Foil',
      'Cardmarket · Regular · Low',
      'Cardmarket · Regular · Trend',
    ]);
    expect(new Set(lines.map((line) => line.id)).size).toBe(4);
  });

  it('shares its keys with the live store', () => {
    const [line] = toLines([series()]);
    const live = seriesKey({
      printingId: 'p1',
      source: 'TCGPLAYER',
      feed: 'SCRYFALL',
      kind: 'MARKET',
      finish: 'NONFOIL',
      condition: 'NM',
      money: { amount: '1.00', currency: 'USD' },
      previous: null,
      quantity: null,
      changedAt: '',
      observedAt: '',
      version: 1,
    });
    expect(line && lineKey(line, 'p1')).toBe(live);
  });

  it('makes one exact table of all lines, newest day first', () => {
    const lines = toLines([
      series(),
      series({ source: 'CARDMARKET', currency: 'EUR', points: { days: [20472], minor: [7] } }),
    ]);
    expect(toTable(lines).rows).toEqual([
      { day: '2026-01-21', amounts: ['13.00', null] },
      { day: '2026-01-19', amounts: [null, '0.07'] },
      { day: '2026-01-18', amounts: ['12.50', null] },
    ]);
  });

  it('writes CSV that a spreadsheet cannot run', () => {
    const csv = toCsv({
      columns: ['=cmd()', 'a "b", c'],
      rows: [{ day: '2026-01-18', amounts: ['-1.00', null] }],
    });
    expect(csv).toBe(`day,'=cmd(),"a ""b"", c"\r\n2026-01-18,-1.00,\r\n`);
  });
});
