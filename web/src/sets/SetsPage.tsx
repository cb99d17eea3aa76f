import '../styles/sets.css';
import { NativeSelect, TextInput } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { words } from '../lib/labels';
import { formatDay } from '../lib/time';
import { useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { type SetRow, useAllSets } from './all';
import { SetSymbol } from './SetSymbol';

const route = getRouteApi('/sets');
const count = new Intl.NumberFormat();

function byYear(rows: readonly SetRow[]): [year: string, sets: SetRow[]][] {
  const years = new Map<string, SetRow[]>();
  for (const row of rows) {
    const year = row.releasedAt?.slice(0, 4) ?? 'Undated';
    const sets = years.get(year) ?? [];
    years.set(year, sets);
    sets.push(row);
  }
  return [...years].toSorted(([a], [b]) => b.localeCompare(a));
}

function SetLine({ set }: { set: SetRow }) {
  return (
    <li>
      <Link to="/sets/$code" params={{ code: set.code }} className="set-line" data-testid="set">
        <SetSymbol code={set.code} iconUri={set.iconUri} />
        <span className="set-name">
          <span>{set.name}</span>
          <span className="muted small">
            <span className="tag-code">{set.code.toUpperCase()}</span> · {words(set.setType)}
            {set.digital && ' · Digital'}
          </span>
        </span>
        <span className="muted small num set-figures">
          {formatDay(set.releasedAt)}
          <span>
            {count.format(set.printingCount)} of {count.format(set.cardCount)}
          </span>
        </span>
      </Link>
    </li>
  );
}

export function SetsPage() {
  useTitle('Sets');
  const { name, type } = route.useSearch();
  const navigate = route.useNavigate();
  const { rows, done, error, retry } = useAllSets();
  const types = useMemo(() => [...new Set(rows.map((row) => row.setType))].toSorted(), [rows]);
  const shown = useMemo(() => {
    const wanted = name.trim().toLowerCase();
    return rows.filter(
      (row) =>
        (!type || row.setType === type) &&
        (!wanted || row.name.toLowerCase().includes(wanted) || row.code.toLowerCase() === wanted),
    );
  }, [rows, name, type]);
  return (
    <div className="page">
      <div className="spread">
        <h1>Sets</h1>
        <div className="row">
          <TextInput
            size="xs"
            aria-label="Name or code"
            placeholder="Name or code"
            value={name}
            onChange={(event) => {
              const value = event.currentTarget.value;
              void navigate({ search: (old) => ({ ...old, name: value }), replace: true });
            }}
          />
          <NativeSelect
            size="xs"
            aria-label="Kind of set"
            value={type}
            data={[
              { value: '', label: 'All kinds' },
              ...types.map((value) => ({ value, label: words(value) })),
            ]}
            onChange={(event) => {
              const value = event.currentTarget.value;
              void navigate({ search: (old) => ({ ...old, type: value }) });
            }}
          />
        </div>
      </div>
      {error && <ErrorNotice what="The sets" error={error} retry={retry} />}
      {rows.length === 0 && !done && !error && (
        <section className="panel">
          <SkeletonRows rows={16} className="skeleton-mover" />
        </section>
      )}
      {done && shown.length === 0 && (
        <section className="panel">
          <EmptyState title="No set fits">
            <Link to="/sets" search={{}}>
              Show all sets
            </Link>
          </EmptyState>
        </section>
      )}
      {byYear(shown).map(([year, sets]) => (
        <section key={year} className="panel" aria-labelledby={`year-${year}`}>
          <div className="panel-head">
            <h2 id={`year-${year}`}>{year}</h2>
            <span className="muted small num">
              {sets.length} {sets.length === 1 ? 'set' : 'sets'}
            </span>
          </div>
          <ul className="set-list">
            {sets.map((set) => (
              <SetLine key={set.id} set={set} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
