//! Cardmarket's daily files: the price guide, and the list of products, which has names but neither
//! numbers nor languages. Euro; hyphenated keys for foil; a row may lack half of its keys, and every
//! number may be null or zero, which both mean: no price.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::http::{Ask, Fetched, Session};
use crate::listing::{Grade, Head, Ids, Kind, Listing, Money, Quote, Sink, Surface};
use crate::raw::Run;
use crate::stream::{Amount, Open, rows};
use crate::{Adapter, Book, Part, Progress, SourceError};

const GUIDE: &str = "price_guide_1";
const PRODUCTS: &str = "products_singles_1";

/// The place of the files.
#[derive(Clone, Debug)]
pub struct Cardmarket {
    /// `https://downloads.s3.cardmarket.com/productCatalog`, or a fake.
    pub base: String,
}

impl Adapter for Cardmarket {
    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        _: Option<DateTime<Utc>>,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        progress.tell(Part::Fetch, 0, Some(2));
        let guide = Ask::get(format!("{}/priceGuide/{GUIDE}.json", self.base)).if_changed();
        let fetched = session.save(run, GUIDE, &guide).await?;
        if fetched == Fetched::NotModified {
            return Ok(fetched);
        }
        progress.tell(Part::Fetch, 1, Some(2));
        let products = Ask::get(format!("{}/productList/{PRODUCTS}.json", self.base));
        session.save(run, PRODUCTS, &products).await?;
        progress.tell(Part::Fetch, 2, Some(2));
        Ok(fetched)
    }

    fn read(&self, run: &Run, sink: &mut dyn Sink) -> Result<(), SourceError> {
        let names = names("Cardmarket's products", &|| Ok(run.open(PRODUCTS)?))?;
        read_guide("Cardmarket's price guide", &|| Ok(run.open(GUIDE)?), &names, sink)
    }
}

#[derive(Deserialize)]
struct Product {
    #[serde(rename = "idProduct")]
    product: i32,
    name: String,
}

/// The names of the products.
pub fn names(what: &str, open: Open<'_>) -> Result<HashMap<i32, String>, SourceError> {
    let mut names = HashMap::new();
    rows(
        what,
        open,
        ("version", "products"),
        |_| Ok(()),
        |row: Product| {
            names.insert(row.product, row.name);
            Ok(())
        },
    )?;
    Ok(names)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    #[serde(rename = "idProduct")]
    product: Option<i32>,
    low: Amount,
    trend: Amount,
    avg: Amount,
    avg1: Amount,
    avg7: Amount,
    avg30: Amount,
    #[serde(rename = "low-foil")]
    low_foil: Amount,
    #[serde(rename = "trend-foil")]
    trend_foil: Amount,
    #[serde(rename = "avg-foil")]
    avg_foil: Amount,
    #[serde(rename = "avg1-foil")]
    avg1_foil: Amount,
    #[serde(rename = "avg7-foil")]
    avg7_foil: Amount,
    #[serde(rename = "avg30-foil")]
    avg30_foil: Amount,
}

impl Row {
    /// The foil columns are the foil's, or the etched one's where there is no foil.
    fn quotes(&self) -> Vec<Quote> {
        use Surface::{Nonfoil, Shiny};
        let numbers = [
            (Nonfoil, Kind::Low, self.low),
            (Nonfoil, Kind::Trend, self.trend),
            (Nonfoil, Kind::Average, self.avg),
            (Nonfoil, Kind::Average1d, self.avg1),
            (Nonfoil, Kind::Average7d, self.avg7),
            (Nonfoil, Kind::Average30d, self.avg30),
            (Shiny, Kind::Low, self.low_foil),
            (Shiny, Kind::Trend, self.trend_foil),
            (Shiny, Kind::Average, self.avg_foil),
            (Shiny, Kind::Average1d, self.avg1_foil),
            (Shiny, Kind::Average7d, self.avg7_foil),
            (Shiny, Kind::Average30d, self.avg30_foil),
        ];
        let quote = |(surface, kind, amount): (Surface, Kind, Amount)| {
            let (grade, money) = (Grade::Nm, Money::Eur);
            Some(Quote { surface, kind, grade, money, cents: amount.0?, quantity: None })
        };
        numbers.into_iter().filter_map(quote).collect()
    }
}

/// Reads a guide, row by row.
pub fn read_guide(
    what: &str,
    open: Open<'_>,
    names: &HashMap<i32, String>,
    sink: &mut dyn Sink,
) -> Result<(), SourceError> {
    let sink = RefCell::new(sink);
    let begin = |head: &Map<String, Value>| {
        let broken = |reason: &dyn std::fmt::Display| SourceError::broken(what, "createdAt", reason);
        let text = head.get("createdAt").and_then(Value::as_str).ok_or_else(|| broken(&"it is missing"))?;
        let at = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z").map_err(|error| broken(&error))?;
        sink.borrow_mut().begin(Head::whole(at.to_utc()))
    };
    rows(what, open, ("createdAt", "priceGuides"), begin, |row: Row| {
        let product = row.product.ok_or_else(|| SourceError::broken(what, "idProduct", "it is missing"))?;
        sink.borrow_mut().listing(Listing {
            product: product.to_string(),
            name: names.get(&product).cloned().unwrap_or_default(),
            ids: Ids { cardmarket: vec![product], ..Ids::default() },
            quotes: row.quotes(),
        })
    })
}

/// Reads a guide whole.
pub fn guide(what: &str, json: &[u8]) -> Result<Book, SourceError> {
    let open = || Ok(Box::new(json) as Box<dyn Read>);
    Book::gather(what, |sink| read_guide(what, &open, &HashMap::new(), sink))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    #[test]
    fn reads_a_guide_and_takes_zero_and_null_for_no_price() {
        let json = br#"{"version":1,"createdAt":"2026-11-22T02:51:03+0100","priceGuides":[
            {"idProduct":824977,"idCategory":1,"avg":38.1,"low":29,"trend":0,"avg1":null,"trend-foil":52.04},
            {"idProduct":2,"idCategory":1}]}"#;
        let guide = guide("guide", json).unwrap();
        assert_eq!(guide.head.observed_at.to_rfc3339(), "2026-11-22T01:51:03+00:00");
        assert_eq!(guide.listings.len(), 2);
        let quotes = |row: usize| {
            let quotes = guide.listings[row].quotes.iter();
            quotes.map(|q| (q.surface, q.kind, q.cents)).collect::<Vec<_>>()
        };
        let expected = [
            (Surface::Nonfoil, Kind::Low, 2900),
            (Surface::Nonfoil, Kind::Average, 3810),
            (Surface::Shiny, Kind::Trend, 5204),
        ];
        assert_eq!((quotes(0), quotes(1)), (expected.to_vec(), vec![]));
    }

    #[test]
    fn a_truncated_guide_says_where_it_ends() {
        let error = guide("guide", br#"{"version":1,"createdAt":"2026-11-22T02:51:03+0100","priceGui"#);
        let error = error.unwrap_err();
        assert!(error.to_string().starts_with("guide, line 1 column"), "{error}");
        assert_eq!(error.fault(), Fault::Garbage);
    }
}
