use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{api_keys as k, signing_keys as g, users as u};

use super::super::model::{ApiKey, Status, UserRow};
use crate::{ApiKeyId, Scopes, UserId};

/// A key that access tokens are signed with.
#[derive(HasQuery, Insertable)]
#[diesel(table_name = g)]
pub(in super::super) struct SigningKey {
    pub kid: String,
    pub public_key: Vec<u8>,
    pub sealed_key: Vec<u8>,
    pub created_at: DateTime<Utc>,
}

/// Signing keys, oldest first.
pub(in super::super) async fn signing(conn: &mut AsyncPgConnection) -> QueryResult<Vec<SigningKey>> {
    SigningKey::query().order((g::created_at, g::kid)).load(conn).await
}

pub(in super::super) async fn add_signing(
    conn: &mut AsyncPgConnection,
    key: &SigningKey,
) -> QueryResult<usize> {
    diesel::insert_into(g::table).values(key).execute(conn).await
}

pub(in super::super) async fn forget_signing(
    conn: &mut AsyncPgConnection,
    kids: &[String],
) -> QueryResult<usize> {
    diesel::delete(g::table.filter(g::kid.eq_any(kids))).execute(conn).await
}

pub(in super::super) struct NewKey<'a> {
    pub user: UserId,
    pub name: &'a str,
    pub prefix: &'a str,
    pub hash: &'a [u8],
    pub scopes: Scopes,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub(in super::super) async fn insert(conn: &mut AsyncPgConnection, new: NewKey<'_>) -> QueryResult<ApiKey> {
    let row = (
        k::user_id.eq(new.user),
        k::name.eq(new.name),
        k::prefix.eq(new.prefix),
        k::hash.eq(new.hash),
        k::scopes.eq(new.scopes.0),
        k::created_at.eq(new.now),
        k::expires_at.eq(new.expires_at),
    );
    diesel::insert_into(k::table).values(row).returning(ApiKey::as_returning()).get_result(conn).await
}

/// How many keys of a user are neither revoked nor expired.
pub(in super::super) async fn count(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    let live =
        k::table.filter(k::user_id.eq(user)).filter(k::revoked_at.is_null()).filter(k::expires_at.gt(now));
    live.count().get_result(conn).await
}

/// A user's keys that are not revoked, the newest first.
pub(in super::super) async fn page(
    conn: &mut AsyncPgConnection,
    user: UserId,
    after: Option<ApiKeyId>,
    limit: i64,
) -> QueryResult<Vec<ApiKey>> {
    let mut query = ApiKey::query()
        .filter(k::user_id.eq(user))
        .filter(k::revoked_at.is_null())
        .order(k::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(k::id.lt(after));
    }
    query.load(conn).await
}

/// A key that may be used, and whose it is.
pub(in super::super) async fn live(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<(ApiKey, UserRow)>> {
    k::table
        .inner_join(u::table)
        .filter(k::hash.eq(hash))
        .filter(k::revoked_at.is_null())
        .filter(k::expires_at.gt(now))
        .filter(u::status.eq(Status::Active as i16))
        .select((ApiKey::as_select(), UserRow::as_select()))
        .first(conn)
        .await
        .optional()
}

pub(in super::super) async fn note_use(
    conn: &mut AsyncPgConnection,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(k::table.find(id)).set(k::last_used_at.eq(now)).execute(conn).await
}

/// Revokes a key of a user; its hash, or nothing when there is no such key.
pub(in super::super) async fn revoke(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> QueryResult<Option<Vec<u8>>> {
    let own = k::table.filter(k::id.eq(id)).filter(k::user_id.eq(user)).filter(k::revoked_at.is_null());
    diesel::update(own).set(k::revoked_at.eq(now)).returning(k::hash).get_result(conn).await.optional()
}

/// The hashes of a user's keys that may be used.
pub(in super::super) async fn hashes(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<Vec<u8>>> {
    k::table.filter(k::user_id.eq(user)).filter(k::revoked_at.is_null()).select(k::hash).load(conn).await
}

/// Keys that were revoked since.
pub(in super::super) async fn revoked_since(
    conn: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> QueryResult<Vec<ApiKeyId>> {
    k::table.filter(k::revoked_at.gt(since)).select(k::id).load(conn).await
}
