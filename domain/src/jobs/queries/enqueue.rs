use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;

use super::super::model::JobId;
use crate::fixed::fixed;

/// What all jobs of one insertion have in common.
pub(in super::super) struct Form<'a> {
    pub kind: &'a str,
    pub lane: &'a str,
    pub priority: i16,
    pub max_attempts: i32,
    pub run_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

#[derive(QueryableByName)]
pub(super) struct Id {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
}

/// Those that were not there; the others are being done already.
pub(in super::super) async fn insert(
    conn: &mut AsyncPgConnection,
    form: &Form<'_>,
    payloads: Vec<Value>,
    keys: Vec<Option<String>>,
) -> QueryResult<Vec<JobId>> {
    let rows: Vec<Id> = fixed(
        "INSERT INTO jobs (kind, lane, priority, max_attempts, run_at, created_at, traceparent, state, payload, unique_key) \
         SELECT $1, $2, $3, $4, $5, $6, $7, 1, g.payload, g.key FROM unnest($8, $9) AS g (payload, key) \
         ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL AND state <= 3 DO NOTHING RETURNING id",
    )
    .bind::<Text, _>(form.kind.to_owned())
    .bind::<Text, _>(form.lane.to_owned())
    .bind::<SmallInt, _>(form.priority)
    .bind::<Integer, _>(form.max_attempts)
    .bind::<Timestamptz, _>(form.run_at)
    .bind::<Timestamptz, _>(form.now)
    .bind::<Nullable<Text>, _>(trace::current())
    .bind::<Array<Jsonb>, _>(payloads)
    .bind::<Array<Nullable<Text>>, _>(keys)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// One on a connection of an import's own; nothing if it is being done already. Workers and those who
/// watch are told once the transaction is committed.
pub(in super::super) async fn insert_beside(
    client: &tokio_postgres::Client,
    form: &Form<'_>,
    payload: &Value,
    key: Option<String>,
) -> Result<(), tokio_postgres::Error> {
    let insert = "INSERT INTO jobs (kind, lane, priority, max_attempts, run_at, created_at, state, payload, unique_key) \
                  VALUES ($1, $2, $3, $4, $5, $6, 1, $7::text::jsonb, $8) \
                  ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL AND state <= 3 DO NOTHING RETURNING id";
    let (payload, run_at, now) = (payload.to_string(), form.run_at, form.now);
    let new = client
        .query_opt(
            insert,
            &[&form.kind, &form.lane, &form.priority, &form.max_attempts, &run_at, &now, &payload, &key],
        )
        .await?;
    let Some(id) = new.map(|row| row.get::<_, JobId>(0)) else { return Ok(()) };
    let event = serde_json::json!({ "changed": 1, "ids": [id] }).to_string();
    client.execute("INSERT INTO outbox (kind, payload) VALUES ('jobs', $1::text::jsonb)", &[&event]).await?;
    client.batch_execute("SELECT pg_notify('jobs', ''), pg_notify('outbox', '')").await
}

/// The job that does the work of a key.
pub(in super::super) async fn working(
    conn: &mut AsyncPgConnection,
    kind: &str,
    key: &str,
) -> QueryResult<Option<JobId>> {
    use tables::jobs as j;
    j::table
        .filter(j::kind.eq(kind).and(j::unique_key.eq(key)).and(j::state.le(3)))
        .select(j::id)
        .first(conn)
        .await
        .optional()
}

/// Whether a job of a kind waits whose time has come.
pub(in super::super) async fn another_waits(
    conn: &mut AsyncPgConnection,
    kind: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    use tables::jobs as j;
    let due = j::table.filter(j::kind.eq(kind).and(j::state.le(2)).and(j::run_at.le(now)));
    diesel::select(diesel::dsl::exists(due)).get_result(conn).await
}

/// Lets a job that waits for its time run now, before others.
pub(in super::super) async fn hasten(
    conn: &mut AsyncPgConnection,
    id: JobId,
    priority: i16,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    use tables::jobs as j;
    let waiting = j::table.filter(j::id.eq(id).and(j::state.le(2)));
    diesel::update(waiting).set((j::run_at.eq(now), j::priority.eq(priority))).execute(conn).await
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many jobs of a kind wait; more than the capacity are not counted.
pub(in super::super) async fn waiting(
    conn: &mut AsyncPgConnection,
    lane: &str,
    kind: &str,
    capacity: usize,
) -> QueryResult<usize> {
    let limit = i64::try_from(capacity).unwrap_or(i64::MAX);
    let Count { count } = fixed(
        "SELECT count(*) FROM (SELECT FROM jobs WHERE lane = $1 AND state <= 2 AND kind = $2 LIMIT $3) q",
    )
    .bind::<Text, _>(lane.to_owned())
    .bind::<Text, _>(kind.to_owned())
    .bind::<BigInt, _>(limit)
    .get_result(conn)
    .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}
