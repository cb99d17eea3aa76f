import { cacheExchange } from '@urql/exchange-graphcache';
import { Client, type Exchange, fetchExchange, type Operation } from 'urql';
import { pipe, tap } from 'wonka';
import { connection } from '../live/socket';

/** Types without an identity of their own live inside their parent. */
const embedded = () => null;

const active = new Map<number, Operation>();

/** Remembers which queries are on screen, so that they can be asked again. */
const trackExchange: Exchange =
  ({ forward }) =>
  (operations) =>
    forward(
      pipe(
        operations,
        tap((operation) => {
          if (operation.kind === 'query') active.set(operation.key, operation);
          else if (operation.kind === 'teardown') active.delete(operation.key);
        }),
      ),
    );

// No schema is given to the cache on purpose: a schema-aware cache answers half-known entities with nulls
// for the rest, and a null price looks like "no price".
const cache = cacheExchange({
  keys: {
    CardFace: embedded,
    CardImages: embedded,
    DataStatus: embedded,
    Legality: embedded,
    LegalityChange: embedded,
    LoadProgress: embedded,
    MarketIds: embedded,
    MarketOverview: embedded,
    Money: embedded,
    Mover: embedded,
    Price: embedded,
    PricePoints: embedded,
    PriceSeries: embedded,
    PrintingConnection: embedded,
    SearchConnection: embedded,
    SearchWarning: embedded,
    SetConnection: embedded,
    SourceStatus: embedded,
    Suggestion: embedded,
  },
});

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  exchanges: [trackExchange, cache, fetchExchange],
  fetchOptions: {
    headers: {
      accept: 'application/graphql-response+json',
      'x-dualcaster-csrf': '1',
    },
  },
});

const refreshListeners = new Set<() => void>();

/** For lists that hold more than one query: runs whenever the page's data is asked for again. */
export function onRefresh(listener: () => void): void {
  refreshListeners.add(listener);
}

/** Asks every query on screen again, past the cache. */
export function refreshActiveQueries(): void {
  for (const listener of refreshListeners) listener();
  for (const operation of active.values()) {
    client.reexecuteOperation(
      client.createRequestOperation('query', operation, {
        ...operation.context,
        requestPolicy: 'network-only',
      }),
    );
  }
}

connection.onReconnect(refreshActiveQueries);
