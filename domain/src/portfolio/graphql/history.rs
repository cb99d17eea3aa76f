use async_graphql::{InputValueError, Object, Scalar, ScalarType, SimpleObject, Value};

use super::super::model::Day;
use super::super::ops::History;
use super::types::percent;
use crate::prices::Currency;
use crate::scalars::{Date, Decimal, Money};

/// Points of a chart that a screen can show.
const MOST_POINTS: usize = 400;

/// The days of a portfolio for the packed scalar.
pub struct PortfolioPoints(Vec<(i64, i64, i64, Option<f64>)>);

/// A packed chart: `{"days":[20471],"value":[1250],"deposits":[1000],"index":[1.02]}`. `days` are days since
/// 1970-01-01 UTC, ascending, at most 400; `value` is what the portfolio was worth at the end of the day and
/// `deposits` the money put in until then less what was taken out, both in hundredths of the currency; `index`
/// is the market at the end of the day as a share of what it was on the first, null where nothing is known.
#[Scalar]
impl ScalarType for PortfolioPoints {
    fn parse(_: Value) -> Result<Self, InputValueError<Self>> {
        Err(InputValueError::custom("a chart is never an input"))
    }

    fn to_value(&self) -> Value {
        let list = |name: &str, values: Vec<Value>| (async_graphql::Name::new(name), Value::List(values));
        let number = |level: f64| serde_json::Number::from_f64(level).map_or(Value::Null, Value::Number);
        let lists = [
            list("days", self.0.iter().map(|point| point.0.into()).collect()),
            list("value", self.0.iter().map(|point| point.1.into()).collect()),
            list("deposits", self.0.iter().map(|point| point.2.into()).collect()),
            list("index", self.0.iter().map(|point| point.3.map_or(Value::Null, number)).collect()),
        ];
        Value::Object(lists.into_iter().collect())
    }
}

/// What a stretch of days brought.
#[derive(SimpleObject)]
struct PortfolioReturns {
    /// What the money earned that was put in and taken out, when it was, in per cent over the whole stretch.
    /// Null when no rate explains it.
    money_weighted_percent: Option<Decimal>,
    /// The same a year; null for less than 90 days, of which a year says nothing.
    yearly_percent: Option<Decimal>,
    /// What the cards earned that were there, whoever paid what for them when: each day the copies of the
    /// evening before at the prices of both evenings, chained. In per cent over the whole stretch.
    time_weighted_percent: Option<Decimal>,
    /// What the market did in the same days, in per cent: each day all headline prices of the market that
    /// there were on both evenings, summed and chained. Null where nothing is known of it.
    market_percent: Option<Decimal>,
    /// Money put in less what was taken out. What nobody knows the cost of counts at its value on the day.
    deposits: Money,
    /// What the value grew by beyond that.
    gain: Money,
}

/// The end of a day.
#[derive(SimpleObject)]
struct PortfolioDay {
    /// The day, UTC.
    day: Date,
    /// What everything with a price was worth.
    value: Money,
    /// What the copies cost of which that is known.
    cost: Money,
    /// What copies with a price and a known cost were worth more than they cost.
    gain: Money,
    /// What sales until then brought more than their copies cost.
    realised: Money,
    /// Money put in on the day less what was taken out.
    flows: Money,
    /// Lots with copies.
    lots: i32,
    /// Copies.
    copies: i64,
    /// Copies without a price.
    unpriced: i64,
}

/// How a portfolio went.
pub(super) struct PortfolioHistory {
    pub currency: Currency,
    pub history: History,
}

impl PortfolioHistory {
    fn money(&self, minor: i64) -> Money {
        Money { minor, currency: self.currency }
    }

    fn day(&self, day: &Day) -> PortfolioDay {
        PortfolioDay {
            day: Date(day.day),
            value: self.money(day.value),
            cost: self.money(day.cost),
            gain: self.money(day.unrealised),
            realised: self.money(day.realised),
            flows: self.money(day.flows),
            lots: day.lots,
            copies: day.copies,
            unpriced: day.unpriced,
        }
    }
}

/// How a portfolio went, day by day: each by the prices at its end, of each card by the first of the markets that
/// had one then. A card that passes from a market to another changes what all is worth; of the returns only
/// `timeWeightedPercent` leaves that out.
#[Object]
impl PortfolioHistory {
    /// Whether days are worked out at this moment: ask again in a while.
    async fn pending(&self) -> bool {
        self.history.pending
    }

    /// The chart, packed.
    async fn points(&self) -> PortfolioPoints {
        let (days, index) = (&self.history.days, &self.history.index);
        let mut deposits = self.history.flows_before;
        let points = days.iter().map(|day| {
            deposits += day.flows;
            let level = index.binary_search_by_key(&day.day, |(day, _)| *day).ok().map(|at| index[at].1);
            (i64::from(day.day.to_epoch_days()), day.value, deposits, level)
        });
        let points: Vec<_> = points.collect();
        let (step, total) = (points.len().div_ceil(MOST_POINTS).max(1), points.len());
        let kept = points.into_iter().enumerate().filter(|(n, _)| (total - 1 - n).is_multiple_of(step));
        PortfolioPoints(kept.map(|(_, point)| point).collect())
    }

    /// The last days in full, the newest first.
    async fn days(
        &self,
        #[graphql(default = 30, desc = "How many, 1 to 100.")] first: i32,
    ) -> async_graphql::Result<Vec<PortfolioDay>> {
        let limit = crate::Page::<()>::new(first, None)?.limit();
        Ok(self.history.days.iter().rev().take(limit).map(|day| self.day(day)).collect())
    }

    /// What all these days brought.
    async fn returns(&self) -> PortfolioReturns {
        let (found, days) = (self.history.returns, &self.history.days);
        let length =
            days.first().zip(days.last()).map_or(0, |(first, last)| (last.day - first.day).num_days());
        PortfolioReturns {
            money_weighted_percent: found.money_weighted.map(percent),
            yearly_percent: found.yearly.filter(|_| length >= 90).map(percent),
            time_weighted_percent: found.time_weighted.map(percent),
            market_percent: self.history.index.last().map(|(_, level)| percent(level - 1.0)),
            deposits: self.money(found.flows),
            gain: self.money(found.gain),
        }
    }
}
