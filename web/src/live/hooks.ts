import { useCallback, useSyncExternalStore } from 'react';
import { type LivePrice, liveStore, type SeriesKey, seriesKey, type Tick } from './store';

function useTick(key: SeriesKey): Tick | undefined {
  const subscribe = useCallback((listener: () => void) => liveStore.subscribe(key, listener), [key]);
  return useSyncExternalStore(subscribe, () => liveStore.get(key));
}

interface Live {
  price: LivePrice;
  tick: Tick | undefined;
}

/** The newest of what the query said and what the socket said since. */
export function useLivePrice(base: LivePrice): Live {
  const tick = useTick(seriesKey(base));
  const newerQuery = tick && base.version > tick.price.version && base.observedAt >= tick.price.observedAt;
  return tick && !newerQuery ? { price: tick.price, tick } : { price: base, tick: undefined };
}

/** The series of a scope as the latest snapshot and deltas have them; undefined before the first one. */
export function useScope(name: string): ReadonlySet<SeriesKey> | undefined {
  const subscribe = useCallback((listener: () => void) => liveStore.subscribeScope(name, listener), [name]);
  return useSyncExternalStore(subscribe, () => liveStore.scope(name));
}
