import type { SystemHealthQuery } from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { Section } from '../settings/Section';
import { STATES, toneOf } from './states';

type Row = NonNullable<SystemHealthQuery['systemHealth']['schedules']>[number];

function Next({ row }: { row: Row }) {
  if (row.status === 'NOT_BUILT_YET') return <span className="tag">Not built yet</span>;
  if (row.status === 'DISABLED') return <span className="tag">Switched off</span>;
  return <span className="muted">next {row.nextRunAt && formatMoment(row.nextRunAt)}</span>;
}

function Last({ row, now }: { row: Row; now: number }) {
  if (!row.lastResult) return <span className="muted">never ran</span>;
  return (
    <span>
      <span className={toneOf(row.lastResult)}>{STATES[row.lastResult].label}</span>
      {row.lastRunAt && <span className="muted"> {formatAgo(row.lastRunAt, now)}</span>}
      {row.stale && <span className="down"> — no good run for too long</span>}
    </span>
  );
}

/** What runs by the clock, with its last run. */
export function LastRuns({ schedules, now }: { schedules: readonly Row[]; now: number }) {
  return (
    <Section title="Last runs" beside={<span className="muted small">Times of the clock are UTC</span>}>
      <ul className="lines">
        {schedules.map((row) => (
          <li key={row.name} className="line small" data-testid="last-run" data-name={row.name}>
            <span className="line-main mono">{row.name}</span>
            <Last row={row} now={now} />
            <Next row={row} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
