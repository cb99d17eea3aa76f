import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

export const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json',
  'x-dualcaster-csrf': '1',
};

/** A tab that waits for an answer keeps the others waiting: not for ever. */
const TIMEOUT = 15_000;
/** A file of everything takes longer to make and to send. */
const FILE_TIMEOUT = 120_000;

/** The server did not answer, or with an error that no field of a form is to blame for. */
export class RequestFailed extends Error {
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

async function send(
  url: string,
  token: string | null,
  more: RequestInit,
  timeout = TIMEOUT,
): Promise<Response> {
  const headers = token ? { ...HEADERS, authorization: `Bearer ${token}` } : HEADERS;
  try {
    return await fetch(url, { ...more, headers, signal: AbortSignal.timeout(timeout) });
  } catch {
    throw new RequestFailed('The server did not answer. Your connection or the server may be down.');
  }
}

/** A file of somebody's own. What the server refuses is thrown. */
export async function download(url: string, token: string | null): Promise<Response> {
  const response = await send(url, token, { method: 'GET' }, FILE_TIMEOUT);
  if (!response.ok) await refuse(response);
  return response;
}

async function refuse(response: Response): Promise<never> {
  const answer: Answer<never> | null = await response.json().catch(() => null);
  const error = answer?.errors?.[0];
  throw new RequestFailed(
    error?.message ?? `The server answered with status ${response.status}.`,
    error?.extensions?.code,
  );
}

/** Brings a file to where the server wants it. What the server refuses is thrown. */
export async function upload(path: string, file: File): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'PUT',
      body: file,
      headers,
      signal: AbortSignal.timeout(FILE_TIMEOUT),
    });
  } catch {
    throw new RequestFailed('The server did not answer. Your connection or the server may be down.');
  }
  if (!response.ok) await refuse(response);
}

/** One operation outside the cache: for what begins and ends a session. */
export async function post<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  token: string | null = null,
): Promise<Data> {
  const response = await send('/graphql', token, {
    method: 'POST',
    body: JSON.stringify({ query: print(document), variables }),
  });
  let answer: Answer<Data>;
  try {
    answer = await response.json();
  } catch {
    throw new RequestFailed(`The server answered with status ${response.status}. Try again in a moment.`);
  }
  const error = answer.errors?.[0];
  if (error) throw new RequestFailed(error.message, error.extensions?.code);
  if (!answer.data) throw new RequestFailed('The server gave no answer to this.');
  return answer.data;
}

/** Asks for an access token by the cookie; null when the cookie opens nothing. */
export async function askForToken(): Promise<string | null> {
  const response = await send('/auth/refresh', null, { method: 'POST' });
  if (!response.ok) throw new RequestFailed(`The server answered with status ${response.status}.`);
  const answer: { accessToken: string | null } = await response.json();
  return answer.accessToken;
}
