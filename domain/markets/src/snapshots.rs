//! Daily snapshots of Scryfall's dollar prices, one file per day and set: `DATE/SET.json`. Only
//! cards worth at least a dollar are in them, so that an absent card says nothing.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{SourceError, minor_units};

/// One price.
#[derive(Debug)]
pub struct Entry {
    /// Scryfall's printing.
    pub scryfall_id: Uuid,
    /// `nonfoil`, `foil` or `etched`, in the source's words.
    pub finish: String,
    /// US cents.
    pub cents: i64,
}

/// One file.
#[derive(Debug)]
pub struct Snapshot {
    /// When it was taken.
    pub updated: DateTime<Utc>,
    /// Its prices.
    pub entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct File<'a> {
    updated: DateTime<Utc>,
    #[serde(borrow, default)]
    play: Vec<Card<'a>>,
    #[serde(borrow, default)]
    collector: Vec<Card<'a>>,
}

#[derive(Deserialize)]
struct Card<'a> {
    id: Uuid,
    #[serde(borrow, default)]
    finishes: Vec<Finish<'a>>,
}

#[derive(Deserialize)]
struct Finish<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    price: Option<&'a RawValue>,
}

/// Reads one file. A card may be listed in both boosters; it is the same price.
pub fn snapshot(what: &str, json: &[u8]) -> Result<Snapshot, SourceError> {
    let file: File<'_> = serde_json::from_slice(json).map_err(|error| {
        SourceError::broken(what, format!("line {} column {}", error.line(), error.column()), error)
    })?;
    let finishes = file.play.iter().chain(&file.collector).flat_map(|c| c.finishes.iter().map(|f| (c.id, f)));
    let entries = finishes.filter_map(|(scryfall_id, finish)| {
        let cents = minor_units(finish.price?.get().trim_matches('"'))?;
        Some(Entry { scryfall_id, finish: finish.kind.to_lowercase(), cents })
    });
    Ok(Snapshot { updated: file.updated, entries: entries.collect() })
}
