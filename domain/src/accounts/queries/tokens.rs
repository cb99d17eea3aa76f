use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::one_time_tokens as t;

use super::super::model::{OneTimeToken, TokenKind};
use crate::UserId;

pub(in super::super) struct NewToken<'a> {
    pub hash: &'a [u8],
    pub kind: TokenKind,
    pub user: Option<UserId>,
    pub email: &'a str,
    pub name: Option<&'a str>,
    pub password_hash: Option<&'a str>,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub(in super::super) async fn insert(conn: &mut AsyncPgConnection, new: NewToken<'_>) -> QueryResult<usize> {
    let row = (
        t::hash.eq(new.hash),
        t::kind.eq(new.kind as i16),
        t::user_id.eq(new.user),
        t::email.eq(new.email),
        t::name.eq(new.name),
        t::password_hash.eq(new.password_hash),
        t::created_at.eq(new.now),
        t::expires_at.eq(new.expires_at),
    );
    diesel::insert_into(t::table).values(row).execute(conn).await
}

/// A token that may still be used, as it is.
pub(in super::super) async fn find(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    kind: TokenKind,
    now: DateTime<Utc>,
) -> QueryResult<Option<OneTimeToken>> {
    OneTimeToken::query()
        .filter(t::hash.eq(hash))
        .filter(t::kind.eq(kind as i16))
        .filter(t::expires_at.gt(now))
        .first(conn)
        .await
        .optional()
}

/// Uses a token up: of several who try at once one gets it.
pub(in super::super) async fn take(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    kind: TokenKind,
    now: DateTime<Utc>,
) -> QueryResult<Option<OneTimeToken>> {
    let usable =
        t::table.filter(t::hash.eq(hash)).filter(t::kind.eq(kind as i16)).filter(t::expires_at.gt(now));
    diesel::delete(usable).returning(OneTimeToken::as_returning()).get_result(conn).await.optional()
}

/// Registrations of an e-mail that has an owner now.
pub(in super::super) async fn forget_registrations(
    conn: &mut AsyncPgConnection,
    email: &str,
) -> QueryResult<usize> {
    let pending = t::table.filter(t::email.eq(email)).filter(t::kind.eq(TokenKind::Register as i16));
    diesel::delete(pending).execute(conn).await
}

/// Everything that was sent to a user and not used.
pub(in super::super) async fn forget_of(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(t::table.filter(t::user_id.eq(user))).execute(conn).await
}

pub(in super::super) async fn forget_expired(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(t::table.filter(t::expires_at.lt(now))).execute(conn).await
}
