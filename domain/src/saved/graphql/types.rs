use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};

use super::super::model::SavedSearch;

/// A search that somebody comes back to.
#[Object]
impl SavedSearch {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// Its owner's name for it.
    async fn name(&self) -> &str {
        &self.name
    }

    /// What is searched for, in the search language: what `search` takes.
    async fn query(&self) -> &str {
        &self.query
    }

    /// Whether every printing counts, not every card once.
    async fn prints(&self) -> bool {
        self.prints
    }

    /// Whether its owner is told what it finds that it did not find before.
    async fn tells(&self) -> bool {
        self.tells
    }

    /// How much it found when it was last run; null where that took too long. `savedSearchesUpdated` runs them
    /// while somebody watches.
    async fn matching(&self) -> Option<i32> {
        self.matching
    }

    /// When that was.
    async fn counted_at(&self) -> Option<DateTime<Utc>> {
        self.counted_at
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When its owner last changed it.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.changed_at
    }
}
