//! The hot path: taking jobs, keeping them, and taking over what a dead worker left.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use tables::job_lanes as l;

use super::super::model::{Claimed, Lane, Lease, Progress, Renewed};
use crate::fixed::fixed;

#[derive(QueryableByName)]
struct Ready {
    #[diesel(sql_type = Text)]
    lane: String,
}

/// The lanes in which something is due, the most urgent first. One look at the index for each.
pub(in super::super) async fn ready(
    conn: &mut AsyncPgConnection,
    lanes: Vec<String>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<String>> {
    let rows: Vec<Ready> = fixed(
        "SELECT l.lane FROM unnest($1) AS l (lane) CROSS JOIN LATERAL (SELECT j.priority, j.run_at FROM jobs j \
         WHERE j.lane = l.lane AND j.state <= 2 AND j.run_at <= $2 ORDER BY j.priority, j.run_at, j.id LIMIT 1) first \
         ORDER BY first.priority, first.run_at",
    )
    .bind::<Array<Text>, _>(lanes)
    .bind::<Timestamptz, _>(now)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.lane).collect())
}

/// A worker that takes.
pub(in super::super) struct Taking<'a> {
    pub worker: &'a str,
    pub kinds: &'a [String],
    pub now: DateTime<Utc>,
    pub lease_until: DateTime<Utc>,
}

/// Takes due jobs of a lane, and tells those who watch.
pub(in super::super) async fn take(
    conn: &mut AsyncPgConnection,
    lane: &str,
    limit: i64,
    taking: &Taking<'_>,
) -> QueryResult<Vec<Claimed>> {
    // By ANY (ARRAY …), which goes by the key whatever the planner thinks of the number of rows.
    fixed(
        "WITH due AS (SELECT id FROM jobs WHERE lane = $1 AND state <= 2 AND run_at <= $2 AND kind = ANY ($3) \
             ORDER BY priority, run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED), \
         taken AS (UPDATE jobs SET state = 3, attempts = attempts + 1, fence = fence + 1, lease_until = $5, \
             heartbeat_at = $2, worker = $6, started_at = $2, done = 0, total = NULL, rows = NULL, note = NULL \
             WHERE id = ANY (ARRAY (SELECT id FROM due)) \
             RETURNING id, fence, kind, payload, attempts, max_attempts, traceparent, priority, run_at), \
         told AS (INSERT INTO outbox (kind, payload) SELECT 'jobs', jsonb_build_object('changed', count(*), \
             'ids', to_jsonb((array_agg(id ORDER BY id DESC))[1:100])) FROM taken HAVING count(*) > 0 RETURNING id) \
         SELECT taken.*, (SELECT count(pg_notify('outbox', '')) FROM told) AS told FROM taken \
         ORDER BY priority, run_at, id",
    )
    .bind::<Text, _>(lane.to_owned())
    .bind::<Timestamptz, _>(taking.now)
    .bind::<Array<Text>, _>(taking.kinds.to_vec())
    .bind::<BigInt, _>(limit)
    .bind::<Timestamptz, _>(taking.lease_until)
    .bind::<Text, _>(taking.worker.to_owned())
    .load(conn)
    .await
}

/// How many jobs of a limited lane may be taken now. Until the transaction ends nobody else takes
/// from it; nothing when somebody else is at it.
pub(in super::super) async fn room(
    conn: &mut AsyncPgConnection,
    lane: &Lane,
    now: DateTime<Utc>,
) -> QueryResult<Option<i64>> {
    let row = l::table.find(lane.name).select(l::next_at).for_update().skip_locked();
    let Some(next_at) = row.first::<DateTime<Utc>>(conn).await.optional()? else { return Ok(None) };
    let gap = lane.gap > TimeDelta::zero();
    if gap && next_at > now {
        return Ok(None);
    }
    // A statement of its own, so that it sees what the last owner of the row committed.
    use tables::jobs as j;
    let running = j::table.filter(j::lane.eq(lane.name).and(j::state.eq(3)));
    let running: i64 = running.count().get_result(conn).await?;
    let free = lane.at_once.map_or(i64::MAX, |limit| i64::from(limit) - running);
    let free = if gap { free.min(1) } else { free };
    Ok(Some(free).filter(|free| *free > 0))
}

/// The next job of a lane starts not before.
pub(in super::super) async fn space(
    conn: &mut AsyncPgConnection,
    lane: &Lane,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(l::table.find(lane.name)).set(l::next_at.eq(now + lane.gap)).execute(conn).await
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Bool)]
    cancel_requested: bool,
}

/// Keeps jobs for a while longer and writes down how far they are. What is not in the answer belongs
/// to somebody else now.
pub(in super::super) async fn renew(
    conn: &mut AsyncPgConnection,
    held: &[(Lease, Progress)],
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> QueryResult<Vec<Renewed>> {
    let rows: Vec<Kept> = fixed(
        "UPDATE jobs j SET heartbeat_at = $1, lease_until = $2, done = g.done, total = g.total \
         FROM unnest($3, $4, $5, $6) AS g (id, fence, done, total) \
         WHERE j.id = g.id AND j.fence = g.fence AND j.state = 3 RETURNING j.id, j.cancel_requested",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(lease_until)
    .bind::<Array<BigInt>, _>(held.iter().map(|(lease, _)| lease.id).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(held.iter().map(|(lease, _)| lease.fence).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(held.iter().map(|(_, progress)| progress.done).collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(held.iter().map(|(_, progress)| progress.total).collect::<Vec<_>>())
    .load(conn)
    .await?;
    let renewed = |row: Kept| Renewed { id: row.id, cancel_requested: row.cancel_requested };
    Ok(rows.into_iter().map(renewed).collect())
}

/// A job whose worker did not keep its lease.
#[derive(QueryableByName)]
pub(in super::super) struct Left {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = SmallInt)]
    pub state: i16,
    #[diesel(sql_type = Nullable<Text>)]
    pub worker: Option<String>,
}

/// Jobs whose lease ran out go back to the queue, or are dead when that was their last attempt.
pub(in super::super) async fn reap(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    error: Value,
    limit: i32,
) -> QueryResult<Vec<Left>> {
    fixed(
        "WITH lost AS (SELECT id FROM jobs WHERE state = 3 AND lease_until < $1 \
             ORDER BY lease_until LIMIT $2 FOR UPDATE SKIP LOCKED) \
         UPDATE jobs SET state = CASE WHEN cancel_requested THEN 8 WHEN attempts >= max_attempts THEN 7 ELSE 2 END, \
             run_at = $1, lease_until = NULL, \
             finished_at = CASE WHEN cancel_requested OR attempts >= max_attempts THEN $1 END, \
             errors = errors || ($3 || jsonb_build_object('attempt', attempts)) \
         WHERE id = ANY (ARRAY (SELECT id FROM lost)) RETURNING id, kind, state, worker",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(limit)
    .bind::<Jsonb, _>(error)
    .load(conn)
    .await
}
