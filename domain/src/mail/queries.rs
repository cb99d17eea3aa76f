use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::mails as m;

use super::model::Mail;
use crate::UserId;

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    user: Option<UserId>,
    recipient: &str,
    subject: &str,
    body: &str,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    let row = (
        m::user_id.eq(user),
        m::recipient.eq(recipient),
        m::subject.eq(subject),
        m::body.eq(body),
        m::created_at.eq(now),
        m::next_attempt_at.eq(now),
    );
    diesel::insert_into(m::table).values(row).returning(m::id).get_result(conn).await
}

pub(super) async fn ends_at(conn: &mut AsyncPgConnection, id: i64, link: &str) -> QueryResult<usize> {
    diesel::update(m::table.find(id)).set(m::unsubscribe.eq(link)).execute(conn).await
}

/// To nobody, and not to be sent.
pub(super) async fn insert_sent(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let row =
        (m::recipient.eq(""), m::subject.eq(""), m::body.eq(""), m::created_at.eq(now), m::sent_at.eq(now));
    diesel::insert_into(m::table).values(row).execute(conn).await
}

pub(super) async fn forget_pretended(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(m::table.filter(m::recipient.eq(""))).execute(conn).await
}

/// Takes the mail that has waited longest, for a while: when the taker dies, it comes up again.
pub(super) async fn claim(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Option<Mail>> {
    let due = m::table.filter(m::next_attempt_at.le(now)).order(m::next_attempt_at).limit(1);
    conn.build_transaction()
        .run(async |conn| {
            let due = due.select(m::id).for_update().skip_locked().first::<i64>(conn).await.optional()?;
            let Some(due) = due else { return Ok(None) };
            let taken = (m::attempts.eq(m::attempts + 1), m::next_attempt_at.eq(until));
            let mail = diesel::update(m::table.find(due)).set(taken).returning(Mail::as_returning());
            mail.get_result(conn).await.map(Some)
        })
        .await
}

pub(super) async fn sent(conn: &mut AsyncPgConnection, id: i64, now: DateTime<Utc>) -> QueryResult<usize> {
    let done = (
        m::sent_at.eq(now),
        m::next_attempt_at.eq(None::<DateTime<Utc>>),
        m::failure.eq(None::<String>),
        m::body.eq(""),
        m::unsubscribe.eq(None::<String>),
    );
    diesel::update(m::table.find(id)).set(done).execute(conn).await
}

pub(super) async fn failed(
    conn: &mut AsyncPgConnection,
    id: i64,
    failure: &str,
    again: Option<DateTime<Utc>>,
) -> QueryResult<usize> {
    let next = (m::failure.eq(failure), m::next_attempt_at.eq(again));
    diesel::update(m::table.find(id)).set(next).execute(conn).await
}
