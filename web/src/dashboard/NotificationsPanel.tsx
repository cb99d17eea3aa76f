import { Link } from '@tanstack/react-router';
import { unmask } from '../gql';
import {
  LatestNotificationsDocument,
  type NotificationFieldsFragment,
  NotificationFieldsFragmentDoc,
} from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { useFeed } from '../notifications/feed';
import { type Mark, Title } from '../notifications/Title';
import { useMark } from '../notifications/useMark';
import { KIND } from '../notifications/words';
import { useNow } from '../ui/hooks';
import { EmptyState } from '../ui/States';
import { Panel } from './Panel';
import { useBeats, useGlance } from './useGlance';

const count = new Intl.NumberFormat();

function Line({ told, mark, now }: { told: NotificationFieldsFragment; mark: Mark; now: number }) {
  const unread = told.readAt === null;
  return (
    <li className="line" data-testid="last-notification">
      <div className="line-main">
        <span className="told-head">
          {unread && <span className="told-dot" role="img" aria-label="New" />}
          <Title told={told} mark={mark} />
          <span className="tag">{told.kind ? KIND[told.kind] : 'Other'}</span>
        </span>
        <div className="muted small">
          <time dateTime={told.createdAt} title={formatMoment(told.createdAt)}>
            {formatAgo(told.createdAt, now)}
          </time>
        </div>
      </div>
    </li>
  );
}

/** What somebody was told last, and how much of it they have not read. */
export function NotificationsPanel() {
  const now = useNow();
  const { unread, beat } = useFeed();
  const { data, error, again } = useGlance(LatestNotificationsDocument, {});
  useBeats(beat, again);
  const { run, failure } = useMark(again);
  return (
    <Panel
      title="Notifications"
      beside={
        <Link to="/notifications" search={unread ? { show: 'new' } : {}} className="small">
          {unread ? `${count.format(unread)} not read` : 'All notifications'}
        </Link>
      }
      what="Notifications"
      found={data?.viewer?.notifications}
      error={error}
      retry={again}
      rows={4}
    >
      {({ nodes }) =>
        nodes.length === 0 ? (
          <EmptyState title="Nothing yet">
            <p>When a file of yours is in, or something happens that you watch for, it stands here.</p>
          </EmptyState>
        ) : (
          <>
            {failure && (
              <p role="alert" className="down small">
                {failure}
              </p>
            )}
            <ul className="lines">
              {unmask(NotificationFieldsFragmentDoc, nodes).map((told) => (
                <Line key={told.id} told={told} mark={run} now={now} />
              ))}
            </ul>
          </>
        )
      }
    </Panel>
  );
}
