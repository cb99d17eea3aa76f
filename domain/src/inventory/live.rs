//! An inventory as it changes, in every window that shows it.

use std::time::Duration;

use futures_util::{Stream, stream};

use super::book::InventoryChanged;
use super::model::{Inventory, Lot};
use super::ops;
use crate::events::{self, Live, Position, Subscription};
use crate::market::UpdateKind;
use crate::{Ctx, LotId, Result};

/// Between two tries to read while the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub position: Position,
    pub inventory: Inventory,
    pub changed: usize,
    pub lots: Vec<Lot>,
}

struct Follower {
    ctx: Ctx,
    live: Subscription<InventoryChanged>,
    first: Option<Update>,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let (kind, position, changed, named) = match self.live.next().await? {
            Live::Event(position, event) => (UpdateKind::Delta, position, event.changed, event.lots.clone()),
            Live::Reset(position) => (UpdateKind::Reset, position, 0, Vec::new()),
        };
        loop {
            match read(&self.ctx.renewed(), &named).await {
                Ok((inventory, lots)) => return Some(Update { kind, position, inventory, changed, lots }),
                Err(error) => tracing::warn!(%error, "a subscriber waits for an inventory"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }
}

async fn read(ctx: &Ctx, lots: &[LotId]) -> Result<(Inventory, Vec<Lot>)> {
    let lots = if lots.is_empty() { Vec::new() } else { ops::lots_by_id(ctx, lots).await? };
    Ok((ops::inventory(ctx).await?, lots))
}

/// Follows the viewer's inventory.
pub(super) async fn follow(ctx: &Ctx) -> Result<impl Stream<Item = Update> + use<>> {
    let user = ctx.reader()?;
    // The position is read before the snapshot, so that nothing falls between them.
    let live = ctx.hub().subscribe(events::inventory(user)).await;
    let position = live.position().clone();
    let (inventory, lots) = read(ctx, &[]).await?;
    let first = Update { kind: UpdateKind::Snapshot, position, inventory, changed: 0, lots };
    let follower = Follower { ctx: ctx.clone(), live, first: Some(first) };
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}
