import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Count } from '../searches/Count';
import { SearchLink } from '../searches/SearchLink';
import { useSearches } from '../searches/useSearches';
import { EmptyState } from '../ui/States';
import { Panel } from './Panel';

const SHOWN = 6;

/** What somebody comes back to search for, and how much it finds now. */
export function SearchesPanel() {
  const { searches, error, retry } = useSearches();
  const more = (searches?.length ?? 0) - SHOWN;
  return (
    <Panel
      title="Saved searches"
      beside={
        <Link to="/searches" className="small">
          {more > 0 ? `${more} more` : 'All searches'}
        </Link>
      }
      what="Your searches"
      found={searches}
      error={error}
      retry={retry}
      rows={4}
    >
      {(all) =>
        all.length === 0 ? (
          <EmptyState title="No saved search yet">
            <p>Save a search: here you see how much it finds as prices move.</p>
            <Button size="xs" variant="default" renderRoot={(props) => <Link to="/cards" {...props} />}>
              Search cards
            </Button>
          </EmptyState>
        ) : (
          <ul className="lines">
            {all.slice(0, SHOWN).map((counted) => (
              <li key={counted.search.id} className="line" data-testid="counted-search">
                <div className="line-main">
                  <SearchLink search={counted.search} />
                </div>
                <div className="glance-end">
                  <strong className="num">
                    <Count counted={counted} />
                  </strong>{' '}
                  <span className="muted small">{counted.search.prints ? 'printings' : 'cards'}</span>
                </div>
              </li>
            ))}
          </ul>
        )
      }
    </Panel>
  );
}
