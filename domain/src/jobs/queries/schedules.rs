use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{job_kinds as k, jobs as j, schedule_ticks as t, scheduler_terms as terms, schedules as s};

use super::super::model::{JobId, JobRow, ScheduleRow};

/// A schedule with its last run and what workers said about its kind.
pub(in super::super) type Shown = (ScheduleRow, Option<JobRow>, Option<String>, Option<i64>);

/// All schedules, by name.
pub(in super::super) async fn all(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Shown>> {
    s::table
        .left_join(j::table)
        .left_join(k::table.on(k::kind.eq(s::name)))
        .order(s::name)
        .select((
            ScheduleRow::as_select(),
            Option::<JobRow>::as_select(),
            k::kind.nullable(),
            k::fresh_seconds.nullable(),
        ))
        .load(conn)
        .await
}

pub(in super::super) async fn by_name(
    conn: &mut AsyncPgConnection,
    name: &str,
) -> QueryResult<Option<ScheduleRow>> {
    ScheduleRow::query().filter(s::name.eq(name)).first(conn).await.optional()
}

/// The schedules that the clock may start: switched on, and with work behind them.
pub(in super::super) async fn startable(conn: &mut AsyncPgConnection) -> QueryResult<Vec<ScheduleRow>> {
    let built = k::table.select(k::kind);
    ScheduleRow::query()
        .filter(s::enabled.eq(true).and(s::name.eq_any(built)))
        .order(s::name)
        .load(conn)
        .await
}

/// Switches a schedule on or off. What was missed while it was off is over.
pub(in super::super) async fn set_enabled(
    conn: &mut AsyncPgConnection,
    name: &str,
    enabled: bool,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(s::table.filter(s::name.eq(name).and(s::enabled.ne(enabled))))
        .set((s::enabled.eq(enabled), s::ticked_until.eq(now)))
        .execute(conn)
        .await
}

/// Begins a term of the scheduler.
pub(in super::super) async fn begin_term(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    diesel::update(terms::table)
        .set(terms::fence.eq(terms::fence + 1))
        .returning(terms::fence)
        .get_result(conn)
        .await
}

/// Whether a term is the last one; until the transaction ends no other begins.
pub(in super::super) async fn is_term(conn: &mut AsyncPgConnection, fence: i64) -> QueryResult<bool> {
    let term = terms::table.filter(terms::fence.eq(fence)).select(terms::fence).for_share();
    Ok(term.first::<i64>(conn).await.optional()?.is_some())
}

/// Writes a tick down; false when somebody did before.
pub(in super::super) async fn tick(
    conn: &mut AsyncPgConnection,
    name: &str,
    scheduled_at: DateTime<Utc>,
    fence: i64,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let row = (t::name.eq(name), t::scheduled_at.eq(scheduled_at), t::fired_at.eq(now), t::fence.eq(fence));
    let inserted = diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    Ok(inserted == 1)
}

/// Notes which job a tick led to.
pub(in super::super) async fn ticked(
    conn: &mut AsyncPgConnection,
    name: &str,
    scheduled_at: DateTime<Utc>,
    job: JobId,
) -> QueryResult<usize> {
    diesel::update(t::table.find((name, scheduled_at))).set(t::job_id.eq(job)).execute(conn).await?;
    diesel::update(s::table.find(name))
        .set((s::ticked_until.eq(scheduled_at), s::last_job_id.eq(job)))
        .execute(conn)
        .await
}

/// Notes the run that somebody asked for.
pub(in super::super) async fn ran(
    conn: &mut AsyncPgConnection,
    name: &str,
    job: JobId,
) -> QueryResult<usize> {
    diesel::update(s::table.find(name)).set(s::last_job_id.eq(job)).execute(conn).await
}

/// Forgets old ticks, but not so young a one that it could be proposed again.
pub(in super::super) async fn forget(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(t::table.filter(t::scheduled_at.lt(before))).execute(conn).await
}
