use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, ID, InputObject, Result, SimpleObject};

use super::super::model::{Change, ChangeCursor, Filter, Inventory, Lot, LotCursor};
use super::super::ops;
use super::inputs::binder_id;
use crate::catalog::PrintingKey;
use crate::{Ctx, Page, PrintingId, ReaderLoader, prefetch};

/// A page of lots, and what there is in all.
pub(crate) type InventoryConnection = Connection<LotCursor, Lot, ViewerInventory, EmptyFields>;

/// What somebody owns in all, whatever the page shows.
#[derive(SimpleObject)]
pub struct ViewerInventory {
    /// Lots with copies in them.
    total_lots: i32,
    /// Copies.
    total_copies: i64,
}

impl From<Inventory> for ViewerInventory {
    fn from(inventory: Inventory) -> Self {
        Self { total_lots: inventory.lots, total_copies: inventory.copies }
    }
}

/// A page of changes.
pub(crate) type InventoryChangeConnection = Connection<ChangeCursor, Change, EmptyFields, EmptyFields>;

/// Which lots are wanted; all of what is given.
#[derive(Default, InputObject)]
pub(crate) struct InventoryFilterInput {
    /// In this binder.
    binder_id: Option<ID>,
    /// Of this printing, by its public id.
    printing_id: Option<ID>,
    /// For trade, or not.
    for_trade: Option<bool>,
    /// Also lots whose copies are all gone.
    #[graphql(default)]
    empty: bool,
}

/// A page of the viewer's lots, with what the selection asks of their printings read ahead.
pub(crate) async fn page(
    ctx: &Context<'_>,
    filter: InventoryFilterInput,
    first: i32,
    after: Option<String>,
) -> Result<InventoryConnection> {
    let page = Page::parse(first, after.as_deref())?;
    let filter = Filter {
        binder: filter.binder_id.as_ref().map(binder_id),
        printing: filter.printing_id.map(|id| PrintingId::from_public(&id).unwrap_or(PrintingId(0))),
        for_trade: filter.for_trade,
        empty: filter.empty,
    };
    let platform: &Ctx = ctx.data_unchecked();
    let lots = ops::lots(platform, &filter, &page).await?;
    let totals = ops::inventory(platform).await?;
    let keys = lots.iter().map(|lot| PrintingKey(lot.facts.printing));
    let printings = ctx.data_unchecked::<ReaderLoader>().load_many(keys).await?;
    prefetch::printings_in(ctx, "printing", &printings.into_values().collect::<Vec<_>>()).await?;
    Ok(page.connection(lots, totals.into(), |lot| LotCursor(lot.id), |lot| lot))
}

/// A page of what the viewer did.
pub(crate) async fn changes_page(
    ctx: &Ctx,
    first: i32,
    after: Option<String>,
) -> crate::Result<InventoryChangeConnection> {
    let page = Page::parse(first, after.as_deref())?;
    let changes = ops::changes(ctx, &page).await?;
    Ok(page.connection(changes, EmptyFields, |change| ChangeCursor(change.id), |change| change))
}
