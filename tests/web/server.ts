/** The running server under test and small questions to it. */
const given = process.env.DUALCASTER_URL;
if (!given) throw new Error('DUALCASTER_URL must name a running server, for example http://127.0.0.1:8080');

export const BASE = given.replace(/\/$/, '');
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json',
  'x-dualcaster-csrf': '1',
};

export const post = (
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${BASE}/graphql`, {
    method: 'POST',
    headers: { ...HEADERS, ...headers },
    body: JSON.stringify({ query, variables }),
  });

/** Asks, and waits where the budget of this address, which all tests share, is spent. */
export async function ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  let response = await post(query, variables);
  while (response.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get('retry-after'))));
    response = await post(query, variables);
  }
  const body = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (!body.data || body.errors) throw new Error(`${response.status}: ${JSON.stringify(body.errors)}`);
  return body.data;
}

export interface Sample {
  /** A card that has prices, and the printing that has them. */
  cardId: string;
  printingId: string;
  name: string;
  setCode: string;
  origin: 'EMPTY' | 'DEMO' | 'REAL';
}

interface SampleAnswer {
  dataStatus: { origin: Sample['origin'] };
  search: {
    nodes: {
      id: string;
      set: { code: string };
      card: { id: string; name: string };
      latestPrices: { version: number }[];
    }[];
  };
}

/** Any card with prices: the tests hold for the demo market, for fixtures and for real data. */
export async function sample(): Promise<Sample> {
  const { dataStatus, search } = await ask<SampleAnswer>(`{
    dataStatus { origin }
    search(query: "", order: USD, direction: DESC, first: 50) {
      nodes { id set { code } card { id name } latestPrices { version } }
    }
  }`);
  const found = search.nodes.find((node) => node.latestPrices.length > 0 && !node.card.name.includes('//'));
  if (!found) throw new Error('The server has no card with a price: load the demo market or the fixtures.');
  return {
    cardId: found.card.id,
    printingId: found.id,
    name: found.card.name,
    setCode: found.set.code,
    origin: dataStatus.origin,
  };
}
