import { Button, SegmentedControl } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { unmask } from '../gql';
import {
  type ImportFieldsFragment,
  type ImportRowFieldsFragment,
  ImportRowFieldsFragmentDoc,
  ImportRowsDocument,
  type ImportRowsQuery,
  type RowStatus,
} from '../gql/graphql';
import { GRADE, LANGUAGE } from '../inventory/words';
import { FINISH } from '../lib/labels';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { Section } from '../settings/Section';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { ChoosePrinting } from './ChoosePrinting';
import { count, FIELD, STATUSES } from './words';

const pageOf = (data: ImportRowsQuery) => data.viewer?.inventoryImport?.rows;

function Says({ row }: { row: ImportRowFieldsFragment }) {
  const where = [row.setCode?.toUpperCase() ?? row.setName, row.collectorNumber].filter(Boolean).join(' ');
  return (
    <>
      <div>{row.name ?? <span className="muted">no name</span>}</div>
      <div className="muted small">
        {[where, row.binder && `in ${row.binder}`].filter(Boolean).join(', ')}
      </div>
    </>
  );
}

function Becomes({ row: { printing, finish, grade, language } }: { row: ImportRowFieldsFragment }) {
  if (!printing) return <span className="muted">nothing</span>;
  const { set, card, collectorNumber } = printing;
  const facts = [
    finish && FINISH[finish],
    grade && GRADE[grade],
    language && language !== 'EN' && LANGUAGE[language],
  ];
  return (
    <>
      <div>
        <Link
          to="/cards/$id"
          params={{ id: card.id }}
          search={{ printing: printing.id }}
          className="quiet-link"
        >
          {card.name}
        </Link>{' '}
        <span className="muted" title={set.name}>
          {set.code.toUpperCase()} {collectorNumber}
        </span>
      </div>
      <div className="muted small">{facts.filter(Boolean).join(', ')}</div>
    </>
  );
}

function Why({ row: { causes, copiesBefore } }: { row: ImportRowFieldsFragment }) {
  return (
    <ul className="small">
      {causes.map((cause, at) => (
        <li key={`${cause.code} ${at}`}>
          {cause.field && `${FIELD[cause.field]}${cause.value ? ` “${cause.value}”` : ''}: `}
          {cause.message}
        </li>
      ))}
      {copiesBefore > 0 && <li className="muted">{count(copiesBefore)} came with an earlier file</li>}
    </ul>
  );
}

function Table({
  rows,
  choose,
}: {
  rows: readonly ImportRowFieldsFragment[];
  choose: ((row: ImportRowFieldsFragment) => void) | undefined;
}) {
  return (
    <div className="scroll-x">
      <table className="data import-rows">
        <thead>
          <tr>
            <th scope="col" className="num">
              Line
            </th>
            <th scope="col" className="num">
              Copies
            </th>
            <th scope="col">The file says</th>
            <th scope="col">It becomes</th>
            <th scope="col">Why</th>
            {choose && <th scope="col">Decide</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row} data-testid="import-row" data-status={row.status}>
              <td className="num muted">{row.line}</td>
              <td className="num">{count(row.copies)}</td>
              <td className="wraps">
                <Says row={row} />
              </td>
              <td className="wraps">
                <Becomes row={row} />
              </td>
              <td className="wraps">
                <Why row={row} />
              </td>
              {choose && (
                <td>
                  {row.status !== 'REFUSED' && row.copies > 0 && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Choose what line ${row.line} means`}
                      onClick={() => choose(row)}
                    >
                      Choose
                    </Button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the rows of the file came to, and where their owner decides. */
export function Rows({ of }: { of: ImportFieldsFragment }) {
  const worst = of.approximate > 0 ? 'APPROXIMATE' : of.unmatched > 0 ? 'UNMATCHED' : 'EXACT';
  const [status, setStatus] = useState<RowStatus>(worst);
  const [deciding, setDeciding] = useState<ImportRowFieldsFragment>();
  const filter = useMemo(() => ({ id: of.id, status }), [of.id, status]);
  const { nodes, loading, error, hasMore, more, again } = usePages(ImportRowsDocument, pageOf, filter);
  const counts = `${of.exact} ${of.approximate} ${of.unmatched} ${of.skipped}`;
  const seen = useRef(counts);
  useEffect(() => {
    if (seen.current !== counts) again();
    seen.current = counts;
  }, [counts, again]);
  if (error) return <ErrorNotice what="The rows" error={error} retry={again} />;
  const rows = unmask(ImportRowFieldsFragmentDoc, nodes);
  const chosen = STATUSES.find(({ value }) => value === status);
  return (
    <Section title="Rows">
      <div className="panel-body import-statuses">
        <SegmentedControl
          size="xs"
          aria-label="Which rows"
          value={status}
          data={STATUSES.map(({ value, label, of: number }) => ({
            value,
            label: `${label} ${count(number(of))}`,
          }))}
          onChange={(value) => setStatus(value)}
        />
        <p className="muted small">{chosen?.hint}</p>
      </div>
      {rows.length > 0 ? (
        <Table rows={rows} choose={of.state === 'READY' ? setDeciding : undefined} />
      ) : loading ? (
        <SkeletonRows rows={8} />
      ) : (
        <EmptyState title="None">
          <p>No row of the file came to this.</p>
        </EmptyState>
      )}
      {hasMore && <MoreButton onMore={more} busy={loading} />}
      {deciding && (
        <ChoosePrinting id={of.id} row={deciding} close={() => setDeciding(undefined)} decided={again} />
      )}
    </Section>
  );
}
