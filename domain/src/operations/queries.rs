use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::Timestamptz;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{DatabaseFacts, Depth};
use crate::fixed::fixed;

/// The database as its server sees it. Needs none of our tables.
pub(super) async fn facts(conn: &mut AsyncPgConnection) -> QueryResult<DatabaseFacts> {
    fixed(
        "SELECT split_part(current_setting('server_version'), ' ', 1) AS version, current_database()::text AS name, \
             pg_database_size(current_database()) AS bytes, \
             (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections, \
             current_setting('max_connections')::bigint AS max_connections",
    )
    .get_result(conn)
    .await
}

/// What waits: jobs by kind and state, and, in the row without a kind, the outbox.
pub(super) async fn depths(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<Vec<Depth>> {
    fixed(
        "SELECT kind, state, count(*) AS count, min(run_at) FILTER (WHERE state <= 2 AND run_at <= $1) AS oldest \
             FROM jobs WHERE state <= 3 OR state = 7 GROUP BY kind, state \
         UNION ALL SELECT NULL, NULL, count(*), min(created_at) FROM outbox",
    )
    .bind::<Timestamptz, _>(now)
    .load(conn)
    .await
}
