//! A series of closes from a series of changes.

use chrono::{Datelike, Days, NaiveDate};

/// Points of a chart that a screen can show.
pub(super) const MOST_POINTS: usize = 400;

/// What a point is the close of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum Interval {
    /// Of a day.
    Day,
    /// Of a week, which ends on Sunday.
    Week,
    /// Of a calendar month.
    Month,
}

impl Interval {
    /// The first day of the interval that a day is in.
    fn start(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }
}

/// The value that held at the end of each interval from the first known value to `last`: a price
/// holds until it changes. Withdrawn prices are `None`. When there are more than 400 points, every
/// n-th is kept, the last always.
pub(super) fn fill(
    changes: &[(NaiveDate, Option<i64>)],
    last: NaiveDate,
    interval: Interval,
) -> Vec<(NaiveDate, Option<i64>)> {
    let mut points: Vec<(NaiveDate, Option<i64>)> = Vec::new();
    let mut changes = changes.iter().peekable();
    let Some((first, _)) = changes.peek().copied().copied() else { return points };
    let mut value = None;
    let mut day = first;
    while day <= last {
        while let Some((_, changed)) = changes.next_if(|(at, _)| *at <= day) {
            value = *changed;
        }
        let start = interval.start(day);
        match points.last_mut() {
            Some(point) if interval.start(point.0) == start => *point = (day, value),
            _ => points.push((day, value)),
        }
        day = day + Days::new(1);
    }
    let step = points.len().div_ceil(MOST_POINTS).max(1);
    let total = points.len();
    points
        .into_iter()
        .enumerate()
        .filter(|(n, _)| (total - 1 - n).is_multiple_of(step))
        .map(|(_, p)| p)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_price_holds_until_it_changes_and_a_withdrawal_is_a_gap() {
        let changes =
            [(day("2026-01-01"), Some(100)), (day("2026-01-03"), None), (day("2026-01-04"), Some(90))];
        let points = fill(&changes, day("2026-01-05"), Interval::Day);
        assert_eq!(
            points.iter().map(|p| p.1).collect::<Vec<_>>(),
            [Some(100), Some(100), None, Some(90), Some(90)]
        );
    }

    #[test]
    fn a_month_closes_with_its_last_value() {
        let changes = [(day("2026-01-30"), Some(100)), (day("2026-02-03"), Some(120))];
        let points = fill(&changes, day("2026-02-10"), Interval::Month);
        assert_eq!(points, [(day("2026-01-31"), Some(100)), (day("2026-02-10"), Some(120))]);
    }

    #[test]
    fn ten_years_are_thinned_and_end_today() {
        let points = fill(&[(day("2016-01-01"), Some(1))], day("2026-01-01"), Interval::Day);
        assert!(points.len() <= MOST_POINTS);
        assert_eq!(points.last(), Some(&(day("2026-01-01"), Some(1))));
    }
}
