import { useMutation, useQuery } from 'urql';
import {
  SchedulesDocument,
  type SchedulesQuery,
  SetScheduleEnabledDocument,
  TriggerScheduleDocument,
} from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { Section } from '../settings/Section';
import { useNow } from '../ui/hooks';
import { ErrorNotice, SkeletonRows } from '../ui/States';
import { ActionButton } from './ActionButton';
import { useLook } from './look';
import { STATES, toneOf } from './states';

type Row = SchedulesQuery['schedules'][number];

const seconds = new Intl.NumberFormat(undefined, {
  style: 'unit',
  unit: 'second',
  maximumFractionDigits: 1,
});

function Last({ row }: { row: Row }) {
  const now = useNow();
  if (!row.lastResult) return <>never ran</>;
  return (
    <>
      <span className={toneOf(row.lastResult)}>{STATES[row.lastResult].label}</span>
      {row.lastRunAt && <> {formatAgo(row.lastRunAt, now)}</>}
      {row.lastDurationMs !== null && <>, took {seconds.format(row.lastDurationMs / 1000)}</>}
      {row.lastRows !== null && <>, {row.lastRows.toLocaleString()} rows</>}
      {row.stale && <span className="down"> — no good run for too long</span>}
    </>
  );
}

function When({ row }: { row: Row }) {
  if (row.status === 'NOT_BUILT_YET') return <span className="tag">Not built yet</span>;
  if (row.status === 'DISABLED') return <span className="tag">Switched off</span>;
  return <>next {row.nextRunAt && formatMoment(row.nextRunAt)}</>;
}

function ScheduleLine({ row, changed }: { row: Row; changed: () => void }) {
  const [, trigger] = useMutation(TriggerScheduleDocument);
  const [, enable] = useMutation(SetScheduleEnabledDocument);
  const { name, status } = row;
  return (
    <li className="line" data-testid="schedule" data-name={name}>
      <div className="line-main">
        <strong className="mono">{name}</strong> <span className="muted mono small">{row.cron}</span>
        <div className="small">{row.description}</div>
        <div className="muted small">
          <Last row={row} />; <When row={row} />
        </div>
      </div>
      {status !== 'NOT_BUILT_YET' && (
        <>
          <ActionButton
            label={status === 'ACTIVE' ? 'Switch off' : 'Switch on'}
            name={`${status === 'ACTIVE' ? 'Switch off' : 'Switch on'} ${name}`}
            act={() => enable({ name, enabled: status !== 'ACTIVE' })}
            done={changed}
          />
          <ActionButton
            label="Run now"
            name={`Run ${name} now`}
            act={() => trigger({ name })}
            done={changed}
          />
        </>
      )}
    </li>
  );
}

/** What runs by the clock; read anew when jobs change. */
export function Schedules({ beat }: { beat: number }) {
  const [{ data, error }, read] = useQuery({
    query: SchedulesDocument,
    requestPolicy: 'network-only',
    // Another context is another look.
    context: useLook(beat),
  });
  const again = () => read({ requestPolicy: 'network-only' });
  return (
    <Section title="Schedules" beside={<span className="muted small">Times of the clock are UTC</span>}>
      {data ? (
        <ul className="lines">
          {data.schedules.map((row) => (
            <ScheduleLine key={row.name} row={row} changed={again} />
          ))}
        </ul>
      ) : error ? (
        <ErrorNotice what="Schedules" error={error} retry={again} />
      ) : (
        <SkeletonRows rows={8} />
      )}
    </Section>
  );
}
