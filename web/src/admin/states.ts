import type { JobState } from '../gql/graphql';

export const STATES: Record<JobState, { label: string; tone: 'good' | 'bad' | 'plain' }> = {
  QUEUED: { label: 'Queued', tone: 'plain' },
  RETRYING: { label: 'Tried again later', tone: 'bad' },
  RUNNING: { label: 'Running', tone: 'plain' },
  SUCCEEDED: { label: 'Succeeded', tone: 'good' },
  DEGRADED: { label: 'Degraded', tone: 'bad' },
  NOTHING_TO_DO: { label: 'Nothing to do', tone: 'plain' },
  DEAD: { label: 'Dead', tone: 'bad' },
  CANCELLED: { label: 'Cancelled', tone: 'plain' },
  DISCARDED: { label: 'Discarded', tone: 'plain' },
};

const CLASSES = { good: 'up', bad: 'down', plain: undefined };

export function toneOf(state: JobState): string | undefined {
  return CLASSES[STATES[state].tone];
}
