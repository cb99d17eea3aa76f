//! What runs by the clock.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::super::cron;
use super::super::leader::Leader;
use super::super::model::{Enqueued, JobRow, Priority, ScheduleRow};
use super::super::queries::enqueue::Form;
use super::super::queries::{admin, schedules as queries};
use super::enqueue::insert_one;
use crate::{Ctx, Error, Result};

/// A schedule as operators see it.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// When and what.
    pub row: ScheduleRow,
    /// Its last run; nothing before the first.
    pub last: Option<JobRow>,
    /// Whether a worker of this installation can do the work.
    pub built: bool,
    /// When it is next; nothing when the clock does not start it.
    pub next_at: Option<DateTime<Utc>>,
    /// The last good run is older than it may be.
    pub stale: bool,
}

/// All schedules, by name.
pub async fn schedules(ctx: &Ctx) -> Result<Vec<Schedule>> {
    ctx.require_operator()?;
    let rows = queries::all(&mut *ctx.conn().await?).await?;
    let schedule = |(row, last, kind, fresh): queries::Shown| {
        let built = kind.is_some();
        let runs = built && row.enabled;
        let next_at = if runs { Some(cron::next(&row.cron, ctx.now())?) } else { None };
        let within = fresh.and_then(TimeDelta::try_seconds);
        let old = |within: TimeDelta| match row.good_at {
            Some(good_at) => ctx.now() - good_at > within,
            None => last.as_ref().is_some_and(|job| job.standing().is_over()),
        };
        let stale = runs && within.is_some_and(old);
        Ok(Schedule { row, last, built, next_at, stale })
    };
    rows.into_iter().map(schedule).collect()
}

/// Switches a schedule on or off.
pub async fn set_schedule_enabled(ctx: &Ctx, name: &str, enabled: bool) -> Result<Schedule> {
    ctx.require_operator()?;
    queries::set_enabled(&mut *ctx.conn().await?, name, enabled, ctx.now()).await?;
    let found = schedules(ctx).await?.into_iter().find(|schedule| schedule.row.name == name);
    found.ok_or(Error::NotFound("schedule"))
}

/// The schedules that the clock may start: switched on, and with work behind them.
pub async fn startable(ctx: &Ctx) -> Result<Vec<ScheduleRow>> {
    ctx.require_service()?;
    Ok(queries::startable(&mut *ctx.conn().await?).await?)
}

/// Fires what is due by now and was not fired yet, each schedule once however much was missed. Whoever
/// does not lead any more fires nothing: `CONFLICT`. Returns the names of what was fired.
pub async fn fire_due(ctx: &Ctx, leader: &Leader) -> Result<Vec<String>> {
    let mut fired = Vec::new();
    for row in startable(ctx).await? {
        let Some(scheduled_at) = cron::due(&row.cron, row.ticked_until, ctx.now())? else { continue };
        match fire(ctx, leader, &row.name, scheduled_at).await {
            Ok(true) => fired.push(row.name),
            Ok(false) => {}
            // One that cannot be fired, because its queue is full, must not keep the others back.
            Err(error @ Error::QueueFull(_)) => tracing::warn!(schedule = row.name, %error, "a tick waits"),
            Err(error) => return Err(error),
        }
    }
    Ok(fired)
}

async fn fire(ctx: &Ctx, leader: &Leader, name: &str, scheduled_at: DateTime<Utc>) -> Result<bool> {
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        if !queries::is_term(conn, leader.fence()).await? {
            return Err(Error::Conflict("another scheduler leads now".to_owned()));
        }
        if !queries::tick(conn, name, scheduled_at, leader.fence(), ctx.now()).await? {
            return Ok(false);
        }
        let known = admin::known(conn, name).await?.ok_or(Error::NotFound("kind of job"))?;
        let form = Form {
            kind: name,
            lane: &known.lane,
            priority: Priority::Normal as i16,
            max_attempts: known.max_attempts,
            run_at: ctx.now(),
            now: ctx.now(),
        };
        let capacity = usize::try_from(known.capacity).unwrap_or(usize::MAX);
        // While the run of an earlier tick goes on, this one is that run.
        let work = (json!({}), Some(name.to_owned()));
        let job = insert_one(ctx, conn, &form, work, capacity).await?;
        queries::ticked(conn, name, scheduled_at, job.id()).await?;
        Ok(matches!(job, Enqueued::New(_)))
    })
    .await
}
