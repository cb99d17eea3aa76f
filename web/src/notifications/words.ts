import type { NotificationFieldsFragment, NotificationKind } from '../gql/graphql';
import { formatMoment } from '../lib/time';

export const KIND: Record<NotificationKind, string> = {
  ALERT: 'Alert',
  IMPORT: 'Import',
  ACCOUNT: 'Account',
  SYSTEM: 'Platform',
};

type Delivery = NotificationFieldsFragment['deliveries'][number];

/** What became of the mail. */
export function delivered({ state, heldUntil, reason, changedAt }: Delivery): string {
  switch (state) {
    case 'SENT':
      return `mailed ${formatMoment(changedAt)}`;
    case 'QUEUED':
      return heldUntil && Date.parse(heldUntil) > Date.now()
        ? `mail waits until ${formatMoment(heldUntil)}`
        : 'mail is about to go out';
    case 'SENDING':
      return reason ? 'mail is tried again' : 'mail is about to go out';
    case 'FAILED':
      return 'the mail did not arrive';
    case 'SUPPRESSED':
      return `no mail: ${reason ?? 'not wanted'}`;
  }
}

type Group<Told> = [Told, ...Told[]];

/** Neighbours of one group together, in their order. */
export function together<Told extends { group: string | null }>(told: readonly Told[]): Group<Told>[] {
  const groups: Group<Told>[] = [];
  for (const one of told) {
    const last = groups.at(-1);
    if (last && one.group !== null && last[0].group === one.group) last.push(one);
    else groups.push([one]);
  }
  return groups;
}
