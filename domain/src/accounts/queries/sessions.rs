use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{sessions as s, users as u};

use super::super::model::{EndReason, Session, Status, UserRow};
use crate::{SessionId, UserId};

pub(in super::super) struct NewSession<'a> {
    pub user: UserId,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub agent: &'a str,
    pub address: &'a str,
}

pub(in super::super) async fn insert(
    conn: &mut AsyncPgConnection,
    new: NewSession<'_>,
) -> QueryResult<SessionId> {
    let row = (
        s::user_id.eq(new.user),
        s::created_at.eq(new.now),
        s::last_used_at.eq(new.now),
        s::authenticated_at.eq(new.now),
        s::expires_at.eq(new.expires_at),
        s::agent.eq(new.agent),
        s::address.eq(new.address),
    );
    diesel::insert_into(s::table).values(row).returning(s::id).get_result(conn).await
}

/// A session that lives, and whose it is.
pub(in super::super) async fn live(
    conn: &mut AsyncPgConnection,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<Option<(Session, UserRow)>> {
    s::table
        .inner_join(u::table)
        .filter(s::id.eq(id))
        .filter(s::ended_at.is_null())
        .filter(s::expires_at.gt(now))
        .filter(u::status.eq(Status::Active as i16))
        .select((Session::as_select(), UserRow::as_select()))
        .first(conn)
        .await
        .optional()
}

/// A user's open sessions, the newest first.
pub(in super::super) async fn open(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
    after: Option<SessionId>,
    limit: i64,
) -> QueryResult<Vec<Session>> {
    let mut query = Session::query()
        .filter(s::user_id.eq(user))
        .filter(s::ended_at.is_null())
        .filter(s::expires_at.gt(now))
        .order(s::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(s::id.lt(after));
    }
    query.load(conn).await
}

/// Ends one session of a user; false when there is no such open one.
pub(in super::super) async fn end(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: SessionId,
    reason: EndReason,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let open = s::table.filter(s::id.eq(id)).filter(s::user_id.eq(user)).filter(s::ended_at.is_null());
    let end = (s::ended_at.eq(now), s::end_reason.eq(reason as i16));
    Ok(diesel::update(open).set(end).execute(conn).await? == 1)
}

/// Ends all sessions of a user but one, and names them.
pub(in super::super) async fn end_all(
    conn: &mut AsyncPgConnection,
    user: UserId,
    except: Option<SessionId>,
    reason: EndReason,
    now: DateTime<Utc>,
) -> QueryResult<Vec<SessionId>> {
    let kept = except.unwrap_or(SessionId(0));
    let open = s::table.filter(s::user_id.eq(user)).filter(s::ended_at.is_null()).filter(s::id.ne(kept));
    let end = (s::ended_at.eq(now), s::end_reason.eq(reason as i16));
    diesel::update(open).set(end).returning(s::id).get_results(conn).await
}

pub(in super::super) async fn set_authenticated(
    conn: &mut AsyncPgConnection,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(s::table.find(id)).set(s::authenticated_at.eq(now)).execute(conn).await
}

/// Sessions that ended since.
pub(in super::super) async fn ended_since(
    conn: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> QueryResult<Vec<SessionId>> {
    s::table.filter(s::ended_at.gt(since)).select(s::id).load(conn).await
}

/// Whether the user has logged in from the address lately.
pub(in super::super) async fn knows_address(
    conn: &mut AsyncPgConnection,
    email: &str,
    address: &str,
    since: DateTime<Utc>,
) -> QueryResult<bool> {
    let known = s::table
        .inner_join(u::table)
        .filter(u::email.eq(email))
        .filter(s::address.eq(address))
        .filter(s::last_used_at.gt(since));
    diesel::select(diesel::dsl::exists(known)).get_result(conn).await
}

/// Sessions that nobody can use any more, and were over before.
pub(in super::super) async fn forget(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    let over = s::table.filter(s::ended_at.lt(before).or(s::expires_at.lt(before)));
    diesel::delete(over).execute(conn).await
}
