pub(super) mod deliveries;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{deliveries as d, notification_preferences as p, notifications as n, users as u};

use super::model::{Notification, NotificationCursor, Which};
use super::post::New;
use super::preferences::EMAIL;
use crate::accounts::Status;
use crate::fixed::fixed;
use crate::{NotificationId, Page, UserId};

/// Deletes everything that somebody was told.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(d::table.filter(d::user_id.eq(user))).execute(conn).await?;
    diesel::delete(n::table.filter(n::user_id.eq(user))).execute(conn).await?;
    diesel::delete(p::table.find(user)).execute(conn).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Posted {
    #[diesel(sql_type = Integer)]
    id: NotificationId,
    #[diesel(sql_type = Integer)]
    user_id: UserId,
}

/// New notifications, with their deliveries as far as their readers want some. Ordered by reader.
pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    new: &[New],
) -> QueryResult<Vec<(UserId, NotificationId)>> {
    fn all<T>(new: &[New], of: impl Fn(&New) -> T) -> Vec<T> {
        new.iter().map(of).collect()
    }
    let posted: Vec<Posted> = fixed(
        "WITH posted AS ( \
             INSERT INTO notifications \
                 (user_id, kind, group_key, dedupe_key, title, body, link, card_id, printing_id, created_at) \
             SELECT g.user_id, g.kind, g.group_key, g.dedupe_key, g.title, g.body, g.link, g.card_id, \
                 g.printing_id, $1 \
             FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY AS g \
                 (user_id, kind, group_key, dedupe_key, title, body, link, card_id, printing_id, place) \
             ORDER BY g.place \
             ON CONFLICT (user_id, dedupe_key) DO NOTHING RETURNING id, user_id, kind \
         ), queued AS ( \
             INSERT INTO deliveries (user_id, notification_id, channel, state, next_attempt_at, changed_at) \
             SELECT o.user_id, o.id, 1, 1, $1, $1 FROM posted o \
             LEFT JOIN notification_preferences f ON f.user_id = o.user_id \
             WHERE coalesce(f.email, $11)::int & (1 << (o.kind - 1)) <> 0 \
         ) SELECT id, user_id FROM posted ORDER BY user_id, id",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(all(new, |one| one.user.0))
    .bind::<Array<SmallInt>, _>(all(new, |one| one.kind.number()))
    .bind::<Array<Nullable<Text>>, _>(all(new, |one| one.group.clone()))
    .bind::<Array<Text>, _>(all(new, |one| one.dedupe.clone()))
    .bind::<Array<Text>, _>(all(new, |one| one.title.clone()))
    .bind::<Array<Text>, _>(all(new, |one| one.body.clone()))
    .bind::<Array<Nullable<Text>>, _>(all(new, |one| one.link.clone()))
    .bind::<Array<Nullable<Integer>>, _>(all(new, |one| one.card.map(|card| card.0)))
    .bind::<Array<Nullable<Integer>>, _>(all(new, |one| one.printing.map(|printing| printing.0)))
    .bind::<SmallInt, _>(EMAIL)
    .load(conn)
    .await?;
    Ok(posted.into_iter().map(|one| (one.user_id, one.id)).collect())
}

/// Notifications, the newest first.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    user: UserId,
    unread_only: bool,
    page: &Page<NotificationCursor>,
) -> QueryResult<Vec<Notification>> {
    let newest = Notification::query().filter(n::user_id.eq(user)).order(n::id.desc());
    let mut query = newest.limit(page.fetch()).into_boxed();
    if unread_only {
        query = query.filter(n::read_at.is_null());
    }
    if let Some(NotificationCursor(id)) = page.after {
        query = query.filter(n::id.lt(id));
    }
    query.load(conn).await
}

pub(super) async fn by_id(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[NotificationId],
) -> QueryResult<Vec<Notification>> {
    let own = n::user_id.eq(user).and(n::id.eq_any(ids));
    Notification::query().filter(own).order(n::id).load(conn).await
}

pub(super) async fn unread(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<i64> {
    n::table.filter(n::user_id.eq(user).and(n::read_at.is_null())).count().get_result(conn).await
}

/// Read at a moment, or not at all; of those of which it was not so before.
pub(super) async fn mark(
    conn: &mut AsyncPgConnection,
    user: UserId,
    which: &Which,
    read_at: Option<DateTime<Utc>>,
) -> QueryResult<usize> {
    let mut update = diesel::update(n::table.filter(n::user_id.eq(user))).into_boxed();
    update = match which {
        Which::Ids(ids) => update.filter(n::id.eq_any(ids.clone())),
        Which::Until(until) => update.filter(n::created_at.le(*until)),
    };
    update = match read_at {
        Some(_) => update.filter(n::read_at.is_null()),
        None => update.filter(n::read_at.is_not_null()),
    };
    update.set(n::read_at.eq(read_at)).execute(conn).await
}

pub(super) async fn forget_read(conn: &mut AsyncPgConnection, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(n::table.filter(n::read_at.lt(before))).execute(conn).await
}

/// How somebody wants to be told.
#[derive(Clone, Debug, HasQuery, Insertable, AsChangeset)]
#[diesel(table_name = p, treat_none_as_null = true)]
pub(super) struct PreferencesRow {
    pub email: i16,
    pub time_zone: String,
    pub quiet_from: Option<i16>,
    pub quiet_until: Option<i16>,
    pub digest: i16,
    pub digest_hour: i16,
}

/// One change of somebody's preferences at a time.
pub(super) async fn lock(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<UserId> {
    u::table.find(user).select(u::id).for_no_key_update().first(conn).await
}

/// The same, if the account is in use.
pub(super) async fn lock_active(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<UserId> {
    let active = u::status.eq(Status::Active as i16);
    u::table.filter(u::id.eq(user).and(active)).select(u::id).for_no_key_update().first(conn).await
}

pub(super) async fn preferences(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Option<PreferencesRow>> {
    PreferencesRow::query().filter(p::user_id.eq(user)).first(conn).await.optional()
}

pub(super) async fn set_preferences(
    conn: &mut AsyncPgConnection,
    user: UserId,
    row: PreferencesRow,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(p::table)
        .values((p::user_id.eq(user), row.clone(), p::changed_at.eq(now)))
        .on_conflict(p::user_id)
        .do_update()
        .set((row, p::changed_at.eq(now)))
        .execute(conn)
        .await
}
