use async_graphql::{Context, ID, Object, Result, SimpleObject};
use futures_util::future::try_join_all;

use super::super::model::{Want, WantList};
use super::super::{change, lists, ops, paste};
use super::inputs::{WantEditInput, WantInput, want_id};
use super::list_id;
use crate::inventory::{InventoryError, Outcome, settle};
use crate::{Ctx, ReaderLoader, WantListId};

/// A list after a change.
#[derive(SimpleObject)]
pub(super) struct WantListPayload {
    /// The list; null when nothing was done.
    list: Option<WantList>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// What came of deleting a list.
#[derive(SimpleObject)]
pub(super) struct DeleteWantListPayload {
    /// The list that is gone; null when nothing was done.
    id: Option<ID>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// Wants after a change.
#[derive(SimpleObject)]
pub(super) struct WantsPayload {
    /// The list that they are in now; null when they are in several, or nothing was done.
    list: Option<WantList>,
    /// The wants as they are now, up to 100; of removed ones what they were.
    wants: Vec<Want>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// A line of a decklist that became no want.
#[derive(SimpleObject)]
pub(super) struct WantLineError {
    /// Which line, from 1.
    line: i32,
    /// What is written there, up to 200 characters.
    text: String,
    /// What is wrong with it, for programs.
    code: paste::LineProblem,
    /// What is wrong with it, for people.
    message: String,
}

/// What came of a decklist.
#[derive(SimpleObject)]
pub(super) struct PasteWantsPayload {
    /// The list that its cards went to; null when nothing was done.
    list: Option<WantList>,
    /// How many wants came or are wanted more.
    entered: i32,
    /// Lines that became no want, at most 1,000.
    refused: Vec<WantLineError>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// Wants that one answer shows.
const SHOWN: usize = 100;

impl WantsPayload {
    async fn of(ctx: &Ctx, outcome: Outcome<(Option<WantListId>, Vec<Want>)>) -> Result<Self> {
        let (done, errors) = settle(outcome)?;
        let (list, mut wants) = done.unwrap_or_default();
        wants.truncate(SHOWN);
        let one = wants.first().map(|want| want.list);
        let list = list.or(one.filter(|one| wants.iter().all(|want| want.list == *one)));
        let list = match list {
            Some(list) => ops::list(ctx, list).await?,
            None => None,
        };
        Ok(Self { list, wants, errors })
    }
}

/// What somebody can do with what they want. API keys need the scope `WRITE_OWN`.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "WantMutation")]
impl Mutation {
    /// A new list of wants.
    async fn create_want_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name, 1 to 60 characters, like no other of yours.")] name: String,
    ) -> Result<WantListPayload> {
        let (list, errors) = settle(lists::create_list(ctx.data_unchecked(), &name).await)?;
        Ok(WantListPayload { list, errors })
    }

    /// Calls a list something else.
    async fn rename_want_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list.")] id: ID,
        #[graphql(desc = "Its name, 1 to 60 characters, like no other of yours.")] name: String,
    ) -> Result<WantListPayload> {
        let outcome = lists::rename_list(ctx.data_unchecked(), list_id(&id), &name).await;
        let (list, errors) = settle(outcome)?;
        Ok(WantListPayload { list, errors })
    }

    /// Deletes a list.
    async fn delete_want_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list.")] id: ID,
        #[graphql(default, desc = "Also if there are wants in it, which go with it.")] with_wants: bool,
    ) -> Result<DeleteWantListPayload> {
        let outcome = lists::delete_list(ctx.data_unchecked(), list_id(&id), with_wants).await;
        let (id, errors) = settle(outcome)?;
        Ok(DeleteWantListPayload { id: id.map(|id| id.public().into()), errors })
    }

    /// Adds wants. One that is satisfied by the same as another of its list joins it: their copies are added up.
    async fn add_wants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list; your default one if left out, which is made if it is the first.")]
        list_id: Option<ID>,
        #[graphql(desc = "What is wanted, 1 to 100.")] wants: Vec<WantInput>,
    ) -> Result<WantsPayload> {
        let reader: &ReaderLoader = ctx.data_unchecked();
        let wishes = try_join_all(wants.into_iter().map(|want| want.read(reader))).await?;
        let ctx: &Ctx = ctx.data_unchecked();
        let list = list_id.map(|id| super::list_id(&id));
        let outcome = change::add(ctx, list, wishes).await;
        WantsPayload::of(ctx, outcome.map(|(list, wants)| (Some(list), wants))).await
    }

    /// Adds the cards of a decklist. Lines that cannot be read are told; the others are added.
    async fn paste_wants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list; your default one if left out, which is made if it is the first.")]
        list_id: Option<ID>,
        #[graphql(desc = "A line for each card, such as `4 Lightning Bolt`; up to 1,000 lines.")]
        text: String,
        #[graphql(
            default,
            desc = "The printing or set that a line names, such as `4 Lightning Bolt (LEA) 161`; else any printing."
        )]
        as_written: bool,
    ) -> Result<PasteWantsPayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let list = list_id.map(|id| super::list_id(&id));
        let (done, errors) = settle(paste::paste(ctx, list, &text, as_written).await)?;
        let Some((list, wants, lines)) = done else {
            return Ok(PasteWantsPayload { list: None, entered: 0, refused: Vec::new(), errors });
        };
        let line = |line: paste::Line| WantLineError {
            line: line.line,
            text: line.text,
            code: line.problem,
            message: line.message,
        };
        Ok(PasteWantsPayload {
            list: ops::list(ctx, list).await?,
            entered: i32::try_from(wants.len()).unwrap_or(i32::MAX),
            refused: lines.into_iter().map(line).collect(),
            errors,
        })
    }

    /// Changes wants. One that becomes like another of its list joins it.
    async fn edit_wants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes, 1 to 100 edits; all of them, or none.")] edits: Vec<WantEditInput>,
    ) -> Result<WantsPayload> {
        let reader: &ReaderLoader = ctx.data_unchecked();
        let edits = try_join_all(edits.into_iter().map(|edit| edit.read(reader))).await?;
        let ctx: &Ctx = ctx.data_unchecked();
        WantsPayload::of(ctx, change::edit(ctx, edits).await.map(|wants| (None, wants))).await
    }

    /// Moves wants to another list. One that is there already joins it.
    async fn move_wants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The wants, 1 to 100.")] ids: Vec<ID>,
        #[graphql(desc = "The list.")] list_id: ID,
    ) -> Result<WantsPayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let ids = ids.iter().map(want_id).collect();
        let outcome = change::move_to(ctx, ids, super::list_id(&list_id)).await;
        WantsPayload::of(ctx, outcome.map(|wants| (None, wants))).await
    }

    /// Removes wants. What they were is in the answer, so that they can be added again.
    async fn remove_wants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The wants, 1 to 100.")] ids: Vec<ID>,
    ) -> Result<WantsPayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let ids = ids.iter().map(want_id).collect();
        WantsPayload::of(ctx, change::remove(ctx, ids).await.map(|wants| (None, wants))).await
    }
}
