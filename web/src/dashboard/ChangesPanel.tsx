import { Link } from '@tanstack/react-router';
import { LatestChangesDocument, type LatestChangesQuery } from '../gql/graphql';
import { CHANGE, copies, lots, more } from '../inventory/words';
import { formatAgo, formatMoment } from '../lib/time';
import { useNow } from '../ui/hooks';
import { EmptyState } from '../ui/States';
import { Panel } from './Panel';
import { useBeats, useGlance } from './useGlance';

type Change = NonNullable<LatestChangesQuery['viewer']>['inventoryChanges']['nodes'][number];

const NAMED = 3;

/** The first cards of a change, each once. */
function namesOf({ movements }: Change): string {
  const names = [...new Set(movements.map(({ lot }) => lot.printing.card.name))];
  const rest = names.length - NAMED;
  return [...names.slice(0, NAMED), ...(rest > 0 ? [more(rest, movements)] : [])].join(', ');
}

function Line({ change, now }: { change: Change; now: number }) {
  const by =
    change.copies === 0 ? '' : `${copies(Math.abs(change.copies))} ${change.copies > 0 ? 'more' : 'fewer'}, `;
  return (
    <li className="line" data-testid="last-change">
      <div className="line-main">
        <strong>{change.kind ? CHANGE[change.kind] : 'Something'}</strong>{' '}
        <span className="muted">
          {by}
          {lots(change.lots)}
        </span>{' '}
        {change.undone && <span className="tag">Taken back</span>}
        <div className="small">{namesOf(change)}</div>
      </div>
      <time className="muted small" dateTime={change.at} title={formatMoment(change.at)}>
        {formatAgo(change.at, now)}
      </time>
    </li>
  );
}

/** What was done to the inventory last, in any window. */
export function ChangesPanel({ changes }: { changes: number }) {
  const now = useNow();
  const { data, error, again } = useGlance(LatestChangesDocument, {});
  useBeats(changes, again);
  return (
    <Panel
      title="Your inventory lately"
      beside={
        <Link to="/inventory" search={{ tab: 'history' }} className="small">
          All changes
        </Link>
      }
      what="What changed"
      found={data?.viewer?.inventoryChanges}
      error={error}
      retry={again}
      rows={4}
    >
      {({ nodes }) =>
        nodes.length === 0 ? (
          <EmptyState title="Nothing has happened yet">
            <p>Whatever you add, change, sell or remove stands here, and can be taken back there.</p>
          </EmptyState>
        ) : (
          <ul className="lines">
            {nodes.map((change) => (
              <Line key={change.id} change={change} now={now} />
            ))}
          </ul>
        )
      }
    </Panel>
  );
}
