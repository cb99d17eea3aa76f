import { useCallback, useEffect, useState } from 'react';
import { type CombinedError, useClient } from 'urql';
import { type FragmentType, unmask } from '../gql';
import {
  SavedSearchesDocument,
  SavedSearchesUpdatedDocument,
  type SavedSearchFieldsFragment,
  SavedSearchFieldsFragmentDoc,
  type SavedSearchInput,
} from '../gql/graphql';
import { subscribeLive } from '../live/socket';
import { type Counted, counted } from './counted';

/** A search as it was, to be saved again. */
export function inputOf({ name, query, prints, tells }: SavedSearchFieldsFragment): SavedSearchInput {
  return { name, query, prints, tells };
}

/** Saved searches and what they find, as they are now in every window; undefined until known. */
export function useSearches() {
  const client = useClient();
  const [searches, setSearches] = useState<readonly Counted[]>();
  const [error, setError] = useState<CombinedError>();
  const take = useCallback((all: readonly FragmentType<typeof SavedSearchFieldsFragmentDoc>[]) => {
    setError(undefined);
    setSearches((before) => counted(before, unmask(SavedSearchFieldsFragmentDoc, all)));
  }, []);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let stopped = false;
    // The list is there before it is counted, and where the socket is not.
    const read = async () => {
      const asked = client.query(SavedSearchesDocument, {}, { requestPolicy: 'network-only' });
      const { data, error: failure } = await asked.toPromise();
      if (stopped) return;
      if (data?.viewer) take(data.viewer.savedSearches);
      else setError(failure);
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [client, take, round]);
  useEffect(
    () =>
      subscribeLive(SavedSearchesUpdatedDocument, {}, ({ savedSearchesUpdated }) =>
        take(savedSearchesUpdated.searches),
      ),
    [take],
  );
  const retry = useCallback(() => setRound((count) => count + 1), []);
  return { searches, error, retry };
}
