import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { unmask } from '../gql';
import { type JobFieldsFragment, JobFieldsFragmentDoc, type JobState, JobsDocument } from '../gql/graphql';
import { formatAgo } from '../lib/time';
import { Section } from '../settings/Section';
import { useNow } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { JobLine } from './JobLine';
import { useLook } from './look';

const SHOWN = {
  all: null,
  open: ['QUEUED', 'RETRYING', 'RUNNING'],
  dead: ['DEAD'],
  degraded: ['DEGRADED'],
} as const satisfies Record<string, readonly JobState[] | null>;

type Choice = keyof typeof SHOWN;

const CHOICES: { value: Choice; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'open', label: 'Open' },
  { value: 'dead', label: 'Dead' },
  { value: 'degraded', label: 'Degraded' },
];

/** The list that was read, with the newer word of the feed on each of its jobs, and jobs that came since. */
function merged(
  listed: readonly JobFieldsFragment[],
  live: ReadonlyMap<string, JobFieldsFragment>,
  choice: Choice,
): JobFieldsFragment[] {
  const states: readonly JobState[] | null = SHOWN[choice];
  const known = new Map(listed.map((job) => [job.id, job]));
  const newest = Math.max(0, ...listed.map((job) => Number(job.id)));
  for (const [id, job] of live) {
    if (known.has(id) || Number(id) > newest) known.set(id, job);
  }
  return [...known.values()]
    .filter((job) => !states || states.includes(job.state))
    .toSorted((a, b) => Number(b.id) - Number(a.id));
}

interface Props {
  live: ReadonlyMap<string, JobFieldsFragment>;
  beat: number;
  changed: () => void;
}

/** Background work, newest first, live. */
export function Jobs({ live, beat, changed }: Props) {
  const now = useNow();
  const [choice, setChoice] = useState<Choice>('all');
  const [{ data, error }, read] = useQuery({
    query: JobsDocument,
    variables: { states: SHOWN[choice] && [...SHOWN[choice]], after: null },
    requestPolicy: 'network-only',
    context: useLook(beat),
  });
  const again = () => read({ requestPolicy: 'network-only' });
  const queue = data?.jobQueue;
  const jobs = data && merged(unmask(JobFieldsFragmentDoc, data.jobs.nodes), live, choice);
  const counts = queue && (
    <span className="muted small" data-testid="queue">
      {queue.queued} queued, {queue.retrying} tried again, {queue.running} running, {queue.dead} dead
      {queue.oldestDue && <>, the oldest due {formatAgo(queue.oldestDue, now)}</>}
    </span>
  );
  return (
    <Section title="Jobs" beside={counts}>
      <div className="panel-tools">
        <SegmentedControl
          size="xs"
          aria-label="Which jobs"
          data={CHOICES}
          value={choice}
          onChange={setChoice}
        />
      </div>
      {jobs ? (
        jobs.length > 0 ? (
          <ul className="lines">
            {jobs.map((job) => (
              <JobLine key={job.id} job={job} changed={changed} />
            ))}
          </ul>
        ) : (
          <EmptyState title="No such jobs">
            <p>What the platform does in the background is listed here as it happens.</p>
          </EmptyState>
        )
      ) : error ? (
        <ErrorNotice what="Jobs" error={error} retry={again} />
      ) : (
        <SkeletonRows rows={8} />
      )}
    </Section>
  );
}
