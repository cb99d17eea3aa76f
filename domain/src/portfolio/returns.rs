//! What a portfolio brought. Two questions: what did the money earn that its owner put in and took out, when
//! they did (money-weighted)? And what did the cards earn that were there, whoever paid for them when
//! (time-weighted)?

use chrono::NaiveDate;

use super::model::Day;

/// Halvings after which a rate is as exact as it will be shown.
const HALVINGS: usize = 200;
/// A loss of everything, nearly: the lowest rate a year that is looked for.
const LOWEST: f64 = -0.999_999;
/// No collection grows more in a year.
const HIGHEST: f64 = 1e9;
const YEAR: f64 = 365.0;

/// The yearly rate at which payments come to nothing: what is paid is less than zero, what is got more.
/// Nothing if there is none, or no single one to be found.
pub fn xirr(payments: &[(NaiveDate, f64)]) -> Option<f64> {
    let first = payments.iter().map(|(day, _)| *day).min()?;
    let worth = |rate: f64| -> f64 {
        let years = |day: NaiveDate| (day - first).num_days() as f64 / YEAR;
        payments.iter().map(|(day, amount)| amount / (1.0 + rate).powf(years(*day))).sum()
    };
    let (mut low, mut high) = (LOWEST, 1.0);
    while worth(low).signum() == worth(high).signum() {
        high = high * 4.0 + 1.0;
        if high > HIGHEST {
            return None;
        }
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if worth(middle).signum() == worth(low).signum() {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::midpoint(low, high))
}

/// What a stretch of days brought, as shares: 0.05 is five per cent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Returns {
    /// Of the money, over the whole stretch; nothing when no rate explains it.
    pub money_weighted: Option<f64>,
    /// The same a year.
    pub yearly: Option<f64>,
    /// Of the cards, over the whole stretch.
    pub time_weighted: Option<f64>,
    /// Money put in less taken out after the first day.
    pub flows: i64,
    /// Value at the end less value at the beginning less the flows.
    pub gain: i64,
}

/// The returns from the end of the first of some days to the end of the last; from the beginning of the first
/// if it is the day on which everything began, so that what was paid on it counts, not what it was worth.
pub fn returns(days: &[Day], from_nothing: bool) -> Returns {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Returns::default() };
    let begun = if from_nothing { first.flows } else { first.value };
    let flows = days.iter().skip(1).map(|day| day.flows).sum();
    let mut payments = vec![(first.day, -(begun as f64))];
    payments.extend(days.iter().skip(1).map(|day| (day.day, -(day.flows as f64))));
    payments.push((last.day, last.value as f64));
    payments.retain(|(_, amount)| *amount != 0.0);
    let length = (last.day - first.day).num_days() as f64;
    let yearly = if length > 0.0 { xirr(&payments) } else { None };
    Returns {
        money_weighted: yearly.map(|rate| (1.0 + rate).powf(length / YEAR) - 1.0),
        yearly,
        time_weighted: time_weighted(days),
        flows,
        gain: last.value - begun - flows,
    }
}

/// Each day the copies of the evening before at the prices of both evenings, chained. A day that began with
/// nothing says nothing.
fn time_weighted(days: &[Day]) -> Option<f64> {
    let pairs = days.windows(2).filter(|pair| pair[0].value > 0);
    let steps: Vec<f64> =
        pairs.map(|pair| (pair[1].value - pair[1].moved) as f64 / pair[0].value as f64).collect();
    if steps.is_empty() { None } else { Some(steps.iter().product::<f64>() - 1.0) }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    const START: NaiveDate = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();

    fn after(days: u64) -> NaiveDate {
        START + Days::new(days)
    }

    #[test]
    fn money_that_doubles_in_a_year_earns_all_of_itself() {
        let rate = xirr(&[(START, -100.0), (after(365), 200.0)]).unwrap();
        assert!((rate - 1.0).abs() < 1e-9, "{rate}");
        assert_eq!(xirr(&[(START, -100.0), (after(365), -1.0)]), None, "who only pays has no rate");
        assert_eq!(xirr(&[]), None);
    }

    #[test]
    fn what_is_put_in_is_no_gain() {
        let day = |n: u64, value, flows, moved| Day {
            day: after(n),
            value,
            cost: 0,
            unrealised: 0,
            realised: 0,
            flows,
            moved,
            lots: 1,
            copies: 1,
            unpriced: 0,
        };
        // 100 become 110; then copies worth 100 come, for which 90 were paid; then everything loses a tenth.
        let all = [
            day(0, 10_000, 10_000, 10_000),
            day(1, 11_000, 0, 0),
            day(2, 21_000, 9_000, 10_000),
            day(3, 18_900, 0, 0),
        ];
        let found = returns(&all, false);
        assert!((found.time_weighted.unwrap() - (1.1 * 0.9 - 1.0)).abs() < 1e-12, "{found:?}");
        assert_eq!((found.flows, found.gain), (9_000, -100));
        assert!(found.money_weighted.unwrap() < 0.0);
        assert_eq!(returns(&all[..1], true).time_weighted, None);
    }
}
