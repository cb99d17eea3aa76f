//! The built-in demo market: true facts of well-known printings, and prices that are simulated. It
//! says so wherever it is shown, and it never shares a database with real data.

mod market;
mod objects;
mod prices;
mod rates;
mod table;

use std::collections::HashMap;
use std::io::Cursor;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Value, json};

use crate::catalog::{CardsImported, ObservedAt, Origin, import_cards, import_sets};
use crate::prices::Ingested;
use crate::{Ctx, Error, Result};

/// When the table of cards was last checked.
const CHECKED: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 11, 1);

/// What the demo came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Printings in the demo market.
    pub printings: u64,
    /// Rows of the catalogue that were new or different.
    pub changed: u64,
    /// Prices that were written, history included.
    pub prices: u64,
}

/// Fills an empty database with the demo market, or brings one up to date. Done again the same
/// day, it changes nothing. Progress is told as steps done, of all.
pub async fn load(ctx: &Ctx, progress: impl Fn(u64, u64) + Send) -> Result<Loaded> {
    let table = table::Table::read()?;
    let steps = table.printings.len() as u64;
    progress(0, steps);
    let sets = import_sets(ctx, Origin::Demo, &objects::sets(&table), checked()?).await?;
    let cards = catalogue(ctx, objects::file(objects::objects(&table).map(|(object, _)| object))).await?;
    let prices = prices::load(ctx, &table, move |done| progress(done, steps)).await?;
    rates::load(ctx).await?;
    let changed =
        sets + cards.new_printings + cards.changed_printings + cards.new_cards + cards.changed_cards;
    Ok(Loaded { printings: steps, changed, prices })
}

/// Moves a handful of prices, as a market does, and tells listeners: to be called every few
/// seconds. The walk depends on the moment alone, so that it goes on after a restart where it was.
pub async fn tick(ctx: &Ctx) -> Result<Ingested> {
    prices::tick(ctx, &table::Table::read()?).await
}

/// The demo's printings as Scryfall would write them, a line each, with the level of their prices: what
/// stand-ins of markets sell.
pub fn wares() -> Result<Vec<String>> {
    let ware = |(mut object, printing): (Value, &table::Printing)| {
        object["prices"] = json!({ "usd": format!("{:.2}", printing.price / 100.0) });
        object.to_string()
    };
    let table = table::Table::read()?;
    Ok(objects::objects(&table).map(ware).collect())
}

/// The number of a printing at two markets.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// TCGplayer's.
    pub tcgplayer: i64,
    /// Cardmarket's.
    pub cardmarket: i64,
}

/// Teaches a demo market the numbers that stand-ins gave its printings. Real products they have none.
pub async fn number(ctx: &Ctx, products: &HashMap<String, Product>) -> Result<()> {
    ctx.require_service()?;
    let table = table::Table::read()?;
    let numbered = objects::objects(&table).map(|(mut object, _)| {
        if let Some(product) = object["id"].as_str().and_then(|id| products.get(id)) {
            object["tcgplayer_id"] = product.tcgplayer.into();
            object["cardmarket_id"] = product.cardmarket.into();
        }
        object
    });
    catalogue(ctx, objects::file(numbered)).await.map(|_| ())
}

async fn catalogue(ctx: &Ctx, cards: Vec<u8>) -> Result<CardsImported> {
    let observed = ObservedAt { file: checked()?, lines: HashMap::new() };
    let file = Box::new(Cursor::new(cards));
    import_cards(ctx, Origin::Demo, "the demo's cards", file, observed, false).await
}

fn checked() -> Result<DateTime<Utc>> {
    CHECKED.map(midnight).ok_or_else(|| Error::internal(anyhow::anyhow!("no such day")))
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
