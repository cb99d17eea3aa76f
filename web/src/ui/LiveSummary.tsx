import { useEffect, useRef, useState } from 'react';

const EVERY = 30_000;

/** One polite sentence for screen readers at most every half minute, in place of a voice per cell. */
export function LiveSummary({ changed }: { changed: number }) {
  const [text, setText] = useState('');
  const total = useRef(0);
  const last = useRef(changed);
  useEffect(() => {
    total.current += Math.max(0, changed - last.current);
    last.current = changed;
  }, [changed]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (total.current > 0) setText(`${total.current} prices changed in the last 30 seconds.`);
      total.current = 0;
    }, EVERY);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="hidden" aria-live="polite">
      {text}
    </div>
  );
}
