import { describe, expect, it } from 'vitest';
import type { LotFieldsFragment } from '../src/gql/graphql';
import { type Filter, merge, shown } from '../src/inventory/lots';

const ALL: Filter = { binder: '', trade: 'any' };
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

interface Given extends Partial<LotFieldsFragment> {
  id: string;
  came?: number;
  changed?: number;
}

function lot({ came = 0, changed = came, ...given }: Given): LotFieldsFragment {
  return {
    quantity: 1,
    forTrade: false,
    binder: null,
    createdAt: at(came),
    changedAt: at(changed),
    ...given,
  } as LotFieldsFragment;
}

const ids = (lots: readonly LotFieldsFragment[]) => lots.map(({ id }) => id);
const known = (lots: readonly LotFieldsFragment[]) => merge(new Map(), lots);

describe('live lots', () => {
  const two = known([lot({ id: 'b', came: 2 }), lot({ id: 'a', came: 1 })]);

  it('put new lots on top', () => {
    const lots = merge(two, [lot({ id: 'c', came: 3 })]);
    expect(ids(shown({ lots, readTo: null }, ALL))).toEqual(['c', 'b', 'a']);
  });

  it('let empty ones leave, and come back to their place', () => {
    const empty = merge(two, [lot({ id: 'b', came: 2, changed: 4, quantity: 0 })]);
    expect(ids(shown({ lots: empty, readTo: null }, ALL))).toEqual(['a']);
    const back = merge(empty, [lot({ id: 'b', came: 2, changed: 5, quantity: 3 })]);
    expect(ids(shown({ lots: back, readTo: null }, ALL))).toEqual(['b', 'a']);
  });

  it('do not go back to an older state, whatever comes last', () => {
    const sold = merge(two, [lot({ id: 'a', came: 1, changed: 5, quantity: 0 })]);
    const late = merge(sold, [lot({ id: 'a', came: 1, changed: 3, quantity: 7 })]);
    expect(ids(shown({ lots: late, readTo: null }, ALL))).toEqual(['b']);
  });

  it('stay in the order of the server when they came together', () => {
    const lots = known(['x', 'm', 'z'].map((id) => lot({ id, came: 1 })));
    expect(ids(shown({ lots, readTo: null }, ALL))).toEqual(['x', 'm', 'z']);
  });

  it('wait for their page when they are older than what was read', () => {
    const lots = merge(two, [lot({ id: 'old', came: 0, changed: 9 })]);
    expect(ids(shown({ lots, readTo: at(1) }, ALL))).toEqual(['b', 'a']);
    expect(ids(shown({ lots, readTo: null }, ALL))).toEqual(['b', 'a', 'old']);
  });

  it('are shown where they fit the filter', () => {
    const lots = known([
      lot({ id: 'a', binder: { id: 'red', name: 'Red' } }),
      lot({ id: 'b', forTrade: true }),
      lot({ id: 'c', forTrade: true, binder: { id: 'red', name: 'Red' } }),
    ]);
    const fitting = (filter: Partial<Filter>) => ids(shown({ lots, readTo: null }, { ...ALL, ...filter }));
    expect(fitting({ binder: 'red' })).toEqual(['a', 'c']);
    expect(fitting({ trade: 'yes' })).toEqual(['b', 'c']);
    expect(fitting({ trade: 'no' })).toEqual(['a']);
    expect(fitting({ binder: 'red', trade: 'yes' })).toEqual(['c']);
  });
});
