//! Scryfall's objects, as far as the product needs them. <https://scryfall.com/docs/api>

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{SourceError, minor_units};

type Text<'a> = Option<Cow<'a, str>>;

/// One line of a bulk file: a printing with its card. Lists of words stay open: Scryfall adds some.
#[derive(Debug, Deserialize)]
pub struct Card<'a> {
    pub object: Text<'a>,
    pub id: Uuid,
    pub oracle_id: Option<Uuid>,
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    #[serde(borrow)]
    pub lang: Cow<'a, str>,
    pub released_at: Option<NaiveDate>,
    #[serde(borrow)]
    pub layout: Cow<'a, str>,
    pub mana_cost: Text<'a>,
    pub cmc: Option<f32>,
    pub type_line: Text<'a>,
    pub oracle_text: Text<'a>,
    pub power: Text<'a>,
    pub toughness: Text<'a>,
    pub loyalty: Text<'a>,
    pub defense: Text<'a>,
    pub colors: Option<Vec<Cow<'a, str>>>,
    #[serde(default)]
    pub color_identity: Vec<Cow<'a, str>>,
    #[serde(default)]
    pub keywords: Vec<Cow<'a, str>>,
    #[serde(default)]
    pub legalities: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(default)]
    pub reserved: bool,
    #[serde(default)]
    pub game_changer: Option<bool>,
    pub edhrec_rank: Option<i32>,
    #[serde(default)]
    pub card_faces: Vec<Face<'a>>,
    pub set_id: Option<Uuid>,
    #[serde(borrow)]
    pub set: Cow<'a, str>,
    #[serde(borrow)]
    pub set_name: Cow<'a, str>,
    pub set_type: Text<'a>,
    #[serde(borrow)]
    pub collector_number: Cow<'a, str>,
    #[serde(borrow)]
    pub rarity: Cow<'a, str>,
    pub finishes: Option<Vec<Cow<'a, str>>>,
    /// Older files say this instead of `finishes`.
    #[serde(default)]
    pub foil: bool,
    /// Older files say this instead of `finishes`.
    #[serde(default)]
    pub nonfoil: bool,
    #[serde(default)]
    pub games: Vec<Cow<'a, str>>,
    #[serde(default)]
    pub digital: bool,
    #[serde(default)]
    pub promo: bool,
    #[serde(default)]
    pub reprint: bool,
    #[serde(default)]
    pub variation: bool,
    #[serde(default)]
    pub full_art: bool,
    #[serde(default)]
    pub textless: bool,
    #[serde(default)]
    pub oversized: bool,
    #[serde(default)]
    pub booster: bool,
    pub border_color: Text<'a>,
    pub frame: Text<'a>,
    #[serde(default)]
    pub frame_effects: Vec<Cow<'a, str>>,
    /// Older files say this instead of `frame_effects`.
    pub frame_effect: Text<'a>,
    #[serde(default)]
    pub promo_types: Vec<Cow<'a, str>>,
    pub security_stamp: Text<'a>,
    pub watermark: Text<'a>,
    pub artist: Text<'a>,
    pub illustration_id: Option<Uuid>,
    pub flavor_name: Text<'a>,
    pub flavor_text: Text<'a>,
    pub printed_name: Text<'a>,
    pub image_uris: Option<ImageUris<'a>>,
    pub tcgplayer_id: Option<i32>,
    pub tcgplayer_etched_id: Option<i32>,
    pub cardmarket_id: Option<i32>,
    pub mtgo_id: Option<i32>,
    pub arena_id: Option<i32>,
    #[serde(default)]
    pub prices: Prices<'a>,
}

/// One face of a card that has several.
#[derive(Debug, Deserialize)]
pub struct Face<'a> {
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    pub oracle_id: Option<Uuid>,
    pub mana_cost: Text<'a>,
    pub cmc: Option<f32>,
    pub type_line: Text<'a>,
    pub oracle_text: Text<'a>,
    pub power: Text<'a>,
    pub toughness: Text<'a>,
    pub loyalty: Text<'a>,
    pub defense: Text<'a>,
    pub colors: Option<Vec<Cow<'a, str>>>,
    pub artist: Text<'a>,
    pub illustration_id: Option<Uuid>,
    pub flavor_name: Text<'a>,
    pub flavor_text: Text<'a>,
    pub printed_name: Text<'a>,
    pub image_uris: Option<ImageUris<'a>>,
}

/// Of the image addresses only one is read: the others follow from the printing's id.
#[derive(Debug, Deserialize)]
pub struct ImageUris<'a> {
    pub normal: Text<'a>,
}

/// Decimal strings; `None` where the market has none. Files that went through other hands may have
/// numbers instead: see `amount`.
#[derive(Debug, Default, Deserialize)]
pub struct Prices<'a> {
    #[serde(borrow)]
    pub usd: Amount<'a>,
    #[serde(borrow)]
    pub usd_foil: Amount<'a>,
    #[serde(borrow)]
    pub usd_etched: Amount<'a>,
    #[serde(borrow)]
    pub eur: Amount<'a>,
    #[serde(borrow)]
    pub eur_foil: Amount<'a>,
    #[serde(borrow)]
    pub tix: Amount<'a>,
}

type Amount<'a> = Option<&'a RawValue>;

/// Minor units of one of the prices, written as a string or as a number.
pub fn amount(price: Option<&RawValue>) -> Option<i64> {
    minor_units(price?.get().trim_matches('"'))
}

/// Reads one line; `None` for a blank one.
pub fn card<'a>(what: &str, number: u64, line: &'a [u8]) -> Result<Option<Card<'a>>, SourceError> {
    let line = line.trim_ascii();
    // The older bulk files are one JSON array, one object a line.
    let line = line.strip_suffix(b",").unwrap_or(line);
    if line.is_empty() || line == b"[" || line == b"]" {
        return Ok(None);
    }
    let place = || format!("line {number}");
    let card: Card<'a> =
        serde_json::from_slice(line).map_err(|error| SourceError::broken(what, place(), error))?;
    match card.object.as_deref() {
        None | Some("card") => Ok(Some(card)),
        Some(other) => Err(SourceError::broken(what, place(), format!("expected a card, found {other}"))),
    }
}

/// A line of the file of rulings.
#[derive(Debug, Deserialize)]
pub struct Ruling<'a> {
    pub object: Text<'a>,
    pub oracle_id: Uuid,
    pub source: RulingSource,
    pub published_at: NaiveDate,
    #[serde(borrow)]
    pub comment: Cow<'a, str>,
}

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RulingSource {
    /// Wizards of the Coast.
    Wotc,
    /// Scryfall itself.
    Scryfall,
    /// Somebody whom Scryfall has begun to quote since.
    #[serde(other)]
    Other,
}

/// Reads one line of the file of rulings; `None` for a blank one.
pub fn ruling<'a>(what: &str, number: u64, line: &'a [u8]) -> Result<Option<Ruling<'a>>, SourceError> {
    let line = line.trim_ascii();
    let line = line.strip_suffix(b",").unwrap_or(line);
    if line.is_empty() || line == b"[" || line == b"]" {
        return Ok(None);
    }
    let place = || format!("line {number}");
    let ruling: Ruling<'a> =
        serde_json::from_slice(line).map_err(|error| SourceError::broken(what, place(), error))?;
    match ruling.object.as_deref() {
        None | Some("ruling") => Ok(Some(ruling)),
        Some(other) => Err(SourceError::broken(what, place(), format!("expected a ruling, found {other}"))),
    }
}

/// A list answer: `/sets`, `/migrations`, `/bulk-data`.
#[derive(Debug, Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
    pub next_page: Option<String>,
}

/// A set.
#[derive(Debug, Deserialize)]
pub struct Set {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub set_type: String,
    pub released_at: Option<NaiveDate>,
    #[serde(default)]
    pub card_count: i32,
    pub printed_size: Option<i32>,
    #[serde(default)]
    pub digital: bool,
    #[serde(default)]
    pub foil_only: bool,
    #[serde(default)]
    pub nonfoil_only: bool,
    pub parent_set_code: Option<String>,
    pub block: Option<String>,
    pub block_code: Option<String>,
    pub mtgo_code: Option<String>,
    pub arena_code: Option<String>,
    pub tcgplayer_id: Option<i32>,
    pub icon_svg_uri: Option<String>,
}

/// A printing that Scryfall merged into another or deleted.
#[derive(Debug, Deserialize)]
pub struct Migration {
    pub performed_at: NaiveDate,
    pub migration_strategy: String,
    pub old_scryfall_id: Uuid,
    pub new_scryfall_id: Option<Uuid>,
}

/// One bulk file on offer.
#[derive(Debug, Deserialize)]
pub struct BulkData {
    #[serde(rename = "type")]
    pub kind: String,
    pub updated_at: chrono::DateTime<chrono::Utc>,
    pub jsonl_download_uri: String,
    pub compressed_size: u64,
}
