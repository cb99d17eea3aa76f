import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { session } from '../session/session';

/** What the person is told: `connecting` is the first attempt, `reconnecting` any later one. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'offline';

type Listener = () => void;

/** After this many failed attempts in a row we say "offline" and not "reconnecting". */
const ATTEMPTS_BEFORE_OFFLINE = 6;
const PONG_TIMEOUT = 5_000;
const RETRY_CAP = 20_000;
/** The server's word that the token of the socket is not good, or not any more. */
const FORBIDDEN = 4403;

class Connection {
  #state: ConnectionState = 'connecting';
  #everConnected = false;
  readonly #listeners = new Set<Listener>();
  readonly #onReconnect = new Set<Listener>();

  readonly get = (): ConnectionState => this.#state;

  readonly subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Runs after every connection but the first: what happened in between was missed. */
  readonly onReconnect = (listener: Listener): void => {
    this.#onReconnect.add(listener);
  };

  connected(): void {
    const again = this.#everConnected;
    this.#everConnected = true;
    this.#set('live');
    if (again) for (const listener of this.#onReconnect) listener();
  }

  lost(attempts: number): void {
    const offline = !navigator.onLine || attempts >= ATTEMPTS_BEFORE_OFFLINE;
    if (offline) this.#set('offline');
    else this.#set(this.#everConnected ? 'reconnecting' : 'connecting');
  }

  #set(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const connection = new Connection();

/** Waits out the back-off, or less when the browser says that the network is back. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener('online', done);
  });
}

function makeClient(): Client {
  let attempts = 0;
  let pong: ReturnType<typeof setTimeout> | undefined;
  const client: Client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    // The badge tells the truth on every page, so the socket stays open on every page.
    lazy: false,
    keepAlive: 12_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    connectionParams: async () => {
      const token = await session.fresh();
      // The next token cannot be had just now: to come in as a stranger would be to stay one.
      if (session.stale) client.terminate();
      return token ? { authorization: `Bearer ${token}` } : {};
    },
    retryWait: (retries) => {
      const ceiling = Math.min(RETRY_CAP, 400 * 2 ** retries);
      return pause(ceiling / 2 + (Math.random() * ceiling) / 2);
    },
    on: {
      connected: () => {
        attempts = 0;
        connection.connected();
      },
      closed: (event) => {
        clearTimeout(pong);
        if ((event as CloseEvent).code === FORBIDDEN) session.refuse();
        attempts += 1;
        connection.lost(attempts);
      },
      // A half-open socket never closes by itself: no pong means gone.
      ping: (received) => {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_TIMEOUT);
      },
      pong: (received) => {
        if (received) clearTimeout(pong);
      },
    },
  });
  window.addEventListener('offline', () => connection.lost(attempts));
  // Another person's events are not for this socket.
  let { identity } = session.get();
  session.subscribe(() => {
    const next = session.get().identity;
    if (next !== identity) client.terminate();
    identity = next;
  });
  return client;
}

let shared: Client | undefined;

/** Opens the page's one socket. */
export function openSocket(): Client {
  shared ??= makeClient();
  return shared;
}

const RESUBSCRIBE = { first: 2_000, cap: 60_000 };

/**
 * Subscribes on the page's one socket until the returned function is called. The client itself resumes
 * after a lost connection; an error or an end from the server is tried again with growing patience.
 */
export function subscribeLive<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  onData: (data: Data) => void,
): () => void {
  let stopped = false;
  let stop: (() => void) | undefined;
  let wait = RESUBSCRIBE.first;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const again = () => {
    if (stopped) return;
    timer = setTimeout(start, wait);
    wait = Math.min(RESUBSCRIBE.cap, wait * 2);
  };
  const start = () => {
    stop = openSocket().subscribe<Data>(
      { query: print(document), variables },
      {
        next: (result) => {
          if (!result.data) return;
          wait = RESUBSCRIBE.first;
          onData(result.data);
        },
        error: again,
        complete: again,
      },
    );
  };
  start();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stop?.();
  };
}
