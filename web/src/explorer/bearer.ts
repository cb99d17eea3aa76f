import { session } from '../session/session';

/** As whom the explorer asks. */
export type Way = 'nobody' | 'session' | 'key';

export interface Choice {
  way: Way;
  key: string;
}

type Listener = () => void;

const STORED = 'dualcaster.explorer.asks-as';

/** For this tab and as long as it lives: nothing is written to where another one could read it. */
function stored(): Choice {
  try {
    const text = sessionStorage.getItem(STORED);
    if (text) return JSON.parse(text) as Choice;
  } catch {
    // Storage can be forbidden: then it is forgotten at a reload.
  }
  return { way: 'session', key: '' };
}

let choice = stored();
const listeners = new Set<Listener>();

export const currentChoice = (): Choice => choice;

export function onChoice(listener: Listener): Listener {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function choose(next: Choice): void {
  choice = next;
  try {
    sessionStorage.setItem(STORED, JSON.stringify(next));
  } catch {
    // See `stored`.
  }
  for (const listener of listeners) listener();
}

/** What goes behind `Bearer`; null to ask as nobody. */
export async function bearer(): Promise<string | null> {
  if (choice.way === 'key') return choice.key.trim() || null;
  if (choice.way === 'nobody') return null;
  await session.start();
  return session.fresh();
}

async function send(url: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
  const headers = new Headers(init?.headers);
  const token = await bearer();
  // What somebody writes into the editor of headers goes before.
  if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
  return fetch(url, { ...init, headers });
}

/** `fetch` as the chosen one. A session whose token is not taken any more gets another one. */
export async function fetchAs(url: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await send(url, init);
  if (response.status !== 401 || choice.way !== 'session') return response;
  session.refuse();
  return send(url, init);
}
