//! What somebody is told, in every window that they have open: each notification whole, none left out.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::model::Notification;
use super::ops;
use crate::events::{self, Live, Position, Subscription};
use crate::market::UpdateKind;
use crate::{Ctx, NotificationId, Result, UserId};

/// Between two tries to read while the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// What travels to those who watch somebody's notifications: which are new. None when some were read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NotificationsChanged {
    /// Whose.
    pub user: UserId,
    /// Which are new, at most 100.
    pub posted: Vec<NotificationId>,
}

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub position: Position,
    pub unread: i64,
    pub notification: Option<Notification>,
}

struct Follower {
    ctx: Ctx,
    live: Subscription<NotificationsChanged>,
    /// What is told before anything else.
    ready: VecDeque<Update>,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            let (kind, position, posted) = match self.live.next().await? {
                Live::Event(position, event) => (UpdateKind::Delta, position, event.posted.clone()),
                Live::Reset(position) => (UpdateKind::Reset, position, Vec::new()),
            };
            self.ready = self.updates(kind, &position, &posted).await.into();
            if self.ready.is_empty() {
                // All of them were forgotten before they could be told.
                events::passed_over();
            }
        }
    }

    async fn updates(&self, kind: UpdateKind, position: &Position, posted: &[NotificationId]) -> Vec<Update> {
        let update = |unread, notification| Update { kind, position: position.clone(), unread, notification };
        loop {
            match read(&self.ctx.renewed(), posted).await {
                Ok((unread, _)) if posted.is_empty() => return vec![update(unread, None)],
                Ok((unread, found)) => {
                    return found.into_iter().map(|one| update(unread, Some(one))).collect();
                }
                Err(error) => tracing::warn!(%error, "a subscriber waits for notifications"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }
}

async fn read(ctx: &Ctx, posted: &[NotificationId]) -> Result<(i64, Vec<Notification>)> {
    let found = if posted.is_empty() { Vec::new() } else { ops::by_id(ctx, posted).await? };
    Ok((ops::unread(ctx).await?, found))
}

/// Follows the viewer's notifications.
pub(super) async fn follow(ctx: &Ctx) -> Result<impl Stream<Item = Update> + use<>> {
    let user = ctx.reader()?;
    // The position is read before the snapshot, so that nothing falls between them.
    let live = ctx.hub().subscribe(events::notifications(user)).await;
    let position = live.position().clone();
    let unread = ops::unread(ctx).await?;
    let first = Update { kind: UpdateKind::Snapshot, position, unread, notification: None };
    let follower = Follower { ctx: ctx.clone(), live, ready: VecDeque::from([first]) };
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}
