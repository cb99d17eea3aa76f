pub(super) mod admin;
pub(super) mod claim;
pub(super) mod enqueue;
pub(super) mod finish;
pub(super) mod schedules;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::JobId;
use super::news::JobsChanged;
use crate::fixed::fixed;

/// Jobs that one message names.
const NAMED: usize = 100;

/// Tells workers, once the transaction is committed, that there is work.
pub(super) async fn wake(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    fixed("SELECT pg_notify('jobs', '')").execute(conn).await
}

/// Tells the worker of a job to look at it.
pub(super) async fn call(conn: &mut AsyncPgConnection, id: JobId) -> QueryResult<usize> {
    diesel::sql_query("SELECT pg_notify('job_cancel', $1::text)")
        .bind::<diesel::sql_types::BigInt, _>(id)
        .execute(conn)
        .await
}

/// Tells those who watch, once the transaction is committed.
pub(super) async fn tell(conn: &mut AsyncPgConnection, ids: &[JobId]) -> QueryResult<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let changed = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let mut ids = ids.to_vec();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.truncate(NAMED);
    crate::events::insert(conn, "jobs", &JobsChanged { changed, ids }).await
}
