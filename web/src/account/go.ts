import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { safeNext } from '../lib/next';

/** Goes on to where somebody wanted to be before they had to log in. */
export function useGo(): (next: string | undefined) => void {
  const router = useRouter();
  return useCallback(
    (next) => {
      const path = safeNext(next);
      // The explorer is a page of its own, outside this application.
      if (/^\/explorer(?:[?#]|$)/.test(path)) location.assign(path);
      else router.history.replace(path);
    },
    [router],
  );
}
