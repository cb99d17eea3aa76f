import { Link } from '@tanstack/react-router';
import type { AlertEventFieldsFragment, AlertRuleKind, Currency } from '../gql/graphql';
import { FINISH, SOURCE } from '../lib/labels';
import { formatAgo, formatMoment } from '../lib/time';
import { PrintingLink } from '../ui/PrintingLink';
import { formatValue, WHY_NOT } from './words';

interface Props {
  event: AlertEventFieldsFragment;
  /** What its numbers count; null for an alert that is gone. */
  alert: { rule: AlertRuleKind; currency: Currency; name: string | null; portfolio: boolean } | null;
  now: number;
}

function Moved({ event, alert }: Pick<Props, 'event' | 'alert'>) {
  if (!alert || alert.rule === 'BACK_IN_STOCK') return <span>A store buys it again.</span>;
  const { before, after, threshold, side } = event;
  const way = side === 'LOW' ? 'or less' : 'or more';
  return (
    <span>
      {before !== null && `${formatValue(alert, before)} → `}
      <strong className="num">{formatValue(alert, after)}</strong>
      {threshold !== null && (
        <span className="muted">
          {' '}
          wanted: {formatValue(alert, threshold)} {way}
        </span>
      )}
    </span>
  );
}

/** A time that a condition lasted, and whether its owner was told. */
export function EventLine({ event, alert, now }: Props) {
  const { printing, state, suppression, at, since } = event;
  const copy = [
    printing && `${printing.set.name} ${printing.collectorNumber}`,
    event.finish && FINISH[event.finish],
    event.source && SOURCE[event.source],
  ].filter(Boolean);
  return (
    <li className="line event" data-testid="alert-event" data-state={state}>
      <div className="line-main">
        <div className="row">
          {printing && <PrintingLink printing={printing} />}
          {alert?.portfolio && (
            <Link to="/portfolio" className="link-name">
              My collection
            </Link>
          )}
          {alert?.name && <span className="muted">{alert.name}</span>}
          <span className={state === 'FIRED' ? 'tag tag-told' : 'tag'}>
            {state === 'FIRED' ? 'Told' : 'Not told'}
          </span>
        </div>
        <div>
          <Moved event={event} alert={alert} />
        </div>
        <div className="muted small">
          {copy.join(', ')}
          {suppression && ` · not told, because ${WHY_NOT[suppression]}`}
        </div>
      </div>
      <div className="muted small event-at">
        <time dateTime={at} title={formatMoment(at)}>
          {formatAgo(at, now)}
        </time>
        {since !== at && <div>true since {formatMoment(since)}</div>}
      </div>
    </li>
  );
}
