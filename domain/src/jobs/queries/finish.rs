//! Ends of attempts. Every statement names the lease: what a worker says that lost it changes nothing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use tables::jobs as j;

use super::super::model::{JobId, Lease, Settled};
use super::super::state::JobState;
use super::enqueue::Id;
use crate::fixed::fixed;

/// Failures that a job remembers.
const REMEMBERED: i32 = 12;

/// Ends runs, and says which of them were still the worker's own.
pub(in super::super) async fn settle(
    conn: &mut AsyncPgConnection,
    settled: &[Settled],
    now: DateTime<Utc>,
) -> QueryResult<Vec<JobId>> {
    let parts: Vec<_> = settled.iter().map(|one| one.outcome.parts()).collect();
    let notes = parts.iter().map(|(_, _, note)| note.map(str::to_owned)).collect::<Vec<_>>();
    let ids: Vec<Id> = fixed(
        "WITH ended AS (UPDATE jobs j SET state = g.state, rows = g.rows, note = g.note, finished_at = $1, \
             lease_until = NULL, done = CASE WHEN g.state = 4 THEN coalesce(j.total, j.done) ELSE j.done END \
             FROM unnest($2, $3, $4, $5, $6) AS g (id, fence, state, rows, note) \
             WHERE j.id = g.id AND j.fence = g.fence AND j.state = 3 RETURNING j.id, j.kind, j.state), \
         good AS (UPDATE schedules s SET good_at = $1 \
             WHERE s.name = ANY (ARRAY (SELECT DISTINCT kind FROM ended WHERE state = 4))) \
         SELECT id FROM ended",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<BigInt>, _>(settled.iter().map(|one| one.lease.id).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(settled.iter().map(|one| one.lease.fence).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(parts.iter().map(|(state, ..)| state.number()).collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(parts.iter().map(|(_, rows, _)| *rows).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(notes)
    .load(conn)
    .await?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

/// Locks the job of a lease until the transaction ends; false when the lease is lost.
pub(in super::super) async fn hold(conn: &mut AsyncPgConnection, lease: Lease) -> QueryResult<bool> {
    let own = j::table.filter(j::id.eq(lease.id).and(j::fence.eq(lease.fence)).and(j::state.eq(3)));
    let found = own.select(j::id).for_update().first::<JobId>(conn).await.optional()?;
    Ok(found.is_some())
}

#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = SmallInt)]
    state: i16,
}

/// An attempt failed: the job goes back to the queue, or is dead.
pub(in super::super) async fn fail(
    conn: &mut AsyncPgConnection,
    lease: Lease,
    error: Value,
    for_good: bool,
    again_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<Option<JobState>> {
    let row: Option<State> = fixed(
        "UPDATE jobs SET state = CASE WHEN cancel_requested THEN 8 WHEN $1 OR attempts >= max_attempts THEN 7 ELSE 2 END, \
             run_at = $2, finished_at = CASE WHEN cancel_requested OR $1 OR attempts >= max_attempts THEN $3 END, \
             lease_until = NULL, \
             errors = CASE WHEN jsonb_array_length(errors) >= $4 THEN errors - 0 ELSE errors END || $5 \
         WHERE id = $6 AND fence = $7 AND state = 3 RETURNING state",
    )
    .bind::<Bool, _>(for_good)
    .bind::<Timestamptz, _>(again_at)
    .bind::<Timestamptz, _>(now)
    .bind::<diesel::sql_types::Integer, _>(REMEMBERED)
    .bind::<Jsonb, _>(error)
    .bind::<BigInt, _>(lease.id)
    .bind::<BigInt, _>(lease.fence)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.and_then(|row| JobState::of(row.state)))
}

/// A run ended because somebody wanted that.
pub(in super::super) async fn cancelled(
    conn: &mut AsyncPgConnection,
    lease: Lease,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let own = j::table.filter(j::id.eq(lease.id).and(j::fence.eq(lease.fence)).and(j::state.eq(3)));
    let end = (
        j::state.eq(JobState::Cancelled.number()),
        j::finished_at.eq(now),
        j::lease_until.eq(None::<DateTime<Utc>>),
    );
    diesel::update(own).set(end).execute(conn).await
}

/// Gives jobs back that were not finished; the attempts do not count.
pub(in super::super) async fn release(
    conn: &mut AsyncPgConnection,
    leases: &[Lease],
    now: DateTime<Utc>,
) -> QueryResult<Vec<JobId>> {
    let ids: Vec<Id> = fixed(
        "UPDATE jobs j SET state = CASE WHEN j.attempts > 1 THEN 2 ELSE 1 END, attempts = j.attempts - 1, \
             run_at = $1, lease_until = NULL, started_at = NULL \
         FROM unnest($2, $3) AS g (id, fence) WHERE j.id = g.id AND j.fence = g.fence AND j.state = 3 RETURNING j.id",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<BigInt>, _>(leases.iter().map(|lease| lease.id).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(leases.iter().map(|lease| lease.fence).collect::<Vec<_>>())
    .load(conn)
    .await?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}
