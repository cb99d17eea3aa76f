//! Tournaments that ended: standings, decks, and the cards that are played in them.

mod graphql;
mod loader;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::{Query, TournamentPlay};
pub(crate) use loader::{DeckCardsKey, PlayedInKey, StandingsKey, TournamentKey};
pub use model::{
    DeckCard, DeckPart, FormatPlayed, PlayedIn, Standing, Stored, Tournament, TournamentCursor,
    TournamentFilter,
};
pub use ops::{formats, tournaments};
pub(crate) use ops::{played_in, since, store};
