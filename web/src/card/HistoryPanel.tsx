import { Button, SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useQuery } from 'urql';
import { PriceHistoryDocument } from '../gql/graphql';
import { type Line, RANGES, type Range, toCsv, toLines, toTable } from '../lib/history';
import { saveAs } from '../lib/save';
import { formatDay } from '../lib/time';
import { EmptyState, ErrorNotice } from '../ui/States';

const Chart = lazy(() => import('./Chart').then((module) => ({ default: module.Chart })));
const route = getRouteApi('/cards/$id');

const LABELS: Record<Range, string> = { '7d': '7D', '30d': '30D', '90d': '90D', '1y': '1Y', all: 'All' };
const RANGE_DATA = (Object.keys(RANGES) as Range[]).map((value) => ({ value, label: LABELS[value] }));
const SCALE_DATA = [
  { value: 'price', label: 'Price' },
  { value: 'percent', label: '% change' },
] as const;

/** The same numbers as the chart, for everybody who does not see it. */
function HiddenTable({ lines, name }: { lines: readonly Line[]; name: string }) {
  const table = useMemo(() => toTable(lines), [lines]);
  return (
    <div className="hidden">
      <table data-testid="history-table">
        <caption>Daily prices of {name}</caption>
        <thead>
          <tr>
            <th>Day</th>
            {table.columns.map((column) => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.day}>
              <th scope="row">{formatDay(row.day)}</th>
              {row.amounts.map((amount, index) => (
                <td key={table.columns[index]}>{amount ?? 'no price'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function download(lines: readonly Line[], name: string): void {
  const file = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-prices.csv`;
  saveAs(file, new Blob([toCsv(toTable(lines))], { type: 'text/csv;charset=utf-8' }));
}

function Legend({
  lines,
  hidden,
  toggle,
}: {
  lines: readonly Line[];
  hidden: ReadonlySet<string>;
  toggle: (id: string) => void;
}) {
  return (
    <div className="legend" role="group" aria-label="Lines">
      {lines.map((line) => (
        <button
          key={line.id}
          type="button"
          className="legend-item"
          aria-pressed={!hidden.has(line.id)}
          onClick={() => toggle(line.id)}
        >
          <svg width="18" height="6" aria-hidden="true" className={`src-${line.source}`}>
            <line
              x1="0"
              y1="3"
              x2="18"
              y2="3"
              stroke="currentColor"
              strokeWidth="2.5"
              className={`dash-${line.finish}`}
            />
          </svg>
          {line.label}
          <span className="muted">{line.currency}</span>
        </button>
      ))}
    </div>
  );
}

/** Says that there is nothing to draw; a short range offers the longest one. */
function NoPrice({ range }: { range: Range }) {
  const navigate = route.useNavigate();
  if (range === 'all') {
    return (
      <EmptyState title="No price yet">
        <p>No source we read has ever had a price for this printing.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No price in this time">
      <p>No source had a price for this printing then. There may be older ones.</p>
      <Button
        size="xs"
        variant="default"
        onClick={() =>
          void navigate({ search: (old) => ({ ...old, range: 'all' }), replace: true, resetScroll: false })
        }
      >
        Show all
      </Button>
    </EmptyState>
  );
}

/** Price history: all sources over each other. */
export function HistoryPanel({ printingId, name }: { printingId: string; name: string }) {
  const { range, scale, hide } = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data, error, fetching }, retry] = useQuery({
    query: PriceHistoryDocument,
    variables: { id: printingId, days: RANGES[range] },
    requestPolicy: 'cache-and-network',
  });
  const lines = useMemo(() => toLines(data?.priceHistory ?? []), [data]);
  const hidden = useMemo(() => new Set(hide.split(',').filter(Boolean)), [hide]);
  const shown = useMemo(() => lines.filter((line) => !hidden.has(line.id)), [lines, hidden]);
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    void navigate({
      search: (old) => ({ ...old, hide: [...next].join(',') }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <section className="panel" aria-labelledby="history">
      <div className="panel-head">
        <h2 id="history">Price history</h2>
        <div className="row">
          <SegmentedControl
            size="xs"
            aria-label="Scale"
            value={scale}
            data={[...SCALE_DATA]}
            onChange={(value) =>
              void navigate({
                search: (old) => ({ ...old, scale: value }),
                replace: true,
                resetScroll: false,
              })
            }
          />
          <SegmentedControl
            size="xs"
            aria-label="Range"
            value={range}
            data={RANGE_DATA}
            onChange={(value) =>
              void navigate({
                search: (old) => ({ ...old, range: value }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        </div>
      </div>
      {error && lines.length === 0 ? (
        <ErrorNotice
          what="The history"
          error={error}
          retry={() => retry({ requestPolicy: 'network-only' })}
        />
      ) : lines.length === 0 ? (
        <div className="chart-space">
          {fetching ? <span className="skeleton chart-skeleton" /> : <NoPrice range={range} />}
        </div>
      ) : (
        <>
          <div className="chart-space">
            <Suspense fallback={<span className="skeleton chart-skeleton" />}>
              <Chart lines={shown} percent={scale === 'percent'} printingId={printingId} name={name} />
            </Suspense>
          </div>
          <div className="panel-foot history-foot">
            <Legend lines={lines} hidden={hidden} toggle={toggle} />
            <Button size="compact-xs" variant="default" onClick={() => download(shown, name)}>
              Download CSV
            </Button>
          </div>
          <HiddenTable lines={shown} name={name} />
        </>
      )}
    </section>
  );
}
