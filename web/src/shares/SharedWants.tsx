import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { unmask } from '../gql';
import {
  PriceFieldsFragmentDoc,
  type SharedWantFieldsFragment,
  SharedWantFieldsFragmentDoc,
  SharedWantsDocument,
  type SharedWantsQuery,
} from '../gql/graphql';
import { CURRENCIES, headline } from '../lib/labels';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { useCurrency } from '../shell/currency';
import { LivePrice } from '../ui/Price';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { limitsOf, whichOf } from '../wants/words';

const pageOf = (data: SharedWantsQuery) => {
  const page = data.shared?.wants;
  if (!page) return undefined;
  return { pageInfo: page.pageInfo, nodes: unmask(SharedWantFieldsFragmentDoc, page.nodes) };
};

/** What the wanted printing costs, or the card's usual one: in the chosen currency, else in the first that has one. */
function Price({ want: { card, printing, finish } }: { want: SharedWantFieldsFragment }) {
  const chosen = useCurrency();
  const masked = printing ? printing.latestPrices : card.defaultPrinting?.latestPrices;
  const prices = unmask(PriceFieldsFragmentDoc, masked ?? []).filter(
    (one) => !finish || one.finish === finish,
  );
  const price = [chosen, ...CURRENCIES].map((currency) => headline(prices, currency)).find(Boolean);
  return price ? <LivePrice price={price} /> : '—';
}

function Row({ want, prices }: { want: SharedWantFieldsFragment; prices: boolean }) {
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
      {prices && (
        <td className="num">
          <Price want={want} />
        </td>
      )}
    </tr>
  );
}

/** The cards that somebody looks for. */
export function SharedWants({ token, prices }: { token: string; prices: boolean }) {
  const filter = useMemo(() => ({ token, prices }), [token, prices]);
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
              {prices && (
                <th scope="col" className="num">
                  Price
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {nodes.map((want, at) => (
              <Row key={at} want={want} prices={prices} />
            ))}
          </tbody>
        </table>
      )}
      {hasMore && <MoreButton onMore={more} busy={loading} />}
    </section>
  );
}
