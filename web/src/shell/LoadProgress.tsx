import type { Status } from './status';

const count = new Intl.NumberFormat();

/** One line per running or failed load; nothing when all is done. */
export function LoadProgress({ loads }: { loads: Status['loads'] }) {
  const shown = loads.filter((load) => load.state !== 'DONE');
  if (shown.length === 0) return null;
  return (
    <section className="panel loads" aria-label="Loading data" data-testid="loads">
      {shown.map((load) => (
        <div key={load.name} className="load">
          <span>
            {load.state === 'FAILED' ? (
              <strong className="down">{load.name} failed</strong>
            ) : (
              <>Loading {load.name}</>
            )}
            {load.message && <span className="muted"> {load.message}</span>}
          </span>
          {load.state === 'RUNNING' ? (
            <progress
              aria-label={load.name}
              max={load.total ?? undefined}
              value={load.total ? load.done : undefined}
            />
          ) : (
            <span />
          )}
          <span className="num muted">
            {count.format(load.done)}
            {load.total ? ` of ${count.format(load.total)}` : ''} {load.unit}
          </span>
        </div>
      ))}
    </section>
  );
}
