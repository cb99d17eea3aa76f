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
