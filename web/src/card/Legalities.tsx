import type { LegalityStatus } from '../gql/graphql';
import { formatName } from '../lib/labels';
import { formatDay } from '../lib/time';
import type { CardData } from './types';

const STATUS: Record<LegalityStatus, string> = {
  LEGAL: 'Legal',
  NOT_LEGAL: 'Not legal',
  RESTRICTED: 'Restricted',
  BANNED: 'Banned',
};

const ORDER = ['standard', 'pioneer', 'modern', 'legacy', 'vintage', 'commander', 'pauper', 'brawl'];

function rank(format: string): number {
  const at = ORDER.indexOf(format);
  return at === -1 ? ORDER.length : at;
}

/** Where the card may be played, and what changed since we look. */
export function Legalities({ card }: { card: CardData }) {
  const rows = card.legalities.toSorted(
    (a, b) => rank(a.format) - rank(b.format) || a.format.localeCompare(b.format),
  );
  return (
    <section className="panel" aria-labelledby="legalities">
      <div className="panel-head">
        <h2 id="legalities">Legality</h2>
      </div>
      {rows.length === 0 && <p className="panel-body muted">No format lists this card.</p>}
      <ul className="legalities">
        {rows.map((row) => (
          <li key={row.format}>
            <span className={`legal legal-${row.status}`}>{STATUS[row.status]}</span>
            {formatName(row.format)}
          </li>
        ))}
      </ul>
      {card.legalityChanges.length > 0 && (
        <div className="panel-foot">
          <h3>Changes seen</h3>
          <ul>
            {card.legalityChanges.map((change) => (
              <li key={`${change.format}|${change.observedAt}`}>
                {formatDay(change.observedAt.slice(0, 10))}: {formatName(change.format)},{' '}
                {STATUS[change.from].toLowerCase()} → {STATUS[change.to].toLowerCase()}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
