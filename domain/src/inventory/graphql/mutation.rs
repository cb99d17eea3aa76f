use async_graphql::{Context, ID, Object, Result, SimpleObject};
use futures_util::future::try_join_all;

use super::super::model::{Binder, Change, Lot, Outcome, Refusal, Removal};
use super::super::{binders, ops};
use super::inputs::{EditInput, LotInput, NOBODYS, RemovalInput, SaleInput, binder_id};
use super::types::InventoryError;
use crate::scalars::Date;
use crate::{ChangeId, Ctx, ReaderLoader};

/// What came of it, or everything that a person can correct.
pub(crate) fn settle<T>(outcome: Outcome<T>) -> crate::Result<(Option<T>, Vec<InventoryError>)> {
    match outcome {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(Refusal::Problems(problems)) => {
            Ok((None, problems.into_iter().map(InventoryError::from).collect()))
        }
        Err(Refusal::Error(error)) => Err(error),
    }
}

/// An inventory after a change.
#[derive(SimpleObject)]
pub(super) struct InventoryPayload {
    /// What was done; null when it came to nothing, or could not be done.
    change: Option<Change>,
    /// Lots that it touched as they are now, up to 100; empty ones too.
    lots: Vec<Lot>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

impl InventoryPayload {
    async fn of(ctx: &Ctx, outcome: Outcome<Option<Change>>) -> Result<Self> {
        let (change, errors) = settle(outcome)?;
        let change = change.flatten();
        let lots = match &change {
            Some(change) => ops::lots_of_change(ctx, change.id).await?,
            None => Vec::new(),
        };
        Ok(Self { change, lots, errors })
    }
}

/// A binder after a change.
#[derive(SimpleObject)]
pub(super) struct BinderPayload {
    /// The binder; null when nothing was done.
    binder: Option<Binder>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

impl BinderPayload {
    fn of(outcome: Outcome<Binder>) -> Result<Self> {
        let (binder, errors) = settle(outcome)?;
        Ok(Self { binder, errors })
    }
}

/// What somebody can do with what they own. API keys need the scope `WRITE_OWN`.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "InventoryMutation")]
impl Mutation {
    /// Copies come. Those that are like a lot in every fact join it.
    async fn add_to_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What comes, 1 to 100 lots.")] lots: Vec<LotInput>,
    ) -> Result<InventoryPayload> {
        let reader: &ReaderLoader = ctx.data_unchecked();
        let lots = try_join_all(lots.into_iter().map(|lot| lot.read(reader))).await?;
        let ctx: &Ctx = ctx.data_unchecked();
        InventoryPayload::of(ctx, ops::add(ctx, lots).await).await
    }

    /// Facts of copies change: moves them to another binder, splits a lot, joins two, corrects a condition.
    /// Copies whose facts change leave their lot for the one that has the new facts.
    async fn edit_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes, 1 to 100 edits; all of them, or none.")] edits: Vec<EditInput>,
    ) -> Result<InventoryPayload> {
        let reader: &ReaderLoader = ctx.data_unchecked();
        let edits = try_join_all(edits.into_iter().map(|edit| edit.read(reader))).await?;
        let ctx: &Ctx = ctx.data_unchecked();
        InventoryPayload::of(ctx, ops::edit(ctx, edits).await).await
    }

    /// Copies are sold; never more than there are.
    async fn sell_from_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is sold, 1 to 100 sales; all of them, or none.")] sales: Vec<SaleInput>,
        #[graphql(desc = "The day; today if left out.")] sold_on: Option<Date>,
    ) -> Result<InventoryPayload> {
        let reader: &ReaderLoader = ctx.data_unchecked();
        let sales = try_join_all(sales.into_iter().map(|sale| sale.read(reader))).await?;
        let ctx: &Ctx = ctx.data_unchecked();
        InventoryPayload::of(ctx, ops::sell(ctx, sales, sold_on.map(|day| day.0)).await).await
    }

    /// Copies go without a sale: lost, given away, entered by mistake.
    async fn remove_from_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What goes, 1 to 100 removals; all of them, or none.")] lots: Vec<RemovalInput>,
    ) -> Result<InventoryPayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let removals = lots.into_iter().map(Removal::from).collect();
        InventoryPayload::of(ctx, ops::remove(ctx, removals).await).await
    }

    /// Takes a change back, whatever it was, as long as the copies that it brought are still in the lots
    /// where it put them. Taking back is a change too, which can be taken back.
    async fn undo_inventory_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] id: ID,
    ) -> Result<InventoryPayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let change = ChangeId::from_public(&id).unwrap_or(ChangeId(NOBODYS));
        InventoryPayload::of(ctx, ops::undo(ctx, change).await).await
    }

    /// A new binder.
    async fn create_binder(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name, 1 to 60 characters, like no other of yours.")] name: String,
    ) -> Result<BinderPayload> {
        BinderPayload::of(binders::create_binder(ctx.data_unchecked(), &name).await)
    }

    /// Calls a binder something else.
    async fn rename_binder(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The binder.")] id: ID,
        #[graphql(desc = "Its name, 1 to 60 characters, like no other of yours.")] name: String,
    ) -> Result<BinderPayload> {
        BinderPayload::of(binders::rename_binder(ctx.data_unchecked(), binder_id(&id), &name).await)
    }

    /// Throws a binder away, which must be empty. What was in it once still tells so.
    async fn delete_binder(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The binder.")] id: ID,
    ) -> Result<BinderPayload> {
        BinderPayload::of(binders::delete_binder(ctx.data_unchecked(), binder_id(&id)).await)
    }
}
