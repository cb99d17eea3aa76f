import { type ReactNode, useSyncExternalStore } from 'react';
import { Provider } from 'urql';
import { currentClient, onClient } from './client';

/** Another login is another client: its pages ask anew. */
export function GraphQLProvider({ children }: { children: ReactNode }) {
  return <Provider value={useSyncExternalStore(onClient, currentClient)}>{children}</Provider>;
}
