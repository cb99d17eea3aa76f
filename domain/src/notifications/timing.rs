//! When a notification may go out: not in quiet hours, and with others when its reader wants them together. All
//! hours are those of the clock on the reader's wall, whatever summer time does to it.

use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::model::NotificationDigest;

/// Nowhere did clocks ever skip more than a day.
const LONGEST_GAP: i64 = 25 * 60;

/// When somebody wants mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timing {
    pub zone: Tz,
    /// From when until when there is quiet, in minutes after midnight; over midnight if the end is earlier.
    pub quiet: Option<(u16, u16)>,
    pub digest: NotificationDigest,
    /// Of the daily digest.
    pub hour: u8,
}

impl Timing {
    /// When what was posted then may go out, if it did not until now.
    pub fn due(&self, posted: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        let together = match self.digest {
            NotificationDigest::Off => posted,
            NotificationDigest::Hourly => self.next_hour(posted),
            NotificationDigest::Daily => self.next_at(u16::from(self.hour) * 60, posted),
        };
        self.waking(together.max(now))
    }

    /// The next moment that is not in quiet hours.
    fn waking(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        match self.quiet {
            Some((from, until)) if is_between(self.minute(at), from, until) => self.next_at(until, at),
            _ => at,
        }
    }

    /// Minutes after midnight on the wall.
    fn minute(&self, at: DateTime<Utc>) -> u16 {
        let local = at.with_timezone(&self.zone);
        u16::try_from(local.hour() * 60 + local.minute()).unwrap_or_default()
    }

    fn next_hour(&self, after: DateTime<Utc>) -> DateTime<Utc> {
        let local = after.with_timezone(&self.zone);
        let past = i64::from(local.minute()) * 60 + i64::from(local.second());
        let hour = after - TimeDelta::seconds(past) - TimeDelta::nanoseconds(i64::from(local.nanosecond()));
        hour + TimeDelta::hours(1)
    }

    /// The first moment after another at which the wall shows so many minutes after midnight; when the clock
    /// skips them, that at which it has.
    fn next_at(&self, minute: u16, after: DateTime<Utc>) -> DateTime<Utc> {
        let today = after.with_timezone(&self.zone).date_naive();
        let clock = NaiveTime::MIN + TimeDelta::minutes(i64::from(minute));
        let days = (0..=2).filter_map(|days| today.checked_add_days(Days::new(days)));
        let mut moments = days.flat_map(|day| self.moments(day.and_time(clock)));
        moments.find(|moment| *moment > after).unwrap_or(after)
    }

    /// When the wall shows a time: once, twice when the clock is set back, or just after it was set forward.
    fn moments(&self, wall: NaiveDateTime) -> Vec<DateTime<Utc>> {
        let shown = |gap: i64| {
            let shown = self.zone.from_local_datetime(&(wall + TimeDelta::minutes(gap)));
            let both = [shown.earliest(), shown.latest()].into_iter().flatten();
            let mut both: Vec<_> = both.map(|moment| moment.with_timezone(&Utc)).collect();
            both.dedup();
            Some(both).filter(|both| !both.is_empty())
        };
        (0..=LONGEST_GAP).find_map(shown).unwrap_or_default()
    }
}

fn is_between(minute: u16, from: u16, until: u16) -> bool {
    if from < until { (from..until).contains(&minute) } else { minute >= from || minute < until }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn berlin(quiet: Option<(u16, u16)>, digest: NotificationDigest) -> Timing {
        Timing { zone: chrono_tz::Europe::Berlin, quiet, digest, hour: 8 }
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let night = berlin(Some((22 * 60, 7 * 60)), NotificationDigest::Off);
        let due = |now: &str| night.due(at(now), at(now));
        assert_eq!(due("2026-11-10T20:59:59Z"), at("2026-11-10T20:59:59Z"), "21:59:59 on the wall");
        assert_eq!(due("2026-11-10T21:00:00Z"), at("2026-11-11T06:00:00Z"));
        assert_eq!(due("2026-11-11T05:59:00Z"), at("2026-11-11T06:00:00Z"));
        assert_eq!(due("2026-11-11T06:00:00Z"), at("2026-11-11T06:00:00Z"));
    }

    #[test]
    fn summer_time_moves_the_end_of_the_night() {
        let night = berlin(Some((22 * 60, 7 * 60)), NotificationDigest::Off);
        let due = |now: &str| night.due(at(now), at(now));
        assert_eq!(due("2026-03-28T22:00:00Z"), at("2026-03-29T05:00:00Z"), "an hour less");
        assert_eq!(due("2026-10-24T21:00:00Z"), at("2026-10-25T06:00:00Z"), "an hour more");
        // 02:30 does not exist on this day: the night ends when the clock has skipped it.
        let short = berlin(Some((60, 150)), NotificationDigest::Off);
        assert_eq!(
            short.due(at("2026-03-29T00:30:00Z"), at("2026-03-29T00:30:00Z")),
            at("2026-03-29T01:00:00Z")
        );
        // It exists twice on this one, and so does the quiet half hour before it.
        let due = |now: &str| short.due(at(now), at(now));
        assert_eq!(due("2026-10-25T00:10:00Z"), at("2026-10-25T00:30:00Z"));
        assert_eq!(due("2026-10-25T01:10:00Z"), at("2026-10-25T01:30:00Z"));
    }

    #[test]
    fn digests_wait_for_their_hour_and_for_the_morning() {
        let daily = berlin(None, NotificationDigest::Daily);
        assert_eq!(
            daily.due(at("2026-11-10T06:59:00Z"), at("2026-11-10T06:59:00Z")),
            at("2026-11-10T07:00:00Z")
        );
        assert_eq!(
            daily.due(at("2026-11-10T07:00:00Z"), at("2026-11-10T07:00:00Z")),
            at("2026-11-11T07:00:00Z")
        );
        assert_eq!(
            daily.due(at("2026-11-10T06:59:00Z"), at("2026-11-10T07:00:01Z")),
            at("2026-11-10T07:00:01Z")
        );
        let hourly = berlin(Some((22 * 60, 7 * 60)), NotificationDigest::Hourly);
        assert_eq!(
            hourly.due(at("2026-11-10T10:20:30Z"), at("2026-11-10T10:20:30Z")),
            at("2026-11-10T11:00:00Z")
        );
        assert_eq!(
            hourly.due(at("2026-11-10T20:20:30Z"), at("2026-11-10T20:20:30Z")),
            at("2026-11-11T06:00:00Z")
        );
        // Half an hour apart from everybody else.
        let kolkata = Timing { zone: chrono_tz::Asia::Kolkata, ..hourly };
        assert_eq!(
            kolkata.due(at("2026-11-10T05:20:00Z"), at("2026-11-10T05:20:00Z")),
            at("2026-11-10T05:30:00Z")
        );
    }

    proptest! {
        /// What is due is awake, and was not a minute before if it had to wait.
        #[test]
        fn nothing_goes_out_in_quiet_hours(
            zone in 0..chrono_tz::TZ_VARIANTS.len(), from in 0_u16..1440, until in 0_u16..1440,
            second in 1_700_000_000_i64..1_900_000_000,
        ) {
            prop_assume!(from != until);
            let zone = chrono_tz::TZ_VARIANTS[zone];
            let timing = Timing { zone, quiet: Some((from, until)), digest: NotificationDigest::Off, hour: 0 };
            let now = DateTime::from_timestamp(second - second % 60, 0).unwrap();
            let due = timing.due(now, now);
            prop_assert!(due >= now && due - now <= TimeDelta::hours(26));
            prop_assert!(!is_between(timing.minute(due), from, until), "{zone} {now} {due}");
            if due > now {
                prop_assert!(is_between(timing.minute(due - TimeDelta::minutes(1)), from, until), "{zone} {now} {due}");
            }
        }
    }
}
