//! Writes results down, many at a time. What the database does not take for a moment is tried again:
//! the work is done, and doing it twice is worse than waiting.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::jobs::{self as queue, Claimed, JobState, Lease, Outcome, Settled};
use domain::{Ctx, Error, operations};
use tokio::sync::mpsc;
use tracing::{Instrument, Span};

use super::held::Held;
use crate::task::Failure;

/// Results of one statement.
const BATCH: usize = 1_000;
const PAUSE: Duration = Duration::from_millis(250);
/// Then the lease is over anyway, and another worker has the job.
const TRIES: usize = 240;

/// Says something to the database until it is heard; nothing when that does not happen in time.
macro_rules! again {
    ($write:expr) => {{
        let mut tries = TRIES;
        loop {
            match $write.await {
                Ok(value) => break Some(value),
                Err(error) => {
                    if !patient(&mut tries, &error).await {
                        break None;
                    }
                }
            }
        }
    }};
}

/// How a run ended.
pub(super) enum End {
    Settled(Outcome),
    Failed(Failure),
    Cancelled,
    /// Not begun or not finished, because the process ends.
    Released,
    /// Somebody else has the job.
    Lost,
}

impl End {
    /// As it is counted.
    pub(super) fn counted(&self) -> operations::Ended {
        match self {
            Self::Settled(outcome) => operations::Ended::As(outcome.state()),
            Self::Failed(_) => operations::Ended::Failed,
            Self::Cancelled => operations::Ended::Cancelled,
            Self::Released | Self::Lost => operations::Ended::Released,
        }
    }
}

/// A run that ended.
pub(super) struct Ended {
    pub job: Claimed,
    pub end: End,
    /// What is said of it belongs to it.
    pub span: Span,
}

/// Writes until nobody can send any more.
pub(super) async fn write(ctx: Ctx, held: Arc<Held>, mut results: mpsc::Receiver<Ended>) {
    let mut batch = Vec::new();
    while results.recv_many(&mut batch, BATCH).await > 0 {
        let leases: Vec<Lease> = batch.iter().map(|ended| ended.job.lease()).collect();
        sort(&ctx, std::mem::take(&mut batch)).await;
        held.let_go(leases);
    }
}

async fn sort(ctx: &Ctx, batch: Vec<Ended>) {
    let (mut settled, mut released) = (Vec::new(), Vec::new());
    for Ended { job, end, span } in batch {
        match end {
            End::Settled(outcome) => settled.push(Settled { lease: job.lease(), outcome }),
            End::Released => released.push(job.lease()),
            End::Lost => {
                tracing::warn!(job = job.id, kind = job.kind, "a job was taken away; what it did is not kept")
            }
            End::Cancelled => {
                again!(queue::end_cancelled(&ctx.renewed(), job.lease()));
            }
            End::Failed(failure) => failed(ctx, &job, &failure).instrument(span).await,
        }
    }
    if !settled.is_empty()
        && let Some(ended) = again!(queue::settle(&ctx.renewed(), &settled))
        && ended.len() < settled.len()
    {
        unheard(ctx, &settled, &ended).await;
    }
    if !released.is_empty() {
        again!(queue::release(&ctx.renewed(), &released));
    }
}

/// Some were not this worker's own any more, or ended in the transaction of their effect.
async fn unheard(ctx: &Ctx, settled: &[Settled], ended: &[queue::JobId]) {
    let ended: HashSet<_> = ended.iter().collect();
    let ids: Vec<_> = settled.iter().map(|one| one.lease.id).filter(|id| !ended.contains(id)).collect();
    let rows = again!(queue::jobs_by_id(&ctx.renewed(), &ids)).unwrap_or_default();
    for row in rows.iter().filter(|row| !row.standing().is_over()) {
        tracing::warn!(job = row.id, kind = row.kind, "a job was taken away; its result is not heard");
    }
}

async fn failed(ctx: &Ctx, job: &Claimed, failure: &Failure) {
    let chain = failure.chain();
    let told = chain.join(": ");
    let after = failure.after.and_then(|after| TimeDelta::from_std(after).ok());
    let again_at = after.map(|after| ctx.renewed().now() + after);
    let state = again!(queue::fail(&ctx.renewed(), job, failure.class, chain.clone(), again_at));
    match state.flatten() {
        Some(JobState::Dead) => {
            tracing::error!(job = job.id, kind = job.kind, attempt = job.attempts, told, "a job is dead");
        }
        Some(_) => {
            tracing::warn!(
                job = job.id,
                kind = job.kind,
                attempt = job.attempts,
                told,
                "a job failed and is tried again"
            );
        }
        None => {
            tracing::warn!(job = job.id, kind = job.kind, told, "a job that was taken away failed");
        }
    }
}

/// Whether to try once more, after a pause.
async fn patient(tries: &mut usize, error: &Error) -> bool {
    if !matches!(error, Error::Unavailable(_)) || *tries == 0 {
        tracing::error!(%error, "results of jobs could not be written; their leases run out");
        return false;
    }
    *tries -= 1;
    tracing::warn!(%error, "results of jobs wait");
    tokio::time::sleep(PAUSE).await;
    true
}
