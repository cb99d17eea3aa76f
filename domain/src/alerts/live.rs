//! What fires, in every window of its owner.

use std::time::Duration;

use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::model::AlertEvent;
use super::ops;
use crate::events::{self, Live, Position, Subscription};
use crate::market::UpdateKind;
use crate::{AlertEventId, Ctx, UserId};

/// Between two tries to read while the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// What travels to those who wait for alerts: what fired.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AlertsFired {
    /// Whose alerts.
    pub user: UserId,
    /// How many fired.
    pub fired: usize,
    /// What became of them, at most 100.
    pub events: Vec<AlertEventId>,
}

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub position: Position,
    pub fired: usize,
    pub events: Vec<AlertEvent>,
}

struct Follower {
    ctx: Ctx,
    live: Subscription<AlertsFired>,
    first: Option<Update>,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let (kind, position, fired, named) = match self.live.next().await? {
            Live::Event(position, event) => (UpdateKind::Delta, position, event.fired, event.events.clone()),
            Live::Reset(position) => (UpdateKind::Reset, position, 0, Vec::new()),
        };
        if named.is_empty() {
            return Some(Update { kind, position, fired, events: Vec::new() });
        }
        loop {
            match ops::events_by_id(&self.ctx.renewed(), &named).await {
                Ok(events) => return Some(Update { kind, position, fired, events }),
                Err(error) => tracing::warn!(%error, "a subscriber waits for alerts"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }
}

/// Follows what fires of the viewer's alerts.
pub(super) async fn follow(ctx: &Ctx) -> crate::Result<impl Stream<Item = Update> + use<>> {
    let user = ctx.reader()?;
    let live = ctx.hub().subscribe(events::alerts(user)).await;
    let position = live.position().clone();
    let first = Update { kind: UpdateKind::Snapshot, position, fired: 0, events: Vec::new() };
    let follower = Follower { ctx: ctx.clone(), live, first: Some(first) };
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}
