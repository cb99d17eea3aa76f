//! One row of a collection in neutral form.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::row::Reason;
use crate::words::{Finish, Grade, Language};

/// Bytes of the longest cell.
pub const MAX_CELL: usize = 10_000;

/// Under this name `Lot::rest` says in which part of a deck a lot is.
pub const SECTION: &str = "Section";

/// Copies that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lot {
    /// The card's name as the file has it; empty if the file has only ids.
    pub name: String,
    /// The set's code in small letters. Some apps have codes of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_code: Option<String>,
    /// The set's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_name: Option<String>,
    /// The collector number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Copies.
    pub quantity: u32,
    /// Copies that are for trade.
    pub for_trade: u32,
    /// The finish, if the file says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish: Option<Finish>,
    /// What the file calls it, if that says more than the finish: `Surge Foil`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_text: Option<String>,
    /// The grade, if the file says one that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The condition as the file has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition_text: Option<String>,
    /// The language, if the file says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Ids of the printing.
    pub ids: Ids,
    /// What was paid for one copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// The day it was acquired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acquired: Option<NaiveDate>,
    /// Where it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binder: Option<Binder>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Signed by its artist.
    pub signed: bool,
    /// Altered.
    pub altered: bool,
    /// Misprinted.
    pub misprint: bool,
    /// Not a real card.
    pub proxy: bool,
    /// Left out of what its owner shows to others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Cells that have no field here, by the names of their columns.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rest: BTreeMap<String, String>,
}

/// Ids that apps and shops give to printings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ids {
    /// Scryfall's id of the printing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scryfall: Option<Uuid>,
    /// Scryfall's id of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oracle: Option<Uuid>,
    /// TCGplayer's product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcgplayer_product: Option<u64>,
    /// TCGplayer's article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcgplayer_sku: Option<u64>,
    /// Cardmarket's product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cardmarket_product: Option<u64>,
    /// Gatherer's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiverse: Option<u64>,
    /// Magic Online's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtgo: Option<u64>,
}

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// In minor units of the currency, in hundredths if that is not known. Never zero.
    pub minor: i64,
    /// The currency, if the file says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

/// An ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Digits after the point.
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Reason> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| Reason::NotACurrency)?;
        let code = code.map(|byte| byte.to_ascii_uppercase());
        if code.iter().all(u8::is_ascii_uppercase) { Ok(Self(code)) } else { Err(Reason::NotACurrency) }
    }
}

impl Display for Currency {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Where lots are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binder {
    /// Its name.
    pub name: String,
    /// What it is, if the file says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<BinderKind>,
}

/// What holds lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BinderKind {
    /// A binder or box: its cards are owned.
    Binder,
    /// A deck.
    Deck,
    /// A list: its cards need not be owned.
    List,
}

impl Lot {
    /// Whether anything says which card this is.
    pub fn names_a_card(&self) -> bool {
        let ids = &self.ids;
        !self.name.is_empty()
            || ids.scryfall.is_some()
            || ids.oracle.is_some()
            || self.set_code.is_some() && self.number.is_some()
            || [ids.tcgplayer_product, ids.tcgplayer_sku, ids.cardmarket_product, ids.multiverse, ids.mtgo]
                .iter()
                .any(Option::is_some)
    }
}
