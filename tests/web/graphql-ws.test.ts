// The public client of the protocol subscribes, loses its connection, and is right again.
import { type Client, createClient } from 'graphql-ws';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ask, BASE, sample } from './server';

interface Price {
  printingId: string;
  source: string;
  feed: string;
  kind: string;
  finish: string;
  condition: string;
  money: { amount: string; currency: string };
  version: number;
}

interface Update {
  kind: 'SNAPSHOT' | 'DELTA' | 'RESET';
  prices: Price[];
}

const FIELDS = 'printingId source feed kind finish condition money { amount currency } version';

/** What a subscriber believes: the state that the events describe. */
class Belief {
  readonly #prices = new Map<string, string>();
  snapshots = 0;

  take({ kind, prices }: Update): void {
    if (kind !== 'DELTA') {
      this.#prices.clear();
      this.snapshots += 1;
    }
    for (const price of prices) this.#prices.set(key(price), price.money.amount);
  }

  get sorted(): string[] {
    return [...this.#prices].map((entry) => entry.join(' = ')).toSorted();
  }
}

function key({ printingId, source, feed, kind, finish, condition, money }: Price): string {
  return [printingId, source, feed, kind, finish, condition, money.currency].join('|');
}

async function truth(cardId: string): Promise<string[]> {
  const { card } = await ask<{ card: { printings: { nodes: { prices: Price[] }[] } } }>(
    `query ($id: ID!) { card(id: $id) { printings(first: 20) { nodes { prices { ${FIELDS} } } } } }`,
    { id: cardId },
  );
  return card.printings.nodes
    .flatMap((node) => node.prices)
    .map((price) => `${key(price)} = ${price.money.amount}`)
    .toSorted();
}

let client: Client | undefined;
afterEach(() => client?.dispose());

describe('graphql-transport-ws', () => {
  it('gives a snapshot, survives a cut, and ends at the state of a fresh query', async () => {
    const { cardId } = await sample();
    const sockets: WebSocket[] = [];
    class Recorded extends WebSocket {
      constructor(address: string, protocols?: string | string[]) {
        super(address, protocols, { origin: BASE });
        sockets.push(this);
      }
    }
    client = createClient({
      url: `${BASE.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: Recorded,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
      shouldRetry: () => true,
    });
    const belief = new Belief();
    const failures: unknown[] = [];
    client.subscribe<{ cardUpdated: Update }>(
      {
        query: `subscription ($id: ID!) { cardUpdated(cardId: $id) { kind prices { ${FIELDS} } } }`,
        variables: { id: cardId },
      },
      {
        next: (result) => {
          if (result.data) belief.take(result.data.cardUpdated);
          else failures.push(result.errors);
        },
        error: (error) => failures.push(error),
        complete: () => failures.push('the server ended the subscription'),
      },
    );
    await vi.waitUntil(() => belief.snapshots === 1, { timeout: 10_000 });
    await vi.waitFor(async () => expect(belief.sorted).toEqual(await truth(cardId)), {
      timeout: 15_000,
      interval: 200,
    });

    sockets[0]?.terminate();
    await vi.waitUntil(() => sockets.length >= 2 && belief.snapshots >= 2, { timeout: 15_000 });
    await vi.waitFor(async () => expect(belief.sorted).toEqual(await truth(cardId)), {
      timeout: 15_000,
      interval: 200,
    });
    expect(failures).toEqual([]);
  });

  it('answers a query over the socket as over HTTP', async () => {
    client = createClient({
      url: `${BASE.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: true,
    });
    const query = '{ dataStatus { origin } }';
    const answers: unknown[] = [];
    for await (const result of client.iterate({ query })) answers.push(result.data);
    expect(answers).toEqual([await ask(query)]);
  });
});
