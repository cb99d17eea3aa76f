//! Card Kingdom: the official price list, and states of it as a follower recorded them.
//! Retail counts only while copies are in stock, buying only while copies are wanted.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{SourceError, minor_units};

/// A price in US cents and the copies it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// US cents.
    pub cents: i64,
    /// Copies offered or wanted; at least one.
    pub quantity: i32,
}

/// The store's grades; near mint is the list's own price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Near mint.
    Nm,
    /// Excellent.
    Ex,
    /// Very good.
    Vg,
    /// Good.
    G,
}

/// One product.
#[derive(Debug)]
pub struct Product {
    /// The store's article, with set, number and finish in it.
    pub sku: String,
    /// The store's name of the card.
    pub name: String,
    /// What the store takes it for; may be wrong.
    pub scryfall_id: Option<Uuid>,
    /// Whether the store says foil.
    pub foil: Option<bool>,
    /// Whether the store says etched.
    pub etched: bool,
    /// What the store asks, by grade.
    pub retail: Vec<(Grade, Quote)>,
    /// What the store pays in cash for a near mint copy.
    pub buy: Option<Quote>,
}

/// All products at one moment.
#[derive(Debug)]
pub struct PriceList {
    /// When the store made it. The store names no zone; it is read as UTC.
    pub created_at: DateTime<Utc>,
    /// The products.
    pub products: Vec<Product>,
}

fn quote(price: &str, quantity: i64) -> Option<Quote> {
    let quantity = i32::try_from(quantity).ok().filter(|q| *q > 0)?;
    Some(Quote { cents: minor_units(price)?, quantity })
}

fn broken(what: &str, error: &serde_json::Error) -> SourceError {
    SourceError::broken(what, format!("line {} column {}", error.line(), error.column()), error)
}

#[derive(Deserialize)]
struct ListFile<'a> {
    #[serde(borrow)]
    meta: Meta<'a>,
    #[serde(borrow)]
    data: Vec<ListRow<'a>>,
}

#[derive(Deserialize)]
struct Meta<'a> {
    created_at: &'a str,
}

#[derive(Deserialize)]
struct ListRow<'a> {
    sku: Cow<'a, str>,
    #[serde(default)]
    scryfall_id: Cow<'a, str>,
    name: Cow<'a, str>,
    #[serde(default)]
    variation: Cow<'a, str>,
    is_foil: Cow<'a, str>,
    price_retail: Cow<'a, str>,
    qty_retail: i64,
    price_buy: Cow<'a, str>,
    qty_buying: i64,
    #[serde(default)]
    condition_values: Option<Conditions<'a>>,
}

#[derive(Deserialize)]
struct Conditions<'a> {
    nm_price: Cow<'a, str>,
    nm_qty: i64,
    ex_price: Cow<'a, str>,
    ex_qty: i64,
    vg_price: Cow<'a, str>,
    vg_qty: i64,
    g_price: Cow<'a, str>,
    g_qty: i64,
}

impl ListRow<'_> {
    fn retail(&self) -> Vec<(Grade, Quote)> {
        let whole = quote(&self.price_retail, self.qty_retail).map(|q| (Grade::Nm, q));
        let Some(c) = &self.condition_values else { return whole.into_iter().collect() };
        let grades = [
            (Grade::Nm, &c.nm_price, c.nm_qty),
            (Grade::Ex, &c.ex_price, c.ex_qty),
            (Grade::Vg, &c.vg_price, c.vg_qty),
            (Grade::G, &c.g_price, c.g_qty),
        ];
        let graded = grades.into_iter().filter_map(|(grade, price, qty)| Some((grade, quote(price, qty)?)));
        let graded: Vec<_> = graded.collect();
        // A new card may have stock and a list price before it has prices by grade.
        if graded.is_empty() { whole.into_iter().collect() } else { graded }
    }
}

/// Reads the official list, `api/v2/pricelist`.
pub fn price_list(what: &str, json: &[u8]) -> Result<PriceList, SourceError> {
    let file: ListFile<'_> = serde_json::from_slice(json).map_err(|error| broken(what, &error))?;
    let created_at = NaiveDateTime::parse_from_str(file.meta.created_at, "%Y-%m-%d %H:%M:%S")
        .map_err(|error| SourceError::broken(what, "meta.created_at", error))?;
    let product = |row: ListRow<'_>| Product {
        retail: row.retail(),
        buy: quote(&row.price_buy, row.qty_buying),
        scryfall_id: row.scryfall_id.parse().ok(),
        foil: Some(row.is_foil == "true"),
        etched: row.variation.contains("Etched"),
        sku: row.sku.into_owned(),
        name: row.name.into_owned(),
    };
    Ok(PriceList { created_at: created_at.and_utc(), products: file.data.into_iter().map(product).collect() })
}

#[derive(Deserialize)]
struct StateFile<'a> {
    #[serde(rename = "currentAt")]
    current_at: DateTime<Utc>,
    #[serde(borrow)]
    current: BTreeMap<Cow<'a, str>, StateRow<'a>>,
}

#[derive(Deserialize)]
struct StateRow<'a> {
    #[serde(borrow)]
    price: &'a RawValue,
    qty: i64,
    #[serde(borrow, default)]
    retail: Option<&'a RawValue>,
    #[serde(rename = "qtyRetail", default)]
    qty_retail: i64,
    name: Cow<'a, str>,
}

/// Reads a recorded state: every product with its buying and asking price.
pub fn state(what: &str, json: &[u8]) -> Result<PriceList, SourceError> {
    let file: StateFile<'_> = serde_json::from_slice(json).map_err(|error| broken(what, &error))?;
    let product = |(sku, row): (Cow<'_, str>, StateRow<'_>)| Product {
        sku: sku.into_owned(),
        name: row.name.into_owned(),
        scryfall_id: None,
        foil: None,
        etched: false,
        retail: row
            .retail
            .and_then(|r| quote(r.get(), row.qty_retail))
            .map(|q| (Grade::Nm, q))
            .into_iter()
            .collect(),
        buy: quote(row.price.get(), row.qty),
    };
    Ok(PriceList { created_at: file.current_at, products: file.current.into_iter().map(product).collect() })
}

#[derive(Deserialize)]
struct LinksFile {
    fields: Vec<String>,
    cards: Vec<Vec<serde_json::Value>>,
}

/// An article and the printing that somebody matched it with.
#[derive(Debug)]
pub struct Link {
    /// The store's article.
    pub sku: String,
    /// Scryfall's printing.
    pub scryfall_id: Uuid,
    /// Whether the article is foil.
    pub foil: bool,
    /// Whether the article is etched.
    pub etched: bool,
}

/// Reads a table of articles with Scryfall ids (column names in `fields`, rows in `cards`).
pub fn links(what: &str, json: &[u8]) -> Result<Vec<Link>, SourceError> {
    let file: LinksFile = serde_json::from_slice(json).map_err(|error| broken(what, &error))?;
    let column = |name: &str| {
        let found = file.fields.iter().position(|f| f == name);
        found.ok_or_else(|| SourceError::broken(what, "fields", format!("there is no column {name}")))
    };
    let (sku, id, foil, variation) =
        (column("sku")?, column("scryfallId")?, column("foil")?, column("variation")?);
    let link = |row: &Vec<serde_json::Value>| {
        Some(Link {
            sku: row.get(sku)?.as_str()?.to_owned(),
            scryfall_id: row.get(id)?.as_str()?.parse().ok()?,
            foil: row.get(foil)?.as_bool()?,
            etched: row.get(variation)?.as_str().is_some_and(|v| v.contains("Etched")),
        })
    };
    Ok(file.cards.iter().filter_map(link).collect())
}

/// What an article's code says: the parts that a printing is known by.
#[derive(Debug, PartialEq, Eq)]
pub struct Sku<'a> {
    /// Candidate set codes with the finish that each reading implies.
    pub readings: Vec<(&'a str, SkuFinish)>,
    /// Collector number without leading zeros, lower case.
    pub number: String,
}

/// What a code's prefix says about the finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkuFinish {
    /// No prefix: not foil, or the only finish there is.
    Plain,
    /// `F`.
    Foil,
    /// `FE`.
    Etched,
}

/// Reads a code such as `FM10-012`; `None` for codes that say more than set and number.
pub fn sku(code: &str) -> Option<Sku<'_>> {
    let (set, number) = code.split_once('-')?;
    if number.contains('-') || number.is_empty() || !number.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    let number = number.trim_start_matches('0').to_ascii_lowercase();
    let mut readings = vec![(set, SkuFinish::Plain)];
    readings.extend(set.strip_prefix("FE").map(|s| (s, SkuFinish::Etched)));
    readings.extend(set.strip_prefix('F').map(|s| (s, SkuFinish::Foil)));
    readings.retain(|(set, _)| !set.is_empty());
    (!number.is_empty()).then_some(Sku { readings, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &[u8] = br#"{"meta":{"created_at":"2026-11-22 14:30:00","base_url":"https://www.cardkingdom.com/"},"data":[
        {"id":1,"sku":"FCA-0049","scryfall_id":"be326fe9-4ed8-4f64-934c-9955edea5fdb","url":"mtg/x","name":"Sephiroth, the Savior",
         "variation":"","edition":"FCA","is_foil":"false","price_retail":"44.99","qty_retail":3,"price_buy":"27.00","qty_buying":0,
         "condition_values":{"nm_price":"44.99","nm_qty":2,"ex_price":"38.24","ex_qty":1,"vg_price":"31.49","vg_qty":0,"g_price":"22.50","g_qty":0}}]}"#;

    #[test]
    fn the_list_gives_no_price_without_stock_or_demand() {
        let list = price_list("list", LIST).unwrap();
        let product = &list.products[0];
        assert_eq!(product.buy, None, "the store wants none");
        let q = |cents, quantity| Quote { cents, quantity };
        assert_eq!(product.retail, [(Grade::Nm, q(4499, 2)), (Grade::Ex, q(3824, 1))]);
    }

    #[test]
    fn a_state_reads_like_a_list() {
        let json = br#"{"version":1,"startedAt":"2026-08-03T18:51:18Z","currentAt":"2026-08-07T00:10:51Z","current":{
            "4ED-117":{"price":0.03,"qty":15,"retail":0.35,"qtyRetail":0,"name":"Abomination"}}}"#;
        let list = state("state", json).unwrap();
        assert_eq!(list.products[0].buy, Some(Quote { cents: 3, quantity: 15 }));
        assert!(list.products[0].retail.is_empty());
    }

    #[test]
    fn codes_say_set_number_and_finish() {
        let foil = sku("FM10-012").unwrap();
        assert_eq!(foil.number, "12");
        assert_eq!(foil.readings, [("FM10", SkuFinish::Plain), ("M10", SkuFinish::Foil)]);
        assert_eq!(sku("PWAR-097A-JP"), None);
        assert_eq!(sku("nonsense"), None);
    }
}
