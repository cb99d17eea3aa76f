import { readClaims } from './claims';
import { askForToken, RequestFailed } from './post';

/** `starting` until the server has said whether the browser's cookie opens a session. */
type SessionStatus = 'starting' | 'anonymous' | 'signed-in';

/** How a session came to its end: by what was done here, or `elsewhere`, of which its owner is told. */
type End = 'here' | 'everywhere' | 'closed' | 'elsewhere';

export interface SessionState {
  status: SessionStatus;
  /** The account's id: what was read for one is not shown to another. */
  identity: string | null;
  /** How the last session ended; null when it did not, or in another tab. */
  ended: End | null;
}

type Listener = () => void;
type Message = 'in' | 'out';

const HINT = 'dualcaster.session';
const LOCK = 'dualcaster.session';
/** A token is replaced so long before its end. */
const AHEAD = 60_000;
/** A token with less than this left is not sent any more. */
const LEAST = 5_000;
const RETRY = { first: 2_000, cap: 60_000 };

/** One at a time over all tabs. Without the lock (plain HTTP to another machine) over this tab. */
let queue: Promise<unknown> = Promise.resolve();
function exclusively<T>(action: () => Promise<T>): Promise<T> {
  // The type says that it is always there; on plain HTTP it is not.
  const locks = navigator.locks as LockManager | undefined;
  if (locks) return locks.request(LOCK, action) as Promise<T>;
  const next = queue.then(action, action);
  queue = next.catch(() => undefined);
  return next;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(HINT);
  } catch {
    return null;
  }
}

function remember(identity: string | null): void {
  try {
    if (identity) localStorage.setItem(HINT, identity);
    else localStorage.removeItem(HINT);
  } catch {
    // Storage can be forbidden: then each start asks before it knows.
  }
}

/**
 * The login of this browser, as this tab knows it. The access token lives here and nowhere else; the
 * refresh token is in a cookie that no script can read.
 */
class Session {
  #state: SessionState = { status: 'starting', identity: remembered(), ended: null };
  #token: string | null = null;
  #goodUntil = 0;
  /** Grows with every login and logout: an answer of before one says nothing after it. */
  #generation = 0;
  #renewing: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = RETRY.first;
  #first: Promise<void> | null = null;
  readonly #listeners = new Set<Listener>();
  readonly #others = new BroadcastChannel('dualcaster.session');

  readonly get = (): SessionState => this.#state;

  readonly subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Learns whether the browser has a session, and follows the other tabs from now on. */
  start(): Promise<void> {
    if (this.#first) return this.#first;
    this.#others.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      this.#generation += 1;
      this.#renewing = null;
      if (data === 'out') this.#leave(null);
      else void this.renew();
    });
    this.#first = this.renew();
    return this.#first;
  }

  /** Resolves when it is known who asks, if this browser was logged in when it was last here. */
  async known(): Promise<void> {
    if (this.#state.status === 'starting' && this.#state.identity) await this.start();
  }

  /** The token to send now; null when there is none that would be taken. */
  get token(): string | null {
    return performance.now() < this.#goodUntil - LEAST ? this.#token : null;
  }

  /** Whether a request would fail for want of a token that can be had. */
  get stale(): boolean {
    return this.#state.status === 'signed-in' && this.token === null;
  }

  /** A token, fetched if need be. */
  async fresh(): Promise<string | null> {
    await this.known();
    if (this.stale) await this.renew();
    return this.token;
  }

  /** The server did not take the token. */
  refuse(): void {
    this.#goodUntil = 0;
  }

  /** Asks for the next token. Never fails: when the server is away it is asked again later. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew(this.#generation);
    return this.#renewing;
  }

  async #renew(generation: number): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const token = await exclusively(askForToken);
      if (generation !== this.#generation) return;
      this.#wait = RETRY.first;
      if (token) this.#take(token);
      else this.#leave(this.#state.status === 'signed-in' ? 'elsewhere' : null);
    } catch {
      if (generation !== this.#generation) return;
      this.#timer = setTimeout(() => void this.renew(), this.#wait);
      this.#wait = Math.min(RETRY.cap, this.#wait * 2);
    } finally {
      if (generation === this.#generation) this.#renewing = null;
    }
  }

  /** Runs a login. The cookie it sets must not be overtaken by the answer to an older one. */
  async enter<T>(login: () => Promise<T>, tokenOf: (answer: T) => string | undefined): Promise<T> {
    return exclusively(async () => {
      const answer = await login();
      const token = tokenOf(answer);
      if (token) {
        this.#generation += 1;
        this.#renewing = null;
        this.#take(token);
        this.#tell('in');
      }
      return answer;
    });
  }

  /** Runs what ends the session. */
  async leave(end: End, logout: (token: string | null) => Promise<unknown>): Promise<void> {
    const token = await this.fresh();
    try {
      await exclusively(() => logout(token));
    } catch (error) {
      // It had ended before: what was wanted is so.
      if (!(error instanceof RequestFailed) || error.code !== 'UNAUTHENTICATED') throw error;
    }
    this.over(end);
  }

  /** The session was ended by what its owner did here. */
  over(end: End): void {
    this.#generation += 1;
    this.#renewing = null;
    this.#leave(end);
    this.#tell('out');
  }

  /** Looks again after something that ends sessions; whose doing it was is known. */
  async recheck(): Promise<void> {
    await this.renew();
    this.acknowledge();
  }

  /** The person has read that the session ended. */
  readonly acknowledge = (): void => {
    this.#set({ ...this.#state, ended: null });
  };

  #take(token: string): void {
    const claims = readClaims(token);
    if (!claims) throw new Error('The access token cannot be read.');
    this.#token = token;
    this.#goodUntil = performance.now() + claims.lifetime;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.renew(), Math.max(claims.lifetime - AHEAD, AHEAD / 2));
    remember(claims.sub);
    this.#set({ status: 'signed-in', identity: claims.sub, ended: null });
  }

  #leave(ended: End | null): void {
    this.#token = null;
    this.#goodUntil = 0;
    clearTimeout(this.#timer);
    remember(null);
    this.#set({ status: 'anonymous', identity: null, ended });
  }

  #tell(message: Message): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
    this.#others.postMessage(message);
  }

  #set(state: SessionState): void {
    const { status, identity, ended } = this.#state;
    if (status === state.status && identity === state.identity && ended === state.ended) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const session = new Session();
