import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { DataOrigin } from '../gql/graphql';
import { useSession } from '../session/hooks';
import { session } from '../session/session';
import { useConnection } from './HeaderControls';

/** A short blip needs no banner; two seconds without prices do. */
const GRACE = 1_500;

function useLostFor(grace: number): boolean {
  const lost = useConnection() !== 'live';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) return undefined;
    const timer = setTimeout(() => setShown(true), grace);
    return () => {
      clearTimeout(timer);
      setShown(false);
    };
  }, [lost, grace]);
  return shown;
}

/** Somebody was logged in here and is not any more, by no doing of theirs in this browser. */
function SessionEnded() {
  const { ended } = useSession();
  const { pathname, href } = useLocation();
  if (ended !== 'elsewhere') return null;
  return (
    <div className="banner" data-testid="session-ended">
      <span>
        <strong>You are logged out.</strong> Your session was ended elsewhere, or its time was over.
      </span>
      {pathname !== '/login' && (
        <Link to="/login" search={{ next: href }}>
          Log in again
        </Link>
      )}
      <button type="button" className="link" onClick={session.acknowledge}>
        Dismiss
      </button>
    </div>
  );
}

export function Banners({ origin }: { origin: DataOrigin | undefined }) {
  const state = useConnection();
  const lost = useLostFor(GRACE);
  return (
    <>
      {origin === 'DEMO' && (
        <aside className="banner" data-testid="demo-banner" aria-label="About this data">
          <span>
            <strong>Simulated prices.</strong> Demo market: real cards, made-up prices.
          </span>{' '}
          <Link to="/about">How to load real data</Link>
        </aside>
      )}
      <div role="status">
        <SessionEnded />
        {lost && (
          <div className="banner banner-down" data-testid="reconnect-banner">
            <strong>{state === 'offline' ? 'Offline.' : 'Live prices are interrupted.'}</strong>
            {state === 'offline'
              ? 'What you see may be out of date. We keep trying to reconnect.'
              : 'Reconnecting; what you see may be out of date.'}
          </div>
        )}
      </div>
    </>
  );
}
