//! What workers do with jobs.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::super::model::{Announced, Claimed, JobId, Lane, Lease, Outcome, Progress, Renewed, Settled};
use super::super::queries::{admin, claim as queries, finish, tell, wake};
use super::super::retry::{Class, FailedAttempt, backoff};
use super::super::state::JobState;
use crate::{Ctx, Error, Result};

/// Jobs that one look takes over from dead workers.
const REAPED: i32 = 100;

/// A worker as the queue knows it.
#[derive(Clone, Debug)]
pub struct Taker {
    /// Its name, for operators.
    pub name: Arc<str>,
    /// What it can run.
    pub kinds: Arc<[String]>,
    /// How long it keeps a job without a word.
    pub lease: TimeDelta,
}

/// Says what this process can run; schedules of other kinds are not built yet.
pub async fn announce(ctx: &Ctx, kinds: &[Announced]) -> Result<()> {
    ctx.require_service()?;
    Ok(admin::announce(&mut *ctx.conn().await?, kinds, ctx.now()).await?)
}

/// The lanes in which something is due, the most urgent first.
pub async fn ready(ctx: &Ctx, lanes: &[Lane]) -> Result<Vec<String>> {
    ctx.require_service()?;
    let names = lanes.iter().map(|lane| lane.name.to_owned()).collect();
    Ok(queries::ready(&mut *ctx.conn().await?, names, ctx.now()).await?)
}

/// Takes at most so many due jobs of a lane, as far as its limits allow.
pub async fn claim(ctx: &Ctx, taker: &Taker, lane: &Lane, limit: usize) -> Result<Vec<Claimed>> {
    ctx.require_service()?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let taking = queries::Taking {
        worker: &taker.name,
        kinds: &taker.kinds,
        now: ctx.now(),
        lease_until: ctx.now() + taker.lease,
    };
    let mut conn = ctx.conn().await?;
    if !lane.is_limited() {
        return Ok(queries::take(&mut conn, lane.name, limit, &taking).await?);
    }
    conn.transaction(async |conn| {
        let Some(room) = queries::room(conn, lane, ctx.now()).await? else { return Ok(Vec::new()) };
        let taken = queries::take(conn, lane.name, limit.min(room), &taking).await?;
        if !taken.is_empty() && lane.gap > TimeDelta::zero() {
            queries::space(conn, lane, ctx.now()).await?;
        }
        Ok(taken)
    })
    .await
}

/// Keeps jobs for another while and shows how far they are. What is missing in the answer was taken
/// away: its work must end and may change nothing more.
pub async fn renew(ctx: &Ctx, held: &[(Lease, Progress)], lease: TimeDelta) -> Result<Vec<Renewed>> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let renewed = queries::renew(conn, held, ctx.now(), ctx.now() + lease).await?;
        let moved = |id: &JobId| held.iter().any(|(lease, p)| lease.id == *id && *p != Progress::default());
        let moved: Vec<JobId> = renewed.iter().map(|one| one.id).filter(moved).collect();
        tell(conn, &moved).await?;
        Ok(renewed)
    })
    .await
}

/// Ends runs; those that are missing in the answer were not the worker's own any more, and nothing of
/// what it said about them counts.
pub async fn settle(ctx: &Ctx, settled: &[Settled]) -> Result<Vec<JobId>> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let ended = finish::settle(conn, settled, ctx.now()).await?;
        tell(conn, &ended).await?;
        Ok(ended)
    })
    .await
}

/// Ends a run in the transaction of its effect, so that the effect happens once: `CONFLICT` when the
/// job belongs to somebody else now, and the transaction must be rolled back.
pub async fn settle_in(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    lease: Lease,
    outcome: Outcome,
) -> Result<()> {
    ctx.require_service()?;
    let ended = finish::settle(conn, &[Settled { lease, outcome }], ctx.now()).await?;
    tell(conn, &ended).await?;
    if ended.is_empty() { Err(lost(lease)) } else { Ok(()) }
}

/// Makes sure, for the rest of the transaction, that the job is still the worker's own: for effects
/// that are a part of a longer run.
pub async fn hold(ctx: &Ctx, conn: &mut AsyncPgConnection, lease: Lease) -> Result<()> {
    ctx.require_service()?;
    if finish::hold(conn, lease).await? { Ok(()) } else { Err(lost(lease)) }
}

fn lost(lease: Lease) -> Error {
    Error::Conflict(format!("the job {} belongs to another worker now", lease.id))
}

/// An attempt failed. Answers how the job stands now; nothing when it was not the worker's own.
pub async fn fail(
    ctx: &Ctx,
    job: &Claimed,
    class: Class,
    chain: Vec<String>,
    again_at: Option<DateTime<Utc>>,
) -> Result<Option<JobState>> {
    ctx.require_service()?;
    let attempt = FailedAttempt { at: ctx.now(), attempt: job.attempts, class, chain };
    let error = serde_json::to_value(&attempt).map_err(Error::internal)?;
    let wait = ctx.now() + backoff(job.id, job.attempts);
    let again_at = again_at.map_or(wait, |at| at.max(ctx.now()));
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let for_good = class == Class::Permanent;
        let state = finish::fail(conn, job.lease(), error, for_good, again_at, ctx.now()).await?;
        if state.is_some() {
            tell(conn, &[job.id]).await?;
        }
        Ok(state)
    })
    .await
}

/// A run ended because somebody wanted that; false when it was not the worker's own.
pub async fn end_cancelled(ctx: &Ctx, lease: Lease) -> Result<bool> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let ended = finish::cancelled(conn, lease, ctx.now()).await? == 1;
        tell(conn, if ended { std::slice::from_ref(&lease.id) } else { &[] }).await?;
        Ok(ended)
    })
    .await
}

/// Gives jobs back that a worker cannot finish because it ends.
pub async fn release(ctx: &Ctx, leases: &[Lease]) -> Result<usize> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let back = finish::release(conn, leases, ctx.now()).await?;
        tell(conn, &back).await?;
        wake(conn).await?;
        Ok(back.len())
    })
    .await
}

/// Takes back what workers left that died or lost their way. Returns how many jobs.
pub async fn reap(ctx: &Ctx) -> Result<usize> {
    ctx.require_service()?;
    let chain = ["its worker went away without a word"];
    let error = json!({ "at": ctx.now(), "class": Class::Vanished, "chain": chain });
    let mut conn = ctx.conn().await?;
    let left = conn
        .transaction(async |conn| {
            let left = queries::reap(conn, ctx.now(), error, REAPED).await?;
            if !left.is_empty() {
                let ids: Vec<JobId> = left.iter().map(|job| job.id).collect();
                tell(conn, &ids).await?;
                wake(conn).await?;
            }
            Ok::<_, Error>(left)
        })
        .await?;
    for job in &left {
        let state = JobState::of(job.state);
        tracing::warn!(
            job = job.id,
            kind = job.kind,
            worker = job.worker,
            ?state,
            "a job's worker went away"
        );
    }
    Ok(left.len())
}
