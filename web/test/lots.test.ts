import { describe, expect, it } from 'vitest';
import type { LotFieldsFragment } from '../src/gql/graphql';
import { EVERYTHING, isPlain, LotList, type Wanted } from '../src/inventory/lots';
import { clicked, NEWEST, nameOfOrder, ORDERS } from '../src/inventory/order';

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
    printing: { id: given.id },
    ...given,
  } as LotFieldsFragment;
}

const QUERY: Wanted = { ...EVERYTHING, query: 'cond:nm' };
const ids = (list: LotList) => list.shown.rows.map(({ id }) => id);

/** A list of which these lots were read. */
function read(lots: readonly LotFieldsFragment[], wanted = EVERYTHING, complete = true): LotList {
  const list = new LotList();
  list.replace(wanted, lots, { complete, since: [], keep: false });
  return list;
}
const two = () => read([lot({ id: 'b', came: 2 }), lot({ id: 'a', came: 1 })]);

/** Lots that a query found. */
const found = (complete = true) =>
  read(
    ['m', 'x', 'a'].map((id, came) => lot({ id, came })),
    QUERY,
    complete,
  );

describe('live lots', () => {
  it('put new lots on top', () => {
    const list = two();
    list.tell([lot({ id: 'c', came: 3 })]);
    expect(ids(list)).toEqual(['c', 'b', 'a']);
  });

  it('whose copies all went over to another lot leave it their place until they are read anew', () => {
    const printing = { id: 'p' } as LotFieldsFragment['printing'];
    const a = lot({ id: 'a', came: 1, printing });
    const list = read([lot({ id: 'b', came: 2 }), a]);
    list.tell([lot({ id: 'd', came: 9, printing }), { ...a, quantity: 0, changedAt: at(9) }]);
    expect(ids(list)).toEqual(['b', 'd']);
    list.tell([lot({ id: 'e', came: 10, printing })]);
    expect(ids(list)).toEqual(['e', 'b', 'd']);
  });

  it('let empty ones leave, and come back to their place', () => {
    const list = two();
    list.tell([lot({ id: 'b', came: 2, changed: 4, quantity: 0 })]);
    expect(ids(list)).toEqual(['a']);
    expect(list.at('b')).toBeUndefined();
    list.tell([lot({ id: 'b', came: 2, changed: 5, quantity: 3 })]);
    expect(ids(list)).toEqual(['b', 'a']);
  });

  it('do not go back to an older state, whatever comes last', () => {
    const list = two();
    list.tell([lot({ id: 'a', came: 1, changed: 5, quantity: 0 })]);
    list.tell([lot({ id: 'a', came: 1, changed: 3, quantity: 7 })]);
    list.append([lot({ id: 'a', came: 1, changed: 3, quantity: 7 })], true);
    expect(ids(list)).toEqual(['b']);
  });

  it('that changed while the list was read are newer than the answer', () => {
    const list = new LotList();
    const since = [lot({ id: 'a', came: 1, changed: 5, quantity: 4 })];
    list.replace(EVERYTHING, [lot({ id: 'a', came: 1 })], { complete: true, since, keep: false });
    expect(list.at('a')?.quantity).toBe(4);
  });

  it('stay in the order of the server when they came together', () => {
    expect(ids(read(['x', 'm', 'z'].map((id) => lot({ id, came: 1 }))))).toEqual(['x', 'm', 'z']);
  });

  it('wait for their page when they are older than what was read', () => {
    const list = read([lot({ id: 'b', came: 2 }), lot({ id: 'a', came: 1 })], EVERYTHING, false);
    list.tell([lot({ id: 'old', came: 0, changed: 9 })]);
    expect(ids(list)).toEqual(['b', 'a']);
    list.append([lot({ id: 'old', came: 0 })], true);
    expect(ids(list)).toEqual(['b', 'a', 'old']);
  });

  it('are shown where they fit the filter, and again when another one is chosen', () => {
    const list = read([
      lot({ id: 'a', binder: { id: 'red', name: 'Red' } }),
      lot({ id: 'b', forTrade: true }),
      lot({ id: 'c', forTrade: true, binder: { id: 'red', name: 'Red' } }),
    ]);
    const fitting = (filter: Partial<Wanted>) => {
      list.want({ ...EVERYTHING, ...filter });
      return ids(list);
    };
    expect(fitting({ binder: 'red' })).toEqual(['a', 'c']);
    expect(fitting({ trade: 'yes' })).toEqual(['b', 'c']);
    expect(fitting({ trade: 'no' })).toEqual(['a']);
    expect(fitting({ binder: 'red', trade: 'yes' })).toEqual(['c']);
    expect(fitting({})).toEqual(['a', 'b', 'c']);
  });

  it('grow page by page, each lot once', () => {
    const list = read([lot({ id: 'c', came: 3 })], EVERYTHING, false);
    list.tell([lot({ id: 'd', came: 4 })]);
    list.append([lot({ id: 'c', came: 3 }), lot({ id: 'b', came: 2 })], false);
    list.append([lot({ id: 'a', came: 1 })], true);
    expect(ids(list)).toEqual(['d', 'c', 'b', 'a']);
  });
});

describe('lots of a query', () => {
  it('stand where the server put them, and change where they stand', () => {
    const list = found();
    list.tell([lot({ id: 'x', came: 1, changed: 9, quantity: 5 }), lot({ id: 'new', came: 9 })]);
    expect(ids(list)).toEqual(['m', 'x', 'a']);
    expect(list.at('x')?.quantity).toBe(5);
    expect(list.at('new')).toBeUndefined();
    expect(list.latest('new')?.id).toBe('new');
  });

  it('leave at once when they are empty', () => {
    const list = found();
    list.tell([lot({ id: 'x', came: 1, changed: 9, quantity: 0 })]);
    expect(ids(list)).toEqual(['m', 'a']);
  });

  it('whose copies went over to another lot leave it their place', () => {
    const list = found();
    const [bolt, lotus] = [{ id: 'bolt' }, { id: 'lotus' }] as LotFieldsFragment['printing'][];
    const empty = lot({ id: 'x', came: 1, changed: 9, quantity: 0, printing: bolt });
    list.tell([
      lot({ id: 'other', came: 9, printing: lotus }),
      empty,
      lot({ id: 'x2', came: 9, printing: bolt }),
    ]);
    expect(ids(list)).toEqual(['m', 'x2', 'a']);
  });

  it('that are read anew leave those behind them where they are', () => {
    const list = found(false);
    list.append([lot({ id: 'q' }), lot({ id: 'r' })], false);
    list.replace(QUERY, [lot({ id: 'x' }), lot({ id: 'r' }), lot({ id: 'a' })], {
      complete: false,
      since: [],
      keep: true,
    });
    expect(ids(list)).toEqual(['x', 'r', 'a', 'q']);
  });

  it('are those of another question only when they are there', () => {
    const list = two();
    list.replace(QUERY, [lot({ id: 'z' })], { complete: true, since: [], keep: false });
    expect(ids(list)).toEqual(['z']);
  });
});

describe.each([
  ['the newest', EVERYTHING],
  ['a query', QUERY],
])('a row of %s', (_name, wanted) => {
  const printing = { id: 'p' } as LotFieldsFragment['printing'];
  const a = lot({ id: 'a', came: 1, printing });
  const list = () => read([lot({ id: 'z', came: 2 }), a], wanted);
  /** All copies leave one lot for another. */
  const move = (of: LotList, from: string, to: string, changed: number) =>
    of.tell([
      lot({ id: to, came: changed, changed, printing }),
      lot({ id: from, came: 1, changed, quantity: 0, printing }),
    ]);

  it('is the same when its copies go over to another lot, and come back', () => {
    const rows = list();
    move(rows, 'a', 'b', 5);
    // The feed says it too.
    move(rows, 'a', 'b', 5);
    expect([ids(rows), rows.keyOf('b'), rows.told('a')?.id]).toEqual([['z', 'b'], 'a', 'b']);
    // And an answer that is older is read meanwhile.
    const since = [lot({ id: 'b', came: 5, printing }), { ...a, quantity: 0, changedAt: at(5) }];
    rows.replace(wanted, [lot({ id: 'z', came: 2 }), a], { complete: true, since, keep: false });
    expect([ids(rows), rows.keyOf('b')]).toEqual([['z', 'b'], 'a']);
    move(rows, 'b', 'a', 6);
    expect([ids(rows), rows.keyOf('a'), rows.told('b')?.id]).toEqual([['z', 'a'], 'a', 'a']);
    expect(rows.told('a')?.id).toBe('a');
  });

  it('shares its name with no other', () => {
    const rows = list();
    move(rows, 'a', 'b', 5);
    rows.replace(wanted, [lot({ id: 'a', changed: 6, printing }), lot({ id: 'b', changed: 5, printing })], {
      complete: true,
      since: [],
      keep: false,
    });
    expect(new Set(ids(rows).map((id) => rows.keyOf(id))).size).toBe(2);
    expect(rows.told('a')?.id).toBe('a');
  });

  it('shows what will be until it is known, and then what the server told last', () => {
    const rows = list();
    const end = rows.preview('a', { quantity: 9 });
    expect([rows.at('a')?.quantity, rows.told('a')?.quantity]).toEqual([9, 1]);
    rows.tell([lot({ id: 'a', came: 1, changed: 3, quantity: 2, printing })]);
    expect(rows.shown.rows[1]?.quantity).toBe(9);
    const next = rows.preview('a', { forTrade: true });
    end();
    expect(rows.shown.rows[1]).toMatchObject({ quantity: 2, forTrade: true });
    next();
    expect(rows.shown.rows[1]).toMatchObject({ quantity: 2, forTrade: false });
  });

  it('is not shown while it will not fit, and is back in its place if that does not happen', () => {
    const rows = list();
    const end = rows.preview('z', { quantity: 0 });
    expect([ids(rows), rows.at('z')]).toEqual([['a'], undefined]);
    rows.tell([lot({ id: 'a', came: 1, changed: 3, printing })]);
    rows.append([lot({ id: 'y', came: 0 })], false);
    expect(ids(rows)).toEqual(['a', 'y']);
    end();
    expect(ids(rows)).toEqual(['z', 'a', 'y']);
  });

  it('takes what will be of it along to another lot', () => {
    const rows = list();
    const end = rows.preview('a', { quantity: 7 });
    move(rows, 'a', 'b', 5);
    expect(rows.at('b')?.quantity).toBe(7);
    end();
    expect(rows.at('b')?.quantity).toBe(1);
  });
});

describe('orders of lots', () => {
  it('are plain when nothing has to be asked to know them', () => {
    expect(isPlain(EVERYTHING)).toBe(true);
    expect(isPlain({ ...EVERYTHING, direction: 'DESC', binder: 'red', trade: 'yes' })).toBe(true);
    expect(isPlain({ ...EVERYTHING, direction: 'ASC' })).toBe(false);
    expect(isPlain({ ...EVERYTHING, order: 'NAME' })).toBe(false);
    expect(isPlain(QUERY)).toBe(false);
  });

  it('go their own way at the first click, the other way at the second, and then away', () => {
    const names = clicked(NEWEST, 'NAME');
    expect(names).toEqual({ order: 'NAME', direction: 'AUTO' });
    const back = clicked(names, 'NAME');
    expect(back).toEqual({ order: 'NAME', direction: 'DESC' });
    expect(clicked(back, 'NAME')).toEqual(NEWEST);
    expect(clicked(back, 'USD')).toEqual({ order: 'USD', direction: 'AUTO' });
    expect(clicked({ order: 'USD', direction: 'DESC' }, 'USD')).toEqual({ order: 'USD', direction: 'ASC' });
  });

  it('have one word each', () => {
    expect(ORDERS.map(({ order }) => nameOfOrder(order))).toEqual(ORDERS.map(({ value }) => value));
    expect(nameOfOrder({ order: 'NAME', direction: 'ASC' })).toBe(
      nameOfOrder({ order: 'NAME', direction: 'AUTO' }),
    );
  });
});

const range = (length: number) => Array.from({ length }, (_, n) => n);

describe('fifty thousand lots', () => {
  it('cost each page as much as the first', () => {
    const pages = range(1000).map((page) =>
      range(50).map((n) => lot({ id: `${page}.${n}`, came: 100_000 - page })),
    );
    const list = read([], EVERYTHING, false);
    const timed = (some: typeof pages) => {
      const from = performance.now();
      for (const page of some) list.append(page, false);
      return performance.now() - from;
    };
    timed(pages.slice(0, 100));
    const early = timed(pages.slice(100, 400));
    timed(pages.slice(400, 700));
    const late = timed(pages.slice(700));
    expect(list.shown.rows).toHaveLength(50_000);
    // Copying what is there would make it several times as much; a busy machine alone does not.
    expect(late).toBeLessThan(20 + 3 * early);
  });
});
