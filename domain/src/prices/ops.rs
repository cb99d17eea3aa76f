use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::history::{Interval, fill};
use super::loader::{CurrentKey, LatestKey};
use super::model::{Currency, Price, SliceRow, Source};
use super::queries;
use crate::{CardId, Ctx, Error, PrintingId, ReaderLoader, Result, SeriesId};

/// Days that a history may go back.
const LONGEST_HISTORY: i32 = 3_650;
/// Changes that a market's snapshot shows.
const LAST_CHANGES: i64 = 50;

/// What of a printing's history is asked for.
pub struct HistoryWanted {
    /// Days back from today, 1 to 3650.
    pub days: i32,
    /// Close of what.
    pub interval: Interval,
    /// Only of these sources.
    pub sources: Option<Vec<Source>>,
    /// Only the kind that lists show of each source.
    pub headline: bool,
    /// As it was known at a moment.
    pub as_of: Option<DateTime<Utc>>,
}

/// The closes of one series.
#[derive(Clone, Debug)]
pub struct PriceSeries {
    /// The series, with its current price.
    pub price: Price,
    /// Day and minor units; `None` where the source had no price.
    pub points: Vec<(NaiveDate, Option<i64>)>,
}

/// The headline price of each source, finish and currency. Where several feeds bring the same
/// market, the one that changed last is believed.
pub async fn latest(reader: &ReaderLoader, printing: PrintingId) -> Result<Vec<Price>> {
    let prices = reader.load_one(LatestKey(printing)).await?.unwrap_or_default();
    let mut shown: Vec<Price> = Vec::new();
    for price in prices.iter() {
        let same =
            |p: &&mut Price| (p.source, p.finish, p.currency) == (price.source, price.finish, price.currency);
        match shown.iter_mut().find(same) {
            Some(other) if other.observed_at < price.observed_at => *other = price.clone(),
            Some(_) => {}
            None => shown.push(price.clone()),
        }
    }
    Ok(shown)
}

/// Current prices of some printings, or prices as they were known at a moment.
pub async fn current(
    ctx: &Ctx,
    reader: &ReaderLoader,
    printings: &[PrintingId],
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<Price>> {
    if let Some(at) = as_of {
        let rows = queries::as_of(&mut *ctx.conn().await?, printings, at).await?;
        return Ok(rows.iter().filter_map(Price::of).collect());
    }
    let found = reader.load_many(printings.iter().copied().map(CurrentKey)).await?;
    Ok(printings
        .iter()
        .filter_map(|id| found.get(&CurrentKey(*id)))
        .flat_map(|p| p.iter().cloned())
        .collect())
}

/// The history of a printing's prices.
pub async fn history(ctx: &Ctx, printing: PrintingId, wanted: HistoryWanted) -> Result<Vec<PriceSeries>> {
    if !(1..=LONGEST_HISTORY).contains(&wanted.days) {
        return Err(Error::invalid("days", format!("must be between 1 and {LONGEST_HISTORY}")));
    }
    let sources = wanted.sources.map(|sources| sources.into_iter().map(Source::number).collect());
    let mut conn = ctx.conn().await?;
    let rows = queries::series(&mut conn, printing, sources, wanted.headline).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let known_at = wanted.as_of.unwrap_or(ctx.now());
    let last = known_at.date_naive();
    let first = last - Days::new(wanted.days.unsigned_abs().into());
    let since = first.and_time(NaiveTime::MIN).and_utc();
    let (opening, closes) = queries::closes(&mut conn, &ids, since, known_at).await?;
    let mut changes: HashMap<SeriesId, Vec<(NaiveDate, Option<i64>)>> = HashMap::new();
    for row in opening.into_iter().chain(closes) {
        changes.entry(row.series_id).or_default().push((row.day, row.amount));
    }
    let series = rows.iter().filter_map(|row| {
        let price = Price::of(row)?;
        // Nothing is known of a source after its last word: its line ends there.
        let end = last.min(row.observed_at.date_naive());
        let points = fill(changes.get(&row.id)?, end, wanted.interval);
        points.iter().any(|(_, amount)| amount.is_some()).then_some(PriceSeries { price, points })
    });
    Ok(series.collect())
}

/// What each source said last.
pub(crate) async fn sources(ctx: &Ctx) -> Result<Vec<SliceRow>> {
    Ok(queries::newest_slices(&mut *ctx.conn().await?).await?)
}

/// The last changes of the market in a currency, newest first.
pub async fn last_changes(ctx: &Ctx, currency: Currency) -> Result<Vec<Price>> {
    let rows = queries::last_changes(&mut *ctx.conn().await?, currency.number(), LAST_CHANGES).await?;
    Ok(rows.iter().filter_map(Price::of).collect())
}

/// Current prices of all printings of a card.
pub async fn of_card(ctx: &Ctx, card: CardId) -> Result<Vec<Price>> {
    let rows = queries::of_card(&mut *ctx.conn().await?, card).await?;
    Ok(rows.iter().filter_map(Price::of).collect())
}
