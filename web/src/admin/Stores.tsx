import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SystemHealthQuery } from '../gql/graphql';
import { formatAgo } from '../lib/time';
import { Section } from '../settings/Section';
import { STATES } from './states';

type Health = SystemHealthQuery['systemHealth'];

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function formatBytes(bytes: number | null): string {
  if (bytes === null) return '—';
  const step = bytes > 0 ? Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1) : 0;
  const value = bytes / 1024 ** step;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${UNITS[step]}`;
}

/** Green only for what is well, and always in words too. */
function Mark({ good, children }: { good: boolean; children: ReactNode }) {
  return <span className={good ? 'up' : 'down'}>{children}</span>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface StoreProps {
  title: string;
  name: string;
  reachable: boolean;
  children: ReactNode;
}

function Store({ title, name, reachable, children }: StoreProps) {
  const beside = (
    <span data-testid={name}>
      <Mark good={reachable}>{reachable ? 'Reachable' : 'Away'}</Mark>
    </span>
  );
  return (
    <Section title={title} beside={beside}>
      <dl className="health-facts">{children}</dl>
    </Section>
  );
}

const REPLICA = { IN_USE: 'In use', LAGGING: 'Too far behind', AWAY: 'Away' } as const;

function Replica({ replica }: { replica: NonNullable<Health['replica']> }) {
  const { state, lagSeconds, reason } = replica;
  return (
    <Fact name="Replica">
      <Mark good={state === 'IN_USE'}>{REPLICA[state]}</Mark>
      {lagSeconds !== null && <span className="muted">, {lagSeconds.toFixed(1)} s behind</span>}
      {reason && <span className="muted">: {reason}</span>}
    </Fact>
  );
}

interface DatabaseProps {
  database: Health['database'];
  replica: Health['replica'];
}

export function DatabasePanel({ database, replica }: DatabaseProps) {
  const { migrationsPending, poolOpen, poolIdle, poolLimit, poolWaiting } = database;
  return (
    <Store title="Database" name="database" reachable={database.reachable}>
      <Fact name="Version">{database.version ? `Postgres ${database.version}` : '—'}</Fact>
      <Fact name="Name">{database.name ?? '—'}</Fact>
      <Fact name="Size">{formatBytes(database.bytes)}</Fact>
      <Fact name="Connections">
        {database.connections === null ? '—' : `${database.connections} of ${database.maxConnections}`}
      </Fact>
      <Fact name="Migrations">
        {migrationsPending === null ? (
          '—'
        ) : (
          <Mark good={migrationsPending === 0}>
            {migrationsPending === 0 ? 'All have run' : `${migrationsPending} have not run`}
          </Mark>
        )}
      </Fact>
      <Fact name="This process">
        {poolOpen - poolIdle} used, {poolIdle} idle, at most {poolLimit}
        {poolWaiting > 0 && <span className="down">, {poolWaiting} wait</span>}
      </Fact>
      {replica && <Replica replica={replica} />}
    </Store>
  );
}

export function RedisPanel({ redis }: { redis: Health['redis'] }) {
  return (
    <Store title="Redis" name="redis" reachable={redis.reachable}>
      <Fact name="Version">{redis.version ?? '—'}</Fact>
      <Fact name="Memory">{formatBytes(redis.bytes)}</Fact>
      <Fact name="Connections">{redis.clients ?? '—'}</Fact>
      <Fact name="Live events">
        <Mark good={redis.events}>{redis.events ? 'Flow' : 'Do not flow'}</Mark>
      </Fact>
      <Fact name="Budgets">
        <Mark good={redis.limits}>{redis.limits ? 'Can be had' : 'Cannot be had'}</Mark>
      </Fact>
    </Store>
  );
}

interface QueueProps {
  queue: Health['queue'];
  backlog: Health['backlog'];
  outbox: Health['outbox'];
  now: number;
}

export function QueuePanel({ queue, backlog, outbox, now }: QueueProps) {
  return (
    <Section title="Queue" beside={<Link to="/admin">Background work</Link>}>
      <dl className="health-facts" data-testid="queue-health">
        <Fact name="Waiting">{queue ? queue.queued + queue.retrying : '—'}</Fact>
        <Fact name="Running">{queue?.running ?? '—'}</Fact>
        <Fact name="Oldest due">{queue?.oldestDue ? formatAgo(queue.oldestDue, now) : '—'}</Fact>
        <Fact name="Dead letters">
          {queue ? <Mark good={queue.dead === 0}>{queue.dead === 0 ? 'None' : queue.dead}</Mark> : '—'}
        </Fact>
        <Fact name="Events to publish">
          {outbox ? outbox.waiting : '—'}
          {outbox?.oldestAt && <>, the oldest {formatAgo(outbox.oldestAt, now)}</>}
        </Fact>
      </dl>
      {backlog.length > 0 && (
        <ul className="lines">
          {backlog.map(({ task, state, count, oldestDue }) => (
            <li key={`${task} ${state}`} className="line small">
              <span className="line-main mono">{task}</span>
              <span className={state === 'DEAD' ? 'down' : undefined}>
                {count.toLocaleString()} {STATES[state].label.toLowerCase()}
              </span>
              {oldestDue && <span className="muted">due {formatAgo(oldestDue, now)}</span>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
