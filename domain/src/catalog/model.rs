use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Deserialize;
use tables::{cards, legality_changes, mtg_sets, printings};
use uuid::Uuid;

use crate::{CardId, PrintingId, SetId};

/// A card: what has one set of rules, whatever it was printed on.
#[derive(Clone, Debug)]
pub struct Card(pub(crate) Arc<CardRow>);

/// What a card is called, for surfaces other than GraphQL.
#[derive(Clone, Copy, Debug)]
pub struct CardBrief<'a> {
    /// Our id.
    pub id: CardId,
    /// The name; both sides' with ` // ` between them.
    pub name: &'a str,
    /// Types, as printed.
    pub type_line: &'a str,
    /// The printing that stands for the card.
    pub default_printing: Option<PrintingId>,
}

impl Card {
    /// What it is called.
    pub fn brief(&self) -> CardBrief<'_> {
        let CardRow { id, name, type_line, default_printing_id, .. } = self.0.as_ref();
        CardBrief { id: *id, name, type_line, default_printing: *default_printing_id }
    }
}

#[derive(Debug, HasQuery)]
#[diesel(table_name = cards)]
pub(crate) struct CardRow {
    pub id: CardId,
    pub oracle_id: Uuid,
    pub name: String,
    pub name_folded: String,
    pub layout: String,
    pub mana_cost: Option<String>,
    pub mana_value: f32,
    pub type_line: String,
    pub oracle_text: Option<String>,
    pub power: Option<String>,
    pub toughness: Option<String>,
    pub loyalty: Option<String>,
    pub defense: Option<String>,
    pub colors: i16,
    pub color_identity: i16,
    pub keywords: Vec<String>,
    pub reserved: bool,
    pub game_changer: bool,
    pub edhrec_rank: Option<i32>,
    pub legal: i64,
    pub restricted: i64,
    pub banned: i64,
    pub known_formats: i64,
    pub faces: serde_json::Value,
    pub default_printing_id: Option<PrintingId>,
    pub printing_count: i32,
}

/// A face as it is stored with its card.
#[derive(Debug, Deserialize)]
pub(crate) struct FaceRow {
    pub name: String,
    pub mana_cost: Option<String>,
    pub type_line: Option<String>,
    pub oracle_text: Option<String>,
    pub power: Option<String>,
    pub toughness: Option<String>,
    pub loyalty: Option<String>,
    pub defense: Option<String>,
    pub colors: i16,
}

/// A printing with its set: one card in one set.
#[derive(Clone, Debug)]
pub struct Printing(pub(crate) Arc<(PrintingRow, Arc<SetRow>)>);

/// Which printing it is, for surfaces other than GraphQL.
#[derive(Clone, Debug)]
pub struct PrintingBrief<'a> {
    /// Our id.
    pub id: PrintingId,
    /// Whose printing.
    pub card: CardId,
    /// Name of the set.
    pub set_name: &'a str,
    /// Code of the set, in lower case.
    pub set_code: &'a str,
    /// Number in the set; not always a number.
    pub number: &'a str,
    /// Where Scryfall has the front's picture, 146 × 204.
    pub image: Option<String>,
}

impl Printing {
    /// Which one it is.
    pub fn brief(&self) -> PrintingBrief<'_> {
        let (row, set) = self.0.as_ref();
        let image = || image(row.scryfall_id, "front", row.image_stamp, "small", "jpg");
        PrintingBrief {
            id: row.id,
            card: row.card_id,
            set_name: &set.name,
            set_code: &set.code,
            number: &row.collector_number,
            image: (row.image_sides > 0).then(image),
        }
    }

    pub(crate) fn row(&self) -> &PrintingRow {
        &self.0.0
    }
}

/// The address of a picture at Scryfall.
pub(crate) fn image(id: Uuid, side: &str, stamp: Option<i64>, size: &str, kind: &str) -> String {
    let id = id.to_string();
    let stamp = stamp.map_or_else(String::new, |stamp| format!("?{stamp}"));
    format!("https://cards.scryfall.io/{size}/{side}/{}/{}/{id}.{kind}{stamp}", &id[..1], &id[1..2])
}

#[derive(Debug, HasQuery)]
#[diesel(table_name = printings)]
pub(crate) struct PrintingRow {
    pub id: PrintingId,
    pub scryfall_id: Uuid,
    pub card_id: CardId,
    pub collector_number: String,
    pub number_value: Option<i32>,
    pub lang: String,
    pub rarity: i16,
    pub released_at: Option<NaiveDate>,
    pub finishes: i16,
    pub games: i16,
    pub digital: bool,
    pub promo: bool,
    pub reprint: bool,
    pub full_art: bool,
    pub border_color: String,
    pub frame: String,
    pub frame_effects: Vec<String>,
    pub promo_types: Vec<String>,
    pub watermark: Option<String>,
    pub artist: Option<String>,
    pub flavor_name: Option<String>,
    pub flavor_text: Option<String>,
    pub printed_name: Option<String>,
    pub image_sides: i16,
    pub image_stamp: Option<i64>,
    pub tcgplayer_id: Option<i32>,
    pub tcgplayer_etched_id: Option<i32>,
    pub cardmarket_id: Option<i32>,
    pub mtgo_id: Option<i32>,
    pub arena_id: Option<i32>,
    pub removed_at: Option<DateTime<Utc>>,
    pub merged_into: Option<PrintingId>,
}

/// A set.
#[derive(Clone, Debug)]
pub struct MtgSet(pub(crate) Arc<SetRow>);

#[derive(Debug, HasQuery)]
#[diesel(table_name = mtg_sets)]
pub(crate) struct SetRow {
    pub id: SetId,
    pub code: String,
    pub name: String,
    pub set_type: String,
    pub released_at: Option<NaiveDate>,
    pub card_count: i32,
    pub digital: bool,
    pub parent_code: Option<String>,
    pub block: Option<String>,
    pub icon_uri: Option<String>,
    pub printing_count: i32,
}

/// A change of a card's status in a format between two observations.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = legality_changes)]
pub(crate) struct LegalityChangeRow {
    pub card_id: CardId,
    pub format: i16,
    pub before: i16,
    pub after: i16,
    pub observed_at: DateTime<Utc>,
}

/// An official explanation of a card.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = tables::rulings)]
pub(crate) struct RulingRow {
    pub card_id: CardId,
    pub source: i16,
    pub published_on: NaiveDate,
    pub comment: String,
}

/// A format and the bit that it owns in the legality masks.
pub(crate) type Formats = Arc<Vec<(i16, String)>>;

/// How the outside may name a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardRef {
    /// Our id.
    Id(CardId),
    /// The card of our printing.
    Printing(PrintingId),
    /// Scryfall's oracle id, or the id of one of its printings.
    Scryfall(Uuid),
}

/// How the outside may name a printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrintingRef {
    /// Our id.
    Id(PrintingId),
    /// Scryfall's id.
    Scryfall(Uuid),
}

/// How the outside may name a set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SetRef {
    /// Our id.
    Id(SetId),
    /// The code, in any case.
    Code(String),
}

/// Where a page of printings of a card, or of a set, ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrintingCursor {
    /// Release date of a card's printing; `None` sorts last.
    pub released_at: Option<NaiveDate>,
    /// Collector number of a set's printing; `None` sorts last.
    pub number: Option<i32>,
    /// Makes the order total.
    pub id: PrintingId,
}

/// Where a page of cards ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCursor {
    /// The folded name.
    pub name: String,
    /// Makes the order total.
    pub id: CardId,
}

/// Where a page of sets ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetCursor {
    /// Release date; sets without one sort last.
    pub released_at: Option<NaiveDate>,
    /// Makes the order total.
    pub id: SetId,
}
