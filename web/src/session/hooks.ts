import { useSyncExternalStore } from 'react';
import { useQuery } from 'urql';
import { unmask } from '../gql';
import { type AccountFieldsFragment, AccountFieldsFragmentDoc, MyAccountDocument } from '../gql/graphql';
import { type SessionState, session } from './session';

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.get);
}

/** The account of the one who is logged in; undefined until known. */
export function useAccount(): AccountFieldsFragment | undefined {
  const { status } = useSession();
  const [{ data }] = useQuery({ query: MyAccountDocument, pause: status !== 'signed-in' });
  if (status !== 'signed-in') return undefined;
  return unmask(AccountFieldsFragmentDoc, data?.viewer?.account) ?? undefined;
}
