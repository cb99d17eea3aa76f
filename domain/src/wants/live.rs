//! A list of wants as it changes, in every window that shows it.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::model::{Want, WantList};
use super::ops;
use crate::events::{self, Live, Position, Subscription};
use crate::market::UpdateKind;
use crate::{Ctx, Error, Result, UserId, WantId, WantListId};

/// Between two tries to read while the database is away.
const RETRY: Duration = Duration::from_millis(500);
/// Wants that an event names.
const NAMED: usize = 100;

/// What travels to those who watch somebody's wants: what changed in one list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WantsChanged {
    /// Whose.
    pub user: UserId,
    /// In which list.
    pub list: WantListId,
    /// How many wants changed or went.
    pub changed: usize,
    /// Those that came or changed, at most 100.
    pub wants: Vec<WantId>,
    /// Those that went from the list, at most 100.
    pub removed: Vec<WantId>,
}

impl WantsChanged {
    pub(crate) fn of(user: UserId, list: WantListId, wants: &[WantId], removed: &[WantId]) -> Self {
        let named = |ids: &[WantId]| ids.iter().copied().take(NAMED).collect();
        Self {
            user,
            list,
            changed: wants.len() + removed.len(),
            wants: named(wants),
            removed: named(removed),
        }
    }
}

/// Says that wants changed, once the transaction is committed.
pub(crate) async fn tell(conn: &mut AsyncPgConnection, event: &WantsChanged) -> diesel::QueryResult<usize> {
    events::insert(conn, "wants", event).await
}

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub position: Position,
    pub list: WantList,
    pub changed: usize,
    pub wants: Vec<Want>,
    pub removed: Vec<WantId>,
}

struct Follower {
    ctx: Ctx,
    id: WantListId,
    live: Subscription<WantsChanged>,
    first: Option<Update>,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let (kind, position, changed, named, removed) = loop {
            match self.live.next().await? {
                Live::Event(position, event) if event.list == self.id => {
                    let (named, removed) = (event.wants.clone(), event.removed.clone());
                    break (UpdateKind::Delta, position, event.changed, named, removed);
                }
                Live::Event(..) => events::passed_over(),
                Live::Reset(position) => break (UpdateKind::Reset, position, 0, Vec::new(), Vec::new()),
            }
        };
        loop {
            match read(&self.ctx.renewed(), self.id, &named).await {
                Ok(Some((list, wants))) => {
                    return Some(Update { kind, position, list, changed, wants, removed });
                }
                // It was deleted.
                Ok(None) => return None,
                Err(error) => tracing::warn!(%error, "a subscriber waits for a want list"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }
}

async fn read(ctx: &Ctx, id: WantListId, named: &[WantId]) -> Result<Option<(WantList, Vec<Want>)>> {
    let Some(list) = ops::list(ctx, id).await? else { return Ok(None) };
    let wants = if named.is_empty() { Vec::new() } else { ops::by_id(ctx, named).await? };
    Ok(Some((list, wants)))
}

/// Follows one of the viewer's lists.
pub(super) async fn follow(ctx: &Ctx, id: WantListId) -> Result<impl Stream<Item = Update> + use<>> {
    let user = ctx.reader()?;
    // The position is read before the snapshot, so that nothing falls between them.
    let live = ctx.hub().subscribe(events::wants(user)).await;
    let position = live.position().clone();
    let list = ops::list(ctx, id).await?.ok_or(Error::NotFound("want list"))?;
    let (kind, wants, removed) = (UpdateKind::Snapshot, Vec::new(), Vec::new());
    let first = Update { kind, position, list, changed: 0, wants, removed };
    let follower = Follower { ctx: ctx.clone(), id, live, first: Some(first) };
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}
