import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { unmask } from '../gql';
import {
  type OfferFieldsFragment,
  OfferFieldsFragmentDoc,
  type WantFieldsFragment,
  WantFieldsFragmentDoc,
  WantListFieldsFragmentDoc,
  WantListsDocument,
  WantListUpdatedDocument,
  type WantOrder,
  WantsDocument,
  type WantsQuery,
} from '../gql/graphql';
import { subscribeLive } from '../live/socket';
import { usePages } from '../settings/pages';
import { useCurrency } from '../shell/currency';

export interface WantRow {
  want: WantFieldsFragment;
  best: OfferFieldsFragment | null;
}

const pageOf = (data: WantsQuery) => {
  const page = data.viewer?.wantList?.wants;
  if (!page) return undefined;
  const nodes = page.nodes.map(
    (node): WantRow => ({
      want: unmask(WantFieldsFragmentDoc, node),
      best: unmask(OfferFieldsFragmentDoc, node.bestPrice) ?? null,
    }),
  );
  return { pageInfo: page.pageInfo, nodes };
};

/** All lists; read anew when something changed. */
export function useLists() {
  const [{ data, error, fetching }, read] = useQuery({
    query: WantListsDocument,
    requestPolicy: 'cache-and-network',
  });
  const lists = unmask(WantListFieldsFragmentDoc, data?.viewer?.wantLists);
  const readLists = useMemo(() => () => read({ requestPolicy: 'network-only' }), [read]);
  return { lists, error, fetching, readLists };
}

/** The wants of a list, as they are now in every window. */
export function useWants(id: string, sort: WantOrder, changed: () => void) {
  const chosen = useCurrency();
  // Nobody sells what is printed for event tickets.
  const currency = chosen === 'TIX' ? 'USD' : chosen;
  const filter = useMemo(() => ({ id, sort, currency }), [id, sort, currency]);
  const pages = usePages(WantsDocument, pageOf, filter);
  const [beat, setBeat] = useState(0);
  useEffect(
    () =>
      subscribeLive(WantListUpdatedDocument, { id }, ({ wantListUpdated }) => {
        if (wantListUpdated.kind !== 'SNAPSHOT') setBeat((count) => count + 1);
      }),
    [id],
  );
  const { again } = pages;
  useEffect(() => {
    if (beat === 0) return;
    again();
    changed();
  }, [beat, again, changed]);
  return pages;
}
