use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Date, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{audit_details as d, audit_log as a};

use super::model::{Detail, Event, EventCursor, EventRow, Logged};
use crate::{ApiKeyId, Page, SessionId, UserId};

/// Who did it, and from where.
pub(super) struct By {
    pub actor: Option<UserId>,
    pub session: Option<SessionId>,
    pub key: Option<ApiKeyId>,
    pub network: Option<String>,
    pub request_id: Option<String>,
    /// Without it nobody finds out from the event what its details were.
    pub salt: [u8; 16],
}

/// The event and its details; the database adds it to the chain when the transaction commits.
const INSERT: &str = "WITH event AS ( \
        INSERT INTO audit_log (at, event, user_id, actor_id, session_id, api_key_id, detail_hash) VALUES ($1, $2, $3, $4, \
            $5, $6, sha256($7 || convert_to(jsonb_build_array($8, $9, $10)::text, 'UTF8'))) RETURNING id, user_id) \
    INSERT INTO audit_details (event_id, user_id, salt, network, request_id, detail) \
        SELECT id, user_id, $7, $8, $9, $10 FROM event";

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    event: Event,
    by: By,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let insert = diesel::sql_query(INSERT)
        .bind::<Timestamptz, _>(now)
        .bind::<SmallInt, _>(event.kind as i16)
        .bind::<Nullable<Integer>, _>(event.user)
        .bind::<Nullable<Integer>, _>(by.actor)
        .bind::<Nullable<Integer>, _>(by.session)
        .bind::<Nullable<Integer>, _>(by.key)
        .bind::<Bytea, _>(by.salt.to_vec())
        .bind::<Nullable<Text>, _>(by.network)
        .bind::<Nullable<Text>, _>(by.request_id)
        .bind::<Jsonb, _>(event.detail);
    insert.execute(conn).await
}

/// Events, newest first; of one user, or of all.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    user: Option<UserId>,
    page: &Page<EventCursor>,
) -> QueryResult<Vec<EventRow>> {
    let mut query = a::table
        .left_join(d::table)
        .select((Logged::as_select(), Option::<Detail>::as_select()))
        .order(a::id.desc())
        .limit(page.fetch())
        .into_boxed();
    if let Some(user) = user {
        query = query.filter(a::user_id.eq(user));
    }
    if let Some(after) = page.after {
        query = query.filter(a::id.lt(after.0));
    }
    let rows: Vec<(Logged, Option<Detail>)> = query.load(conn).await?;
    Ok(rows.into_iter().map(|(logged, detail)| EventRow { logged, detail }).collect())
}

/// Deletes what is personal about somebody's events, those that concern them and those that they did.
pub(super) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<usize> {
    let theirs = a::table.filter(a::user_id.eq(user).or(a::actor_id.eq(user))).select(a::id);
    diesel::delete(d::table.filter(d::event_id.eq_any(theirs))).execute(conn).await
}

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Flaw {
    /// The event.
    #[diesel(sql_type = BigInt)]
    pub event: i64,
    /// What is wrong with it.
    #[diesel(sql_type = Text)]
    pub what: String,
}

/// The chain as this program computes it, not as the database's function does: who can change the one
/// cannot change the other. An erased person's events have no details, and say by another event why.
const FLAWS: &str = "WITH links AS ( \
        SELECT c.*, lag(c.hash) OVER w AS before, coalesce(lag(c.position) OVER w, 0) AS place, lag(c.day) OVER w AS last \
        FROM audit_chain c WINDOW w AS (ORDER BY c.position)) \
    SELECT l.event_id AS event, CASE \
            WHEN l.place <> l.position - 1 THEN 'links before it are gone' \
            WHEN l.last > l.day THEN 'it is chained before a day that came earlier' \
            WHEN a.id IS NULL THEN 'it is gone' ELSE 'it was changed' END AS what \
        FROM links l LEFT JOIN audit_log a ON a.id = l.event_id \
        WHERE l.place <> l.position - 1 OR l.last > l.day OR a.id IS NULL OR l.hash <> sha256( \
            coalesce(l.before, '') || convert_to(jsonb_build_array( \
                l.position, to_char(l.day, 'YYYY-MM-DD'), a.id, (extract(epoch FROM a.at) * 1000000)::bigint, a.event, \
                a.user_id, a.actor_id, a.session_id, a.api_key_id, encode(a.detail_hash, 'hex'))::text, 'UTF8')) \
    UNION ALL SELECT a.id, 'it is in no chain' FROM audit_log a \
        WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = a.id) \
    UNION ALL SELECT a.id, 'its details were changed' FROM audit_log a JOIN audit_details d ON d.event_id = a.id \
        WHERE a.detail_hash <> sha256(d.salt || convert_to(jsonb_build_array(d.network, d.request_id, d.detail)::text, 'UTF8')) \
    UNION ALL SELECT a.id, 'its details are gone' FROM audit_log a \
        WHERE NOT EXISTS (SELECT FROM audit_details d WHERE d.event_id = a.id) \
        AND NOT EXISTS (SELECT FROM audit_log e WHERE e.event = $1 AND e.user_id IN (a.user_id, a.actor_id)) \
    ORDER BY 1 LIMIT $2";

pub(super) async fn flaws(conn: &mut AsyncPgConnection, erased: i16, most: i64) -> QueryResult<Vec<Flaw>> {
    diesel::sql_query(FLAWS).bind::<SmallInt, _>(erased).bind::<BigInt, _>(most).get_results(conn).await
}

/// The last link of a day.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Head {
    /// The day, in UTC.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// Links until then.
    #[diesel(sql_type = BigInt)]
    pub position: i64,
    /// Vouches for all of them.
    #[diesel(sql_type = Text)]
    pub hash: String,
}

/// The last link of the last day that has one.
pub(super) async fn head(conn: &mut AsyncPgConnection) -> QueryResult<Option<Head>> {
    let last =
        "SELECT day, position, encode(hash, 'hex') AS hash FROM audit_chain ORDER BY position DESC LIMIT 1";
    diesel::sql_query(last).get_result(conn).await.optional()
}
