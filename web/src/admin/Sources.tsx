import { type FragmentType, unmask } from '../gql';
import {
  type BreakerState,
  type SourceHealthFieldsFragment,
  SourceHealthFieldsFragmentDoc,
} from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { Section } from '../settings/Section';

const NAMES: Record<string, string> = {
  scryfall: 'Scryfall',
  cardmarket: 'Cardmarket',
  cardkingdom: 'Card Kingdom',
  manapool: 'Mana Pool',
  tcgcsv: 'TCGplayer, by its mirror',
  tcgplayer: 'TCGplayer, by its API',
  cardtrader: 'CardTrader',
  topdeck: 'TopDeck.gg',
  edhrec: 'EDHREC',
  feeds: 'Feeds of publishers',
  newsapi: 'NewsAPI.ai',
  ecb: 'European Central Bank',
  openai: 'OpenAI',
};

const BREAKERS: Record<BreakerState, string> = {
  CLOSED: 'asked as usual',
  OPEN: 'left alone',
  HALF_OPEN: 'on probation',
};

function Standing({ source }: { source: SourceHealthFieldsFragment }) {
  if (!source.visitedAt) return <span className="muted">Never visited</span>;
  if (source.breaker === 'OPEN') return <span className="down">Left alone</span>;
  if (source.error) return <span className="down">Failed</span>;
  if (source.stale) return <span className="down">Too old</span>;
  if (source.degraded) return <span className="down">Degraded</span>;
  return <span className="up">Fresh</span>;
}

function SourceLine({ source, now }: { source: SourceHealthFieldsFragment; now: number }) {
  const { name, visitedAt, succeededAt, observedAt, breaker, openUntil, failures } = source;
  return (
    <li className="line" data-testid="source" data-name={name} data-breaker={breaker}>
      <div className="line-main">
        <strong>{NAMES[name] ?? name}</strong> <Standing source={source} />
        {source.error && <div className="small down">{source.error}</div>}
        {source.degraded && <div className="small">{source.degraded}</div>}
        {visitedAt && (
          <div className="muted small">
            visited {formatAgo(visitedAt, now)},{' '}
            {succeededAt ? `good ${formatAgo(succeededAt, now)}` : 'never good'}
            {observedAt && <>, of {formatMoment(observedAt)}</>}; {source.rows.toLocaleString()} rows,{' '}
            {source.changed.toLocaleString()} changed, {source.unmatched.toLocaleString()} unmatched;{' '}
            {BREAKERS[breaker]}
            {breaker === 'OPEN' && openUntil && <> until {formatMoment(openUntil)}</>}
            {failures > 0 && <>, {failures} failures in a row</>}
          </div>
        )}
      </div>
    </li>
  );
}

/** Every service outside: how fresh what we have of it is, and whether it is asked. */
export function Sources({
  sources,
  now,
}: {
  sources: readonly FragmentType<typeof SourceHealthFieldsFragmentDoc>[];
  now: number;
}) {
  const rows = unmask(SourceHealthFieldsFragmentDoc, sources);
  const visited = rows.filter((source) => source.visitedAt);
  const never = rows.filter((source) => !source.visitedAt);
  return (
    <Section title="Sources">
      <ul className="lines">
        {visited.map((source) => (
          <SourceLine key={source.name} source={source} now={now} />
        ))}
        {never.length > 0 && (
          <li className="line" data-testid="never-visited">
            <div className="line-main muted small">
              Never visited: {never.map(({ name }) => NAMES[name] ?? name).join(', ')}
            </div>
          </li>
        )}
      </ul>
    </Section>
  );
}
