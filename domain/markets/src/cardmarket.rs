//! Cardmarket's daily price guide, `price_guide_1.json`. Euro; hyphenated keys for foil; a row may
//! lack half of its keys, and every number may be null or zero, which both mean: no price.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{SourceError, minor_units};

/// What a number of the guide says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Cheapest offer.
    Low,
    /// Smoothed trend.
    Trend,
    /// Mean of sales.
    Average,
    /// Mean of yesterday's sales.
    Average1d,
    /// Mean of the last seven days' sales.
    Average7d,
    /// Mean of the last thirty days' sales.
    Average30d,
}

/// One number of the guide, in euro cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Cardmarket's `idProduct`.
    pub product: i32,
    /// Of foil (or otherwise special) copies.
    pub foil: bool,
    /// What it says.
    pub kind: Kind,
    /// Euro cents.
    pub cents: i64,
}

/// A whole guide.
#[derive(Debug)]
pub struct Guide {
    /// When Cardmarket made it.
    pub created_at: DateTime<Utc>,
    /// Its products, priced or not.
    pub products: usize,
    /// Its prices.
    pub entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(rename = "createdAt")]
    created_at: &'a str,
    #[serde(rename = "priceGuides", borrow)]
    rows: Vec<Row<'a>>,
}

type Number<'a> = Option<&'a RawValue>;

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(rename = "idProduct")]
    product: i32,
    #[serde(borrow, default)]
    low: Number<'a>,
    #[serde(borrow, default)]
    trend: Number<'a>,
    #[serde(borrow, default)]
    avg: Number<'a>,
    #[serde(borrow, default)]
    avg1: Number<'a>,
    #[serde(borrow, default)]
    avg7: Number<'a>,
    #[serde(borrow, default)]
    avg30: Number<'a>,
    #[serde(borrow, default, rename = "low-foil")]
    low_foil: Number<'a>,
    #[serde(borrow, default, rename = "trend-foil")]
    trend_foil: Number<'a>,
    #[serde(borrow, default, rename = "avg-foil")]
    avg_foil: Number<'a>,
    #[serde(borrow, default, rename = "avg1-foil")]
    avg1_foil: Number<'a>,
    #[serde(borrow, default, rename = "avg7-foil")]
    avg7_foil: Number<'a>,
    #[serde(borrow, default, rename = "avg30-foil")]
    avg30_foil: Number<'a>,
}

impl Row<'_> {
    fn entries(&self) -> impl Iterator<Item = Entry> {
        let numbers = [
            (false, Kind::Low, self.low),
            (false, Kind::Trend, self.trend),
            (false, Kind::Average, self.avg),
            (false, Kind::Average1d, self.avg1),
            (false, Kind::Average7d, self.avg7),
            (false, Kind::Average30d, self.avg30),
            (true, Kind::Low, self.low_foil),
            (true, Kind::Trend, self.trend_foil),
            (true, Kind::Average, self.avg_foil),
            (true, Kind::Average1d, self.avg1_foil),
            (true, Kind::Average7d, self.avg7_foil),
            (true, Kind::Average30d, self.avg30_foil),
        ];
        let product = self.product;
        numbers.into_iter().filter_map(move |(foil, kind, number)| {
            let cents = minor_units(number?.get().trim_matches('"'))?;
            Some(Entry { product, foil, kind, cents })
        })
    }
}

/// Reads a guide.
pub fn guide(what: &str, json: &[u8]) -> Result<Guide, SourceError> {
    let broken = |error: serde_json::Error| {
        SourceError::broken(what, format!("line {} column {}", error.line(), error.column()), error)
    };
    let file: File<'_> = serde_json::from_slice(json).map_err(broken)?;
    let created_at = DateTime::parse_from_str(file.created_at, "%Y-%m-%dT%H:%M:%S%z")
        .map_err(|error| SourceError::broken(what, "createdAt", error))?;
    Ok(Guide {
        created_at: created_at.to_utc(),
        products: file.rows.len(),
        entries: file.rows.iter().flat_map(Row::entries).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_guide_and_takes_zero_and_null_for_no_price() {
        let json = br#"{"version":1,"createdAt":"2026-11-22T02:51:03+0100","priceGuides":[
            {"idProduct":824977,"idCategory":1,"avg":38.1,"low":29,"trend":0,"avg1":null,"trend-foil":52.04},
            {"idProduct":2,"idCategory":1}]}"#;
        let guide = guide("guide", json).unwrap();
        assert_eq!(guide.created_at.to_rfc3339(), "2026-11-22T01:51:03+00:00");
        assert_eq!(guide.products, 2);
        let entry = |foil, kind, cents| Entry { product: 824_977, foil, kind, cents };
        assert_eq!(
            guide.entries,
            [
                entry(false, Kind::Low, 2900),
                entry(false, Kind::Average, 3810),
                entry(true, Kind::Trend, 5204)
            ]
        );
    }

    #[test]
    fn a_truncated_guide_says_where_it_ends() {
        let error = guide("guide", br#"{"version":1,"createdAt":"2026-11-22T02:51:03+0100","priceGui"#);
        assert!(error.unwrap_err().to_string().starts_with("guide, line 1 column"));
    }
}
