//! The queue as it changes: a snapshot, then what changed, and a reset after a loss.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{Stream, stream};
use tokio::time::{Instant, sleep, timeout_at};

use super::model::{JobId, JobRow};
use super::ops;
use crate::events::{self, Live, Position, Subscription};
use crate::jobs::JobsChanged;
use crate::market::UpdateKind;
use crate::{Ctx, Result};

/// A socket gets news at most this often.
const PACE: Duration = Duration::from_millis(250);
/// Between two tries to read while the database is away.
const RETRY: Duration = Duration::from_millis(500);
/// Jobs that one message shows.
const SHOWN: usize = 100;

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub position: Position,
    pub changed: i64,
    pub jobs: Vec<JobRow>,
}

struct Follower {
    ctx: Ctx,
    only: Option<JobId>,
    live: Subscription<JobsChanged>,
    first: Option<Update>,
    sent: Option<Instant>,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let update = match self.live.next().await? {
                Live::Event(position, event) => {
                    let mut changed = Changed { only: self.only, ..Changed::default() };
                    changed.add(&event);
                    if changed.ids.is_empty() {
                        events::passed_over();
                        continue;
                    }
                    self.delta(position, changed).await
                }
                Live::Reset(position) => self.reset(position).await,
            };
            self.sent = Some(Instant::now());
            return Some(update);
        }
    }

    /// Everything that arrives until the pace allows to send.
    async fn delta(&mut self, mut position: Position, mut changed: Changed) -> Update {
        let due = self.sent.map_or_else(Instant::now, |sent| sent + PACE);
        while let Ok(Some(live)) = timeout_at(due, self.live.next()).await {
            match live {
                Live::Event(at, event) => {
                    changed.add(&event);
                    position = at;
                }
                Live::Reset(at) => return self.reset(at).await,
            }
        }
        let jobs = self.read(Wanted::These(changed.ids.iter().rev().take(SHOWN).copied().collect())).await;
        Update { kind: UpdateKind::Delta, position, changed: changed.count, jobs }
    }

    async fn reset(&mut self, position: Position) -> Update {
        let jobs = self.read(Wanted::snapshot(self.only)).await;
        Update { kind: UpdateKind::Reset, position, changed: count(&jobs), jobs }
    }

    async fn read(&self, wanted: Wanted) -> Vec<JobRow> {
        loop {
            match wanted.read(&self.ctx.renewed()).await {
                Ok(jobs) => return jobs,
                Err(error) => tracing::warn!(%error, "a subscriber waits for jobs"),
            }
            sleep(RETRY).await;
        }
    }
}

enum Wanted {
    Newest,
    These(Vec<JobId>),
}

impl Wanted {
    fn snapshot(only: Option<JobId>) -> Self {
        only.map_or(Self::Newest, |id| Self::These(vec![id]))
    }

    async fn read(&self, ctx: &Ctx) -> Result<Vec<JobRow>> {
        match self {
            Self::Newest => ops::newest(ctx).await,
            Self::These(ids) => ops::jobs_by_id(ctx, ids).await,
        }
    }
}

fn count(jobs: &[JobRow]) -> i64 {
    i64::try_from(jobs.len()).unwrap_or(i64::MAX)
}

#[derive(Default)]
struct Changed {
    only: Option<JobId>,
    count: i64,
    ids: BTreeSet<JobId>,
}

impl Changed {
    fn add(&mut self, event: &JobsChanged) {
        match self.only {
            None => {
                self.count += event.changed;
                self.ids.extend(&event.ids);
            }
            // An event that does not name all of them may be about this one.
            Some(id) if event.ids.contains(&id) || count_of(event) < event.changed => {
                self.count = 1;
                self.ids.insert(id);
            }
            Some(_) => {}
        }
    }
}

fn count_of(event: &JobsChanged) -> i64 {
    i64::try_from(event.ids.len()).unwrap_or(i64::MAX)
}

/// Follows the queue, or one job of it.
pub(super) async fn follow(ctx: &Ctx, only: Option<JobId>) -> Result<impl Stream<Item = Update> + use<>> {
    // The position is read before the snapshot, so that nothing falls between them.
    let live = ctx.hub().subscribe(events::jobs()).await;
    let jobs = Wanted::snapshot(only).read(ctx).await?;
    let position = live.position().clone();
    let first = Update { kind: UpdateKind::Snapshot, position, changed: count(&jobs), jobs };
    let follower = Follower { ctx: ctx.clone(), only, live, first: Some(first), sent: None };
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}
