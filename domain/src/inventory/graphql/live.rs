use async_graphql::{Context, Result, SimpleObject, Subscription as Live};
use futures_util::{Stream, StreamExt};

use super::super::live::{Update, follow};
use super::super::model::Lot;
use crate::market::{EventPosition, UpdateKind};

/// News of one's own inventory. A snapshot or reset holds no lots: whoever shows some reads them anew.
#[derive(SimpleObject)]
pub struct InventoryUpdate {
    /// What this message is.
    kind: UpdateKind,
    /// Where in the feed it is.
    position: EventPosition,
    /// Lots with copies in them.
    total_lots: i32,
    /// Copies.
    total_copies: i64,
    /// How many lots changed; `lots` shows at most 100 of them.
    changed: i32,
    /// Lots that changed as they are now; those without copies left too.
    lots: Vec<Lot>,
}

impl From<Update> for InventoryUpdate {
    fn from(update: Update) -> Self {
        Self {
            kind: update.kind,
            position: update.position.into(),
            total_lots: update.inventory.lots,
            total_copies: update.inventory.copies,
            changed: i32::try_from(update.changed).unwrap_or(i32::MAX),
            lots: update.lots,
        }
    }
}

/// Live feeds of what somebody owns.
#[derive(Default)]
pub struct Subscription;

#[Live(name = "InventorySubscription")]
impl Subscription {
    /// One's own inventory: what it is in all, then every change, in whichever window it was made. An API
    /// key needs the scope `READ_OWN`.
    async fn inventory_updated(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = InventoryUpdate>> {
        Ok(follow(ctx.data_unchecked()).await?.map(InventoryUpdate::from))
    }
}
