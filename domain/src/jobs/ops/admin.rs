//! What operators see of the queue, and what they can do about it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use serde_json::{Value, json};

use super::super::model::{Enqueued, JobCursor, JobFilter, JobId, JobRow, Priority};
use super::super::queries::enqueue::{self as insertion, Form};
use super::super::queries::{admin as queries, call, schedules, tell, wake};
use super::super::state::JobState;
use super::enqueue::insert_one;
use crate::sources::StandIns;
use crate::{Ctx, Error, Page, Result};

/// What ended well is kept for so long.
const KEEP: TimeDelta = TimeDelta::days(7);
/// What did not is kept longer. Dead jobs are kept until somebody decides.
const KEEP_ODD: TimeDelta = TimeDelta::days(30);
/// Ticks that fired; younger ones protect against a clock that is set back.
const KEEP_TICKS: TimeDelta = TimeDelta::days(30);
/// Jobs that a list of the newest holds.
const NEWEST: i32 = 50;

/// How the queue stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueStatus {
    /// Jobs that wait for their first attempt.
    pub queued: i64,
    /// Jobs that failed and are tried again.
    pub retrying: i64,
    /// Jobs that a worker has.
    pub running: i64,
    /// Dead letters.
    pub dead: i64,
    /// Since when the job has been due that has waited longest.
    pub oldest_due: Option<DateTime<Utc>>,
}

/// How the queue stands.
pub async fn queue_status(ctx: &Ctx) -> Result<QueueStatus> {
    ctx.require_operator()?;
    let mut conn = ctx.conn().await?;
    let mut status =
        QueueStatus { oldest_due: queries::oldest_due(&mut conn, ctx.now()).await?, ..Default::default() };
    for counted in queries::counts(&mut conn).await? {
        match JobState::of(counted.state) {
            Some(JobState::Queued) => status.queued = counted.count,
            Some(JobState::Retrying) => status.retrying = counted.count,
            Some(JobState::Running) => status.running = counted.count,
            Some(JobState::Dead) => status.dead = counted.count,
            _ => {}
        }
    }
    Ok(status)
}

/// Jobs, newest first.
pub async fn jobs(ctx: &Ctx, filter: &JobFilter, page: &Page<JobCursor>) -> Result<Vec<JobRow>> {
    ctx.require_operator()?;
    Ok(queries::page(&mut *ctx.conn().await?, filter, page).await?)
}

/// The newest jobs.
pub async fn newest(ctx: &Ctx) -> Result<Vec<JobRow>> {
    let page = Page::new(NEWEST, None)?;
    let mut rows = jobs(ctx, &JobFilter::default(), &page).await?;
    rows.truncate(page.limit());
    Ok(rows)
}

/// One job.
pub async fn job(ctx: &Ctx, id: JobId) -> Result<Option<JobRow>> {
    ctx.require_operator()?;
    Ok(queries::by_id(&mut *ctx.conn().await?, id).await?)
}

/// Some jobs, newest first.
pub async fn jobs_by_id(ctx: &Ctx, ids: &[JobId]) -> Result<Vec<JobRow>> {
    ctx.require_operator()?;
    Ok(queries::by_ids(&mut *ctx.conn().await?, ids).await?)
}

/// Puts a dead job into the queue again, with all its attempts.
pub async fn retry(ctx: &Ctx, id: JobId) -> Result<JobRow> {
    ctx.require_operator()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let revived = queries::revive(conn, id, ctx.now()).await.map_err(|error| {
            let double = matches!(
                error,
                diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _)
            );
            if double {
                Error::Conflict("the same work is being done by another job".to_owned())
            } else {
                error.into()
            }
        })?;
        let Some(job) = revived else { return Err(refusal(conn, id, "dead jobs can be retried").await?) };
        tell(conn, &[id]).await?;
        wake(conn).await?;
        Ok(job)
    })
    .await
}

/// Gives a dead job up.
pub async fn discard(ctx: &Ctx, id: JobId) -> Result<JobRow> {
    ctx.require_operator()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let ended = queries::end(conn, id, &[JobState::Dead], JobState::Discarded, ctx.now()).await?;
        let Some(job) = ended else { return Err(refusal(conn, id, "dead jobs can be discarded").await?) };
        tell(conn, &[id]).await?;
        Ok(job)
    })
    .await
}

/// Ends a job that waits, or asks the worker of one that runs to end it.
pub async fn cancel(ctx: &Ctx, id: JobId) -> Result<JobRow> {
    ctx.require_operator()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let waiting = [JobState::Queued, JobState::Retrying];
        let job = match queries::end(conn, id, &waiting, JobState::Cancelled, ctx.now()).await? {
            Some(job) => Some(job),
            None => queries::request_cancel(conn, id).await?,
        };
        let Some(job) = job else {
            return Err(refusal(conn, id, "waiting and running jobs can be cancelled").await?);
        };
        tell(conn, &[id]).await?;
        call(conn, id).await?;
        Ok(job)
    })
    .await
}

async fn refusal(conn: &mut diesel_async::AsyncPgConnection, id: JobId, only: &str) -> Result<Error> {
    let found = queries::by_id(conn, id).await?;
    let state = found.ok_or(Error::NotFound("job"))?.standing();
    Ok(Error::Conflict(format!("the job is {state:?}; only {only}")))
}

/// Runs a schedule's work now. When it is waiting or running already, that run it is.
pub async fn trigger(ctx: &Ctx, name: &str) -> Result<JobRow> {
    ctx.require_operator()?;
    start(ctx, name, (json!({}), name.to_owned())).await
}

/// The same with stand-ins in place of the services that it visits. Only the platform itself knows any.
pub async fn trigger_with(ctx: &Ctx, name: &str, stand_ins: &StandIns) -> Result<JobRow> {
    ctx.require_service()?;
    let key = format!("{name} at {}", stand_ins.address);
    start(ctx, name, (json!({ "stand_ins": stand_ins }), key)).await
}

async fn start(ctx: &Ctx, name: &str, (payload, key): (Value, String)) -> Result<JobRow> {
    let mut conn = ctx.conn().await?;
    let schedule = schedules::by_name(&mut conn, name).await?.ok_or(Error::NotFound("schedule"))?;
    let known = queries::known(&mut conn, name).await?;
    let known = known.ok_or_else(|| Error::Conflict(format!("{name} is not built yet")))?;
    conn.transaction(async |conn| {
        let form = Form {
            kind: &schedule.name,
            lane: &known.lane,
            priority: Priority::High as i16,
            max_attempts: known.max_attempts,
            run_at: ctx.now(),
            now: ctx.now(),
        };
        let capacity = usize::try_from(known.capacity).unwrap_or(usize::MAX);
        let enqueued = insert_one(ctx, conn, &form, (payload, Some(key)), capacity).await?;
        if let Enqueued::Coalesced(id) = enqueued {
            insertion::hasten(conn, id, Priority::High as i16, ctx.now()).await?;
            wake(conn).await?;
        }
        schedules::ran(conn, name, enqueued.id()).await?;
        queries::by_id(conn, enqueued.id()).await?.ok_or(Error::NotFound("job"))
    })
    .await
}

/// Forgets what ended long ago. Returns how many jobs.
pub async fn forget_old(ctx: &Ctx) -> Result<usize> {
    ctx.require_service()?;
    let well = [JobState::Succeeded, JobState::NothingToDo];
    let odd = [JobState::Degraded, JobState::Cancelled, JobState::Discarded];
    let mut conn = ctx.conn().await?;
    let mut gone = 0;
    for (states, before) in [(&well[..], ctx.now() - KEEP), (&odd[..], ctx.now() - KEEP_ODD)] {
        loop {
            let some = queries::forget(&mut conn, states, before).await?;
            gone += some;
            if some == 0 {
                break;
            }
        }
    }
    schedules::forget(&mut conn, ctx.now() - KEEP_TICKS).await?;
    Ok(gone)
}
