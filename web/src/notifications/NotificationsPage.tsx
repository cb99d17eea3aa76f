import '../styles/settings.css';
import '../styles/notifications.css';
import { Button, SegmentedControl } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { Private } from '../account/Private';
import { unmask } from '../gql';
import {
  type NotificationFieldsFragment,
  NotificationFieldsFragmentDoc,
  NotificationsDocument,
  type NotificationsQuery,
} from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { useFeed } from './feed';
import { type Mark, Title } from './Title';
import { useMark } from './useMark';
import { delivered, KIND, together } from './words';

const route = getRouteApi('/notifications');

const pageOf = (data: NotificationsQuery) => {
  const page = data.viewer?.notifications;
  return page && { pageInfo: page.pageInfo, nodes: unmask(NotificationFieldsFragmentDoc, page.nodes) };
};

function Line({ told, mark, now }: { told: NotificationFieldsFragment; mark: Mark; now: number }) {
  const unread = told.readAt === null;
  return (
    <div className={unread ? 'told unread' : 'told'} data-testid="notification">
      <div className="line-main">
        <span className="told-head">
          {unread && <span className="told-dot" role="img" aria-label="New" />}
          <Title told={told} mark={mark} />
          <span className="tag">{told.kind ? KIND[told.kind] : 'Other'}</span>
        </span>
        {told.body && <p className="told-body">{told.body}</p>}
        <div className="muted small">
          <time dateTime={told.createdAt} title={formatMoment(told.createdAt)}>
            {formatAgo(told.createdAt, now)}
          </time>
          {told.deliveries.map((delivery) => ` · ${delivered(delivery)}`).join('')}
        </div>
      </div>
      <Button
        size="xs"
        variant="subtle"
        aria-label={`Mark as ${unread ? 'read' : 'new'}: ${told.title}`}
        onClick={() => mark({ ids: [told.id] }, unread)}
      >
        {unread ? 'Mark as read' : 'Mark as new'}
      </Button>
    </div>
  );
}

function Groups({ nodes, mark }: { nodes: readonly NotificationFieldsFragment[]; mark: Mark }) {
  // All ages of one rendering are measured from one moment.
  const [now] = useState(() => Date.now());
  return (
    <ul className="lines">
      {together(nodes).map(([first, ...rest]) => (
        <li key={first.id} className="line told-group">
          <Line told={first} mark={mark} now={now} />
          {rest.length > 0 && (
            <details className="told-rest">
              <summary className="muted small">{rest.length} more about the same</summary>
              {rest.map((told) => (
                <Line key={told.id} told={told} mark={mark} now={now} />
              ))}
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function Notifications() {
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  const { unread, beat } = useFeed();
  const filter = useMemo(() => ({ unreadOnly: show === 'new' }), [show]);
  const { nodes, loading, error, hasMore, more, again } = usePages(NotificationsDocument, pageOf, filter);
  useEffect(() => {
    if (beat > 0) again();
  }, [beat, again]);
  const { run, busy, failure } = useMark(again);
  const newest = nodes[0]?.createdAt;
  return (
    <>
      <div className="spread">
        <h1>Notifications</h1>
        <div className="row">
          <SegmentedControl
            size="xs"
            aria-label="Which"
            value={show}
            data={[
              { value: 'all', label: 'All' },
              { value: 'new', label: 'New' },
            ]}
            onChange={(value) => void navigate({ search: { show: value === 'new' ? 'new' : 'all' } })}
          />
          <Button
            size="xs"
            variant="default"
            loading={busy}
            disabled={!unread || !newest}
            onClick={() => newest && run({ until: newest }, true)}
          >
            Mark all as read
          </Button>
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => <Link to="/settings/notifications" search={{}} {...props} />}
          >
            Settings
          </Button>
        </div>
      </div>
      {failure && (
        <p role="alert" className="down">
          {failure}
        </p>
      )}
      <section className="panel" aria-label="Notifications" aria-busy={loading}>
        {error ? (
          <ErrorNotice what="Notifications" error={error} retry={again} />
        ) : nodes.length > 0 ? (
          <Groups nodes={nodes} mark={run} />
        ) : loading ? (
          <SkeletonRows rows={6} />
        ) : (
          <EmptyState title={show === 'new' ? 'Nothing new' : 'Nothing yet'}>
            <p>When a file of yours is in, or something happens that you watch for, you are told here.</p>
          </EmptyState>
        )}
        {hasMore && <MoreButton onMore={more} busy={loading} />}
      </section>
    </>
  );
}

/** What somebody was told. */
export function NotificationsPage() {
  useTitle('Notifications');
  return (
    <div className="page notifications">
      <Private>
        <Notifications />
      </Private>
    </div>
  );
}
