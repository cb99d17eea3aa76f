use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::super::change;
use super::super::model::{Draft, SavedSearch};
use crate::inventory::{InventoryError, settle};
use crate::{Ctx, SavedSearchId};

/// What a saved search shall be.
#[derive(InputObject)]
pub(super) struct SavedSearchInput {
    /// Your name for it, 1 to 60 characters.
    name: String,
    /// What is searched for, in the search language.
    query: String,
    /// Whether every printing counts, not every card once.
    #[graphql(default)]
    prints: bool,
    /// Whether you are told what it finds that it did not find before: within a quarter of an hour, or, where it
    /// asks for prices, once that has lasted for half a day. One that tells finds at most 2,000.
    #[graphql(default)]
    tells: bool,
}

impl From<SavedSearchInput> for Draft {
    fn from(input: SavedSearchInput) -> Self {
        Self { name: input.name, query: input.query, prints: input.prints, tells: input.tells }
    }
}

/// A saved search after a change.
#[derive(SimpleObject)]
pub(super) struct SavedSearchPayload {
    /// The search; null when nothing was done.
    search: Option<SavedSearch>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// A saved search that is gone.
#[derive(SimpleObject)]
pub(super) struct DeleteSavedSearchPayload {
    /// Its public id; null when nothing was done.
    id: Option<ID>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

fn search_id(id: &str) -> SavedSearchId {
    // What is no id of a search is treated like one that is somebody else's.
    SavedSearchId::from_public(id).unwrap_or(SavedSearchId(0))
}

/// What people do with their saved searches.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "SavedSearchMutation")]
impl Mutation {
    /// Saves a search. One user may have 50.
    async fn create_saved_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The search.")] input: SavedSearchInput,
    ) -> Result<SavedSearchPayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let (search, errors) = settle(change::create(ctx, input.into()).await)?;
        Ok(SavedSearchPayload { search, errors })
    }

    /// Makes a saved search another one. What it finds from then on is not new.
    async fn edit_saved_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the search.")] id: ID,
        #[graphql(desc = "What it shall be.")] input: SavedSearchInput,
    ) -> Result<SavedSearchPayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let (search, errors) = settle(change::edit(ctx, search_id(&id), input.into()).await)?;
        Ok(SavedSearchPayload { search, errors })
    }

    /// Forgets a saved search.
    async fn delete_saved_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the search.")] id: ID,
    ) -> Result<DeleteSavedSearchPayload> {
        let (id, errors) = settle(change::delete(ctx.data_unchecked(), search_id(&id)).await)?;
        Ok(DeleteSavedSearchPayload { id: id.map(|id| id.public().into()), errors })
    }
}
