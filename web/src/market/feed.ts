import { useCallback, useEffect, useReducer, useRef } from 'react';
import { unmask } from '../gql';
import {
  type Currency,
  MarketUpdatedDocument,
  type MarketUpdatedSubscription,
  PriceFieldsFragmentDoc,
} from '../gql/graphql';
import { subscribeLive } from '../live/socket';
import { type LivePrice, liveStore, seriesKey } from '../live/store';

type Update = MarketUpdatedSubscription['marketUpdated'];

/** One line of the ticker: a price as it was when it changed. */
export interface TapeEntry {
  key: string;
  price: LivePrice;
  printing: Update['prices'][number]['printing'];
}

interface Tape {
  shown: TapeEntry[];
  /** Arrived while the pointer rested on the tape. */
  held: TapeEntry[];
  /** Series that changed since the lists were ranked. */
  changed: number;
}

type Event =
  | { type: 'replace'; entries: TapeEntry[] }
  | { type: 'add'; entries: TapeEntry[]; changed: number; hold: boolean }
  | { type: 'release' }
  | { type: 'ranked' };

const LENGTH = 24;

function prepend(entries: TapeEntry[], to: TapeEntry[]): TapeEntry[] {
  const seen = new Set<string>();
  return [...entries, ...to].filter((entry) => !seen.has(entry.key) && seen.add(entry.key)).slice(0, LENGTH);
}

function reduce(tape: Tape, event: Event): Tape {
  switch (event.type) {
    case 'replace':
      return { ...tape, shown: prepend(event.entries, []), held: [] };
    case 'add': {
      const changed = tape.changed + event.changed;
      return event.hold
        ? { ...tape, held: prepend(event.entries, tape.held), changed }
        : { shown: prepend(event.entries, [...tape.held, ...tape.shown]), held: [], changed };
    }
    case 'release':
      return { ...tape, shown: prepend(tape.held, tape.shown), held: [] };
    case 'ranked':
      return { ...tape, changed: 0 };
  }
}

/** The market's live changes in one currency: every cell's price, and the tape of the latest ones. */
export function useMarketFeed(currency: Currency) {
  const [tape, dispatch] = useReducer(reduce, { shown: [], held: [], changed: 0 });
  const holding = useRef(false);
  useEffect(
    () =>
      subscribeLive(MarketUpdatedDocument, { currency }, ({ marketUpdated: update }) => {
        const entries = update.prices.map((row) => {
          const price = unmask(PriceFieldsFragmentDoc, row);
          return { key: `${seriesKey(price)}#${price.version}`, price, printing: row.printing };
        });
        const prices = entries.map((entry) => entry.price);
        if (update.kind === 'DELTA') {
          liveStore.delta(prices);
          dispatch({ type: 'add', entries, changed: update.changed, hold: holding.current });
        } else {
          liveStore.latest(prices, update.kind === 'RESET');
          dispatch({ type: 'replace', entries });
        }
      }),
    [currency],
  );
  const hold = useCallback((on: boolean) => {
    holding.current = on;
    if (!on) dispatch({ type: 'release' });
  }, []);
  const ranked = useCallback(() => dispatch({ type: 'ranked' }), []);
  return { ...tape, hold, ranked };
}
