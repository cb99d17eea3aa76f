use chrono::{DateTime, Utc};
use diesel::prelude::*;
use tables::saved_searches;

use crate::search::{SearchUnique, Sought};
use crate::{SavedSearchId, UserId};

/// A search that somebody comes back to.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery)]
#[diesel(table_name = saved_searches)]
pub struct SavedSearch {
    /// Which.
    pub id: SavedSearchId,
    /// Whose.
    pub user_id: UserId,
    /// Its owner's name for it.
    pub name: String,
    /// In the search language.
    pub query: String,
    /// Whether every printing counts, not every card once.
    pub prints: bool,
    /// Whether its owner is told what it finds that it did not find before.
    pub tells: bool,
    /// What it found when it was last run; nothing where that took too long.
    pub matching: Option<i32>,
    /// When that was.
    pub counted_at: Option<DateTime<Utc>>,
    pub(super) told_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its owner last changed it.
    pub changed_at: DateTime<Utc>,
}

impl SavedSearch {
    pub(super) fn sought(&self) -> Sought<'_> {
        Sought { text: &self.query, unique: unique(self.prints), owner: self.user_id }
    }
}

pub(super) fn unique(prints: bool) -> SearchUnique {
    if prints { SearchUnique::Prints } else { SearchUnique::Cards }
}

/// What a saved search shall be.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its owner's name for it.
    pub name: String,
    /// In the search language.
    pub query: String,
    /// Whether every printing counts, not every card once.
    pub prints: bool,
    /// Whether its owner is told what it finds that it did not find before.
    pub tells: bool,
}
