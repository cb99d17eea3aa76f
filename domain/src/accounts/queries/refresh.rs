use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{refresh_tokens as r, sessions as s};

use crate::SessionId;

/// A refresh token, by what is stored of it.
#[derive(HasQuery)]
#[diesel(table_name = r)]
pub(in super::super) struct RefreshToken {
    pub hash: Vec<u8>,
    pub session_id: SessionId,
    pub counter: i32,
    pub used_at: Option<DateTime<Utc>>,
}

/// A token, once nobody else works on its family any more.
pub(in super::super) async fn locked(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
) -> QueryResult<Option<RefreshToken>> {
    let family = r::table.filter(r::hash.eq(hash)).select(r::session_id);
    let Some(family) = family.first::<SessionId>(conn).await.optional()? else { return Ok(None) };
    s::table.find(family).select(s::id).for_update().first::<SessionId>(conn).await.optional()?;
    RefreshToken::query().filter(r::hash.eq(hash)).first(conn).await.optional()
}

/// The token of a family that can be used.
pub(in super::super) async fn leaf(
    conn: &mut AsyncPgConnection,
    session: SessionId,
) -> QueryResult<Option<RefreshToken>> {
    let leaf = RefreshToken::query().filter(r::session_id.eq(session)).filter(r::used_at.is_null());
    leaf.first(conn).await.optional()
}

pub(in super::super) async fn insert(
    conn: &mut AsyncPgConnection,
    session: SessionId,
    counter: i32,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let row = (r::hash.eq(hash), r::session_id.eq(session), r::counter.eq(counter), r::created_at.eq(now));
    diesel::insert_into(r::table).values(row).execute(conn).await
}

pub(in super::super) async fn mark_used(
    conn: &mut AsyncPgConnection,
    token: &RefreshToken,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(r::table.find(&token.hash)).set(r::used_at.eq(now)).execute(conn).await?;
    diesel::update(s::table.find(token.session_id)).set(s::last_used_at.eq(now)).execute(conn).await
}
