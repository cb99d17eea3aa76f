import { FINISH, SOURCE } from '../lib/labels';
import { formatMoney, movement } from '../lib/money';
import { formatAgo, formatMoment } from '../lib/time';
import { useConnection } from '../shell/HeaderControls';
import { useNow } from '../ui/hooks';
import { Change } from '../ui/Price';
import { PrintingLink } from '../ui/PrintingLink';
import type { TapeEntry } from './feed';

function Line({ entry, now }: { entry: TapeEntry; now: number }) {
  const { price, printing } = entry;
  const { way, percent } = movement(price.previous, price.money);
  return (
    <li className={`tape-line tick-${way}`} data-testid="tape-line">
      <span className="tape-name">
        <PrintingLink printing={printing} />
        <span className="muted small tape-sub">
          <span className={`dot src-${price.source}`} title={SOURCE[price.source]} />
          {printing.set.code.toUpperCase()} {printing.collectorNumber}
          {price.finish !== 'NONFOIL' && ` · ${FINISH[price.finish]}`} ·{' '}
          <span title={formatMoment(price.changedAt)}>{formatAgo(price.changedAt, now)}</span>
        </span>
      </span>
      <span className="num tape-price">
        {formatMoney(price.money)}
        <span className="small">
          <Change way={way} percent={percent} />
        </span>
      </span>
    </li>
  );
}

interface Props {
  shown: readonly TapeEntry[];
  held: number;
  hold: (on: boolean) => void;
}

/** The latest changes, newest first. It stands still under the pointer. */
export function Tape({ shown, held, hold }: Props) {
  const now = useNow();
  const live = useConnection() === 'live';
  return (
    <section
      className="panel"
      aria-labelledby="tape"
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      <div className="panel-head">
        <h2 id="tape">Latest changes</h2>
        <span className="muted small">{held > 0 ? `${held} waiting` : live ? 'Live' : 'Not live'}</span>
      </div>
      {shown.length === 0 ? (
        <p className="panel-body muted">No price has changed yet. Changes appear here as they arrive.</p>
      ) : (
        <ol className="tape">
          {shown.map((entry) => (
            <Line key={entry.key} entry={entry} now={now} />
          ))}
        </ol>
      )}
    </section>
  );
}
