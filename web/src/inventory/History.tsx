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
import { PrintingLink } from '../ui/PrintingLink';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { useUndo } from './context';
import { CHANGE, copies, GRADE, LANGUAGE, lots, more } from './words';

const pageOf = (data: InventoryChangesQuery) => data.viewer?.inventoryChanges;

type Row = NonNullable<InventoryChangesQuery['viewer']>['inventoryChanges']['nodes'][number];

const SHOWN = 4;
const signed = new Intl.NumberFormat(undefined, { signDisplay: 'always' });

/** What tells the lots of a change apart, and what a sale brought. */
function detailsOf({ lot, price, soldOn }: Row['movements'][number]): string {
  const { printing, finish, grade, language, binder, forTrade, hidden } = lot;
  return [
    `${printing.set.code.toUpperCase()} ${printing.collectorNumber}`,
    finish !== 'NONFOIL' && FINISH[finish],
    GRADE[grade],
    language !== 'EN' && LANGUAGE[language],
    binder && `in ${binder.name}`,
    forTrade && 'for trade',
    hidden && 'hidden',
    price && `${formatMoney(price)} each`,
    soldOn && formatDay(soldOn),
  ]
    .filter(Boolean)
    .join(', ');
}

function Movements({ of }: { of: Row['movements'] }) {
  const rest = of.length - SHOWN;
  return (
    <ul className="movements small">
      {of.slice(0, SHOWN).map((movement, at) => (
        <li key={`${movement.lot.id} ${at}`}>
          <span className="num">{signed.format(movement.copies)}</span>{' '}
          <PrintingLink printing={movement.lot.printing} className="in-text" />{' '}
          <span className="muted">{detailsOf(movement)}</span>
        </li>
      ))}
      {rest > 0 && <li className="muted">and {more(rest, of)}</li>}
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
  const { nodes, loading, error, hasMore, more: next, again } = usePages(InventoryChangesDocument, pageOf);
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
      {hasMore && <MoreButton onMore={next} busy={loading} />}
    </Section>
  );
}
