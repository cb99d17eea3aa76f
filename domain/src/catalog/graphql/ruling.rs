use async_graphql::{Enum, SimpleObject};

use super::super::model::RulingRow;
use crate::scalars::Date;

/// Who ruled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RulingSource {
    /// Wizards of the Coast, who make the game.
    Wizards,
    /// Scryfall, which notes what is not in the rules of the card.
    Scryfall,
}

/// An official explanation of how a card works.
#[derive(SimpleObject)]
pub struct Ruling {
    /// Who ruled.
    source: RulingSource,
    /// The day on which it was published.
    published_on: Date,
    /// What was ruled. Symbols are written as in rules text, such as `{T}`.
    comment: String,
}

impl From<&RulingRow> for Ruling {
    fn from(row: &RulingRow) -> Self {
        let source = if row.source == 1 { RulingSource::Wizards } else { RulingSource::Scryfall };
        Self { source, published_on: Date(row.published_on), comment: row.comment.clone() }
    }
}
