use std::hash::{Hash, Hasher};

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use tables::embedding_models;
use vectors::Near;

use crate::CardId;
use crate::jobs::{Job, Lane};
use crate::prices::Currency;

/// Whether a card can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Similarity {
    /// It was compared.
    Ready,
    /// Cards are not compared yet: that is computed after the catalogue is loaded, and once a day.
    NotComputed,
    /// This card is not compared: it is a token or the like, or too new.
    NotCompared,
}

/// Which neighbours are wanted. Those of a thousand are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wish {
    /// Legal, or restricted, in the format of this name.
    pub format: Option<String>,
    /// With a printing that costs no more, in minor units.
    pub most: Option<(i64, Currency)>,
}

impl Wish {
    /// Whether any neighbour will do.
    pub(super) fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

/// The place of a neighbour in the list of all, nearest first.
#[derive(Clone, Copy, Debug)]
pub struct SimilarCursor(pub(crate) Near);

impl PartialEq for SimilarCursor {
    fn eq(&self, other: &Self) -> bool {
        (self.0.id, self.0.score.to_bits()) == (other.0.id, other.0.score.to_bits())
    }
}

impl Eq for SimilarCursor {}

impl Hash for SimilarCursor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.id, self.0.score.to_bits()).hash(state);
    }
}

/// The neighbours of a card that are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Whose.
    pub card: CardId,
    /// How many.
    pub count: usize,
    /// Behind the last of the page before.
    pub after: Option<SimilarCursor>,
    /// Only such.
    pub wish: Wish,
}

/// A neighbour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Which card.
    pub card: CardId,
    /// How near: 0 has nothing in common, 1 is the same.
    pub score: f32,
}

/// The neighbours of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Whether there could be any.
    pub state: Similarity,
    /// What made the vectors.
    pub model: Option<String>,
    /// Nearest first.
    pub hits: Vec<Hit>,
}

/// A model as it is stored.
#[derive(Debug, HasQuery)]
#[diesel(table_name = embedding_models)]
pub(super) struct ModelRow {
    pub id: i32,
    pub learned_from: i32,
    pub learned: Option<Vec<u8>>,
}

/// Which vectors are served.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub(super) struct Served {
    pub model_id: i32,
    pub version: i64,
    pub cards: i32,
    pub model: String,
}

/// What a refresh did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Cards that were embedded.
    pub embedded: u64,
    /// Vectors of cards that are not compared any more.
    pub removed: u64,
    /// Cards that are compared now.
    pub cards: u64,
    /// By what model.
    pub model: String,
    /// What a service counted of our text.
    pub tokens: u64,
}

/// Embeds the cards whose text changed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RefreshEmbeddings {
    /// The catalogue changed then. A run that began before may not have seen it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<DateTime<Utc>>,
}

impl Job for RefreshEmbeddings {
    const KIND: &'static str = "refresh_embeddings";
    const LANE: Lane = Lane::of(Self::KIND, 1);

    fn unique_key(&self) -> Option<String> {
        Some(self.changed_at.map_or_else(|| Self::KIND.to_owned(), |at| at.to_rfc3339()))
    }
}

impl SimilarCursor {
    /// The place of a neighbour.
    pub(crate) fn of(card: CardId, score: f32) -> Self {
        Self(Near { id: card.0, score })
    }

    /// Which card, and how near it is.
    pub(crate) fn parts(self) -> (CardId, f32) {
        (CardId(self.0.id), self.0.score)
    }
}
