import { describe, expect, it } from 'vitest';
import type { LotFieldsFragment } from '../src/gql/graphql';
import { changeOf, moreOf, preview, typedOf } from '../src/inventory/inplace';

const LOT = {
  id: 'l1',
  quantity: 3,
  finish: 'NONFOIL',
  grade: 'NEAR_MINT',
  condition: 'NM',
  conditionText: 'nearly',
  language: 'EN',
  binder: { id: 'b1', name: 'Trades' },
  cost: { amount: '2.00', currency: 'CHF' },
  acquiredOn: '2026-01-02',
  grading: null,
  signed: true,
  tags: ['a'],
  printing: { id: 'p1', finishes: ['NONFOIL', 'FOIL'] },
} as unknown as LotFieldsFragment;

describe('a cell', () => {
  it('says what is there, and that the same again is no change', () => {
    for (const field of [
      'finish',
      'grade',
      'language',
      'binderId',
      'quantity',
      'cost',
      'acquiredOn',
    ] as const) {
      expect(changeOf(LOT, field, ` ${typedOf(LOT, field)} `, 'USD')).toBeNull();
    }
    expect(changeOf(LOT, 'quantity', '03', 'USD')).toBeNull();
  });

  it('changes a fact, or how many copies there are', () => {
    expect(changeOf(LOT, 'grade', 'PLAYED', 'USD')).toEqual({ set: { grade: 'PLAYED' } });
    expect(changeOf(LOT, 'binderId', '', 'USD')).toEqual({ set: { binderId: null } });
    expect(changeOf(LOT, 'acquiredOn', '', 'USD')).toEqual({ set: { acquiredOn: null } });
    expect(changeOf(LOT, 'cost', '3,5', 'USD')).toEqual({
      set: { cost: { amount: '3.5', currency: 'CHF' } },
    });
    expect(changeOf({ ...LOT, cost: null }, 'cost', '4', 'EUR')).toEqual({
      set: { cost: { amount: '4', currency: 'EUR' } },
    });
    expect(changeOf(LOT, 'cost', '', 'USD')).toEqual({ set: { cost: null } });
    expect(changeOf(LOT, 'quantity', '5', 'USD')).toEqual({ copies: 2 });
    expect(changeOf(LOT, 'quantity', '0', 'USD')).toEqual({ copies: -3 });
  });

  it('says what cannot be', () => {
    expect(changeOf(LOT, 'quantity', '-1', 'USD')).toMatch(/whole number/);
    expect(changeOf(LOT, 'quantity', '1.5', 'USD')).toMatch(/whole number/);
    expect(changeOf(LOT, 'quantity', '12345678', 'USD')).toMatch(/1,000,000/);
    expect(changeOf(LOT, 'cost', 'dear', 'USD')).toMatch(/amount/);
  });

  it('shows at once what it will be', () => {
    const binders = [{ id: 'b2', name: 'Decks' }];
    expect(preview(LOT, { copies: -1 }, binders)).toEqual({ quantity: 2 });
    expect(preview(LOT, { set: { grade: 'PLAYED' } }, binders)).toEqual({
      grade: 'PLAYED',
      condition: 'HP',
    });
    expect(preview(LOT, { set: { binderId: 'b2' } }, binders).binder?.name).toBe('Decks');
    expect(preview(LOT, { set: { binderId: null } }, binders).binder).toBeNull();
    expect(preview(LOT, { set: { cost: null } }, binders)).toEqual({ cost: null });
  });

  it('adds copies that are what the others are', () => {
    expect(moreOf(LOT, 2)).toMatchObject({
      printingId: 'p1',
      quantity: 2,
      binderId: 'b1',
      conditionText: 'nearly',
      signed: true,
      tags: ['a'],
    });
  });
});
