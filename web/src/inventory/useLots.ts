import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useClient, useQuery } from 'urql';
import { BindersDocument } from '../gql/graphql';
import type { Wanted } from './lots';
import { LotStore } from './store';

/** The lots that fit, as they are now, for as long as the page is open. */
export function useLots({ query, binder, trade, order, direction }: Wanted) {
  const client = useClient();
  const store = useMemo(() => new LotStore(client), [client]);
  const state = useSyncExternalStore(store.subscribe, store.get);
  useEffect(
    () => store.show({ query, binder, trade, order, direction }),
    [store, query, binder, trade, order, direction],
  );
  useEffect(() => store.follow(), [store]);
  return { store, state };
}

/** The binders, read anew when something changed: it may have been another window that made one. */
export function useBinders(beat: number) {
  const [{ data, error }, read] = useQuery({ query: BindersDocument, requestPolicy: 'cache-and-network' });
  useEffect(() => {
    if (beat > 0) read({ requestPolicy: 'network-only' });
  }, [beat, read]);
  return {
    binders: data?.viewer?.binders,
    error,
    readBinders: () => read({ requestPolicy: 'network-only' }),
  };
}
