//! What somebody's searches find, as prices move and as they are changed in any window.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep, timeout_at};

use super::model::SavedSearch;
use super::ops;
use crate::events::{self, Subscription};
use crate::market::UpdateKind;
use crate::prices::{Currency, PricesChanged};
use crate::{Ctx, Result, UserId};

/// Between two counts while prices pour in.
const PACE: Duration = Duration::from_secs(3);
/// Searches that take long are run a part of the time only.
const REST: u32 = 5;
/// Between two tries while the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// What travels to those who watch somebody's searches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedSearchesChanged {
    /// Whose.
    pub user: UserId,
}

/// Says whose searches changed, once the transaction is committed.
pub(super) async fn tell(
    conn: &mut AsyncPgConnection,
    users: impl IntoIterator<Item = UserId>,
) -> diesel::QueryResult<usize> {
    let events: Vec<_> = users.into_iter().map(|user| SavedSearchesChanged { user }).collect();
    events::insert_all(conn, "saved_search", &events).await
}

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub at: DateTime<Utc>,
    pub searches: Vec<SavedSearch>,
}

struct Follower {
    ctx: Ctx,
    changes: Subscription<SavedSearchesChanged>,
    markets: [Subscription<PricesChanged>; 2],
    told: Vec<SavedSearch>,
    first: bool,
    next_count: Instant,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        if std::mem::take(&mut self.first) {
            return Some(self.update(UpdateKind::Snapshot));
        }
        loop {
            if !self.hear().await? {
                // Prices moved: whatever else moves until the next count is counted with it.
                while let Ok(changed) = timeout_at(self.next_count, self.hear()).await {
                    if changed? {
                        break;
                    }
                }
            }
            let counted = self.count().await;
            if alike(&counted, &self.told) {
                events::passed_over();
                continue;
            }
            self.told = counted;
            return Some(self.update(UpdateKind::Delta));
        }
    }

    /// Waits for the next event: whether it is one that is answered at once. Nothing at shutdown.
    async fn hear(&mut self) -> Option<bool> {
        let [first, second] = &mut self.markets;
        tokio::select! {
            live = self.changes.next() => live.map(|_| true),
            live = first.next() => live.map(|_| false),
            live = second.next() => live.map(|_| false),
        }
    }

    async fn count(&mut self) -> Vec<SavedSearch> {
        let begun = Instant::now();
        loop {
            match ops::recount(&self.ctx.renewed()).await {
                Ok(counted) => {
                    self.next_count = Instant::now() + PACE.max(begun.elapsed() * REST);
                    return counted;
                }
                Err(error) => tracing::warn!(%error, "a subscriber waits for saved searches"),
            }
            sleep(RETRY).await;
        }
    }

    fn update(&self, kind: UpdateKind) -> Update {
        Update { kind, at: self.ctx.renewed().now(), searches: self.told.clone() }
    }
}

/// Whether two readings say the same, whenever they were taken.
fn alike(some: &[SavedSearch], others: &[SavedSearch]) -> bool {
    let what = |one: &SavedSearch| SavedSearch { counted_at: None, told_at: None, ..one.clone() };
    some.len() == others.len() && some.iter().zip(others).all(|(one, other)| what(one) == what(other))
}

/// Follows what the viewer's searches find.
pub(super) async fn follow(ctx: &Ctx) -> Result<impl Stream<Item = Update> + use<>> {
    let user = ctx.reader()?;
    // The channels are followed before anything is read, so that nothing falls between.
    let changes = ctx.hub().subscribe(events::saved_searches(user)).await;
    let usd = ctx.hub().subscribe(events::market(Currency::Usd)).await;
    let eur = ctx.hub().subscribe(events::market(Currency::Eur)).await;
    let told = ops::recount(ctx).await?;
    let follower = Follower {
        ctx: ctx.clone(),
        changes,
        markets: [usd, eur],
        told,
        first: true,
        next_count: Instant::now() + PACE,
    };
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}
