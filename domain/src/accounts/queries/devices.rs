use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{known_devices as d, users as u};

use crate::UserId;

/// Whether a device is somebody's, of anybody.
pub(in super::super) async fn exists(conn: &mut AsyncPgConnection, hash: &[u8]) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(d::table.filter(d::hash.eq(hash)))).get_result(conn).await
}

/// Whether the account with an e-mail was logged in to from a device lately.
pub(in super::super) async fn knows(
    conn: &mut AsyncPgConnection,
    email: &str,
    hash: &[u8],
    since: DateTime<Utc>,
) -> QueryResult<bool> {
    let known = d::table
        .inner_join(u::table)
        .filter(u::email.eq(email))
        .filter(d::hash.eq(hash))
        .filter(d::last_used_at.gt(since));
    diesel::select(diesel::dsl::exists(known)).get_result(conn).await
}

/// Notes that somebody logged in from a device.
pub(in super::super) async fn note(
    conn: &mut AsyncPgConnection,
    user: UserId,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let row = (d::hash.eq(hash), d::user_id.eq(user), d::created_at.eq(now), d::last_used_at.eq(now));
    let note = diesel::insert_into(d::table).values(row).on_conflict((d::hash, d::user_id)).do_update();
    note.set(d::last_used_at.eq(now)).execute(conn).await
}

/// Forgets all of a user's but those that were used last.
pub(in super::super) async fn keep_newest(
    conn: &mut AsyncPgConnection,
    user: UserId,
    most: i64,
) -> QueryResult<usize> {
    let own = d::table.filter(d::user_id.eq(user));
    let rest: Vec<Vec<u8>> =
        own.order((d::last_used_at.desc(), d::hash)).offset(most).select(d::hash).load(conn).await?;
    diesel::delete(own.filter(d::hash.eq_any(rest))).execute(conn).await
}

pub(in super::super) async fn forget_of(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(d::table.filter(d::user_id.eq(user))).execute(conn).await
}

pub(in super::super) async fn forget_unused(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(d::table.filter(d::last_used_at.lt(before))).execute(conn).await
}
