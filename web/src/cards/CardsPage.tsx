import '../styles/cards.css';
import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { SearchOrder } from '../gql/graphql';
import { clauses, without } from '../lib/query';
import { SaveButton } from '../searches/SaveButton';
import { useTitle } from '../ui/hooks';
import { FilterIcon, GridIcon, RowsIcon } from '../ui/icons';
import { EmptyState, ErrorNotice } from '../ui/States';
import { CardGrid } from './CardGrid';
import { CardTable } from './CardTable';
import { Filters } from './Filters';
import { useListing } from './listing';
import { QueryBox } from './QueryBox';
import { SyntaxHelp } from './SyntaxHelp';

const route = getRouteApi('/cards');
const count = new Intl.NumberFormat();

const ORDERS: Record<SearchOrder, string> = {
  NAME: 'Name',
  SET: 'Set and number',
  RELEASED: 'Release',
  RARITY: 'Rarity',
  USD: 'Price, USD',
  EUR: 'Price, EUR',
  TIX: 'Price, TIX',
  MANA_VALUE: 'Mana value',
  EDHREC: 'EDHREC rank',
  COLOR: 'Colour',
};
const UNIQUE = [
  { value: 'CARDS', label: 'One per card' },
  { value: 'PRINTS', label: 'All printings' },
  { value: 'ART', label: 'One per art' },
] as const;
const DIRECTIONS = [
  { value: 'AUTO', label: 'Natural order' },
  { value: 'ASC', label: 'Ascending' },
  { value: 'DESC', label: 'Descending' },
] as const;

function Total({ total, failed }: { total: number | null; failed: boolean }) {
  if (total !== null) return `${count.format(total)} found`;
  return failed ? '—' : <span className="skeleton total-skeleton" />;
}

function Toolbar({ total, failed }: { total: number | null; failed: boolean }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>) => void navigate({ search: (old) => ({ ...old, ...change }) });
  return (
    <div className="toolbar">
      <span className="num" role="status" data-testid="total">
        <Total total={total} failed={failed} />
      </span>
      <div className="row">
        <NativeSelect
          size="xs"
          aria-label="Show"
          value={search.unique}
          data={[...UNIQUE]}
          onChange={(event) => set({ unique: event.currentTarget.value as typeof search.unique })}
        />
        <NativeSelect
          size="xs"
          aria-label="Order"
          value={search.order}
          data={Object.entries(ORDERS).map(([value, label]) => ({ value, label }))}
          onChange={(event) => set({ order: event.currentTarget.value as SearchOrder })}
        />
        <NativeSelect
          size="xs"
          aria-label="Direction"
          value={search.direction}
          data={[...DIRECTIONS]}
          onChange={(event) => set({ direction: event.currentTarget.value as typeof search.direction })}
        />
        <ActionIcon.Group>
          {(['grid', 'table'] as const).map((view) => (
            <ActionIcon
              key={view}
              size={30}
              variant={search.view === view ? 'filled' : 'default'}
              aria-label={view === 'grid' ? 'Pictures' : 'Table'}
              aria-pressed={search.view === view}
              onClick={() => set({ view })}
            >
              {view === 'grid' ? <GridIcon /> : <RowsIcon />}
            </ActionIcon>
          ))}
        </ActionIcon.Group>
      </div>
    </div>
  );
}

function NothingFound({ query }: { query: string }) {
  const parts = clauses(query);
  return (
    <section className="panel" data-testid="nothing-found">
      <EmptyState title="No card fits">
        {parts.length > 1 ? (
          <>
            <p>Every term must hold. Try it without one of them:</p>
            <ul className="row">
              {parts
                .filter((part) => !/^(?:or|and)$/i.test(part.text))
                .map((part) => (
                  <li key={part.start}>
                    <Link
                      from="/cards"
                      to="/cards"
                      search={(old) => ({ ...old, q: without(query, part) })}
                      className="drop"
                    >
                      without <code>{part.text}</code>
                    </Link>
                  </li>
                ))}
            </ul>
          </>
        ) : (
          <p>
            <Link to="/cards" search={{ q: '' }}>
              Show all cards
            </Link>
          </p>
        )}
      </EmptyState>
    </section>
  );
}

export function CardsPage() {
  const { q, view, unique, order, direction } = route.useSearch();
  useTitle(q ? `${q} · Cards` : 'Cards');
  const navigate = route.useNavigate();
  const [open, { toggle }] = useDisclosure(false);
  const listing = useListing({ query: q, unique, order, direction });
  const setQuery = useCallback(
    (query: string, settled: boolean) =>
      void navigate({ search: (old) => ({ ...old, q: query }), replace: !settled }),
    [navigate],
  );
  const nothing = listing.total === 0 && !listing.loading;
  const List = view === 'grid' ? CardGrid : CardTable;
  return (
    <div className="page">
      <div className="spread">
        <h1>Cards</h1>
        <Link to="/searches">Saved searches</Link>
      </div>
      <div className="query-row">
        <QueryBox
          label="Search cards"
          placeholder="t:dragon c:r usd<5"
          help={<SyntaxHelp />}
          query={q}
          warnings={listing.warnings}
          onQuery={setQuery}
        />
        <Button
          variant={open ? 'light' : 'default'}
          leftSection={<FilterIcon />}
          aria-expanded={open}
          onClick={toggle}
        >
          Filters
        </Button>
        <SaveButton query={q} prints={unique === 'PRINTS'} />
      </div>
      {open && <Filters query={q} onQuery={(query) => setQuery(query, true)} />}
      <Toolbar total={listing.total} failed={listing.error !== null} />
      {listing.error && <ErrorNotice what="The cards" error={listing.error} retry={listing.more} />}
      {nothing ? (
        <NothingFound query={q} />
      ) : (
        !(listing.error && listing.nodes.length === 0) && <List listing={listing} />
      )}
    </div>
  );
}
