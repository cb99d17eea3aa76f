import { useSyncExternalStore } from 'react';
import { useSession } from '../session/hooks';
import { choose, currentChoice, onChoice, type Way } from './bearer';

function help(way: Way, signedIn: boolean): string {
  if (way === 'key') return 'Sent as “Authorization: Bearer …”; kept in this tab only.';
  if (way === 'session' && signedIn) return 'With your rights and limits, queries and subscriptions alike.';
  return 'All that is public; no key is needed for it.';
}

/** The bar above the explorer: as whom it asks. */
export function AskAs() {
  const { way, key } = useSyncExternalStore(onChoice, currentChoice);
  const signedIn = useSession().status === 'signed-in';
  // Without a login the choice means nobody, and says so.
  const shown = way === 'session' && !signedIn ? 'nobody' : way;
  return (
    <header className="ask-as">
      <a href="/" className="explorer-home">
        Dualcaster Deals
      </a>
      <label>
        Ask as{' '}
        <select value={shown} onChange={(event) => choose({ way: event.target.value as Way, key })}>
          <option value="nobody">nobody</option>
          <option value="session" disabled={!signedIn}>
            my login
          </option>
          <option value="key">an API key</option>
        </select>
      </label>
      {way === 'key' && (
        <input
          type="password"
          aria-label="API key"
          placeholder="dd_…"
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={(event) => choose({ way, key: event.target.value })}
        />
      )}
      <span className="ask-as-help">{help(way, signedIn)}</span>
      {signedIn ? <a href="/settings/keys">API keys</a> : <a href="/login?next=/explorer">Log in</a>}
    </header>
  );
}
