//! The words that each app has for grades.

use crate::words::Grade::{self, Excellent, Good, LightPlayed, Mint, NearMint, Played, Poor};
use crate::words::key;

/// An app's words for grades.
pub(crate) struct Grades {
    /// What is written for each grade, best first.
    pub prints: [&'static str; 7],
    /// What is read, as keys.
    pub reads: &'static [(&'static str, Grade)],
    /// Keys that stand for two grades.
    pub wide: &'static [&'static str],
}

/// Keys of the European scale in full.
const EUROPEAN_READS: &[(&str, Grade)] = &[
    ("mint", Mint),
    ("nearmint", NearMint),
    ("excellent", Excellent),
    ("good", Good),
    ("lightplayed", LightPlayed),
    ("played", Played),
    ("poor", Poor),
];

pub(crate) const SNAKE_GRADES: Grades = Grades {
    prints: ["mint", "near_mint", "excellent", "good", "light_played", "played", "poor"],
    reads: EUROPEAN_READS,
    wide: &[],
};

pub(crate) const JOINED_GRADES: Grades = Grades {
    prints: ["Mint", "NearMint", "Excellent", "Good", "LightPlayed", "Played", "Poor"],
    reads: EUROPEAN_READS,
    wide: &[],
};

/// Here `LP` is what Americans call moderately played.
pub(crate) const CARDMARKET_GRADES: Grades = Grades {
    prints: ["1", "2", "3", "4", "5", "6", "7"],
    reads: &[
        ("1", Mint),
        ("2", NearMint),
        ("3", Excellent),
        ("4", Good),
        ("5", LightPlayed),
        ("6", Played),
        ("7", Poor),
        ("mt", Mint),
        ("nm", NearMint),
        ("ex", Excellent),
        ("gd", Good),
        ("lp", LightPlayed),
        ("pl", Played),
        ("po", Poor),
        ("mint", Mint),
        ("nearmint", NearMint),
        ("excellent", Excellent),
        ("good", Good),
        ("lightplayed", LightPlayed),
        ("played", Played),
        ("poor", Poor),
    ],
    wide: &[],
};

/// Moxfield and Deckbox: `Played` is the grade above `Heavily Played`.
const SIX_READS: &[(&str, Grade)] = &[
    ("mint", Mint),
    ("m", Mint),
    ("nearmint", NearMint),
    ("nm", NearMint),
    ("goodlightlyplayed", Good),
    ("lightlyplayed", Good),
    ("lp", Good),
    ("played", LightPlayed),
    ("moderatelyplayed", LightPlayed),
    ("mp", LightPlayed),
    ("heavilyplayed", Played),
    ("hp", Played),
    ("damaged", Poor),
    ("dmg", Poor),
    ("poor", Poor),
];

pub(crate) const MOXFIELD_GRADES: Grades = Grades {
    prints: [
        "Mint",
        "Near Mint",
        "Near Mint",
        "Good (Lightly Played)",
        "Played",
        "Heavily Played",
        "Damaged",
    ],
    reads: SIX_READS,
    wide: &[],
};

pub(crate) const DECKBOX_GRADES: Grades = Grades {
    prints: ["Mint", "Near Mint", "Near Mint", "Good (Lightly Played)", "Played", "Heavily Played", "Poor"],
    reads: SIX_READS,
    wide: &[],
};

/// The American scale: its lightly played is both excellent and good.
const AMERICAN_READS: &[(&str, Grade)] = &[
    ("mint", Mint),
    ("m", Mint),
    ("nearmint", NearMint),
    ("nm", NearMint),
    ("nmm", NearMint),
    ("lightlyplayed", Good),
    ("slightlyplayed", Good),
    ("lp", Good),
    ("sp", Good),
    ("moderatelyplayed", LightPlayed),
    ("mp", LightPlayed),
    ("heavilyplayed", Played),
    ("hp", Played),
    ("damaged", Poor),
    ("dmg", Poor),
    ("d", Poor),
    ("po", Poor),
    ("poor", Poor),
];
const AMERICAN_WIDE: &[&str] = &["lightlyplayed", "slightlyplayed", "lp", "sp"];

pub(crate) const TCGPLAYER_GRADES: Grades = Grades {
    prints: [
        "Mint",
        "Near Mint",
        "Lightly Played",
        "Lightly Played",
        "Moderately Played",
        "Heavily Played",
        "Damaged",
    ],
    reads: AMERICAN_READS,
    wide: AMERICAN_WIDE,
};

pub(crate) const TOPDECKED_GRADES: Grades = Grades {
    prints: [
        "mint",
        "near mint",
        "lightly played",
        "lightly played",
        "moderately played",
        "heavily played",
        "damaged",
    ],
    reads: AMERICAN_READS,
    wide: AMERICAN_WIDE,
};

pub(crate) const CARDSPHERE_GRADES: Grades = Grades {
    prints: [
        "Near Mint",
        "Near Mint",
        "Slightly Played",
        "Slightly Played",
        "Moderately Played",
        "Heavily Played",
        "Heavily Played",
    ],
    reads: AMERICAN_READS,
    wide: AMERICAN_WIDE,
};

/// Archidekt counts excellent as near mint, so its `LP` is one grade.
pub(crate) const ARCHIDEKT_GRADES: Grades =
    Grades { prints: ["NM", "NM", "NM", "LP", "MP", "HP", "D"], reads: AMERICAN_READS, wide: &[] };

pub(crate) const SHORT_GRADES: Grades =
    Grades { prints: ["NM", "NM", "LP", "LP", "MP", "HP", "D"], reads: AMERICAN_READS, wide: AMERICAN_WIDE };

pub(crate) const NUMBERED_GRADES: Grades = Grades {
    prints: ["0", "1", "2", "2", "3", "4", "5"],
    reads: &[("0", Mint), ("1", NearMint), ("2", Good), ("3", LightPlayed), ("4", Played), ("5", Poor)],
    wide: &["2"],
};

/// For files of unknown apps: only words with one meaning.
pub(crate) const SURE_GRADES: Grades = Grades {
    prints: ["mint", "near_mint", "excellent", "good", "light_played", "played", "poor"],
    reads: &[
        ("mint", Mint),
        ("m", Mint),
        ("nearmint", NearMint),
        ("nm", NearMint),
        ("nmm", NearMint),
        ("excellent", Excellent),
        ("ex", Excellent),
        ("goodlightlyplayed", Good),
        ("lightlyplayed", Good),
        ("slightlyplayed", Good),
        ("sp", Good),
        ("lightplayed", LightPlayed),
        ("moderatelyplayed", LightPlayed),
        ("mp", LightPlayed),
        ("heavilyplayed", Played),
        ("hp", Played),
        ("damaged", Poor),
        ("dmg", Poor),
        ("poor", Poor),
    ],
    wide: &["lightlyplayed", "slightlyplayed", "sp"],
};

impl Grades {
    /// The grade that a word stands for, and whether it stands for two.
    pub(crate) fn read(&self, text: &str) -> Option<(Grade, bool)> {
        let key = key(text);
        let (_, grade) = self.reads.iter().find(|(known, _)| *known == key)?;
        Some((*grade, self.wide.contains(&key.as_str())))
    }
}
