import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ActionButton } from '../admin/ActionButton';
import { InventoryChangesDocument, type InventoryChangesQuery } from '../gql/graphql';
import { FINISH } from '../lib/labels';
import { formatMoney } from '../lib/money';
import { formatAgo, formatDay, formatMoment } from '../lib/time';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { Section } from '../settings/Section';
import { useNow } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { useUndo } from './context';
import { CHANGE, copies, lots } from './words';

const pageOf = (data: InventoryChangesQuery) => data.viewer?.inventoryChanges;

type Row = NonNullable<InventoryChangesQuery['viewer']>['inventoryChanges']['nodes'][number];

const SHOWN = 4;
const signed = new Intl.NumberFormat(undefined, { signDisplay: 'always' });

function Movements({ of }: { of: Row['movements'] }) {
  const more = of.length - SHOWN;
  return (
    <ul className="movements small">
      {of.slice(0, SHOWN).map(({ copies: moved, price, soldOn, lot }, at) => (
        <li key={`${lot.id} ${at}`}>
          <span className="num">{signed.format(moved)}</span>{' '}
          <Link
            to="/cards/$id"
            params={{ id: lot.printing.card.id }}
            search={{ printing: lot.printing.id }}
            className="in-text"
          >
            {lot.printing.card.name}
          </Link>{' '}
          <span className="muted">
            {lot.printing.set.code.toUpperCase()} {lot.printing.collectorNumber}
            {lot.finish !== 'NONFOIL' && `, ${FINISH[lot.finish].toLowerCase()}`}
            {price && `, ${formatMoney(price)} each, ${formatDay(soldOn)}`}
          </span>
        </li>
      ))}
      {more > 0 && <li className="muted">and {more === 96 ? 'at least 96' : more} more movements</li>}
    </ul>
  );
}

function ChangeLine({ row, changed }: { row: Row; changed: () => void }) {
  const now = useNow();
  const undo = useUndo();
  const again = row.undoes !== null;
  const what = row.kind ? CHANGE[row.kind] : 'Something';
  const label = again ? 'Redo' : 'Undo';
  return (
    <li className="line" data-testid="change" data-kind={row.kind} data-undone={row.undone}>
      <div className="line-main">
        <strong>{what}</strong>{' '}
        <span className="muted">
          {row.copies === 0 ? '' : `${copies(Math.abs(row.copies))} ${row.copies > 0 ? 'more' : 'fewer'}, `}
          {lots(row.lots)}
        </span>{' '}
        {row.undone && <span className="tag">Taken back</span>}
        <Movements of={row.movements} />
        <div className="muted small" title={formatMoment(row.at)}>
          {formatAgo(row.at, now)}
        </div>
      </div>
      {!row.undone && (
        <ActionButton
          label={label}
          name={`${label}: ${what}, ${formatMoment(row.at)}`}
          act={() => undo({ changes: [row.id], undo: again })}
          done={changed}
        />
      )}
    </li>
  );
}

/** Everything that was done, and the way back of each. */
export function History({ beat }: { beat: number }) {
  const { nodes, loading, error, hasMore, more, again } = usePages(InventoryChangesDocument, pageOf);
  const seen = useRef(beat);
  useEffect(() => {
    if (seen.current !== beat) again();
    seen.current = beat;
  }, [beat, again]);
  if (error) return <ErrorNotice what="The history" error={error} retry={again} />;
  return (
    <Section title="History">
      {nodes.length > 0 ? (
        <ul className="lines">
          {nodes.map((row) => (
            <ChangeLine key={row.id} row={row} changed={again} />
          ))}
        </ul>
      ) : loading ? (
        <SkeletonRows rows={8} />
      ) : (
        <EmptyState title="Nothing has happened yet">
          <p>Whatever you add, change, sell or remove is written down here, and can be taken back.</p>
        </EmptyState>
      )}
      {hasMore && <MoreButton onMore={more} busy={loading} />}
    </Section>
  );
}
