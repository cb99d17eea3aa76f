import { createContext, useContext, useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { DataStatusDocument, type DataStatusQuery } from '../gql/graphql';
import { refreshActiveQueries } from '../graphql/client';

export type Status = DataStatusQuery['dataStatus'];

const POLL = 2_000;

export const StatusContext = createContext<Status | undefined>(undefined);

/** Where the data comes from and what is loading; undefined until known. */
export function useStatus(): Status | undefined {
  return useContext(StatusContext);
}

/** Reads the data status, every two seconds while a load runs or is still to come, and reloads the page's data when it ends. */
export function useDataStatus(): [Status | undefined, () => void] {
  const [{ data }, refetch] = useQuery({ query: DataStatusDocument, requestPolicy: 'cache-and-network' });
  const status = data?.dataStatus;
  const running = status?.loads.some((load) => load.state === 'RUNNING') ?? false;
  const empty = status?.origin === 'EMPTY';
  const wasRunning = useRef(false);
  useEffect(() => {
    if (wasRunning.current && !running) refreshActiveQueries();
    wasRunning.current = running;
    if (!running && !empty) return undefined;
    const timer = setInterval(() => refetch({ requestPolicy: 'network-only' }), POLL);
    return () => clearInterval(timer);
  }, [running, empty, refetch]);
  return [status, () => refetch({ requestPolicy: 'network-only' })];
}
