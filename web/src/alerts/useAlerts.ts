import { useEffect, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { answered, settle } from '../forms/problems';
import { unmask } from '../gql';
import {
  AlertEventFieldsFragmentDoc,
  AlertEventsDocument,
  type AlertEventsQuery,
  type AlertFieldsFragment,
  AlertFieldsFragmentDoc,
  AlertPricesDocument,
  type AlertPricesSubscription,
  AlertsDocument,
  type AlertsQuery,
  AlertTriggeredDocument,
  type Currency,
  PauseAlertDocument,
  SnoozeAlertDocument,
} from '../gql/graphql';
import { whenSeen } from '../lib/seen';
import { subscribeLive } from '../live/socket';
import { usePages } from '../settings/pages';

/** When to see whether the server has looked at an alert for the first time. */
const FIRST_LOOKS = [700, 2_000, 5_000, 11_000, 25_000];
/** Between two looks at a page of alerts whose prices keep moving. */
const MOVES = 5_000;
const PAGE = 20;
/** Prices that the market names of a batch. */
const NAMED = 100;

const alertsOf = (data: AlertsQuery) => {
  const page = data.viewer?.alerts;
  return page && { pageInfo: page.pageInfo, nodes: unmask(AlertFieldsFragmentDoc, page.nodes) };
};

const eventsOf = (data: AlertEventsQuery) => {
  const page = data.viewer?.alertEvents;
  if (!page) return undefined;
  const nodes = page.nodes.map((node) => ({
    event: unmask(AlertEventFieldsFragmentDoc, node),
    alert: node.alert,
  }));
  return { pageInfo: page.pageInfo, nodes };
};

/** Counts up when an alert fired, or may have while nobody looked. */
export function useBeat(): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const next = () => setBeat((count) => count + 1);
    const seen = () => {
      if (document.visibilityState === 'visible') next();
    };
    const stop = subscribeLive(AlertTriggeredDocument, {}, ({ alertTriggered }) => {
      if (alertTriggered.kind !== 'SNAPSHOT') next();
    });
    document.addEventListener('visibilitychange', seen);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', seen);
    };
  }, []);
  return beat;
}

function useReread(beat: number, refresh: () => void): void {
  useEffect(() => {
    if (beat > 0) refresh();
  }, [beat, refresh]);
}

type Printing = AlertPricesSubscription['marketUpdated']['prices'][number]['printing'];

function concerns({ portfolio, printing, card, set }: AlertFieldsFragment, moved: Printing): boolean {
  // Whether it is among the owner's copies, the server knows.
  if (portfolio) return true;
  if (printing) return printing.id === moved.id;
  return (!card || card.id === moved.card.id) && (!set || set.id === moved.set.id);
}

/** Reads alerts anew when a price moved that they are about, now and then at most, and only while somebody looks. */
export function useMoved(alerts: readonly AlertFieldsFragment[], refresh: () => void): void {
  const known = useRef(alerts);
  useEffect(() => {
    known.current = alerts;
  }, [alerts]);
  const currencies = [...new Set(alerts.map(({ currency }) => currency))].toSorted().join(' ');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop: (() => void) | undefined;
    const ask = () => {
      timer = undefined;
      refresh();
    };
    const later = () => {
      // Who reads more waits longer: a budget is for other things too.
      const wait = MOVES * Math.max(1, Math.ceil(known.current.length / PAGE));
      timer ??= setTimeout(() => {
        stop = whenSeen(ask);
      }, wait);
    };
    const ends = (currencies ? currencies.split(' ') : []).map((currency) =>
      subscribeLive(AlertPricesDocument, { currency: currency as Currency }, ({ marketUpdated }) => {
        const { kind, prices } = marketUpdated;
        if (kind === 'SNAPSHOT') return;
        const moved = known.current.some((alert) => prices.some(({ printing }) => concerns(alert, printing)));
        // Of a long list that landed only a part is named.
        if (moved || kind === 'RESET' || prices.length >= NAMED) later();
      }),
    );
    return () => {
      clearTimeout(timer);
      stop?.();
      for (const end of ends) end();
    };
  }, [currencies, refresh]);
}

/** What somebody wants to be told of. */
export function useAlerts(beat: number) {
  const pages = usePages(AlertsDocument, alertsOf);
  const { nodes, refresh } = pages;
  useReread(beat, refresh);
  useMoved(nodes, refresh);
  // A new rule is looked at a moment after it was made, and nothing says when.
  const isNew = nodes.some(({ phase, paused }) => phase === 'NEW' && !paused);
  useEffect(() => {
    if (!isNew) return undefined;
    const timers = FIRST_LOOKS.map((wait) => setTimeout(refresh, wait));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [isNew, refresh]);
  return pages;
}

/** What became of all alerts. */
export function useHappened(beat: number) {
  const pages = usePages(AlertEventsDocument, eventsOf);
  useReread(beat, pages.refresh);
  return pages;
}

/** Changes that need no panel; what the server refuses is thrown. */
export function useChanges() {
  const [, pause] = useMutation(PauseAlertDocument);
  const [, snooze] = useMutation(SnoozeAlertDocument);
  return {
    pause: async ({ id }: AlertFieldsFragment, paused: boolean) =>
      settle((await answered(pause({ id, paused }))).pauseAlert),
    snooze: async ({ id }: AlertFieldsFragment, until: string | null) =>
      settle((await answered(snooze({ id, until }))).snoozeAlert),
  };
}
