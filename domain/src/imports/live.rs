//! An import as it goes on, in every window that shows it.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::model::Import;
use super::ops;
use crate::events::{self, Live, Position, Subscription};
use crate::market::UpdateKind;
use crate::{Ctx, Error, ImportId, Result, UserId};

/// Between two tries to read while the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// What travels to those who watch somebody's imports: which one went on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportChanged {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub import: ImportId,
}

/// Says that an import went on, once the transaction is committed.
pub(super) async fn tell(conn: &mut AsyncPgConnection, import: &Import) -> diesel::QueryResult<usize> {
    let event = ImportChanged { user: import.user_id, import: import.id };
    events::insert(conn, "import", &event).await
}

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub position: Position,
    pub import: Import,
}

struct Follower {
    ctx: Ctx,
    id: ImportId,
    live: Subscription<ImportChanged>,
    first: Option<Update>,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let (kind, position) = loop {
            match self.live.next().await? {
                Live::Event(position, event) if event.import == self.id => {
                    break (UpdateKind::Delta, position);
                }
                Live::Event(..) => events::passed_over(),
                Live::Reset(position) => break (UpdateKind::Reset, position),
            }
        };
        loop {
            match ops::import(&self.ctx.renewed(), self.id).await {
                Ok(Some(import)) => return Some(Update { kind, position, import }),
                // It was thrown away.
                Ok(None) => return None,
                Err(error) => tracing::warn!(%error, "a subscriber waits for an import"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }
}

/// Follows an import of the viewer's.
pub(super) async fn follow(ctx: &Ctx, id: ImportId) -> Result<impl Stream<Item = Update> + use<>> {
    let user = ctx.reader()?;
    // The position is read before the snapshot, so that nothing falls between them.
    let live = ctx.hub().subscribe(events::imports(user)).await;
    let position = live.position().clone();
    let import = ops::import(ctx, id).await?.ok_or(Error::NotFound("import"))?;
    let first = Update { kind: UpdateKind::Snapshot, position, import };
    let follower = Follower { ctx: ctx.clone(), id, live, first: Some(first) };
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}
