import { authExchange } from '@urql/exchange-auth';
import { cacheExchange } from '@urql/exchange-graphcache';
import { retryExchange } from '@urql/exchange-retry';
import { Client, type Exchange, fetchExchange, makeOperation, type Operation } from 'urql';
import { pipe, tap } from 'wonka';
import { connection } from '../live/socket';
import { HEADERS } from '../session/post';
import { session } from '../session/session';
import { EMBEDDED } from './embedded';

const active = new Map<number, Operation>();

/** Remembers which queries are on screen, so that they can be asked again; lists ask theirs themselves. */
const trackExchange: Exchange =
  ({ forward }) =>
  (operations) =>
    forward(
      pipe(
        operations,
        tap((operation) => {
          if (operation.kind === 'query' && !operation.context.asksItself)
            active.set(operation.key, operation);
          else if (operation.kind === 'teardown') active.delete(operation.key);
        }),
      ),
    );

// No schema is given to the cache on purpose: a schema-aware cache answers half-known entities with nulls
// for the rest, and a null price looks like "no price".
const makeCache = () =>
  cacheExchange({
    keys: EMBEDDED,
  });

const optionsOf = ({ context }: Operation): RequestInit =>
  (typeof context.fetchOptions === 'function' ? context.fetchOptions() : context.fetchOptions) ?? {};

/** What is asked again may carry a token of before: it goes, also when there is none after it. */
function withToken(operation: Operation): Operation {
  const options = optionsOf(operation);
  const headers = new Headers(options.headers);
  if (session.token) headers.set('authorization', `Bearer ${session.token}`);
  else headers.delete('authorization');
  const fetchOptions = { ...options, headers: Object.fromEntries(headers) };
  return makeOperation(operation.kind, operation, { ...operation.context, fetchOptions });
}

/** Sends the access token along, and gets another one when it is too old or is not taken. */
const makeAuth = () =>
  authExchange(async () => {
    await session.known();
    return {
      addAuthToOperation: withToken,
      willAuthError: () => session.stale,
      didAuthError: (error, operation) => {
        const shown = new Headers(optionsOf(operation).headers).has('authorization');
        const refused =
          shown && error.graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED');
        if (refused) session.refuse();
        return refused;
      },
      refreshAuth: () => session.renew(),
    };
  });

/** Who reads on faster than their budget comes back waits a little, and sees no error. */
const makePatience = () =>
  retryExchange({
    initialDelayMs: 800,
    maxDelayMs: 4_000,
    maxNumberAttempts: 5,
    retryIf: ({ response }, { kind }) => kind === 'query' && response?.status === 429,
  });

const makeClient = () =>
  new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [trackExchange, makeCache(), makePatience(), makeAuth(), fetchExchange],
    fetchOptions: { headers: HEADERS },
  });

let client = makeClient();
let { identity } = session.get();
const clientListeners = new Set<() => void>();

/** The client of the one who is logged in: what it remembers is theirs alone. */
export const currentClient = (): Client => client;

export function onClient(listener: () => void): () => void {
  clientListeners.add(listener);
  return () => clientListeners.delete(listener);
}

session.subscribe(() => {
  const next = session.get().identity;
  if (next === identity) return;
  identity = next;
  client = makeClient();
  active.clear();
  for (const listener of clientListeners) listener();
  for (const listener of refreshListeners) listener();
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
