use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::alert_events as e;

use super::super::board::Best;
use super::super::machine::{AlertSuppression, Firing};
use super::super::model::{AlertEvent, AlertEventCursor, AlertEventState};
use crate::fixed::fixed;
use crate::prices::{Finish, Source};
use crate::{AlertEventId, AlertId, CardId, Page, UserId};

/// Something that is to be written down.
pub(in super::super) struct New {
    pub alert: AlertId,
    pub user: UserId,
    pub firing: Firing,
    pub best: Option<Best>,
}

#[derive(QueryableByName)]
struct Fired {
    #[diesel(sql_type = BigInt)]
    fired: i64,
}

/// Writes down what happened, and tells those who watch. What was held back may fire after all; what was
/// written down of a crossing stays otherwise. Returns how many fired.
pub(in super::super) async fn insert(
    conn: &mut AsyncPgConnection,
    new: &[New],
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    fn each<T>(new: &[New], of: impl Fn(&New) -> T) -> Vec<T> {
        new.iter().map(of).collect()
    }
    let state = |one: &New| match one.firing.held {
        Some(_) => AlertEventState::Suppressed.number(),
        None => AlertEventState::Fired.number(),
    };
    let Fired { fired } = fixed(
        "WITH written AS (
             INSERT INTO alert_events AS e (at, alert_id, user_id, crossing, state, why, side, before, after,
                 threshold, anchor, since, printing_id, finish, source)
             SELECT $1, g.* FROM unnest($2::int[], $3::int[], $4::int[], $5::int2[], $6::int2[], $7::int2[],
                 $8::int8[], $9::int8[], $10::int8[], $11::int8[], $12::timestamptz[], $13::int[], $14::int2[],
                 $15::int2[]) g
             ON CONFLICT (alert_id, crossing) DO UPDATE SET at = excluded.at, state = excluded.state,
                 why = excluded.why, after = excluded.after, threshold = excluded.threshold,
                 anchor = excluded.anchor, printing_id = excluded.printing_id, finish = excluded.finish,
                 source = excluded.source
             WHERE e.state = 2 AND e.why > 3
             RETURNING e.id, e.user_id, e.alert_id, e.state
         ), told AS (
             INSERT INTO outbox (kind, payload)
             SELECT 'alert', jsonb_build_object('user', user_id, 'fired', count(*),
                 'events', (array_agg(id ORDER BY id))[1:100])
             FROM written WHERE state = 1 GROUP BY user_id ORDER BY user_id RETURNING 1
         )
         SELECT (SELECT count(*) FROM written WHERE state = 1) AS fired
         FROM (SELECT count(pg_notify('outbox', '')) FROM (SELECT FROM told LIMIT 1) n) said",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(each(new, |one| one.alert))
    .bind::<Array<Integer>, _>(each(new, |one| one.user))
    .bind::<Array<Integer>, _>(each(new, |one| one.firing.crossing))
    .bind::<Array<SmallInt>, _>(each(new, state))
    .bind::<Array<Nullable<SmallInt>>, _>(each(new, |one| one.firing.held.map(AlertSuppression::number)))
    .bind::<Array<SmallInt>, _>(each(new, |one| one.firing.side.number()))
    .bind::<Array<Nullable<BigInt>>, _>(each(new, |one| one.firing.before))
    .bind::<Array<Nullable<BigInt>>, _>(each(new, |one| one.firing.after))
    .bind::<Array<Nullable<BigInt>>, _>(each(new, |one| one.firing.threshold))
    .bind::<Array<Nullable<BigInt>>, _>(each(new, |one| one.firing.anchor))
    .bind::<Array<Timestamptz>, _>(each(new, |one| one.firing.since))
    .bind::<Array<Nullable<Integer>>, _>(each(new, |one| one.best.map(|best| best.printing)))
    .bind::<Array<Nullable<SmallInt>>, _>(each(new, |one| one.best.and_then(|b| b.finish).map(Finish::number)))
    .bind::<Array<Nullable<SmallInt>>, _>(each(new, |one| one.best.and_then(|b| b.source).map(Source::number)))
    .get_result(conn)
    .await?;
    Ok(fired)
}

/// How often alerts of some users fired since a moment.
pub(in super::super) async fn fired_since(
    conn: &mut AsyncPgConnection,
    users: &[UserId],
    since: DateTime<Utc>,
) -> QueryResult<Vec<(UserId, AlertId, i64)>> {
    let fired = e::state.eq(AlertEventState::Fired.number());
    e::table
        .filter(e::user_id.eq_any(users).and(e::at.gt(since)).and(fired))
        .group_by((e::user_id, e::alert_id))
        .select((e::user_id, e::alert_id, diesel::dsl::count_star()))
        .load(conn)
        .await
}

/// Events, the newest first.
pub(in super::super) async fn page(
    conn: &mut AsyncPgConnection,
    user: UserId,
    alert: Option<AlertId>,
    page: &Page<AlertEventCursor>,
) -> QueryResult<Vec<AlertEvent>> {
    let mut query =
        AlertEvent::query().filter(e::user_id.eq(user)).order(e::id.desc()).limit(page.fetch()).into_boxed();
    if let Some(alert) = alert {
        query = query.filter(e::alert_id.eq(alert));
    }
    if let Some(AlertEventCursor(id)) = page.after {
        query = query.filter(e::id.lt(id));
    }
    query.load(conn).await
}

pub(in super::super) async fn by_ids(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[AlertEventId],
) -> QueryResult<Vec<AlertEvent>> {
    AlertEvent::query().filter(e::user_id.eq(user).and(e::id.eq_any(ids))).order(e::id).load(conn).await
}

/// The last events of each of some alerts.
pub(in super::super) async fn last(
    conn: &mut AsyncPgConnection,
    user: UserId,
    alerts: &[AlertId],
    most: i64,
) -> QueryResult<Vec<AlertEvent>> {
    fixed(
        "SELECT l.* FROM unnest($1::int[]) AS g (id) CROSS JOIN LATERAL (
             SELECT * FROM alert_events WHERE alert_id = g.id AND user_id = $2 ORDER BY crossing DESC LIMIT $3
         ) l ORDER BY l.id DESC",
    )
    .bind::<Array<Integer>, _>(alerts.to_vec())
    .bind::<Integer, _>(user)
    .bind::<BigInt, _>(most)
    .load(conn)
    .await
}

/// What these alerts fired and nobody was told of yet, the oldest first.
pub(in super::super) async fn unannounced(
    conn: &mut AsyncPgConnection,
    alerts: &[AlertId],
) -> QueryResult<Vec<AlertEvent>> {
    let waits = e::state.eq(AlertEventState::Fired.number()).and(e::notified_at.is_null());
    let own = e::alert_id.eq_any(alerts).and(waits);
    AlertEvent::query().filter(own).order(e::id).for_update().load(conn).await
}

/// The card that an event is about.
#[derive(QueryableByName)]
pub(in super::super) struct About {
    #[diesel(sql_type = Integer)]
    pub id: AlertEventId,
    #[diesel(sql_type = Integer)]
    pub card_id: CardId,
    #[diesel(sql_type = Text)]
    pub name: String,
}

pub(in super::super) async fn about(
    conn: &mut AsyncPgConnection,
    events: &[AlertEvent],
) -> QueryResult<Vec<About>> {
    fixed(
        "SELECT e.id, c.id AS card_id, c.name FROM alert_events e \
             JOIN alerts a ON a.id = e.alert_id \
             LEFT JOIN printings p ON p.id = coalesce(e.printing_id, a.printing_id) \
             JOIN cards c ON c.id = coalesce(p.card_id, a.card_id) WHERE e.id = ANY($1)",
    )
    .bind::<Array<Integer>, _>(events.iter().map(|event| event.id).collect::<Vec<_>>())
    .load(conn)
    .await
}

pub(in super::super) async fn announced(
    conn: &mut AsyncPgConnection,
    ids: &[AlertEventId],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(e::table.filter(e::id.eq_any(ids))).set(e::notified_at.eq(now)).execute(conn).await
}
