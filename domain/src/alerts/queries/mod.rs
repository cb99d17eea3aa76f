pub(super) mod events;
pub(super) mod pass;
pub(super) mod quotes;
pub(super) mod wants;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{alert_states as s, alert_touched as t, alerts as a, mtg_sets, printings};

use super::machine::{AlertDirection, State, Trigger};
use super::model::{AlertCursor, AlertFilter, AlertRow, AlertRuleKind, Definition};
use crate::fixed::fixed;
use crate::prices::{Condition, Finish, Source};
use crate::{AlertId, CardId, Page, PrintingId, SetId, UserId, WantId};

/// Deletes what somebody wants to be told of, and what they were.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(a::table.filter(a::user_id.eq(user))).execute(conn).await?;
    Ok(())
}

/// What its owner may say of an alert.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = a)]
#[diesel(treat_none_as_null = true)]
struct Said<'a> {
    name: Option<&'a str>,
    printing_id: Option<PrintingId>,
    card_id: Option<CardId>,
    set_id: Option<SetId>,
    portfolio: bool,
    finish: Option<i16>,
    source: Option<i16>,
    book: i16,
    condition: Option<i16>,
    currency: i16,
    rule: i16,
    amount: Option<i64>,
    percent: Option<i32>,
    direction: Option<i16>,
    window_days: Option<i32>,
    anchor: Option<i64>,
    persistence_minutes: i32,
    band: i32,
    daily_limit: i32,
    announce_met: bool,
    expires_at: Option<DateTime<Utc>>,
    changed_at: DateTime<Utc>,
}

fn said(definition: &Definition, now: DateTime<Utc>) -> Said<'_> {
    let subject = &definition.subject;
    let narrow = |percent: i64| i32::try_from(percent).unwrap_or(i32::MAX);
    let (rule, amount, percent, direction) = match definition.trigger {
        Trigger::Below(amount) => (AlertRuleKind::Below, Some(amount), None, None),
        Trigger::Above(amount) => (AlertRuleKind::Above, Some(amount), None, None),
        Trigger::Moved { percent, direction } => {
            (AlertRuleKind::Percent, None, Some(narrow(percent)), Some(direction))
        }
        Trigger::BackInStock => (AlertRuleKind::BackInStock, None, None, None),
        Trigger::Spread(percent) => (AlertRuleKind::Spread, None, Some(narrow(percent)), None),
    };
    Said {
        name: definition.name.as_deref(),
        printing_id: subject.printing,
        card_id: subject.card,
        set_id: subject.set,
        portfolio: subject.portfolio,
        finish: subject.finish.map(Finish::number),
        source: subject.source.map(Source::number),
        book: subject.book.number(),
        condition: subject.condition.map(Condition::number),
        currency: subject.currency.number(),
        rule: rule.number(),
        amount,
        percent,
        direction: direction.map(AlertDirection::number),
        window_days: definition.window_days,
        anchor: definition.anchor,
        persistence_minutes: definition.persistence_minutes,
        band: definition.band,
        daily_limit: definition.daily_limit,
        announce_met: definition.announce_met,
        expires_at: definition.expires_at,
        changed_at: now,
    }
}

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    user: UserId,
    definition: &Definition,
    now: DateTime<Utc>,
) -> QueryResult<AlertRow> {
    let id: AlertId = diesel::insert_into(a::table)
        .values((a::user_id.eq(user), a::created_at.eq(now), said(definition, now)))
        .returning(a::id)
        .get_result(conn)
        .await?;
    diesel::insert_into(s::table).values(s::alert_id.eq(id)).execute(conn).await?;
    by_id(conn, id).await
}

async fn by_id(conn: &mut AsyncPgConnection, id: AlertId) -> QueryResult<AlertRow> {
    AlertRow::query().filter(a::id.eq(id)).first(conn).await
}

/// Gives an alert another rule, with which it begins anew; what was counted goes on.
pub(super) async fn redefine(
    conn: &mut AsyncPgConnection,
    id: AlertId,
    definition: &Definition,
    now: DateTime<Utc>,
) -> QueryResult<AlertRow> {
    diesel::update(a::table.find(id)).set(said(definition, now)).execute(conn).await?;
    begin_anew(conn, id).await?;
    by_id(conn, id).await
}

async fn begin_anew(conn: &mut AsyncPgConnection, id: AlertId) -> QueryResult<usize> {
    let anew = (
        s::version.eq(s::version + 1),
        s::phase.eq(State::default().phase.number()),
        s::since.eq(None::<DateTime<Utc>>),
        s::side.eq(None::<i16>),
        s::last.eq(None::<i64>),
        s::before.eq(None::<i64>),
        s::suspect.eq(false),
        s::held.eq(None::<i16>),
        s::due_at.eq(None::<DateTime<Utc>>),
    );
    diesel::update(s::table.find(id)).set(anew).execute(conn).await
}

/// Lets an alert rest, or work again from the beginning.
pub(super) async fn pause(
    conn: &mut AsyncPgConnection,
    id: AlertId,
    paused: bool,
    now: DateTime<Utc>,
) -> QueryResult<AlertRow> {
    let said = (a::paused.eq(paused), a::changed_at.eq(now));
    diesel::update(a::table.find(id)).set(said).execute(conn).await?;
    begin_anew(conn, id).await?;
    by_id(conn, id).await
}

pub(super) async fn snooze(
    conn: &mut AsyncPgConnection,
    id: AlertId,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> QueryResult<AlertRow> {
    let said = (a::snoozed_until.eq(until), a::changed_at.eq(now));
    diesel::update(a::table.find(id)).set(said).execute(conn).await?;
    diesel::update(s::table.find(id)).set(s::version.eq(s::version + 1)).execute(conn).await?;
    by_id(conn, id).await
}

pub(super) async fn delete(conn: &mut AsyncPgConnection, id: AlertId) -> QueryResult<usize> {
    diesel::delete(a::table.find(id)).execute(conn).await
}

/// Has an alert looked at.
pub(super) async fn touch(conn: &mut AsyncPgConnection, id: AlertId) -> QueryResult<usize> {
    diesel::insert_into(t::table).values(t::alert_id.eq(id)).execute(conn).await
}

/// One change of somebody's alerts at a time.
pub(super) async fn lock(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    use tables::users as u;
    u::table.find(user).select(u::id).for_no_key_update().first::<UserId>(conn).await.map(|_| ())
}

/// Alerts that somebody made themselves.
pub(super) async fn count(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<i64> {
    a::table.filter(a::user_id.eq(user).and(a::want_id.is_null())).count().get_result(conn).await
}

/// How many of somebody's alerts are about their collection, one of them left out.
pub(super) async fn count_of_portfolio(
    conn: &mut AsyncPgConnection,
    user: UserId,
    but: Option<AlertId>,
) -> QueryResult<i64> {
    let others = a::id.ne(but.unwrap_or(AlertId(0)));
    a::table.filter(a::user_id.eq(user).and(a::portfolio).and(others)).count().get_result(conn).await
}

pub(super) async fn of_user(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: AlertId,
) -> QueryResult<Option<AlertRow>> {
    AlertRow::query().filter(a::user_id.eq(user).and(a::id.eq(id))).first(conn).await.optional()
}

/// The alerts of some wants of somebody.
pub(super) async fn of_wants(
    conn: &mut AsyncPgConnection,
    user: UserId,
    wants: &[WantId],
) -> QueryResult<Vec<AlertRow>> {
    AlertRow::query().filter(a::user_id.eq(user).and(a::want_id.eq_any(wants))).load(conn).await
}

/// Alerts of somebody by their ids.
pub(super) async fn by_ids(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[AlertId],
) -> QueryResult<Vec<AlertRow>> {
    AlertRow::query().filter(a::user_id.eq(user).and(a::id.eq_any(ids))).load(conn).await
}

/// Alerts, the newest first.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    user: UserId,
    filter: AlertFilter,
    page: &Page<AlertCursor>,
) -> QueryResult<Vec<AlertRow>> {
    let mut query =
        AlertRow::query().filter(a::user_id.eq(user)).order(a::id.desc()).limit(page.fetch()).into_boxed();
    if let Some(printing) = filter.printing {
        query = query.filter(a::printing_id.eq(printing));
    }
    if let Some(card) = filter.card {
        query = query.filter(a::card_id.eq(card));
    }
    if let Some(set) = filter.set {
        query = query.filter(a::set_id.eq(set));
    }
    if let Some(portfolio) = filter.portfolio {
        query = query.filter(a::portfolio.eq(portfolio));
    }
    if let Some(AlertCursor(id)) = page.after {
        query = query.filter(a::id.lt(id));
    }
    query.load(conn).await
}

#[derive(QueryableByName)]
struct Near {
    #[diesel(sql_type = Integer)]
    id: AlertId,
}

/// Alerts that work and have not fired: those whose condition holds and has to last first, the earliest before
/// the others; then those (1 below, 2 above, 5 spread) whose last price is nearest to what it must reach.
pub(super) async fn nearest(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<AlertId>> {
    let found: Vec<Near> = fixed(
        "SELECT a.id FROM alerts a JOIN alert_states s ON s.alert_id = a.id \
         CROSS JOIN LATERAL (SELECT coalesce(a.amount, a.percent)::float8 AS threshold) r \
         WHERE a.user_id = $1 AND NOT a.paused AND (a.expires_at IS NULL OR a.expires_at > $2) \
             AND (s.phase = 2 OR (s.phase = 1 AND a.rule IN (1, 2, 5) AND s.last IS NOT NULL)) \
         ORDER BY s.phase = 2 DESC, CASE s.phase WHEN 2 THEN s.since END, \
             CASE WHEN a.rule IN (1, 2, 5) THEN abs(s.last - r.threshold) / r.threshold END, a.id LIMIT $3",
    )
    .bind::<Integer, _>(user)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|alert| alert.id).collect())
}

/// The finishes of the printings that a subject is about, one bit each; nothing if there are none.
pub(super) async fn finishes(
    conn: &mut AsyncPgConnection,
    printing: Option<PrintingId>,
    card: Option<CardId>,
    set: Option<SetId>,
) -> QueryResult<Option<i16>> {
    let mut query = printings::table.select(printings::finishes).distinct().into_boxed();
    if let Some(printing) = printing {
        query = query.filter(printings::id.eq(printing));
    }
    if let Some(card) = card {
        query = query.filter(printings::card_id.eq(card));
    }
    if let Some(set) = set {
        query = query.filter(printings::set_id.eq(set));
    }
    let found: Vec<i16> = query.load(conn).await?;
    Ok(found.into_iter().reduce(|all, one| all | one))
}

/// Whether there is such a set.
pub(super) async fn is_set(conn: &mut AsyncPgConnection, set: SetId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(mtg_sets::table.find(set))).get_result(conn).await
}
