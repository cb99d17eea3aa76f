import { type FragmentType, unmask } from '../gql';
import { type MarketOverviewQuery, SourceFieldsFragmentDoc } from '../gql/graphql';
import { FEED, SOURCE } from '../lib/labels';
import { formatAgo, formatMoment } from '../lib/time';
import { useNow } from '../ui/hooks';
import { SkeletonRows } from '../ui/States';

const count = new Intl.NumberFormat();
const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

type Facts = MarketOverviewQuery['marketOverview'];

function Fact({
  label,
  value,
  note,
}: {
  label: string;
  value: string | undefined;
  note?: string | undefined;
}) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd>
        {value === undefined ? <span className="skeleton fact-skeleton" /> : value}
        {note && <span className="muted small"> {note}</span>}
      </dd>
    </div>
  );
}

/** Advancing against declining; the words carry the numbers, the bar only their proportion. */
function Breadth({ overview }: { overview: Facts | undefined }) {
  const up = overview?.advancing ?? 0;
  const down = overview?.declining ?? 0;
  const all = up + down;
  const split = all === 0 ? 50 : (up / all) * 100;
  return (
    <div className="fact fact-wide">
      <dt>Breadth, last 24 h of data</dt>
      <dd>
        {overview ? (
          <>
            <span className="breadth-words">
              <span className="up">▲ {count.format(up)} up</span>
              <span className="down">▼ {count.format(down)} down</span>
            </span>
            <svg className="breadth" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              {all > 0 && <rect className="breadth-up" width={split} height="4" />}
              {all > 0 && <rect className="breadth-down" x={split} width={100 - split} height="4" />}
            </svg>
          </>
        ) : (
          <span className="skeleton fact-skeleton" />
        )}
      </dd>
    </div>
  );
}

function number(value: number | undefined): string | undefined {
  return value === undefined ? undefined : count.format(value);
}

export function Overview({ overview }: { overview: Facts | undefined }) {
  const covered =
    overview && overview.printings > 0
      ? share.format(overview.pricedPrintings / overview.printings)
      : undefined;
  return (
    <dl className="panel facts">
      <Fact label="Printings" value={number(overview?.printings)} />
      <Fact label="Cards" value={number(overview?.cards)} />
      <Fact label="Sets" value={number(overview?.sets)} />
      <Fact
        label={overview ? `Priced in ${overview.currency}` : 'Priced'}
        value={number(overview?.pricedPrintings)}
        note={covered}
      />
      <Breadth overview={overview} />
    </dl>
  );
}

type SourceRows = readonly FragmentType<typeof SourceFieldsFragmentDoc>[];

/** How fresh each source is. A stale or refused file is said, not hidden. */
export function Sources({ sources }: { sources: SourceRows | undefined }) {
  const now = useNow();
  const rows = unmask(SourceFieldsFragmentDoc, sources);
  return (
    <section className="panel" aria-labelledby="sources">
      <div className="panel-head">
        <h2 id="sources">Sources</h2>
      </div>
      {!rows && <SkeletonRows rows={3} />}
      {rows?.length === 0 && <p className="panel-body muted">No source has delivered prices yet.</p>}
      <ul className="sources">
        {rows?.map((row) => (
          <li key={`${row.source}|${row.feed}`}>
            <span className={`dot src-${row.source}`} />
            <span className="source-name">
              <strong>{SOURCE[row.source]}</strong>
              <span className="muted small">{FEED[row.feed]}</span>
            </span>
            <span className="source-age">
              <span className="nowrap" title={formatMoment(row.observedAt)}>
                {formatAgo(row.observedAt, now)}
              </span>
              <span className="muted small num">{count.format(row.prices)} prices</span>
            </span>
            {(row.stale || row.quarantined) && (
              <span className="source-flags">
                {row.stale && <span className="tag tag-warn">Stale</span>}
                {row.quarantined && (
                  <span className="tag tag-warn" title="A newer file had shrunk by half and was refused.">
                    Newer file refused
                  </span>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
