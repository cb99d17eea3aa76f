use std::cmp::Ordering;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, SmallInt, Text};
use markets::ecb::Code;

use crate::prices::{Currency, coded_enum};

/// One, of what is counted in millionths.
pub(super) const ONE: i64 = 1_000_000;
/// Digits after the point of a rate that is shown.
const DIGITS: usize = 10;

coded_enum! {
    /// Where an exchange rate comes from.
    ExchangeRateSource {
        /// The reference rates of the European Central Bank.
        EuropeanCentralBank = 1,
        /// Made up for the built-in demo market: near to real ones, but none of them.
        Simulated = 2,
    }
}

impl From<Currency> for Code {
    fn from(currency: Currency) -> Self {
        // Every code of ours is three capital letters; a test looks.
        Self::parse(currency.code()).unwrap_or(Code::EUR)
    }
}

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Hundredths.
    pub hundredths: i64,
    /// Of this currency.
    pub currency: Code,
}

/// An amount that is to be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// How much.
    pub amount: Amount,
    /// Into what.
    pub to: Code,
    /// At the rates of this day.
    pub on: NaiveDate,
}

/// An amount that was converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// What it came to, rounded half to even.
    pub amount: Amount,
    /// The day of the rate: that of the older one where two were needed, the day itself where none was.
    pub rate_day: NaiveDate,
}

/// What one unit of a currency is worth in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// One unit of this.
    pub from: Code,
    /// In units of this.
    pub to: Code,
    /// The day that was asked about.
    pub on: NaiveDate,
    /// The day that the rate is of, the older one where it comes of two.
    pub day: NaiveDate,
    /// Where it comes from; nothing where both are the same currency, which needs no rate.
    pub source: Option<ExchangeRateSource>,
    pub(super) units: i64,
    pub(super) per: i64,
}

impl ExchangeRate {
    /// A currency in itself.
    pub(super) fn same(currency: Code, on: NaiveDate) -> Self {
        Self { from: currency, to: currency, on, day: on, source: None, units: ONE, per: ONE }
    }

    /// By way of the euro.
    pub(super) fn cross(from: &DayRate, to: &DayRate, on: NaiveDate) -> Self {
        let source = from.source.or(to.source).and_then(ExchangeRateSource::from_number);
        Self {
            from: from.currency(),
            to: to.currency(),
            on,
            day: from.rate_day.min(to.rate_day),
            source,
            units: to.micros,
            per: from.micros,
        }
    }

    /// Hundredths of one as hundredths of the other, rounded half to even; nothing if that is more than
    /// can be counted.
    pub fn convert(&self, hundredths: i64) -> Option<i64> {
        scaled(hundredths.into(), self.units, self.per)?.try_into().ok()
    }

    /// The rate as a decimal number of up to ten digits after the point, rounded half to even.
    pub fn decimal(&self) -> String {
        let one = 10_i128.pow(DIGITS as u32);
        let Some(rate) = scaled(one, self.units, self.per) else { return "0".to_owned() };
        let text = format!("{}.{:0DIGITS$}", rate / one, rate % one);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// `amount · units / per`, rounded half to even.
fn scaled(amount: i128, units: i64, per: i64) -> Option<i128> {
    let (product, per) = (amount.checked_mul(units.into())?, i128::from(per).max(1));
    let (whole, rest) = (product.abs() / per, product.abs() % per);
    let up = match (rest * 2).cmp(&per) {
        Ordering::Less => 0,
        Ordering::Equal => whole % 2,
        Ordering::Greater => 1,
    };
    Some((whole + up) * product.signum())
}

/// The rate of a currency that counts on a day.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct DayRate {
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Date)]
    pub(super) wanted_on: NaiveDate,
    #[diesel(sql_type = Date)]
    pub(super) rate_day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    pub(super) micros: i64,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub(super) source: Option<i16>,
}

impl DayRate {
    pub(super) fn euro(on: NaiveDate) -> Self {
        Self { currency: Code::EUR.to_string(), wanted_on: on, rate_day: on, micros: ONE, source: None }
    }

    pub(super) fn currency(&self) -> Code {
        // The database checks what it is given.
        Code::parse(&self.currency).unwrap_or(Code::EUR)
    }
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Rates of the file.
    pub rows: u64,
    /// Those that are believed.
    pub believed: u64,
    /// Those that were written or corrected.
    pub changed: u64,
    /// The last day of the file.
    pub newest: Option<NaiveDate>,
    /// Rates that are not believed, of the last day or seen for the first time, for people.
    pub set_aside: Vec<String>,
    /// So many currencies are gone that nothing was stored, and how.
    pub shrunk: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_side() {
        let half = |amount| scaled(amount, 1, 2).unwrap();
        assert_eq!([1, 3, 5, 7, -1, -3, -5].map(half), [0, 2, 2, 4, 0, -2, -2]);
        assert_eq!(scaled(i128::MAX, 2, 1), None);
        assert_eq!(scaled(100, 1_057_000, ONE), Some(106));
    }

    #[test]
    fn rates_are_shown_as_exact_as_they_are() {
        let shown = |units, per| {
            let day = NaiveDate::MIN;
            ExchangeRate { units, per, ..ExchangeRate::same(Code::EUR, day) }.decimal()
        };
        assert_eq!(shown(1_057_000, ONE), "1.057");
        assert_eq!(shown(ONE, 1_057_000), "0.9460737938");
        assert_eq!(shown(ONE, 16_712_320_000), "0.0000598361");
        assert_eq!(shown(ONE, ONE), "1");
        assert_eq!(shown(163_000_000, ONE), "163");
    }

    #[test]
    fn every_currency_of_ours_has_a_code() {
        for currency in Currency::ALL {
            assert_eq!(Code::from(*currency).as_str(), currency.code());
        }
    }
}
