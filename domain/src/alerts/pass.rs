//! Looks at alerts when prices land: those whose prices changed, and those whose time has come. What is to be
//! looked at is rows that are deleted in the transaction that looked, so whoever is killed leaves them.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};

use super::board::{Best, Board, Measure, Quote, observe};
use super::machine::{AlertSuppression, Observation, step};
use super::model::Alert;
use super::queries::events::{self, New};
use super::queries::pass::{self as queries, Seen};
use super::queries::quotes;
use super::tell::tell;
use super::worth;
use crate::jobs::{self, Job, Lane};
use crate::{AlertId, Ctx, Error, Result, UserId};

/// Alerts that one transaction looks at.
const CHUNK: i64 = 5_000;
/// Firings of one user in a day; more are written down and not told.
const DAILY_OF_USER: i64 = 50;
const DAY: TimeDelta = TimeDelta::days(1);

/// Looks at alerts.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CheckAlerts {
    /// There is something to look at since then. A run that began before may not have seen it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<DateTime<Utc>>,
}

impl Job for CheckAlerts {
    const KIND: &'static str = "want_list_check";
    const LANE: Lane = Lane::of(Self::KIND, 1);

    fn unique_key(&self) -> Option<String> {
        Some(self.asked_at.map_or_else(|| Self::KIND.to_owned(), |at| at.to_rfc3339()))
    }
}

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Alerts that were looked at.
    pub alerts: usize,
    /// Of these, alerts that fired.
    pub fired: i64,
}

/// Has the alerts looked at that are about prices that changed: in the transaction of an import, which has
/// them in its own table.
pub(crate) async fn touch_changed(ctx: &Ctx, client: &tokio_postgres::Client) -> Result<()> {
    if queries::touch_changed(client).await? > 0 {
        jobs::enqueue_beside(ctx, client, &CheckAlerts { asked_at: Some(ctx.now()) }, ctx.now()).await?;
    }
    Ok(())
}

/// Has the alerts looked at that are about what somebody's collection is worth, in the transaction that changed it.
pub(crate) async fn touch_portfolio(ctx: &Ctx, conn: &mut AsyncPgConnection, user: UserId) -> Result<()> {
    if queries::touch_portfolio(conn, user).await? > 0 {
        match jobs::enqueue(ctx, conn, &CheckAlerts { asked_at: Some(ctx.now()) }).await {
            // What was touched stays so: one of the checks that wait sees it.
            Ok(_) | Err(Error::QueueFull(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Looks at everything that is to be looked at: the alerts of one half of the users beside those of the other,
/// for while the database works for one of them, we work for the other. What somebody may be told in a day is
/// counted within their half.
pub async fn check(ctx: &Ctx) -> Result<Checked> {
    ctx.require_service()?;
    let (even, odd) = tokio::try_join!(check_half(ctx, 0), check_half(ctx, 1))?;
    Ok(Checked { alerts: even.alerts + odd.alerts, fired: even.fired + odd.fired })
}

async fn check_half(ctx: &Ctx, half: i32) -> Result<Checked> {
    let mut all = Checked::default();
    loop {
        let mut conn = ctx.conn().await?;
        let Some(part) = conn.transaction(async |conn| chunk(ctx, conn, half).await).await? else {
            return Ok(all);
        };
        all.alerts += part.alerts;
        all.fired += part.fired;
    }
}

/// Looks at some; nothing when there are none.
async fn chunk(ctx: &Ctx, conn: &mut AsyncPgConnection, half: i32) -> Result<Option<Checked>> {
    let now = ctx.now();
    queries::take_time(conn).await?;
    let ids = queries::take(conn, half, now, CHUNK).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut alerts = Vec::with_capacity(ids.len());
    for row in queries::working(conn, &ids).await? {
        alerts.push(Alert::try_from(row)?);
    }
    let over = |alert: &Alert| alert.definition.expires_at.is_some_and(|at| at <= now);
    let (ended, alerts): (Vec<_>, Vec<_>) = alerts.into_iter().partition(over);
    if !ended.is_empty() {
        let ended: Vec<_> = ended.iter().map(|alert| alert.id).collect();
        queries::rest(conn, &ended).await?;
    }
    let (resting, alerts): (Vec<_>, Vec<_>) =
        alerts.into_iter().partition(|alert| alert.rests_until(now).is_some());
    if !resting.is_empty() {
        let later: Vec<_> =
            resting.iter().filter_map(|alert| Some((alert.id, alert.rests_until(now)?))).collect();
        queries::put_off(conn, &later, now).await?;
    }
    let mut looks = look(conn, &alerts, now).await?;
    let (mut seen, mut new) = (Vec::with_capacity(alerts.len()), Vec::new());
    for alert in &alerts {
        let (observation, best) = looks.remove(&alert.id).unwrap_or_default();
        let rule = alert.armed_rule();
        let (state, firing) = step(&alert.state, &rule, &observation, now);
        let due_at = rule.due(&state, alert.definition.window_days.is_some(), now);
        seen.push(Seen { alert, state, due_at });
        new.extend(firing.map(|firing| New { alert: alert.id, user: alert.user, firing, best }));
    }
    if !seen.is_empty() {
        let kept = queries::remember(conn, &seen, now).await?;
        new.retain(|one| kept.contains(&one.alert));
    }
    ration(conn, &alerts, &mut new, now).await?;
    let fired = if new.is_empty() { 0 } else { events::insert(conn, &new, now).await? };
    if fired > 0 {
        tell(ctx, conn, &alerts).await?;
    }
    Ok(Some(Checked { alerts: alerts.len(), fired }))
}

/// What each of some alerts sees now.
pub(super) async fn look(
    conn: &mut AsyncPgConnection,
    alerts: &[Alert],
    now: DateTime<Utc>,
) -> Result<HashMap<AlertId, (Observation, Option<Best>)>> {
    let spoken = quotes::spoken(conn).await?;
    let ids: Vec<_> = alerts.iter().map(|alert| alert.id).collect();
    let found = quotes::of_alerts(conn, &spoken, &ids).await?;
    let anchors = anchors(conn, alerts, &found, now).await?;
    let none: Vec<Quote> = Vec::new();
    let worth = worth::look(conn, alerts, now).await?;
    let look = |alert: &Alert| {
        if let Some(seen) = worth.get(&alert.id) {
            return (alert.id, (*seen, None));
        }
        let anchor = alert.definition.anchor.or_else(|| anchors.get(&alert.id).copied());
        let quotes = found.get(&alert.id).unwrap_or(&none);
        (alert.id, observe(&alert.armed_rule(), &alert.definition.subject, quotes, anchor, now))
    };
    Ok(alerts.iter().map(look).collect())
}

/// The prices at the start of the windows of those alerts that have one.
async fn anchors(
    conn: &mut AsyncPgConnection,
    alerts: &[Alert],
    found: &HashMap<AlertId, Vec<Quote>>,
    now: DateTime<Utc>,
) -> Result<HashMap<AlertId, i64>> {
    let windowed =
        |alert: &&Alert| alert.definition.window_days.is_some() && !alert.definition.subject.portfolio;
    let start = |alert: &Alert| now - TimeDelta::days(alert.definition.window_days.unwrap_or(0).into());
    let (mut series, mut moments) = (Vec::new(), Vec::new());
    for alert in alerts.iter().filter(windowed) {
        for quote in found.get(&alert.id).into_iter().flatten() {
            series.push(quote.series);
            moments.push(start(alert));
        }
    }
    if series.is_empty() {
        return Ok(HashMap::new());
    }
    let mut said: HashMap<_, _> = HashMap::new();
    for one in quotes::at(conn, series, moments).await? {
        said.insert((one.series_id, one.at), one.value());
    }
    let anchor = |alert: &Alert| {
        let quotes = found.get(&alert.id)?;
        let mut board = Board::empty(quotes);
        for quote in quotes {
            if let Some(value) = said.get(&(quote.series, start(alert))) {
                board.set(quote.series, *value);
            }
        }
        Some((alert.id, board.best(Measure::of(alert.definition.trigger, &alert.definition.subject))?.value))
    };
    Ok(alerts.iter().filter(windowed).filter_map(anchor).collect())
}

/// Nobody is told more often in a day than an alert and its owner allow.
async fn ration(
    conn: &mut AsyncPgConnection,
    alerts: &[Alert],
    new: &mut [New],
    now: DateTime<Utc>,
) -> Result<()> {
    let mut users: Vec<UserId> =
        new.iter().filter(|one| one.firing.held.is_none()).map(|one| one.user).collect();
    users.sort_unstable();
    users.dedup();
    if users.is_empty() {
        return Ok(());
    }
    let limits: HashMap<AlertId, i64> =
        alerts.iter().map(|alert| (alert.id, alert.definition.daily_limit.into())).collect();
    let (mut of_user, mut of_alert) = (HashMap::<UserId, i64>::new(), HashMap::<AlertId, i64>::new());
    for (user, alert, times) in events::fired_since(conn, &users, now - DAY).await? {
        *of_user.entry(user).or_default() += times;
        *of_alert.entry(alert).or_default() += times;
    }
    for one in new.iter_mut().filter(|one| one.firing.held.is_none()) {
        let told = of_user.entry(one.user).or_default();
        let often = of_alert.get(&one.alert).copied().unwrap_or_default();
        if limits.get(&one.alert).is_some_and(|limit| often >= *limit) {
            one.firing.held = Some(AlertSuppression::AlertBudget);
        } else if *told >= DAILY_OF_USER {
            one.firing.held = Some(AlertSuppression::UserBudget);
        } else {
            *told += 1;
        }
    }
    Ok(())
}
