import type { PriceFieldsFragment } from '../gql/graphql';
import { formatMoney, formatPercent, movement } from '../lib/money';
import { useLivePrice } from '../live/hooks';

/** A price that follows the market and flashes once when it moves. */
export function LivePrice({ price }: { price: PriceFieldsFragment }) {
  const live = useLivePrice(price);
  const flash = live.tick && live.tick.beat > 0 ? ` tick-${live.tick.direction}` : '';
  return (
    // A new key restarts the animation; the text itself is not announced: see the live summary.
    <span key={live.tick?.beat ?? 0} className={`tick${flash}`} data-live={live.tick?.beat ?? 0}>
      {formatMoney(live.price.money)}
    </span>
  );
}

const ARROW = { up: '▲', down: '▼', flat: '' } as const;
const WORD = { up: 'up', down: 'down', flat: 'unchanged' } as const;

/** The last change of a price: arrow, sign and colour say the same thing. */
export function LiveChange({ price }: { price: PriceFieldsFragment }) {
  const live = useLivePrice(price).price;
  if (!live.previous || !live.money) return <span className="muted">—</span>;
  return <Change {...movement(live.previous, live.money)} />;
}

export function Change({ way, percent }: { way: keyof typeof ARROW; percent: string | null }) {
  return (
    <span className={way === 'flat' ? 'muted' : way}>
      <span aria-hidden="true" className="arrow">
        {ARROW[way]}
      </span>
      <span className="hidden">{WORD[way]} </span>
      {formatPercent(percent)}
    </span>
  );
}
