//! What a query asks of somebody's own copies.

use std::fmt::{self, Display, Formatter};

use crate::ast::Compare;
use crate::print::Value;
use crate::words::{Key, Worded, Words};

/// A condition of copies that whoever searches owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owned {
    /// How many copies: of the card, or of the printing where rows are printings.
    Have(Compare, i64),
    /// How many copies alike: of one lot.
    Quantity(Compare, i64),
    /// The name of the binder holds this; `None`: in no binder.
    Binder(Option<String>),
    /// How good they are; better is more.
    State(Compare, State),
    /// One of their owner's marks.
    Tag(String),
    /// A mark that every collection has.
    Mark(Mark),
}

/// How good a copy is. `nm`, `lp`, `mp`, `hp` and `dmg` are the grades of the United States, the others the
/// European ones between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As if never touched.
    Mint,
    /// Mint or near mint.
    NearMint,
    /// European: excellent.
    Excellent,
    /// European: good.
    Good,
    /// Excellent or good.
    LightlyPlayed,
    /// European: light played.
    ModeratelyPlayed,
    /// European: played.
    HeavilyPlayed,
    /// European: poor.
    Damaged,
}

impl State {
    /// The best and the worst of the seven European grades (1 mint to 7 poor) that it covers.
    pub fn grades(self) -> (i32, i32) {
        match self {
            Self::Mint => (1, 1),
            Self::NearMint => (1, 2),
            Self::Excellent => (3, 3),
            Self::Good => (4, 4),
            Self::LightlyPlayed => (3, 4),
            Self::ModeratelyPlayed => (5, 5),
            Self::HeavilyPlayed => (6, 6),
            Self::Damaged => (7, 7),
        }
    }
}

impl Worded for State {
    const WORDS: Words<Self> = &[
        (State::Mint, &["mint", "m"]),
        (State::NearMint, &["nm", "near mint", "nearmint"]),
        (State::Excellent, &["ex", "excellent"]),
        (State::Good, &["gd", "good"]),
        (State::LightlyPlayed, &["lp", "lightly played", "lightlyplayed", "sp"]),
        (State::ModeratelyPlayed, &["mp", "moderately played", "moderatelyplayed", "light played"]),
        (State::HeavilyPlayed, &["hp", "heavily played", "heavilyplayed", "played", "pl"]),
        (State::Damaged, &["dmg", "damaged", "poor", "po"]),
    ];
}

/// Words of `is:` that are about copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Its owner would trade it.
    ForTrade,
    /// By its artist.
    Signed,
    /// Painted over.
    Altered,
    /// Printed wrongly.
    Misprint,
    /// A grading company says what it is.
    Graded,
    /// Its owner keeps it out of what they share.
    Hidden,
}

impl Worded for Mark {
    const WORDS: Words<Self> = &[
        (Mark::ForTrade, &["fortrade", "trade"]),
        (Mark::Signed, &["signed"]),
        (Mark::Altered, &["altered", "alter"]),
        (Mark::Misprint, &["misprint"]),
        (Mark::Graded, &["graded", "slabbed"]),
        (Mark::Hidden, &["hidden"]),
    ];
}

impl Display for Owned {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Have(compare, copies) => write!(f, "{}{compare}{copies}", Key::Have.word()),
            Self::Quantity(compare, copies) => write!(f, "{}{compare}{copies}", Key::Quantity.word()),
            Self::Binder(None) => write!(f, "{}:none", Key::Binder.word()),
            // In quotes, the word is a name.
            Self::Binder(Some(name)) if name == "none" => write!(f, "{}:\"none\"", Key::Binder.word()),
            Self::Binder(Some(name)) => write!(f, "{}:{}", Key::Binder.word(), Value(name)),
            Self::State(compare, state) => write!(f, "{}{compare}{}", Key::State.word(), state.word()),
            Self::Tag(tag) => write!(f, "{}:{}", Key::Tag.word(), Value(tag)),
            Self::Mark(mark) => write!(f, "is:{}", mark.word()),
        }
    }
}
