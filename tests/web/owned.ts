// What people of the tests own, said without the pages that other tests are about.
import { expect } from 'vitest';
import { ask, post } from './server';

export interface Priced {
  id: string;
  card: { id: string };
  latestPrices: { finish: string; source: string; money: { amount: string } | null }[];
}

/** Sixty printings that have a price, the dearest first. */
export async function dear(): Promise<Priced[]> {
  const { search } = await ask<{ search: { nodes: Priced[] } }>(`{
    search(query: "", order: USD, direction: DESC, first: 60) {
      nodes { id card { id } latestPrices { finish source money { amount } } } } }`);
  return search.nodes.filter(({ latestPrices }) => latestPrices.length > 0);
}

/** Something of one's own; it must go well. */
export async function say(authorization: string, query: string, variables: object): Promise<void> {
  const response = await post(query, { ...variables }, { authorization });
  expect(await response.text()).toContain('"errors":[]');
}

export const ADD =
  'mutation ($lots: [InventoryLotInput!]!) { addToInventory(lots: $lots) { errors { message } } }';

/** Has somebody own some copies of each. */
export async function own(
  authorization: string,
  printings: readonly Priced[],
  quantity: number,
): Promise<void> {
  const lots = printings.map(({ id, latestPrices }) => ({
    printingId: id,
    finish: latestPrices[0]?.finish,
    quantity,
    cost: { amount: '10', currency: 'USD' },
    acquiredOn: '2026-06-01',
  }));
  await say(authorization, ADD, { lots });
}
