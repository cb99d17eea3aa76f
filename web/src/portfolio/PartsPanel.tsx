import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { PortfolioAllocationDocument, type PortfolioInput } from '../gql/graphql';
import { formatMoney } from '../lib/money';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';

const route = getRouteApi('/portfolio');
const DIMENSIONS = [
  { value: 'SET', label: 'Set' },
  { value: 'RARITY', label: 'Rarity' },
  { value: 'COLOR', label: 'Colour' },
  { value: 'FORMAT', label: 'Format' },
  { value: 'AGE', label: 'Year' },
] as const;

/** What the value is made of. */
export function PartsPanel({ by }: { by: PortfolioInput }) {
  const { parts: dimension } = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data, error }, ask] = useQuery({
    query: PortfolioAllocationDocument,
    variables: { by, dimension },
    requestPolicy: 'cache-and-network',
  });
  const parts = data?.viewer?.portfolio.allocation;
  return (
    <section className="panel" aria-labelledby="portfolio-parts">
      <div className="panel-head">
        <h2 id="portfolio-parts">Made of</h2>
        <SegmentedControl
          size="xs"
          aria-label="Taken apart by"
          value={dimension}
          data={[...DIMENSIONS]}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, parts: value }), replace: true, resetScroll: false })
          }
        />
      </div>
      {error && !parts ? (
        <ErrorNotice what="The parts" error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
      ) : !parts ? (
        <div className="panel-body">
          <SkeletonRows rows={5} />
        </div>
      ) : parts.length === 0 ? (
        <EmptyState title="Nothing with a price">
          <p>Parts show as soon as a card of yours has a price.</p>
        </EmptyState>
      ) : (
        <ol className="portfolio-parts">
          {parts.map((part) => (
            <li key={part.key ?? 'rest'}>
              <span>{part.label ?? 'All others'}</span>
              <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect width={Number(part.percent ?? '0')} height="4" />
              </svg>
              <span className="num">{formatMoney(part.value)}</span>
              <span className="num muted">{part.percent === null ? '—' : `${part.percent} %`}</span>
            </li>
          ))}
        </ol>
      )}
      {dimension === 'FORMAT' && (
        <div className="panel-foot">A card counts in every format that allows it: these parts overlap.</div>
      )}
    </section>
  );
}
