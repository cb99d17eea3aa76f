const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
// A calendar day has no zone: formatting it in the reader's zone would move it by one west of Greenwich.
const calendarDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 hr. ago": whole units, towards the present. */
export function formatAgo(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return seconds > -10 ? 'just now' : relative.format(seconds, 'second');
}

export function formatMoment(iso: string): string {
  return moment.format(new Date(iso));
}

/** A `YYYY-MM-DD` day for people. */
export function formatDay(day: string | null | undefined): string {
  return day ? calendarDay.format(new Date(`${day}T00:00:00Z`)) : '—';
}

/** Days since 1970-01-01 UTC to `YYYY-MM-DD`. */
export function dayToIso(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
