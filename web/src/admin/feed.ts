import { useEffect, useState } from 'react';
import { unmask } from '../gql';
import { type JobFieldsFragment, JobFieldsFragmentDoc, JobsUpdatedDocument } from '../gql/graphql';
import { subscribeLive } from '../live/socket';

interface Feed {
  /** What the feed said last of each job. */
  jobs: ReadonlyMap<string, JobFieldsFragment>;
  /** Counts up when lists should be read anew: some job began or ended. */
  beat: number;
}

const NOTHING: Feed = { jobs: new Map(), beat: 0 };
/** Jobs that are remembered; the lists are short. */
const KEPT = 300;

function next(feed: Feed, update: readonly JobFieldsFragment[], anew: boolean): Feed {
  const jobs = new Map(anew ? [] : feed.jobs);
  for (const job of update) jobs.set(job.id, job);
  const moved = update.some((job) => feed.jobs.get(job.id)?.state !== job.state);
  const kept = [...jobs.entries()].toSorted(([a], [b]) => Number(b) - Number(a)).slice(0, KEPT);
  return { jobs: new Map(kept), beat: moved && feed !== NOTHING ? feed.beat + 1 : feed.beat };
}

/** The queue as it changes. */
export function useJobs(): Feed {
  const [feed, setFeed] = useState(NOTHING);
  useEffect(
    () =>
      subscribeLive(JobsUpdatedDocument, {}, ({ jobsUpdated: { kind, jobs } }) => {
        const update = unmask(JobFieldsFragmentDoc, jobs);
        setFeed((before) => next(before, update, kind !== 'DELTA'));
      }),
    [],
  );
  return feed;
}
