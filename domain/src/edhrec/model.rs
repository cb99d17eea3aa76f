use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Float, Integer, Nullable, Text, Timestamptz};

use crate::CardId;

/// What EDHREC says of a card.
#[derive(Clone, Debug, QueryableByName)]
pub struct EdhrecStats {
    #[diesel(sql_type = Integer)]
    pub(super) card_id: CardId,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) rank: Option<i32>,
    #[diesel(sql_type = Nullable<Float>)]
    pub(super) salt: Option<f32>,
    #[diesel(sql_type = Bool)]
    pub(super) is_commander: bool,
    #[diesel(sql_type = BigInt)]
    pub(super) decks: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) possible: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) visited_at: Option<DateTime<Utc>>,
}

/// How much a card is played with a commander.
#[derive(Clone, Debug, QueryableByName)]
pub struct Play {
    #[diesel(sql_type = Integer)]
    pub(super) commander_id: CardId,
    #[diesel(sql_type = Integer)]
    pub(super) card_id: CardId,
    #[diesel(sql_type = Text)]
    pub(super) list: String,
    #[diesel(sql_type = Integer)]
    pub(super) decks: i32,
    #[diesel(sql_type = Integer)]
    pub(super) possible: i32,
    #[diesel(sql_type = Nullable<Float>)]
    pub(super) synergy: Option<f32>,
}

impl Play {
    /// The other one of the two: the card that is played with a commander, or the commander.
    pub(crate) fn other(&self, as_commander: bool) -> CardId {
        if as_commander { self.card_id } else { self.commander_id }
    }
}

/// A commander whose page is to be asked for.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct Wanted {
    #[diesel(sql_type = Integer)]
    pub id: CardId,
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// What became of pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Cards of the pages.
    pub rows: u64,
    /// Those that are cards of ours.
    pub matched: u64,
    /// Rows that were added, changed or taken away.
    pub changed: u64,
    /// Pages that lost so much that the older word stays.
    pub refused: u64,
}
