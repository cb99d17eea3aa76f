import { useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { unmask } from '../gql';
import { AlertDetailsDocument, AlertEventFieldsFragmentDoc, type AlertFieldsFragment } from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { useNow } from '../ui/hooks';
import { ErrorNotice, SkeletonRows } from '../ui/States';
import { EventLine } from './Event';
import { plain } from './words';

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Why an alert fires, or does not, and what became of it. */
export function Details({ alert: shown }: { alert: AlertFieldsFragment }) {
  const now = useNow();
  const [{ data, error }, read] = useQuery({
    query: AlertDetailsDocument,
    variables: { id: shown.id },
    requestPolicy: 'cache-and-network',
  });
  const first = useRef(shown);
  // What is told here belongs to what the row says, which was read anew.
  useEffect(() => {
    if (first.current !== shown) read({ requestPolicy: 'network-only' });
  }, [shown, read]);
  const alert = data?.viewer?.alert;
  if (error && !alert) {
    return (
      <ErrorNotice what="The alert" error={error} retry={() => read({ requestPolicy: 'network-only' })} />
    );
  }
  if (!alert) return <SkeletonRows rows={3} />;
  const events = unmask(AlertEventFieldsFragmentDoc, alert.lastEvents);
  return (
    <div className="alert-details" data-testid="alert-details">
      <p>{sentence(alert.explanation.text)}</p>
      <p className="muted small">
        Made {formatMoment(alert.createdAt)} · at most {alert.dailyLimit} a day · arms itself again{' '}
        {plain(alert.rearmPercent)} % beyond
        {alert.evaluatedAt && ` · prices looked at ${formatAgo(alert.evaluatedAt, now)}`}
      </p>
      {events.length === 0 ? (
        <p className="muted small">It has not fired yet.</p>
      ) : (
        <ul className="lines" aria-label="What became of it">
          {events.map((event) => (
            <EventLine key={event.id} event={event} alert={{ ...alert, name: null }} now={now} />
          ))}
        </ul>
      )}
    </div>
  );
}
