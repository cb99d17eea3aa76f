use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::throttles as t;

/// The latest time until which one of the guards is closed.
pub(in super::super) async fn closed_until(
    conn: &mut AsyncPgConnection,
    guards: &[String],
    now: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    let closed = t::table.filter(t::guard.eq_any(guards)).filter(t::until.gt(now));
    closed.select(diesel::dsl::max(t::until)).get_result(conn).await
}

/// Counts one more in the window and closes the guard for so long as the count says, once it is
/// over the limit; the count. One statement, so that nobody slips between counting and closing.
pub(in super::super) async fn count(
    conn: &mut AsyncPgConnection,
    guard: &str,
    window: TimeDelta,
    limit: i32,
    longest_seconds: i32,
    now: DateTime<Utc>,
) -> QueryResult<i32> {
    let fresh = now - window;
    // 1, 2, 4 … seconds beyond the limit.
    let delay = |failures: &str| {
        format!(
            "CASE WHEN {failures} > {limit} THEN least({longest_seconds}, power(2, least({failures} - {limit} - 1, 20))) END"
        )
    };
    let statement = format!(
        "INSERT INTO throttles AS t (guard, failures, since, until) \
         VALUES ($1, 1, $2, $2 + make_interval(secs => {first})) \
         ON CONFLICT (guard) DO UPDATE SET \
            failures = CASE WHEN t.since < $3 THEN 1 ELSE t.failures + 1 END, \
            since = CASE WHEN t.since < $3 THEN $2 ELSE t.since END, \
            until = $2 + make_interval(secs => CASE WHEN t.since < $3 THEN {first} ELSE {next} END) \
         RETURNING failures",
        first = delay("1"),
        next = delay("t.failures + 1"),
    );
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = Integer)]
        failures: i32,
    }
    let query = diesel::sql_query(statement)
        .bind::<diesel::sql_types::Text, _>(guard)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(fresh);
    Ok(query.get_result::<Counted>(conn).await?.failures)
}

pub(in super::super) async fn clear(conn: &mut AsyncPgConnection, guard: &str) -> QueryResult<usize> {
    diesel::delete(t::table.find(guard)).execute(conn).await
}

pub(in super::super) async fn forget(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    let open = t::until.is_null().or(t::until.lt(before));
    diesel::delete(t::table.filter(t::since.lt(before)).filter(open)).execute(conn).await
}
