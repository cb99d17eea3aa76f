import { useEffect, useSyncExternalStore } from 'react';
import { NotificationReceivedDocument } from '../gql/graphql';
import { subscribeLive } from '../live/socket';

interface Feed {
  /** How many are not read; null until that is known. */
  unread: number | null;
  /** Counts up with everything that is told after the first word. */
  beat: number;
  /** The title of the last one that came. */
  last: string;
}

const NOTHING: Feed = { unread: null, beat: 0, last: '' };

let feed = NOTHING;
const listeners = new Set<() => void>();

function set(next: Feed): void {
  feed = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What is told to who is logged in, as far as it counts. */
export const useFeed = (): Feed => useSyncExternalStore(subscribe, () => feed);

/** Follows the feed of somebody for as long as they are there. */
export function useFollowed(identity: string): void {
  useEffect(() => {
    set(NOTHING);
    const stop = subscribeLive(NotificationReceivedDocument, {}, ({ notificationReceived }) => {
      const { kind, unread, notification } = notificationReceived;
      const beat = feed.beat + (kind === 'SNAPSHOT' ? 0 : 1);
      set({ unread, beat, last: notification?.title ?? feed.last });
    });
    return () => {
      stop();
      set(NOTHING);
    };
  }, [identity]);
}
