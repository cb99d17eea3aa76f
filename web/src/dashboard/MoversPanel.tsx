import { SegmentedControl } from '@mantine/core';
import { type FragmentType, unmask } from '../gql';
import {
  type MoverFieldsFragment,
  MoverFieldsFragmentDoc,
  type MoverWindow,
  type PortfolioInput,
  PortfolioMoversDocument,
} from '../gql/graphql';
import { WINDOW } from '../lib/labels';
import { direction, formatMoney } from '../lib/money';
import { MoverCard } from '../ui/MoverCard';
import { Change } from '../ui/Price';
import { Panel } from './Panel';
import { useBeats, useGlance } from './useGlance';

const WINDOWS = (['DAY', 'WEEK', 'MONTH'] as const).map((value) => ({ value, label: WINDOW[value] }));
const count = new Intl.NumberFormat();

function Row({ mover }: { mover: MoverFieldsFragment }) {
  const { printing, finish, condition, copies, before, after, changePercent, effect } = mover;
  const way = direction(before.amount, after.amount);
  return (
    <tr data-testid="own-mover">
      <MoverCard printing={printing} finish={finish} condition={condition} />
      <td className="num mover-price">
        {formatMoney(after)}
        <span className="muted small mover-note">from {formatMoney(before)}</span>
      </td>
      <td className="num mover-change">
        <span className={way === 'flat' ? 'muted' : way}>{formatMoney(effect)}</span>
        <span className="small mover-note">
          <Change way={way} percent={changePercent.replace(/(\.\d)0$/, '$1')} />{' '}
          <span className="muted">× {count.format(copies)}</span>
        </span>
      </td>
    </tr>
  );
}

function Side({
  title,
  none,
  rows,
}: {
  title: string;
  none: string;
  rows: readonly FragmentType<typeof MoverFieldsFragmentDoc>[];
}) {
  const movers = unmask(MoverFieldsFragmentDoc, rows);
  if (movers.length === 0) {
    return (
      <div className="own-side panel-body">
        <h3>{title}</h3>
        <p className="muted">{none}</p>
      </div>
    );
  }
  return (
    <table className="data movers own-side">
      <thead>
        <tr>
          <th>{title}</th>
          <th className="num">Price</th>
          <th className="num">Yours</th>
        </tr>
      </thead>
      <tbody>
        {movers.map((mover) => (
          <Row
            key={`${mover.printing.id} ${mover.finish} ${mover.condition} ${mover.source}`}
            mover={mover}
          />
        ))}
      </tbody>
    </table>
  );
}

/** What of one's own moved, and what that did to the value. */
export function MoversPanel({
  by,
  beat,
  window,
  choose,
}: {
  by: PortfolioInput;
  /** Counts up when a price of one's own moves. */
  beat: number;
  window: MoverWindow;
  choose: (window: MoverWindow) => void;
}) {
  const { data, error, again } = useGlance(PortfolioMoversDocument, { by, window });
  useBeats(beat, again);
  return (
    <Panel
      title="Your cards that moved"
      beside={
        <SegmentedControl size="xs" aria-label="Window" value={window} data={WINDOWS} onChange={choose} />
      }
      what="Your cards that moved"
      found={data?.viewer?.portfolio}
      error={error}
      retry={again}
      rows={6}
      skeleton="skeleton-mover"
    >
      {({ up, down }) => (
        <div className="own-movers">
          <Side title="Up" none="Nothing of yours rose in this time." rows={up} />
          <Side title="Down" none="Nothing of yours fell in this time." rows={down} />
        </div>
      )}
    </Panel>
  );
}
