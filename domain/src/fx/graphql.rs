use async_graphql::{Context, Object, Result};

use super::model::{ExchangeRate, ExchangeRateSource};
use super::ops;
use crate::error::soft;
use crate::reader::boxed;
use crate::scalars::Date;
use crate::{Ctx, ReaderLoader};

#[derive(Default)]
pub struct Query;

#[Object(name = "FxQuery")]
impl Query {
    /// What one unit of a currency is worth in another on a day, by way of the euro. Rates are published on
    /// working days, about 15:00 UTC: on other days the last one before counts, and `day` says which. Null
    /// where one of the currencies has no rate then: before 1999, one that the bank does not quote, or the
    /// tickets of Magic Online, which are no money.
    async fn exchange_rate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of ISO 4217, such as `USD`.")] from: String,
        #[graphql(desc = "Code of ISO 4217, such as `EUR`.")] to: String,
        #[graphql(desc = "Day that it is asked for; today in UTC if absent.")] on: Option<Date>,
    ) -> Option<ExchangeRate> {
        let asked = async {
            let (from, to) = (ops::asked_code("from", &from)?, ops::asked_code("to", &to)?);
            let on = ops::asked_day(ctx.data_unchecked(), on.map(|day| day.0))?;
            ops::rate(ctx.data_unchecked::<ReaderLoader>(), from, to, on).await
        };
        soft(ctx, boxed(asked).await)
    }

    /// What one unit of a currency is worth in every other one on a day, in order of their codes, as
    /// `exchangeRate` says it. Empty where the currency has no rate then.
    async fn exchange_rates(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = "EUR", desc = "Code of ISO 4217, such as `EUR`.")] base: String,
        #[graphql(desc = "Day that they are asked for; today in UTC if absent.")] on: Option<Date>,
    ) -> Result<Vec<ExchangeRate>> {
        let (ctx, base) = (ctx.data_unchecked::<Ctx>(), ops::asked_code("base", &base)?);
        let on = ops::asked_day(ctx, on.map(|day| day.0))?;
        Ok(boxed(ops::rates(ctx, base, on)).await?)
    }
}

/// What one unit of a currency is worth in another. Whoever shows it names its source.
#[Object]
impl ExchangeRate {
    /// Code of ISO 4217 of the currency that one unit is of.
    async fn from(&self) -> &str {
        self.from.as_str()
    }

    /// Code of ISO 4217 of the currency that its worth is told in.
    async fn to(&self) -> &str {
        self.to.as_str()
    }

    /// Units of `to` for one unit of `from`: a decimal number as text, with up to ten digits after the
    /// point, rounded half to even.
    async fn rate(&self) -> String {
        self.decimal()
    }

    /// The day that was asked for.
    async fn on(&self) -> Date {
        Date(self.on)
    }

    /// The day that the rate was published for; the older one of two where neither currency is the euro.
    async fn day(&self) -> Date {
        Date(self.day)
    }

    /// Where it comes from; null where both currencies are the same, which needs no rate.
    async fn source(&self) -> Option<ExchangeRateSource> {
        self.source
    }
}
