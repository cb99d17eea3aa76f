use chrono::{DateTime, SubsecRound, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds};

use crate::{Error, Result};

fn parse(cron: &str) -> Result<Cron> {
    let parsed = CronParser::builder().seconds(Seconds::Optional).build().parse(cron);
    parsed.map_err(|error| Error::invalid("cron", format!("{cron}: {error}")))
}

/// The latest moment of a schedule in (after, now]; nothing when there was none. Moments that were
/// missed are one: whoever comes late runs once, not once for each.
pub(super) fn due(cron: &str, after: DateTime<Utc>, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    if now <= after {
        return Ok(None);
    }
    let latest = parse(cron)?
        .find_previous_occurrence(&now.trunc_subsecs(0), true)
        .map_err(|error| Error::invalid("cron", format!("{cron}: {error}")))?;
    Ok((latest > after).then_some(latest))
}

/// When a schedule is next.
pub(super) fn next(cron: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let next = parse(cron)?.find_next_occurrence(&now, false);
    next.map_err(|error| Error::invalid("cron", format!("{cron}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_missed_is_due_once() {
        let after = at("2026-11-23T10:02:00Z");
        let due = |now| due("*/15 * * * *", after, at(now)).unwrap();
        assert_eq!(due("2026-11-23T10:14:59Z"), None);
        assert_eq!(due("2026-11-23T10:15:00Z"), Some(at("2026-11-23T10:15:00Z")));
        assert_eq!(due("2026-11-23T10:15:42.5Z"), Some(at("2026-11-23T10:15:00Z")));
        assert_eq!(due("2026-11-24T09:59:00Z"), Some(at("2026-11-24T09:45:00Z")), "a day's ticks are one");
        assert_eq!(due("2026-11-23T09:00:00Z"), None, "a clock that was set back");
    }

    #[test]
    fn the_next_one_is_later() {
        let next = next("0 */12 * * *", at("2026-11-23T12:00:00Z")).unwrap();
        assert_eq!(next, at("2026-11-24T00:00:00Z"));
        assert!(parse("every now and then").is_err());
    }
}
