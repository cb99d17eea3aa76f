use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio_postgres::Client;

use super::model::Position;

/// What a replica says of itself.
pub(super) struct Standing {
    /// It follows somebody.
    pub follows: bool,
    /// What it has replayed; nothing if it has never followed.
    pub replayed: Option<Position>,
}

/// Behind the last byte that any transaction that has ended wrote.
pub(super) async fn written(conn: &mut AsyncPgConnection) -> QueryResult<Position> {
    let position = sql::<BigInt>("pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint");
    diesel::select(position).get_result(conn).await.map(Position)
}

/// What a primary has made safe, and so may have sent.
pub(super) async fn flushed(client: &Client) -> Result<Position, tokio_postgres::Error> {
    let asked = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint";
    Ok(Position(client.query_one(asked, &[]).await?.get(0)))
}

/// What a replica has replayed.
pub(super) async fn standing(client: &Client) -> Result<Standing, tokio_postgres::Error> {
    let asked = "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint";
    let row = client.query_one(asked, &[]).await?;
    Ok(Standing { follows: row.get(0), replayed: row.get::<_, Option<i64>>(1).map(Position) })
}

/// The same on a primary and on all that were ever copied from it.
pub(super) async fn system(client: &Client) -> Result<i64, tokio_postgres::Error> {
    Ok(client.query_one("SELECT system_identifier FROM pg_control_system()", &[]).await?.get(0))
}
