import { Link } from '@tanstack/react-router';
import type { SavedSearchFieldsFragment } from '../gql/graphql';

/** Leads to what a search finds. */
export function SearchLink({ search }: { search: SavedSearchFieldsFragment }) {
  return (
    <Link
      to="/cards"
      search={{ q: search.query, ...(search.prints && { unique: 'PRINTS' as const }) }}
      className="link-name"
    >
      {search.name}
    </Link>
  );
}
