import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { whenSeen } from '../lib/seen';

/** Between two questions of a panel while things keep happening. */
const REST = 5_000;

/** What one panel asks, whatever becomes of the others. */
export function useGlance<Data, Variables extends Record<string, unknown>>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) {
  const [{ data, error }, ask] = useQuery<Data, Variables>({
    query,
    variables,
    requestPolicy: 'cache-and-network',
  });
  const again = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  return { data, error, again };
}

/**
 * Asks again when something happened: at once, and then now and then for as long as it goes on. While nobody looks
 * it waits: a forgotten tab shall cost nothing.
 */
export function useBeats(beat: number, again: () => void): void {
  const seen = useRef(beat);
  const asked = useRef(0);
  useEffect(() => {
    if (seen.current === beat) return undefined;
    const ask = () => {
      seen.current = beat;
      asked.current = Date.now();
      again();
    };
    let stop: (() => void) | undefined;
    const wait = () => {
      stop = whenSeen(ask);
    };
    // Of beats that come meanwhile the last one is waited for.
    const timer = setTimeout(wait, Math.max(0, asked.current + REST - Date.now()));
    return () => {
      clearTimeout(timer);
      stop?.();
    };
  }, [beat, again]);
}

/** Counts up now and then while somebody looks, and when they look again. */
export function usePulse(every: number): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const next = () => {
      if (document.visibilityState === 'visible') setBeat((count) => count + 1);
    };
    const timer = setInterval(next, every);
    document.addEventListener('visibilitychange', next);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', next);
    };
  }, [every]);
  return beat;
}
