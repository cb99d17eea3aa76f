//! Exchange rates of the demo market: near to real ones, made up day by day, and marked as simulated.

use chrono::{Datelike, NaiveDate, Weekday};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use super::prices::HISTORY;
use crate::fx::{self, Code, ExchangeRateSource, Rate, Stored};
use crate::{Ctx, Result};

/// Units for one euro, in millionths, about which they wander. They are more than half as many as the bank
/// has: after a visit to its stand-in a day of these should not look as one that was cut.
const CURRENCIES: [(&str, i64); 18] = [
    ("AUD", 1_650_000),
    ("BRL", 6_100_000),
    ("CAD", 1_480_000),
    ("CHF", 940_000),
    ("CNY", 7_700_000),
    ("CZK", 25_300_000),
    ("DKK", 7_460_000),
    ("GBP", 850_000),
    ("HKD", 8_300_000),
    ("JPY", 163_000_000),
    ("MXN", 21_000_000),
    ("NOK", 11_600_000),
    ("NZD", 1_800_000),
    ("PLN", 4_300_000),
    ("SEK", 11_500_000),
    ("SGD", 1_420_000),
    ("USD", 1_080_000),
    ("ZAR", 19_200_000),
];
/// How far they wander, in thousandths.
const FAR: i64 = 30;
/// Each week has a level of its own; between two the days go evenly from one to the other.
const WEEK: i64 = 7;

/// The rate of a currency on a day: the same whenever it is asked for.
fn rate(number: usize, usual: i64, day: NaiveDate) -> i64 {
    let level = |week: i64| {
        let seed = week.unsigned_abs() << 8 | number as u64;
        Xoshiro256PlusPlus::seed_from_u64(seed).random_range(-FAR..=FAR)
    };
    let days = i64::from(day.num_days_from_ce());
    let (week, past) = (days / WEEK, days % WEEK);
    usual * (1_000 * WEEK + level(week) * (WEEK - past) + level(week + 1) * past) / (1_000 * WEEK)
}

/// The rates of the working days of a time.
fn rates(from: NaiveDate, to: NaiveDate) -> Vec<Rate> {
    let days = from.iter_days().take_while(|day| *day <= to);
    let working = days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    let of_day = |day: NaiveDate| {
        CURRENCIES.iter().enumerate().filter_map(move |(number, (code, usual))| {
            Some(Rate { day, currency: Code::parse(code)?, micros: rate(number, *usual, day) })
        })
    };
    working.flat_map(of_day).collect()
}

/// Brings the rates up to today. What is there stays.
pub(super) async fn load(ctx: &Ctx) -> Result<Stored> {
    let today = ctx.now().date_naive();
    let from = match fx::newest(ctx).await? {
        Some(newest) => newest.succ_opt().unwrap_or(newest),
        None => today - HISTORY,
    };
    fx::store(ctx, ExchangeRateSource::Simulated, &rates(from, today)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_wander_and_do_not_jump() {
        let all = rates("2025-11-01".parse().unwrap(), "2026-11-20".parse().unwrap());
        assert_eq!(all.len(), 275 * CURRENCIES.len());
        for (code, usual) in CURRENCIES {
            let code = Code::parse(code).unwrap();
            let of: Vec<i64> =
                all.iter().filter(|rate| rate.currency == code).map(|rate| rate.micros).collect();
            assert!(of.iter().all(|rate| (rate - usual).abs() * 1_000 <= usual * FAR), "{code}");
            assert!(of.windows(2).all(|two| (two[1] - two[0]).abs() * 20 < two[0]), "{code}");
            assert!(of.windows(2).any(|two| two[0] != two[1]), "{code}");
        }
    }
}
