import { describe, expect, it } from 'vitest';
import { drafted, fresh, inputOf, kept, OF_PORTFOLIO } from '../src/alerts/draft';
import { nameOf, patienceWith, plain, problemsAt, ruleOf, stateOf, whichOf } from '../src/alerts/words';
import type { AlertFieldsFragment } from '../src/gql/graphql';

const SET = { id: 's1', code: 'lea', name: 'Alpha', iconUri: null };
const CARD = { id: 'c1', name: 'Storm Crow', manaCost: '{1}{U}', typeLine: 'Creature', colors: [] };

const alert = (change: Partial<AlertFieldsFragment> = {}): AlertFieldsFragment => ({
  id: 'a1',
  name: null,
  printing: null,
  card: { ...CARD, defaultPrinting: null },
  set: null,
  portfolio: false,
  ofWantList: false,
  finish: null,
  source: null,
  book: 'PRICE',
  condition: null,
  currency: 'USD',
  rule: 'BELOW',
  amount: '4.00',
  percent: null,
  direction: null,
  windowDays: null,
  anchor: null,
  persistenceMinutes: 720,
  rearmPercent: '5.00',
  dailyLimit: 3,
  announceMet: true,
  paused: false,
  snoozedUntil: null,
  expiresAt: null,
  phase: 'ARMED',
  since: null,
  explanation: {
    value: null,
    fresh: true,
    threshold: null,
    distance: null,
    ripeAt: null,
    source: null,
    finish: null,
    printing: null,
  },
  ...change,
});

describe('a rule in one sentence', () => {
  it('names the condition, the place, the copies and the patience', () => {
    expect(ruleOf(alert())).toBe('$4.00 or less at the best market, near mint, for 12 hours.');
    expect(ruleOf(alert({ rule: 'ABOVE', source: 'CARDMARKET', currency: 'EUR', finish: 'FOIL' }))).toBe(
      '€4.00 or more at Cardmarket, foil, near mint, for 12 hours.',
    );
    expect(ruleOf(alert({ book: 'BUYLIST', condition: 'LP', persistenceMinutes: 0 }))).toBe(
      'Stores pay $4.00 or less at the best market, LP or better, at once.',
    );
  });

  it('of a whole collection says by what it is valued, and nothing of copies', () => {
    const whole = { portfolio: true, card: null, rule: 'ABOVE' } as const;
    expect(ruleOf(alert(whole))).toBe('$4.00 or more by the best price of each card, for 12 hours.');
    expect(ruleOf(alert({ ...whole, source: 'TCGPLAYER', finish: null }))).toBe(
      '$4.00 or more at TCGplayer, for 12 hours.',
    );
    expect([nameOf(alert(whole)), whichOf(alert(whole))]).toEqual(['My collection', 'all copies']);
    const draft = drafted(alert(whole));
    expect(inputOf(draft)).toMatchObject({ problems: [], input: { portfolio: true, rule: 'ABOVE' } });
    expect(inputOf({ ...fresh('EUR', OF_PORTFOLIO), amount: '5' }).input).not.toHaveProperty('cardId');
    expect(kept({ ...draft, rule: 'SPREAD', source: 'CARDHOARDER', currency: 'TIX' })).toEqual({
      rule: 'BELOW',
      source: '',
      currency: 'USD',
    });
    expect(kept({ ...draft, source: 'CARDMARKET' })).toMatchObject({ source: 'CARDMARKET' });
  });

  it('measures a move against a window or an amount', () => {
    const moved = { rule: 'PERCENT', amount: null, percent: '12.50', persistenceMinutes: 90 } as const;
    expect(ruleOf(alert({ ...moved, direction: 'DOWN', windowDays: 30 }))).toBe(
      'Goes down 12.5 % or more within 30 days at the best market, near mint, for 90 minutes.',
    );
    expect(ruleOf(alert({ ...moved, direction: 'EITHER', anchor: '3.00' }))).toBe(
      'Goes up or down 12.5 % or more from $3.00 at the best market, near mint, for 90 minutes.',
    );
  });

  it('knows what stores do', () => {
    expect(ruleOf(alert({ rule: 'BACK_IN_STOCK', book: 'BUYLIST', amount: null }))).toBe(
      'A store buys it again, near mint, for 12 hours.',
    );
    expect(ruleOf(alert({ rule: 'SPREAD', percent: '70.00', amount: null, source: 'CARD_KINGDOM' }))).toBe(
      'A store pays 70 % of its price or more at Card Kingdom, near mint, for 12 hours.',
    );
  });

  it('leaves out zeros that say nothing, and only those', () => {
    expect(['5.00', '12.50', '100', '0.05', '100.00'].map(plain)).toEqual([
      '5',
      '12.5',
      '100',
      '0.05',
      '100',
    ]);
  });

  it('offers a patience that another program chose', () => {
    expect(patienceWith(90).find(({ value }) => value === '90')?.label).toBe('90 minutes');
    expect(patienceWith(720)).toHaveLength(9);
  });
});

describe('what the form sends', () => {
  const card = { id: 'c1', name: 'Storm Crow' };
  const sent = (change: Parameters<typeof fresh>[1]) => inputOf(fresh('USD', { card, ...change }));

  it('is what an alert that is there says, when nothing is changed', () => {
    const expiresAt = '2030-01-02T03:04:05Z';
    const { input, problems } = inputOf(drafted(alert({ expiresAt, set: SET })));
    expect(problems).toEqual([]);
    expect(input).toMatchObject({ cardId: 'c1', setId: 's1', amount: '4.00', rearmPercent: '5', expiresAt });
  });

  it('has nothing of the fields that do not show', () => {
    const { input } = sent({ rule: 'SPREAD', amount: '3', percent: '70', windowDays: 'x', anchor: 'y' });
    expect(input).toMatchObject({ percent: '70', book: 'BUYLIST' });
    expect(input).not.toHaveProperty('amount');
    expect(input).not.toHaveProperty('windowDays');
    expect(input).not.toHaveProperty('anchor');
  });

  it('is one printing, or any of a card or a set', () => {
    expect(sent({ amount: '1', printingId: 'p1' }).input).toMatchObject({ printingId: 'p1' });
    expect(sent({ amount: '1', printingId: 'p1' }).input).not.toHaveProperty('cardId');
    expect(sent({ amount: '1', about: 'set', setId: 'lea' }).input).toMatchObject({ setId: 'lea' });
    expect(sent({ amount: '1', about: 'set' }).problems).toMatchObject([{ field: 'setId' }]);
    expect(sent({ amount: '1', card: undefined }).problems).toMatchObject([{ field: 'card' }]);
  });

  it('takes a comma for a point, and says what is no number', () => {
    expect(sent({ amount: ' 2,50 ' })).toMatchObject({ input: { amount: '2.50' }, problems: [] });
    expect(sent({ amount: 'cheap', dailyLimit: '1.5' }).problems.map(({ field }) => field)).toEqual([
      'amount',
      'dailyLimit',
    ]);
  });
});

describe('how an alert stands', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');

  it('is ended before it is paused, and paused before it is anything else', () => {
    const over = { expiresAt: '2026-11-24T11:00:00Z' };
    expect(stateOf(alert({ ...over, paused: true }), now).word).toBe('Ended');
    expect(stateOf(alert({ paused: true, phase: 'FIRED' }), now).word).toBe('Paused');
    expect(stateOf(alert({ phase: 'PENDING' }), now).word).toBe('Waiting');
  });

  it('says which copies it is about', () => {
    expect(whichOf(alert())).toBe('any printing');
    expect(whichOf(alert({ set: SET }))).toBe('any printing of Alpha');
    expect(whichOf(alert({ card: null, set: SET }))).toBe('any card of the set');
  });

  it('has the words of the server where somebody typed', () => {
    const errors = [{ field: 'subject', message: 'must be a printing, or a card, a set or both' }];
    expect(problemsAt(errors)).toEqual([
      { field: 'card', message: 'Must be a printing, or a card, a set or both.' },
    ]);
  });
});
