import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { unmask } from '../gql';
import {
  type SharedWantFieldsFragment,
  SharedWantFieldsFragmentDoc,
  SharedWantsDocument,
  type SharedWantsQuery,
} from '../gql/graphql';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { limitsOf, whichOf } from '../wants/words';

const pageOf = (data: SharedWantsQuery) => {
  const page = data.shared?.wants;
  if (!page) return undefined;
  return { pageInfo: page.pageInfo, nodes: unmask(SharedWantFieldsFragmentDoc, page.nodes) };
};

function Row({ want }: { want: SharedWantFieldsFragment }) {
  const { card, printing, quantity, missing } = want;
  return (
    <tr data-testid="shared-want">
      <td>
        <Link
          to="/cards/$id"
          params={{ id: card.id }}
          search={printing ? { printing: printing.id } : {}}
          className="link-name"
        >
          {card.name}
        </Link>
        <div className="muted small">{[whichOf(want), ...limitsOf(want)].join(' · ')}</div>
      </td>
      <td className="num">{quantity}</td>
      <td className={missing === 0 ? 'num muted' : 'num'}>{missing === 0 ? 'none' : missing}</td>
    </tr>
  );
}

/** The cards that somebody looks for. */
export function SharedWants({ token }: { token: string }) {
  const filter = useMemo(() => ({ token }), [token]);
  const { nodes, loading, error, hasMore, more, again } = usePages(SharedWantsDocument, pageOf, filter);
  if (error) return <ErrorNotice what="The cards" error={error} retry={again} />;
  return (
    <section className="panel" aria-label="Wanted cards" aria-busy={loading}>
      {nodes.length === 0 && loading && <SkeletonRows rows={8} />}
      {nodes.length === 0 && !loading && (
        <EmptyState title="Nothing is on this list now">
          <p>Come again: this page shows what is wanted then.</p>
        </EmptyState>
      )}
      {nodes.length > 0 && (
        <table className="data">
          <thead>
            <tr>
              <th scope="col">Card</th>
              <th scope="col" className="num">
                Wanted
              </th>
              <th scope="col" className="num">
                Missing
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((want, at) => (
              <Row key={at} want={want} />
            ))}
          </tbody>
        </table>
      )}
      {hasMore && <MoreButton onMore={more} busy={loading} />}
    </section>
  );
}
