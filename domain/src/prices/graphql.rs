use async_graphql::parser::types::Field;
use async_graphql::{Context, ID, InputValueError, Object, Result, Scalar, ScalarType, SimpleObject, Value};
use chrono::{DateTime, NaiveDate, Utc};

use super::history::Interval;
use super::model::{Condition, Currency, Feed, Finish, Price, PriceKind, Source};
use super::ops::{self, HistoryWanted, PriceSeries};
use crate::catalog::{self, Printing, PrintingKey, PrintingRef};
use crate::plain::{Plain, PlainList};
use crate::reader::boxed;
use crate::scalars::{Date, Decimal, Money};
use crate::{Error, PrintingId, ReaderLoader};

/// The most printings that `currentPrices` takes.
const MOST_PRINTINGS: usize = 100;

/// One price of one printing.
#[Object]
impl Price {
    /// Public id of the printing.
    async fn printing_id(&self) -> ID {
        self.printing.public().into()
    }

    /// The printing.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Printing> {
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PrintingKey(self.printing))).await?;
        Ok(found.ok_or(Error::NotFound("printing"))?)
    }

    /// The market that offers it.
    async fn source(&self) -> Source {
        self.source
    }

    /// The way it reached us.
    async fn feed(&self) -> Feed {
        self.feed
    }

    /// What it says.
    async fn kind(&self) -> PriceKind {
        self.kind
    }

    /// Finish of the copies.
    async fn finish(&self) -> Finish {
        self.finish
    }

    /// State of the copies.
    async fn condition(&self) -> Condition {
        self.condition
    }

    /// The price; null when the source withdrew it.
    async fn money(&self) -> Option<Money> {
        self.amount.map(|minor| Money { minor, currency: self.currency })
    }

    /// The price before the last change, if there was one.
    async fn previous(&self) -> Option<Money> {
        self.previous.map(|minor| Money { minor, currency: self.currency })
    }

    /// Copies offered or wanted, where the source says.
    async fn quantity(&self) -> Option<i32> {
        self.quantity
    }

    /// Since when the source has this price.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.changed_at
    }

    /// When the source last confirmed it.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.observed_at
    }

    /// When we learned of it.
    async fn ingested_at(&self) -> DateTime<Utc> {
        self.ingested_at
    }

    /// Counts the changes of this price; a higher version is newer.
    async fn version(&self) -> i32 {
        self.version
    }
}

impl Plain for Price {
    fn plain(&self, field: &Field) -> Option<Value> {
        let money = |minor: Option<i64>| match minor {
            Some(minor) => Money { minor, currency: self.currency }.object(&field.selection_set.node),
            None => Some(Value::Null),
        };
        Some(match field.name.node.as_str() {
            "printingId" => self.printing.public().into(),
            "source" => self.source.into(),
            "feed" => self.feed.into(),
            "kind" => self.kind.into(),
            "finish" => self.finish.into(),
            "condition" => self.condition.into(),
            "money" => money(self.amount)?,
            "previous" => money(self.previous)?,
            "quantity" => self.quantity.map_or(Value::Null, Value::from),
            "changedAt" => self.changed_at.to_value(),
            "observedAt" => self.observed_at.to_value(),
            "ingestedAt" => self.ingested_at.to_value(),
            "version" => self.version.into(),
            _ => return None,
        })
    }
}

/// Closes for the packed scalar.
pub struct PricePoints(Vec<(NaiveDate, Option<i64>)>);

/// A packed series: `{"days":[20471,20472],"minor":[1250,null]}`. `days` are days since 1970-01-01
/// UTC, ascending; `minor` is the close of that day in minor units of the currency, `null` where the
/// source had no price.
#[Scalar]
impl ScalarType for PricePoints {
    fn parse(_: Value) -> Result<Self, InputValueError<Self>> {
        Err(InputValueError::custom("price points are never an input"))
    }

    fn to_value(&self) -> Value {
        let days = self.0.iter().map(|(day, _)| Value::from(day.to_epoch_days())).collect();
        let minor = self.0.iter().map(|(_, amount)| amount.map_or(Value::Null, Value::from)).collect();
        Value::Object(
            [("days", Value::List(days)), ("minor", Value::List(minor))]
                .into_iter()
                .map(|(name, value)| (async_graphql::Name::new(name), value))
                .collect(),
        )
    }
}

/// One close.
#[derive(SimpleObject)]
struct PricePoint {
    /// The day, UTC.
    day: Date,
    /// The close; null where the source had no price.
    amount: Option<Decimal>,
}

impl Plain for PricePoint {
    fn plain(&self, field: &Field) -> Option<Value> {
        match field.name.node.as_str() {
            "day" => Some(self.day.to_value()),
            "amount" => Some(self.amount.map_or(Value::Null, |amount| amount.to_value())),
            _ => None,
        }
    }
}

/// How one price of one printing went.
#[Object]
impl PriceSeries {
    /// The market.
    async fn source(&self) -> Source {
        self.price.source
    }

    /// The way its prices reached us.
    async fn feed(&self) -> Feed {
        self.price.feed
    }

    /// What its prices say.
    async fn kind(&self) -> PriceKind {
        self.price.kind
    }

    /// Finish of the copies.
    async fn finish(&self) -> Finish {
        self.price.finish
    }

    /// State of the copies.
    async fn condition(&self) -> Condition {
        self.price.condition
    }

    /// Currency of every point.
    async fn currency(&self) -> Currency {
        self.price.currency
    }

    /// The closes, packed: the fast form for programs.
    async fn points(&self) -> PricePoints {
        PricePoints(self.points.clone())
    }

    /// The same closes as a list: the readable form.
    #[graphql(complexity = "100 * child_complexity")]
    async fn samples(&self) -> PlainList<PricePoint> {
        let point =
            |(day, amount): &(_, Option<_>)| PricePoint { day: Date(*day), amount: amount.map(Decimal) };
        PlainList(self.points.iter().map(point).collect())
    }
}

/// Reads of prices.
#[derive(Default)]
pub struct Query;

async fn printing_id(ctx: &Context<'_>, id: &ID) -> crate::Result<PrintingId> {
    let found = catalog::printing(ctx.data_unchecked(), PrintingRef::parse(id)?).await?;
    found.map(|printing| printing.row().id).ok_or(Error::NotFound("printing"))
}

#[Object(name = "PriceQuery")]
impl Query {
    /// Every current price of some printings, or every price as it was known here at a moment.
    async fn current_prices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public ids or Scryfall's, at most 100.")] printing_ids: Vec<ID>,
        #[graphql(desc = "The moment; now if absent.")] as_of: Option<DateTime<Utc>>,
    ) -> Result<PlainList<Price>> {
        if printing_ids.len() > MOST_PRINTINGS {
            return Err(Error::invalid("printingIds", "may be at most 100").into());
        }
        let ids =
            futures_util::future::try_join_all(printing_ids.iter().map(|id| printing_id(ctx, id))).await?;
        Ok(PlainList(ops::current(ctx.data_unchecked(), ctx.data_unchecked(), &ids, as_of).await?))
    }

    /// How a printing's prices went, one series for each source, kind and finish.
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn price_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id or Scryfall's.")] printing_id: ID,
        #[graphql(default = 365, desc = "Days back from today, 1 to 3650.")] days: i32,
        #[graphql(default_with = "Interval::Day", desc = "Close of what; at most 400 points come back.")]
        interval: Interval,
        #[graphql(desc = "Only of these sources.")] sources: Option<Vec<Source>>,
        #[graphql(default = true, desc = "Only the kind that lists show of each source.")] headline: bool,
        #[graphql(desc = "As it was known here at this moment.")] as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<PriceSeries>> {
        let id = self::printing_id(ctx, &printing_id).await?;
        let wanted = HistoryWanted { days, interval, sources, headline, as_of };
        Ok(ops::history(ctx.data_unchecked(), id, wanted).await?)
    }
}
