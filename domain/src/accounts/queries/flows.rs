use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::oauth_flows as f;

use super::super::model::Provider;
use crate::SessionId;

#[derive(Insertable)]
#[diesel(table_name = f)]
pub(in super::super) struct NewFlow<'a> {
    pub state_hash: &'a [u8],
    pub provider: i16,
    pub browser_hash: &'a [u8],
    pub nonce: &'a str,
    pub verifier: &'a str,
    pub next: &'a str,
    pub session_id: Option<SessionId>,
    pub purpose: i16,
    pub expires_at: DateTime<Utc>,
}

/// A login that came back.
#[derive(HasQuery)]
#[diesel(table_name = f)]
pub(in super::super) struct FlowRow {
    pub browser_hash: Vec<u8>,
    pub nonce: String,
    pub verifier: String,
    pub next: String,
    pub session_id: Option<SessionId>,
    pub purpose: i16,
    pub expires_at: DateTime<Utc>,
}

pub(in super::super) async fn insert(conn: &mut AsyncPgConnection, flow: NewFlow<'_>) -> QueryResult<usize> {
    diesel::insert_into(f::table).values(flow).execute(conn).await
}

/// Uses a flow up: whoever comes second finds nothing.
pub(in super::super) async fn take(
    conn: &mut AsyncPgConnection,
    state_hash: &[u8],
    provider: Provider,
    now: DateTime<Utc>,
) -> QueryResult<Option<FlowRow>> {
    let flow = f::table
        .filter(f::state_hash.eq(state_hash))
        .filter(f::provider.eq(provider as i16))
        .filter(f::expires_at.gt(now));
    diesel::delete(flow).returning(FlowRow::as_returning()).get_result(conn).await.optional()
}

pub(in super::super) async fn forget_expired(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(f::table.filter(f::expires_at.lt(now))).execute(conn).await
}
