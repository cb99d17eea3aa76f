use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, SmallInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{job_kinds as k, job_lanes, jobs as j};

use super::super::model::{Announced, JobCursor, JobFilter, JobId, JobRow};
use super::super::state::JobState;
use crate::Page;
use crate::fixed::fixed;

/// Rows that one statement of the clean-up deletes.
const SWEPT: i64 = 5_000;

pub(in super::super) async fn by_id(conn: &mut AsyncPgConnection, id: JobId) -> QueryResult<Option<JobRow>> {
    JobRow::query().filter(j::id.eq(id)).first(conn).await.optional()
}

pub(in super::super) async fn by_ids(
    conn: &mut AsyncPgConnection,
    ids: &[JobId],
) -> QueryResult<Vec<JobRow>> {
    JobRow::query().filter(j::id.eq_any(ids)).order(j::id.desc()).load(conn).await
}

/// Jobs, newest first.
pub(in super::super) async fn page(
    conn: &mut AsyncPgConnection,
    filter: &JobFilter,
    page: &Page<JobCursor>,
) -> QueryResult<Vec<JobRow>> {
    let mut query = JobRow::query().order(j::id.desc()).limit(page.fetch()).into_boxed();
    if let Some(states) = &filter.states {
        let numbers: Vec<i16> = states.iter().map(|state| state.number()).collect();
        query = query.filter(j::state.eq_any(numbers));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(j::kind.eq(kind.clone()));
    }
    if let Some(lane) = &filter.lane {
        query = query.filter(j::lane.eq(lane.clone()));
    }
    if let Some(after) = page.after {
        query = query.filter(j::id.lt(after.0));
    }
    query.load(conn).await
}

/// How many jobs are in a state.
#[derive(Clone, Copy, Debug, Queryable)]
pub(in super::super) struct Counted {
    pub state: i16,
    pub count: i64,
}

/// Jobs that are not over, and those that an operator should look at, by state.
pub(in super::super) async fn counts(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Counted>> {
    let open = j::state.le(JobState::Running.number()).or(j::state.eq(JobState::Dead.number()));
    let grouped = j::table.filter(open).group_by(j::state).select((j::state, diesel::dsl::count_star()));
    grouped.load(conn).await
}

/// Since when the job has been due that has waited longest.
pub(in super::super) async fn oldest_due(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    let due = j::table.filter(j::state.le(JobState::Retrying.number()).and(j::run_at.le(now)));
    due.select(diesel::dsl::min(j::run_at)).first(conn).await
}

/// Puts a dead job into the queue again, with all its attempts.
pub(in super::super) async fn revive(
    conn: &mut AsyncPgConnection,
    id: JobId,
    now: DateTime<Utc>,
) -> QueryResult<Option<JobRow>> {
    let dead = j::table.filter(j::id.eq(id).and(j::state.eq(JobState::Dead.number())));
    let again = (
        j::state.eq(JobState::Queued.number()),
        j::run_at.eq(now),
        j::attempts.eq(0),
        j::cancel_requested.eq(false),
        j::finished_at.eq(None::<DateTime<Utc>>),
    );
    diesel::update(dead).set(again).returning(JobRow::as_returning()).get_result(conn).await.optional()
}

/// Ends a job that is in one of the states.
pub(in super::super) async fn end(
    conn: &mut AsyncPgConnection,
    id: JobId,
    from: &[JobState],
    to: JobState,
    now: DateTime<Utc>,
) -> QueryResult<Option<JobRow>> {
    let numbers: Vec<i16> = from.iter().map(|state| state.number()).collect();
    let found = j::table.filter(j::id.eq(id).and(j::state.eq_any(numbers)));
    let set = (j::state.eq(to.number()), j::finished_at.eq(now));
    diesel::update(found).set(set).returning(JobRow::as_returning()).get_result(conn).await.optional()
}

/// Asks the worker of a running job to end it.
pub(in super::super) async fn request_cancel(
    conn: &mut AsyncPgConnection,
    id: JobId,
) -> QueryResult<Option<JobRow>> {
    let running = j::table.filter(j::id.eq(id).and(j::state.eq(JobState::Running.number())));
    let set = j::cancel_requested.eq(true);
    diesel::update(running).set(set).returning(JobRow::as_returning()).get_result(conn).await.optional()
}

/// Writes down what workers can run.
pub(in super::super) async fn announce(
    conn: &mut AsyncPgConnection,
    kinds: &[Announced],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    use diesel::upsert::excluded;
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let rows: Vec<_> = kinds
        .iter()
        .map(|one| {
            let expected = i64::try_from(one.expected.rows).unwrap_or(i64::MAX);
            (
                k::kind.eq(one.kind),
                k::lane.eq(one.lane.name),
                k::priority.eq(one.priority as i16),
                k::max_attempts.eq(i32::from(one.max_attempts)),
                k::capacity.eq(number(one.capacity)),
                k::rows_expected.eq(expected),
                k::fresh_seconds.eq(one.expected.within.map(|within| within.num_seconds())),
            )
        })
        .collect();
    let set = (
        k::lane.eq(excluded(k::lane)),
        k::priority.eq(excluded(k::priority)),
        k::max_attempts.eq(excluded(k::max_attempts)),
        k::capacity.eq(excluded(k::capacity)),
        k::rows_expected.eq(excluded(k::rows_expected)),
        k::fresh_seconds.eq(excluded(k::fresh_seconds)),
    );
    diesel::insert_into(k::table)
        .values(rows)
        .on_conflict(k::kind)
        .do_update()
        .set(set)
        .execute(conn)
        .await?;
    let mut names: Vec<&str> =
        kinds.iter().filter(|one| one.lane.is_limited()).map(|one| one.lane.name).collect();
    names.sort_unstable();
    names.dedup();
    let lanes: Vec<_> =
        names.into_iter().map(|lane| (job_lanes::lane.eq(lane), job_lanes::next_at.eq(now))).collect();
    diesel::insert_into(job_lanes::table).values(lanes).on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}

/// What is needed to enqueue a job of a kind without knowing its type.
#[derive(Clone, Debug, Queryable)]
pub(in super::super) struct Known {
    pub lane: String,
    pub max_attempts: i32,
    pub capacity: i64,
}

pub(in super::super) async fn known(conn: &mut AsyncPgConnection, kind: &str) -> QueryResult<Option<Known>> {
    k::table.find(kind).select((k::lane, k::max_attempts, k::capacity)).first(conn).await.optional()
}

/// Deletes jobs that ended long ago, some at a time; says how many.
pub(in super::super) async fn forget(
    conn: &mut AsyncPgConnection,
    states: &[JobState],
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    let numbers: Vec<i16> = states.iter().map(|state| state.number()).collect();
    fixed(
        "DELETE FROM jobs WHERE id = ANY (ARRAY (SELECT id FROM jobs WHERE state = ANY ($1) AND finished_at < $2 \
         AND id NOT IN (SELECT last_job_id FROM schedules WHERE last_job_id IS NOT NULL) ORDER BY id LIMIT $3))",
    )
    .bind::<Array<SmallInt>, _>(numbers)
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(SWEPT)
    .execute(conn)
    .await
}
