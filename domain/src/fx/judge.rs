//! What of a file is believed.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use markets::ecb::{Code, Rate};

/// Rates by currency and day, in millionths.
pub(super) type Rates = BTreeMap<(Code, NaiveDate), i64>;

/// A rate this much older says nothing of today's; the database's function `fx_rate` knows the same number.
pub(super) const LASTS: TimeDelta = TimeDelta::days(10);

/// A rate that is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SetAside {
    pub rate: Rate,
    /// The rate that was believed before.
    pub before: i64,
}

/// What is to be done with a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Rates that are new or corrected.
    pub changes: Vec<Rate>,
    /// How many are believed, new or not.
    pub believed: u64,
    pub set_aside: Vec<SetAside>,
}

/// Whether a rate is more than half away from the one before.
fn jumps(before: i64, now: i64) -> bool {
    i128::from(now - before).abs() * 2 > before.into()
}

/// Judges each rate by the one of its currency that was believed last. A level that lasts longer than the
/// last one counts is believed.
pub(super) fn judge(stored: &Rates, said: &Rates) -> Verdict {
    let mut all: BTreeMap<(Code, NaiveDate), (Option<i64>, Option<i64>)> = BTreeMap::new();
    for (key, micros) in stored {
        all.entry(*key).or_default().0 = Some(*micros);
    }
    for (key, micros) in said {
        all.entry(*key).or_default().1 = Some(*micros);
    }
    let mut verdict = Verdict::default();
    let mut last: Option<(Code, NaiveDate, i64)> = None;
    for ((currency, day), (known, new)) in all {
        let before = last.filter(|(of, at, _)| *of == currency && day - *at <= LASTS);
        let believed = match (known, new) {
            (known, Some(micros)) => match before.filter(|(_, _, before)| jumps(*before, micros)) {
                Some((_, _, before)) => {
                    verdict.set_aside.push(SetAside { rate: Rate { day, currency, micros }, before });
                    known
                }
                None => {
                    verdict.believed += 1;
                    if known != Some(micros) {
                        verdict.changes.push(Rate { day, currency, micros });
                    }
                    Some(micros)
                }
            },
            (known, None) => known,
        };
        last = believed.map(|micros| (currency, day, micros)).or(before);
    }
    verdict
}

/// Says so if a day of a file has less than half of the currencies of the day before.
pub(super) fn shrunk(stored: &Rates, said: &Rates) -> Option<String> {
    let count = |rates: &Rates| {
        let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        rates.keys().for_each(|(_, day)| *days.entry(*day).or_default() += 1);
        days
    };
    let (mut days, said) = (count(stored), count(said));
    days.extend(&said);
    said.iter().find_map(|(day, many)| {
        let (_, before) = days.range(*day - LASTS..*day).next_back()?;
        (many * 2 < *before).then(|| format!("{many} currencies on {day}, {before} before"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(rows: &[(&str, &str, i64)]) -> Rates {
        let key = |day: &str, code: &str| (Code::parse(code).unwrap(), day.parse().unwrap());
        rows.iter().map(|(day, code, micros)| (key(day, code), *micros)).collect()
    }

    fn changed(verdict: &Verdict) -> Vec<(String, i64)> {
        verdict.changes.iter().map(|rate| (format!("{} {}", rate.day, rate.currency), rate.micros)).collect()
    }

    #[test]
    fn a_jump_is_set_aside_and_what_follows_is_judged_by_what_was_believed() {
        let stored = rates(&[("2026-11-16", "USD", 1_000), ("2026-11-16", "TRY", 36_000)]);
        let said = rates(&[
            ("2026-11-17", "USD", 1_500),
            ("2026-11-17", "TRY", 36_100),
            ("2026-11-18", "USD", 2_300),
            ("2026-11-19", "USD", 1_510),
        ]);
        let verdict = judge(&stored, &said);
        let usd = [("2026-11-17 USD".to_owned(), 1_500), ("2026-11-19 USD".to_owned(), 1_510)];
        let mut expected = vec![("2026-11-17 TRY".to_owned(), 36_100)];
        expected.extend(usd);
        assert_eq!(changed(&verdict), expected, "half as much again is the most that is believed");
        assert_eq!(verdict.set_aside.len(), 1);
        assert_eq!((verdict.set_aside[0].rate.micros, verdict.set_aside[0].before), (2_300, 1_500));
        let fell = judge(&stored, &rates(&[("2026-11-17", "USD", 499), ("2026-11-17", "TRY", 18_000)]));
        assert_eq!(fell.set_aside.len(), 1, "down it is the same");
    }

    #[test]
    fn a_level_that_lasts_is_believed_in_the_end() {
        let stored = rates(&[("2026-11-02", "USD", 1_000)]);
        let days = ["2026-11-03", "2026-11-06", "2026-11-12", "2026-11-13", "2026-11-16"];
        let rows: Vec<(&str, &str, i64)> = days.iter().map(|day| (*day, "USD", 3_000)).collect();
        let verdict = judge(&stored, &rates(&rows));
        assert_eq!(verdict.set_aside.len(), 3);
        assert_eq!(changed(&verdict)[0].0, "2026-11-13 USD");
        assert_eq!(verdict.believed, 2);
    }

    #[test]
    fn the_same_again_changes_nothing_and_a_correction_one_rate() {
        let stored = rates(&[("2026-11-16", "USD", 1_000), ("2026-11-17", "USD", 1_010)]);
        let same = judge(&stored, &stored);
        assert_eq!((same.changes.len(), same.believed), (0, 2));
        let corrected = judge(&stored, &rates(&[("2026-11-16", "USD", 1_020)]));
        assert_eq!(changed(&corrected), [("2026-11-16 USD".to_owned(), 1_020)]);
    }

    #[test]
    fn days_with_less_than_half_are_noticed() {
        let four = |day| [(day, "USD", 1), (day, "GBP", 1), (day, "JPY", 1), (day, "CHF", 1)];
        let stored = rates(&four("2026-11-16"));
        assert_eq!(shrunk(&stored, &rates(&four("2026-11-17")[..2])), None);
        assert!(shrunk(&stored, &rates(&four("2026-11-17")[..1])).is_some());
        assert_eq!(shrunk(&stored, &rates(&four("2026-12-17")[..1])), None, "too long ago to compare");
        let mut all = four("2026-11-17").to_vec();
        all.push(("2026-11-18", "USD", 1));
        assert!(shrunk(&Rates::new(), &rates(&all)).is_some(), "also within a file");
    }
}
