import { Progress } from '@mantine/core';
import { useMutation } from 'urql';
import {
  CancelJobDocument,
  DiscardJobDocument,
  type JobFieldsFragment,
  RetryJobDocument,
} from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { useNow } from '../ui/hooks';
import { ActionButton } from './ActionButton';
import { STATES, toneOf } from './states';

/** What tells jobs of a kind apart: the words that they were given. */
function Told({ job }: { job: JobFieldsFragment }) {
  const told: unknown = JSON.parse(job.payload);
  const words = Object.values(told ?? {}).filter((value) => typeof value === 'string');
  return <span className="mono">{words.join(' ')}</span>;
}

function Failures({ job }: { job: JobFieldsFragment }) {
  const last = job.errors.at(-1);
  if (!last || job.state === 'SUCCEEDED') return null;
  return (
    <details className="small">
      <summary className="down">
        {last.chain.at(0)} (attempt {last.attempt} of {job.maxAttempts})
      </summary>
      <ol className="muted">
        {job.errors.map(({ at, attempt, chain }) => (
          <li key={`${attempt} ${at}`}>
            {formatMoment(at)}: {chain.join(' ← ')}
          </li>
        ))}
      </ol>
    </details>
  );
}

function HowFar({ job }: { job: JobFieldsFragment }) {
  if (job.state !== 'RUNNING' || job.done === 0) return null;
  const text = job.total === null ? `${job.done}` : `${job.done} of ${job.total}`;
  return (
    <div className="small" data-testid="job-progress">
      {job.total !== null && job.total > 0 && (
        <Progress value={(100 * job.done) / job.total} aria-label={`Progress of job ${job.id}`} />
      )}
      <span className="muted">{text}</span>
    </div>
  );
}

/** A job, as it goes on, and what can be decided about it. */
export function JobLine({ job, changed }: { job: JobFieldsFragment; changed: () => void }) {
  const now = useNow();
  const [, retry] = useMutation(RetryJobDocument);
  const [, discard] = useMutation(DiscardJobDocument);
  const [, cancel] = useMutation(CancelJobDocument);
  const { id, state } = job;
  const open = state === 'QUEUED' || state === 'RETRYING' || state === 'RUNNING';
  return (
    <li className="line" data-testid="job" data-kind={job.kind} data-state={state}>
      <div className="line-main">
        <strong className="mono">{job.kind}</strong> <Told job={job} />{' '}
        <span className="muted small">#{id}</span>{' '}
        <span className={toneOf(state)}>{STATES[state].label}</span>
        {job.rows !== null && <span className="muted"> {job.rows.toLocaleString()} rows</span>}
        {job.note && <div className="small">{job.note}</div>}
        <HowFar job={job} />
        <Failures job={job} />
        <div className="muted small">
          {job.finishedAt
            ? `ended ${formatAgo(job.finishedAt, now)}`
            : state === 'RETRYING'
              ? `again ${formatMoment(job.runAt)}`
              : `asked for ${formatAgo(job.createdAt, now)}`}
        </div>
      </div>
      {state === 'DEAD' && (
        <>
          <ActionButton
            label="Discard"
            name={`Discard job ${id}`}
            act={() => discard({ id })}
            done={changed}
          />
          <ActionButton
            label="Try again"
            name={`Try job ${id} again`}
            act={() => retry({ id })}
            done={changed}
          />
        </>
      )}
      {open && !job.cancelRequested && (
        <ActionButton label="Cancel" name={`Cancel job ${id}`} act={() => cancel({ id })} done={changed} />
      )}
    </li>
  );
}
