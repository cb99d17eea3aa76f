use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::quote;
use crate::listing::{Grade, Head, Ids, Kind, Listing, Surface};
use crate::{Book, SourceError, minor_units};

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
pub fn state(what: &str, json: &[u8]) -> Result<Book, SourceError> {
    let file: StateFile<'_> =
        serde_json::from_slice(json).map_err(|error| SourceError::json(what, &error))?;
    let listing = |(sku, row): (Cow<'_, str>, StateRow<'_>)| {
        let retail = row.retail.and_then(|price| minor_units(price.get()));
        let retail = quote(Surface::Unsaid, Kind::Retail, Grade::Nm, retail, row.qty_retail);
        let buy = minor_units(row.price.get());
        let buy = quote(Surface::Unsaid, Kind::Buylist, Grade::Nm, buy, row.qty);
        Listing {
            product: sku.into_owned(),
            name: row.name.into_owned(),
            ids: Ids::default(),
            quotes: retail.into_iter().chain(buy).collect(),
        }
    };
    let head = Head::whole(file.current_at);
    Ok(Book { head, listings: file.current.into_iter().map(listing).collect() })
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
    let file: LinksFile = serde_json::from_slice(json).map_err(|error| SourceError::json(what, &error))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_like_a_list() {
        let json = br#"{"version":1,"startedAt":"2026-08-03T18:51:18Z","currentAt":"2026-08-07T00:10:51Z","current":{
            "4ED-117":{"price":0.03,"qty":15,"retail":0.35,"qtyRetail":0,"name":"Abomination"}}}"#;
        let list = state("state", json).unwrap();
        let quotes: Vec<_> = list.listings[0].quotes.iter().map(|q| (q.kind, q.cents, q.quantity)).collect();
        assert_eq!(quotes, [(Kind::Buylist, 3, Some(15))], "what is not in stock has no price");
    }
}
