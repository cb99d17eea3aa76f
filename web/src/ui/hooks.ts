import { useEffect, useState } from 'react';

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Dualcaster Deals`;
  }, [title]);
}

/** The present, moving on every half minute: ages on screen stay true. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/**
 * Gives the focus back when a dialog goes that is there only while it is open: to where it came from, or to
 * the page when that is gone too.
 */
export function useFocusBack(from?: HTMLElement | null): void {
  const [opener] = useState(() => from ?? document.activeElement);
  useEffect(
    () => () => {
      const there = opener instanceof HTMLElement && opener.isConnected;
      (there ? opener : document.getElementById('main'))?.focus();
    },
    [opener],
  );
}
