//! What copies are: finish, grade and language, and the neutral words for them.

use serde::{Deserialize, Serialize};

/// How a copy is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Finish {
    /// Without foil.
    Nonfoil,
    /// Foil of any kind.
    Foil,
    /// Foil etched into the frame.
    Etched,
}

impl Finish {
    /// All finishes, plain first.
    pub const ALL: [Self; 3] = [Self::Nonfoil, Self::Foil, Self::Etched];
}

/// The seven European grades, best first: the finest scale in use, so that every other fits into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// As it left the pack.
    Mint,
    /// Hardly a trace of use.
    NearMint,
    /// Slight traces of use.
    Excellent,
    /// Played with, still sleeveless.
    Good,
    /// Clear traces of play (never the American `LP`, which is better).
    LightPlayed,
    /// Heavy traces of play.
    Played,
    /// Damaged.
    Poor,
}

impl Grade {
    /// All grades, best first.
    pub const ALL: [Self; 7] = [
        Self::Mint,
        Self::NearMint,
        Self::Excellent,
        Self::Good,
        Self::LightPlayed,
        Self::Played,
        Self::Poor,
    ];
}

/// The languages that cards are printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
    /// French.
    Fr,
    /// German.
    De,
    /// Italian.
    It,
    /// Portuguese.
    Pt,
    /// Japanese.
    Ja,
    /// Korean.
    Ko,
    /// Russian.
    Ru,
    /// Simplified Chinese.
    Zhs,
    /// Traditional Chinese.
    Zht,
    /// Hebrew.
    He,
    /// Latin.
    La,
    /// Ancient Greek.
    Grc,
    /// Arabic.
    Ar,
    /// Sanskrit.
    Sa,
    /// Phyrexian.
    Ph,
    /// Quenya.
    Qya,
}

/// One word for each language, in the order of `Language::ALL`; an empty one says there is none.
pub(crate) type LanguageWords = [&'static str; 18];

/// The codes that Scryfall uses.
pub(crate) const CODES: LanguageWords = [
    "en", "es", "fr", "de", "it", "pt", "ja", "ko", "ru", "zhs", "zht", "he", "la", "grc", "ar", "sa", "ph",
    "qya",
];

impl Language {
    /// All languages.
    pub const ALL: [Self; 18] = [
        Self::En,
        Self::Es,
        Self::Fr,
        Self::De,
        Self::It,
        Self::Pt,
        Self::Ja,
        Self::Ko,
        Self::Ru,
        Self::Zhs,
        Self::Zht,
        Self::He,
        Self::La,
        Self::Grc,
        Self::Ar,
        Self::Sa,
        Self::Ph,
        Self::Qya,
    ];

    /// Its code at Scryfall.
    pub fn code(self) -> &'static str {
        CODES[self as usize]
    }
}

/// A word as it is compared: letters and digits alone, small, so that `near_mint`, `NearMint` and
/// `Near Mint` are one.
pub(crate) fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
