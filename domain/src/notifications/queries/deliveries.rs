use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{deliveries as d, users as u};

use super::super::deliver::lock_of;
use super::super::model::{Delivery, NotificationChannel, NotificationDeliveryState};
use crate::accounts::Status;
use crate::fixed::fixed;
use crate::{NotificationId, UserId};

/// How often another worker's reader is passed over before this one waits for its next turn.
const TRIES: usize = 4;

#[derive(QueryableByName)]
struct Reader {
    #[diesel(sql_type = Integer)]
    user_id: UserId,
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// The reader who has waited longest; theirs alone until the transaction ends.
pub(in super::super) async fn next_reader(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<Option<UserId>> {
    let mut busy: Vec<i32> = Vec::new();
    for _ in 0..TRIES {
        let found: Option<Reader> = fixed(
            "SELECT user_id FROM deliveries \
             WHERE state = 1 AND channel = 1 AND next_attempt_at <= $1 AND user_id <> ALL ($2) \
             ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        )
        .bind::<Timestamptz, _>(now)
        .bind::<Array<Integer>, _>(busy.clone())
        .get_result(conn)
        .await
        .optional()?;
        let Some(Reader { user_id }) = found else { return Ok(None) };
        let (class, number) = lock_of(user_id);
        let lock = fixed("SELECT pg_try_advisory_xact_lock($1, $2) AS locked");
        let lock: Locked = lock.bind::<Integer, _>(class).bind::<Integer, _>(number).get_result(conn).await?;
        if lock.locked {
            return Ok(Some(user_id));
        }
        busy.push(user_id.0);
    }
    Ok(None)
}

/// A delivery whose time has come, and what it delivers.
#[derive(Clone, Debug, QueryableByName)]
pub(in super::super) struct Due {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = SmallInt)]
    pub kind: i16,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub body: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub link: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    pub read: bool,
}

/// Somebody's deliveries whose time has come, in the order in which they were posted.
pub(in super::super) async fn due(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
    most: i64,
) -> QueryResult<Vec<Due>> {
    fixed(
        "SELECT d.id, n.kind, n.title, n.body, n.link, n.created_at, n.read_at IS NOT NULL AS read \
         FROM deliveries d JOIN notifications n ON n.id = d.notification_id \
         WHERE d.user_id = $1 AND d.channel = 1 AND d.state = 1 AND d.next_attempt_at <= $2 \
         ORDER BY n.id LIMIT $3 FOR UPDATE OF d",
    )
    .bind::<Integer, _>(user)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(most)
    .load(conn)
    .await
}

/// Where mail reaches somebody, and their name.
pub(in super::super) async fn address(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Option<(String, String)>> {
    let open = u::table.filter(u::id.eq(user).and(u::status.eq(Status::Active as i16)));
    open.filter(u::email.is_not_null())
        .select((u::email.assume_not_null(), u::name))
        .first(conn)
        .await
        .optional()
}

/// What became of deliveries.
#[derive(Clone, Copy)]
pub(in super::super) struct End<'a> {
    pub state: NotificationDeliveryState,
    pub error: Option<&'a str>,
    pub provider: Option<&'a str>,
}

pub(in super::super) async fn end(
    conn: &mut AsyncPgConnection,
    ids: &[i64],
    end: End<'_>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let ended = (
        d::state.eq(end.state.number()),
        d::next_attempt_at.eq(None::<DateTime<Utc>>),
        d::last_error.eq(end.error),
        d::changed_at.eq(now),
    );
    diesel::update(d::table.filter(d::id.eq_any(ids))).set(ended).execute(conn).await
}

/// Looks at deliveries again at their times.
pub(in super::super) async fn hold(
    conn: &mut AsyncPgConnection,
    later: &[(i64, DateTime<Utc>)],
) -> QueryResult<usize> {
    if later.is_empty() {
        return Ok(0);
    }
    fixed(
        "UPDATE deliveries d SET next_attempt_at = g.at FROM unnest($1, $2) AS g (id, at) WHERE d.id = g.id",
    )
    .bind::<Array<BigInt>, _>(later.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(later.iter().map(|(_, at)| *at).collect::<Vec<_>>())
    .execute(conn)
    .await
}

/// A mail carries them now.
pub(in super::super) async fn hand_over(
    conn: &mut AsyncPgConnection,
    ids: &[i64],
    mail: i64,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let taken = (
        d::state.eq(NotificationDeliveryState::Sending.number()),
        d::next_attempt_at.eq(None::<DateTime<Utc>>),
        d::mail_id.eq(mail),
        d::changed_at.eq(now),
    );
    diesel::update(d::table.filter(d::id.eq_any(ids))).set(taken).execute(conn).await
}

/// What became of the deliveries that a mail carries.
pub(in super::super) async fn mail_went(
    conn: &mut AsyncPgConnection,
    mail: i64,
    end: End<'_>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let went = (
        d::state.eq(end.state.number()),
        d::attempts.eq(d::attempts + 1),
        d::last_error.eq(end.error),
        d::provider_id.eq(end.provider),
        d::changed_at.eq(now),
    );
    diesel::update(d::table.filter(d::mail_id.eq(mail))).set(went).execute(conn).await
}

/// What waits is looked at again: its reader wants it otherwise now.
pub(in super::super) async fn look_again(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let waiting = d::user_id.eq(user).and(d::state.eq(NotificationDeliveryState::Queued.number()));
    diesel::update(d::table.filter(waiting)).set(d::next_attempt_at.eq(now)).execute(conn).await
}

/// Deliveries of some notifications.
pub(in super::super) async fn of_notifications(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[NotificationId],
) -> QueryResult<Vec<Delivery>> {
    let own = d::user_id.eq(user).and(d::notification_id.eq_any(ids));
    let known: Vec<i16> = NotificationChannel::ALL.iter().map(|channel| channel.number()).collect();
    Delivery::query().filter(own).filter(d::channel.eq_any(known)).order(d::id).load(conn).await
}
