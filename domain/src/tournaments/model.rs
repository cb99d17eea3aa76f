use std::sync::Arc;

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, SmallInt, Text};
use tables::tournaments;

use crate::{CardId, TournamentId};

/// A tournament that ended.
#[derive(Clone, Debug)]
pub struct Tournament(pub(crate) Arc<TournamentRow>);

#[derive(Debug, HasQuery)]
#[diesel(table_name = tournaments)]
pub(crate) struct TournamentRow {
    pub id: TournamentId,
    pub source_id: String,
    pub name: String,
    pub format: String,
    pub players: i32,
    pub top_cut: Option<i32>,
    pub started_at: DateTime<Utc>,
    pub decks: i32,
}

/// Where a page of tournaments ended.
#[derive(Clone, Copy, Debug)]
pub struct TournamentCursor {
    /// When its last tournament began.
    pub started_at: DateTime<Utc>,
    /// Which one it was.
    pub id: TournamentId,
}

impl Tournament {
    pub(crate) fn cursor(&self) -> TournamentCursor {
        TournamentCursor { started_at: self.0.started_at, id: self.0.id }
    }
}

/// Which tournaments are wanted; all of what is given.
#[derive(Clone, Debug, Default)]
pub struct TournamentFilter {
    /// Those of this format.
    pub format: Option<String>,
    /// Those with so many players or more.
    pub min_players: Option<i32>,
}

/// How one deck did, and what is known of the deck.
#[derive(Clone, Debug, QueryableByName)]
pub struct Standing {
    #[diesel(sql_type = Integer)]
    pub(super) tournament_id: TournamentId,
    #[diesel(sql_type = Integer)]
    pub(super) place: i32,
    #[diesel(sql_type = Integer)]
    pub(super) wins: i32,
    #[diesel(sql_type = Integer)]
    pub(super) draws: i32,
    #[diesel(sql_type = Integer)]
    pub(super) losses: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) decklist_id: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) url: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) copies: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) unmatched: Option<i32>,
}

impl Standing {
    /// Which deck it was.
    pub(crate) fn deck(&self) -> Option<i32> {
        self.decklist_id
    }
}

/// A part of a deck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
#[repr(i16)]
pub enum DeckPart {
    /// Its commanders.
    Commander = 1,
    /// The deck itself.
    Main = 2,
    /// The sideboard, and companions.
    Side = 3,
    /// Anything else that was written down with it.
    Other = 4,
}

impl DeckPart {
    pub(super) const fn number(self) -> i16 {
        self as i16
    }

    pub(super) const fn from_number(number: i16) -> Self {
        match number {
            1 => Self::Commander,
            2 => Self::Main,
            3 => Self::Side,
            _ => Self::Other,
        }
    }

    /// The part that the outside calls so.
    pub(super) fn named(word: &str) -> Self {
        match word {
            "Commanders" | "Commander" => Self::Commander,
            "Mainboard" | "Main" | "Deck" => Self::Main,
            "Sideboard" | "Companion" | "Companions" => Self::Side,
            _ => Self::Other,
        }
    }
}

/// A card of a deck.
#[derive(Clone, Debug, QueryableByName)]
pub struct DeckCard {
    #[diesel(sql_type = Integer)]
    pub(super) decklist_id: i32,
    #[diesel(sql_type = SmallInt)]
    pub(super) part: i16,
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) card_id: Option<CardId>,
    #[diesel(sql_type = Integer)]
    pub(super) copies: i32,
}

impl DeckCard {
    /// The card, if one has its name.
    pub(crate) fn card(&self) -> Option<CardId> {
        self.card_id
    }
}

/// In how many decks of a format a card is.
#[derive(Clone, Debug, QueryableByName)]
pub struct PlayedIn {
    #[diesel(sql_type = Integer)]
    pub(super) card_id: CardId,
    #[diesel(sql_type = Text)]
    pub(super) format: String,
    #[diesel(sql_type = BigInt)]
    pub(super) decks: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) all_decks: i64,
}

/// A format that tournaments are known of.
#[derive(Clone, Debug, QueryableByName)]
pub struct FormatPlayed {
    #[diesel(sql_type = Text)]
    pub(super) format: String,
    #[diesel(sql_type = BigInt)]
    pub(super) tournaments: i64,
}

/// What became of tournaments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// New ones, and ones that say something else than before.
    pub changed: u64,
    /// Ones that lost so many standings that the older word stays.
    pub refused: u64,
    /// Cards of decks that were matched.
    pub matched: u64,
    /// Cards of decks whose names no card of ours has.
    pub unmatched: u64,
    /// Ones that are known of the time that was asked for.
    pub known: u64,
}
