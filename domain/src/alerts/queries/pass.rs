use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tables::{alert_states as s, alerts as a};

use super::super::machine::{AlertPhase, AlertSide, AlertSuppression, State};
use super::super::model::{Alert, AlertRow};
use crate::fixed::fixed;
use crate::{AlertId, Result, UserId};

/// Of alerts that are not paused: has those looked at that are about a price that changed. A late price is
/// history. The changes are in the import's own table.
const TOUCH: &str = "
    INSERT INTO alert_touched (alert_id)
    SELECT a.id FROM change c JOIN alerts a ON a.printing_id = c.printing_id
    WHERE $about
    UNION
    SELECT a.id FROM change c JOIN printings p ON p.id = c.printing_id JOIN alerts a ON a.card_id = p.card_id
    WHERE (a.set_id IS NULL OR a.set_id = p.set_id) AND $about
    UNION
    SELECT a.id FROM change c JOIN printings p ON p.id = c.printing_id
    JOIN alerts a ON a.set_id = p.set_id AND a.card_id IS NULL
    WHERE $about
    UNION
    SELECT a.id FROM alerts a
    WHERE a.portfolio AND NOT a.paused AND EXISTS (
        SELECT FROM inventory_items i JOIN change c ON c.printing_id = i.printing_id
        WHERE i.user_id = a.user_id AND i.quantity > 0 AND NOT c.late AND (a.source IS NULL OR a.source = c.source))";
const ABOUT: &str = "NOT c.late AND NOT a.paused AND a.currency = c.currency
    AND (a.source IS NULL OR a.source = c.source) AND (a.finish IS NULL OR a.finish = c.finish)
    AND (a.rule = 5 OR (a.book = 2) = (c.kind = 9))";

/// Inside the transaction of an import. Returns how many alerts there are to look at.
pub(in super::super) async fn touch_changed(client: &tokio_postgres::Client) -> Result<u64> {
    let any = "SELECT FROM alerts WHERE NOT paused LIMIT 1";
    if client.query_opt(any, &[]).await?.is_none() {
        return Ok(0);
    }
    Ok(client.execute(&TOUCH.replace("$about", ABOUT), &[]).await?)
}

/// Valuing large collections takes more than a person would wait.
pub(in super::super) async fn take_time(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL statement_timeout = '60s'").await
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Integer)]
    id: AlertId,
}

/// Takes alerts of one half of the users that have to be looked at: those that were touched, then those whose
/// time has come. What is left of alerts that are gone belongs to the first half.
pub(in super::super) async fn take(
    conn: &mut AsyncPgConnection,
    half: i32,
    now: DateTime<Utc>,
    most: i64,
) -> QueryResult<Vec<AlertId>> {
    let touched: Vec<Id> = fixed(
        "WITH first AS (SELECT t.id FROM alert_touched t LEFT JOIN alerts a ON a.id = t.alert_id
                        WHERE coalesce(a.user_id % 2, 0) = $1 ORDER BY t.id LIMIT $2),
              gone AS (DELETE FROM alert_touched t USING first f WHERE t.id = f.id RETURNING alert_id)
         SELECT DISTINCT alert_id AS id FROM gone",
    )
    .bind::<Integer, _>(half)
    .bind::<BigInt, _>(most)
    .load(conn)
    .await?;
    if !touched.is_empty() {
        return Ok(touched.into_iter().map(|row| row.id).collect());
    }
    let due: Vec<Id> = fixed(
        "SELECT s.alert_id AS id FROM alert_states s JOIN alerts a ON a.id = s.alert_id
         WHERE s.due_at <= $1 AND a.user_id % 2 = $2 ORDER BY s.due_at LIMIT $3",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(half)
    .bind::<BigInt, _>(most)
    .load(conn)
    .await?;
    Ok(due.into_iter().map(|row| row.id).collect())
}

/// Has the alerts of a user looked at that are about what their collection is worth.
pub(in super::super) async fn touch_portfolio(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<usize> {
    fixed("INSERT INTO alert_touched (alert_id) SELECT id FROM alerts WHERE user_id = $1 AND portfolio AND NOT paused")
        .bind::<Integer, _>(user)
        .execute(conn)
        .await
}

/// Alerts that were looked at just now have to be looked at later.
pub(in super::super) async fn put_off(
    conn: &mut AsyncPgConnection,
    later: &[(AlertId, DateTime<Utc>)],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let (ids, moments): (Vec<_>, Vec<_>) = later.iter().copied().unzip();
    fixed(
        "UPDATE alert_states s SET due_at = g.at FROM unnest($1::int[], $2::timestamptz[]) AS g (id, at)
         WHERE s.alert_id = g.id AND (s.due_at IS NULL OR s.due_at > g.at OR s.due_at <= $3)",
    )
    .bind::<Array<Integer>, _>(ids)
    .bind::<Array<Timestamptz>, _>(moments)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await
}

/// Alerts that are not paused, in their order.
pub(in super::super) async fn working(
    conn: &mut AsyncPgConnection,
    ids: &[AlertId],
) -> QueryResult<Vec<AlertRow>> {
    let wanted = a::id.eq_any(ids).and(a::paused.eq(false));
    AlertRow::query().filter(wanted).order(a::id).load(conn).await
}

/// What became of an alert.
pub(in super::super) struct Seen<'a> {
    pub alert: &'a Alert,
    pub state: State,
    pub due_at: Option<DateTime<Utc>>,
}

/// Keeps what became of alerts, and returns those of which it was kept: not of one that its owner changed, or
/// somebody else looked at, since it was read.
pub(in super::super) async fn remember(
    conn: &mut AsyncPgConnection,
    seen: &[Seen<'_>],
    now: DateTime<Utc>,
) -> QueryResult<HashSet<AlertId>> {
    fn each<T>(seen: &[Seen<'_>], of: impl Fn(&Seen<'_>) -> T) -> Vec<T> {
        seen.iter().map(of).collect()
    }
    let kept: Vec<Id> = fixed(
        "UPDATE alert_states s SET evaluated_at = $1, phase = g.phase, since = g.since, side = g.side,
             crossing = g.crossing, last = g.last, before = g.before, suspect = g.suspect, held = g.held,
             due_at = g.due_at
         FROM unnest($2::int[], $3::int2[], $4::timestamptz[], $5::int2[], $6::int[], $7::int8[], $8::int8[],
                     $9::bool[], $10::int2[], $11::timestamptz[], $12::int[], $13::timestamptz[])
              AS g (id, phase, since, side, crossing, last, before, suspect, held, due_at, version, evaluated_at)
         WHERE s.alert_id = g.id AND s.version = g.version AND s.evaluated_at IS NOT DISTINCT FROM g.evaluated_at
         RETURNING s.alert_id AS id",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(each(seen, |one| one.alert.id))
    .bind::<Array<SmallInt>, _>(each(seen, |one| one.state.phase.number()))
    .bind::<Array<Nullable<Timestamptz>>, _>(each(seen, |one| one.state.since))
    .bind::<Array<Nullable<SmallInt>>, _>(each(seen, |one| one.state.side.map(AlertSide::number)))
    .bind::<Array<Integer>, _>(each(seen, |one| one.state.crossing))
    .bind::<Array<Nullable<BigInt>>, _>(each(seen, |one| one.state.last))
    .bind::<Array<Nullable<BigInt>>, _>(each(seen, |one| one.state.before))
    .bind::<Array<Bool>, _>(each(seen, |one| one.state.suspect))
    .bind::<Array<Nullable<SmallInt>>, _>(each(seen, |one| one.state.held.map(AlertSuppression::number)))
    .bind::<Array<Nullable<Timestamptz>>, _>(each(seen, |one| one.due_at))
    .bind::<Array<Integer>, _>(each(seen, |one| one.alert.version))
    .bind::<Array<Nullable<Timestamptz>>, _>(each(seen, |one| one.alert.evaluated_at))
    .load(conn)
    .await?;
    Ok(kept.into_iter().map(|row| row.id).collect())
}

/// Alerts that ended are not due any more.
pub(in super::super) async fn rest(conn: &mut AsyncPgConnection, ids: &[AlertId]) -> QueryResult<usize> {
    let ended = (s::due_at.eq(None::<DateTime<Utc>>), s::phase.eq(AlertPhase::New.number()));
    diesel::update(s::table.filter(s::alert_id.eq_any(ids))).set(ended).execute(conn).await
}
