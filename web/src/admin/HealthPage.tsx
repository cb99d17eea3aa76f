import '../styles/health.css';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { SystemHealthDocument } from '../gql/graphql';
import { useTitle } from '../ui/hooks';
import { ErrorNotice, SkeletonRows } from '../ui/States';
import { LastRuns } from './LastRuns';
import { Sources } from './Sources';
import { DatabasePanel, QueuePanel, RedisPanel } from './Stores';

/** Between two looks; the server makes a reading serve for three seconds. */
const POLL = 5_000;

/** How the platform stands, read anew every few seconds while somebody looks. */
export function HealthPage() {
  useTitle('Health');
  const [{ data, error }, read] = useQuery({ query: SystemHealthDocument, requestPolicy: 'network-only' });
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) read({ requestPolicy: 'network-only' });
    }, POLL);
    return () => clearInterval(timer);
  }, [read]);
  // What was read last stays while it is read anew, and says how old it is when that fails.
  const health = data?.systemHealth;
  if (!health) {
    if (error) {
      return (
        <ErrorNotice what="Health" error={error} retry={() => read({ requestPolicy: 'network-only' })} />
      );
    }
    return <SkeletonRows rows={10} />;
  }
  const now = Date.parse(health.takenAt);
  return (
    <div className="stack" data-testid="health" data-taken={health.takenAt}>
      {error && (
        <ErrorNotice
          what="A newer reading"
          error={error}
          retry={() => read({ requestPolicy: 'network-only' })}
        />
      )}
      <DatabasePanel database={health.database} replica={health.replica} />
      <RedisPanel redis={health.redis} />
      <QueuePanel queue={health.queue} backlog={health.backlog} outbox={health.outbox} now={now} />
      <Sources sources={health.sources} now={now} />
      <LastRuns schedules={health.schedules ?? []} now={now} />
    </div>
  );
}
