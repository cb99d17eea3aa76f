import type { Counted } from './counted';

const number = new Intl.NumberFormat();

/** How much a search finds now; it flashes once when that changes. */
export function Count({ counted: { search, way, beat } }: { counted: Counted }) {
  if (search.matching === null) {
    return (
      <span className="muted" title="Counting it took too long">
        —<span className="hidden"> not counted: it takes too long</span>
      </span>
    );
  }
  return (
    // A new key restarts the animation.
    <span key={beat} className={beat > 0 ? `tick tick-${way}` : 'tick'} data-testid="search-count">
      {number.format(search.matching)}
    </span>
  );
}
