//! Days as apps write them.

use chrono::NaiveDate;

/// How a date of three numbers with slashes is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slashes {
    /// The app is known to put the month first.
    MonthFirst,
    /// Only a date that has one meaning is one.
    Unclear,
}

const LONGEST: usize = 100;

/// The day of `2022-01-29`, `2022-01-29T13:49:14Z`, `3/28/2021`, `28.03.2021`,
/// `Fri May 15 2026 16:43:29 GMT+0200 (…)`.
pub(crate) fn parse(text: &str, slashes: Slashes) -> Option<NaiveDate> {
    if text.len() > LONGEST {
        return None;
    }
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    if let Ok(date) = NaiveDate::parse_from_str(day, "%Y-%m-%d") {
        return in_range(date);
    }
    if let Ok(date) = NaiveDate::parse_from_str(day, "%d.%m.%Y") {
        return in_range(date);
    }
    if day.contains('/') {
        return slashed(day, slashes);
    }
    let words: Vec<&str> = text.split_whitespace().take(4).collect();
    NaiveDate::parse_from_str(&words.join(" "), "%a %b %d %Y").ok().and_then(in_range)
}

fn slashed(text: &str, slashes: Slashes) -> Option<NaiveDate> {
    let month_first = NaiveDate::parse_from_str(text, "%m/%d/%Y").ok().and_then(in_range);
    let day_first = NaiveDate::parse_from_str(text, "%d/%m/%Y").ok().and_then(in_range);
    match (month_first, day_first, slashes) {
        (Some(date), _, Slashes::MonthFirst) => Some(date),
        (Some(a), Some(b), Slashes::Unclear) if a != b => None,
        (a, b, _) => a.or(b),
    }
}

/// The game is from 1993; two-digit years and typing errors are not taken for dates.
fn in_range(date: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    (1993..=2200).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::{Slashes, parse};

    #[test]
    fn dates_have_one_meaning_or_none() {
        let iso = |text: &str, slashes| parse(text, slashes).map(|date| date.to_string());
        for (text, slashes, expected) in [
            ("2022-01-29", Slashes::Unclear, Some("2022-01-29")),
            ("2023-04-11T13:49:14.808Z", Slashes::Unclear, Some("2023-04-11")),
            ("2026-05-15 13:51:43.373000", Slashes::Unclear, Some("2026-05-15")),
            ("3/28/2021", Slashes::Unclear, Some("2021-03-28")),
            ("28/3/2021", Slashes::Unclear, Some("2021-03-28")),
            ("3/4/2021", Slashes::Unclear, None),
            ("3/4/2021", Slashes::MonthFirst, Some("2021-03-04")),
            ("28/3/2021", Slashes::MonthFirst, Some("2021-03-28")),
            ("28.03.2021", Slashes::Unclear, Some("2021-03-28")),
            (
                "Fri May 15 2026 16:43:29 GMT+0200 (Central European Summer Time)",
                Slashes::Unclear,
                Some("2026-05-15"),
            ),
            ("3/4/21", Slashes::MonthFirst, None),
            ("yesterday", Slashes::Unclear, None),
            ("0001-01-01", Slashes::Unclear, None),
        ] {
            assert_eq!(iso(text, slashes).as_deref(), expected, "{text}");
        }
    }
}
