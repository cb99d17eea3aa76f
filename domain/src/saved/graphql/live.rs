use async_graphql::{Context, Result, SimpleObject, Subscription as Live};
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt};

use super::super::live::{Update, follow};
use super::super::model::SavedSearch;
use crate::market::UpdateKind;

/// One's own saved searches at a moment.
#[derive(SimpleObject)]
pub struct SavedSearchesUpdate {
    /// What this message is; each holds all searches.
    kind: UpdateKind,
    /// When they were counted.
    at: DateTime<Utc>,
    /// All of them, by name, at most 50.
    searches: Vec<SavedSearch>,
}

impl From<Update> for SavedSearchesUpdate {
    fn from(update: Update) -> Self {
        Self { kind: update.kind, at: update.at, searches: update.searches }
    }
}

/// Live feeds of saved searches.
#[derive(Default)]
pub struct Subscription;

#[Live(name = "SavedSearchSubscription")]
impl Subscription {
    /// What one's saved searches find: now, and whenever that changes as prices move, or one is changed in any
    /// window. An API key needs the scope `READ_OWN`.
    async fn saved_searches_updated(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = SavedSearchesUpdate>> {
        Ok(follow(ctx.data_unchecked()).await?.map(SavedSearchesUpdate::from))
    }
}
