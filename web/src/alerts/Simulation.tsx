import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { type AlertInput, AlertSimulationDocument, type AlertSimulationQuery } from '../gql/graphql';
import { FINISH, SOURCE } from '../lib/labels';
import { formatDay, formatMoment } from '../lib/time';
import { useNow } from '../ui/hooks';
import { inputOf, useDraft } from './draft';
import { formatValue, problemsAt } from './words';

const SETTLES = 500;
/** Days of a collection are worked out within seconds. */
const ASK_AGAIN = 2_000;
const DAY = 86_400_000;
const DAYS = 365;
/** Times that show at first, and that the server names at most. */
const FEW = 4;
const MOST = 100;

type Simulated = NonNullable<AlertSimulationQuery['alertSimulation']['simulation']>;

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);

/** The year as a line, with a mark for each time. */
function Year({ simulated }: { simulated: Simulated }) {
  const end = useNow();
  const placed = simulated.times.map(({ at, suppressed }) => ({
    at,
    suppressed,
    x: Math.max(0, DAYS - (end - Date.parse(at)) / DAY),
  }));
  return (
    <div className="year">
      <svg viewBox={`0 0 ${DAYS} 20`} preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" y1="19" x2={DAYS} y2="19" className="year-line" />
        {placed.map(({ at, x, suppressed }) => (
          <line key={at} x1={x} x2={x} y1="2" y2="19" className={suppressed ? 'year-not' : 'year-mark'} />
        ))}
      </svg>
      <div className="spread muted small">
        <span>A year ago</span>
        <span>Today</span>
      </div>
    </div>
  );
}

function Times({ simulated, input }: { simulated: Simulated; input: AlertInput }) {
  const [all, showAll] = useState(false);
  const { length } = simulated.times;
  return (
    <>
      <ul className="simulated" data-testid="simulated-times">
        {simulated.times.slice(0, all ? length : FEW).map((one, index) => (
          <li key={`${one.at} ${index}`}>
            <span className="nowrap">{formatMoment(one.at)}</span>
            {input.rule !== 'BACK_IN_STOCK' && (
              <span className="num">
                {one.before !== null && `${formatValue(input, one.before)} → `}
                <strong>{formatValue(input, one.after)}</strong>
              </span>
            )}
            <span className="muted small">
              {[
                input.setId && !input.cardId && one.printing?.card.name,
                one.printing && `${one.printing.set.code.toUpperCase()} ${one.printing.collectorNumber}`,
                one.finish && FINISH[one.finish],
                one.source && SOURCE[one.source],
              ]
                .filter(Boolean)
                .join(', ')}
              {one.suppressed && ' · too often on that day: not told'}
            </span>
          </li>
        ))}
      </ul>
      {!all && length > FEW && (
        <Button size="compact-xs" variant="default" onClick={() => showAll(true)}>
          {length < MOST ? `Show all ${length} times` : `Show the last ${length} times`}
        </Button>
      )}
    </>
  );
}

/** How often it would have fired, in words. */
function Found({ simulated, input }: { simulated: Simulated; input: AlertInput }) {
  const { fired, naive, suppressed, knownSince, pending } = simulated;
  const now = useNow();
  if (pending && knownSince === null) return <p>The days of your collection are being worked out…</p>;
  if (knownSince === null && input.rule !== 'BACK_IN_STOCK') {
    return input.portfolio ? (
      <p>Nothing in your collection has had a price yet.</p>
    ) : (
      <p>No such price is known: another market, currency or finish may have one.</p>
    );
  }
  const whole = knownSince === null || Date.parse(knownSince) <= now - (DAYS - 1) * DAY;
  return (
    <>
      <p>
        <strong>
          {fired === 0
            ? 'It would not have fired in the last year.'
            : `It would have fired ${times(fired)} in the last year.`}
        </strong>{' '}
        {naive > fired && `An alert that tells every time would have told you ${times(naive)}.`}{' '}
        {suppressed > 0 && `It would have kept quiet ${times(suppressed)}, having told you enough that day.`}
      </p>
      {!whole && <p className="muted small">Prices are known since {formatDay(knownSince?.slice(0, 10))}.</p>}
    </>
  );
}

/** What the rule would have done in the last year, asked for when nobody types any more. */
export function Simulation() {
  const { draft } = useDraft();
  const typed = useMemo(() => {
    const { input, problems } = inputOf(draft);
    // What it is called changes nothing.
    return problems.length > 0 ? '' : JSON.stringify({ ...input, name: null });
  }, [draft]);
  const [settled] = useDebouncedValue(typed, SETTLES);
  const input = useMemo(() => (settled ? (JSON.parse(settled) as AlertInput) : undefined), [settled]);
  const [{ data, error, fetching, operation }, retry] = useQuery({
    query: AlertSimulationDocument,
    variables: { input: input ?? { currency: 'USD', rule: 'BELOW' } },
    pause: !input,
  });
  const current = !fetching && JSON.stringify(operation?.variables.input) === settled;
  const { simulation, errors = [] } = data?.alertSimulation ?? {};
  const pending = simulation?.pending === true;
  useEffect(() => {
    if (!data || !pending || !current) return undefined;
    const timer = setTimeout(() => retry({ requestPolicy: 'network-only' }), ASK_AGAIN);
    return () => clearTimeout(timer);
    // By the answer itself: on a busy machine it is drawn together with the question, and nothing else differs.
  }, [data, pending, current, retry]);
  const waits = typed !== '' && (typed !== settled || !current);
  return (
    <section className="simulation" aria-label="What it would have done" aria-busy={waits}>
      <div role="status" data-testid="simulation">
        {typed === '' ? (
          <p className="muted">
            Say what it is about and when it fires: then you see how often it would have.
          </p>
        ) : waits || !input || (pending && simulation.knownSince === null) ? (
          <p className="muted">Looking at the prices of the last year…</p>
        ) : error ? (
          <p className="down">
            {error.networkError ? 'The server did not answer.' : error.graphQLErrors[0]?.message}{' '}
            <Button size="compact-xs" variant="default" onClick={() => retry()}>
              Try again
            </Button>
          </p>
        ) : simulation ? (
          <Found simulated={simulation} input={input} />
        ) : (
          <p className="muted">{problemsAt(errors)[0]?.message}</p>
        )}
      </div>
      {!waits && input && simulation && simulation.times.length > 0 && (
        // Below the status: nobody wants to hear a year of prices whenever a field changes.
        <>
          <Year simulated={simulation} />
          <Times key={settled} simulated={simulation} input={input} />
        </>
      )}
    </section>
  );
}
