//! What alerts about whole collections see: what those are worth, and what prices did to that.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;

use super::machine::Observation;
use super::model::{Alert, Subject};
use crate::portfolio::{self, Basis};
use crate::prices::Source;
use crate::{AlertId, Result, UserId};

/// Collections that one statement values: some have tens of thousands of lots.
const AT_ONCE: usize = 50;

/// By what a collection is valued: as its owner sees it.
pub(super) fn basis(subject: &Subject) -> Basis {
    Basis { currency: subject.currency, source: subject.source, kind: None, include_stale: true }
}

/// What each of those among some alerts sees that are about a collection. Those that go by the same prices are
/// looked at together.
pub(super) async fn look(
    conn: &mut AsyncPgConnection,
    alerts: &[Alert],
    now: DateTime<Utc>,
) -> Result<HashMap<AlertId, Observation>> {
    let about: Vec<&Alert> = alerts.iter().filter(|alert| alert.definition.subject.portfolio).collect();
    let parts: HashMap<UserId, usize> =
        users(&about).into_iter().enumerate().map(|(nth, user)| (user, nth / AT_ONCE)).collect();
    let mut alike: BTreeMap<(usize, i16, Option<i16>), Vec<&Alert>> = BTreeMap::new();
    for alert in about {
        let subject = &alert.definition.subject;
        let part = parts[&alert.user];
        let by = (part, subject.currency.number(), subject.source.map(Source::number));
        alike.entry(by).or_default().push(alert);
    }
    let mut seen = HashMap::new();
    for some in alike.values() {
        look_alike(conn, some, now, &mut seen).await?;
    }
    Ok(seen)
}

async fn look_alike(
    conn: &mut AsyncPgConnection,
    alerts: &[&Alert],
    now: DateTime<Utc>,
    seen: &mut HashMap<AlertId, Observation>,
) -> Result<()> {
    let Some(first) = alerts.first() else { return Ok(()) };
    let basis = basis(&first.definition.subject);
    let worth = portfolio::worth_of(conn, &users(alerts), basis, now).await?;
    let mut by_window: BTreeMap<i32, Vec<&Alert>> = BTreeMap::new();
    for alert in alerts {
        let known = worth.get(&alert.user);
        let value = known.map(|worth| worth.value);
        let fresh = known.is_none_or(|worth| worth.fresh);
        seen.insert(alert.id, Observation { value, anchor: alert.definition.anchor, fresh });
        if let Some(days) = alert.definition.window_days {
            by_window.entry(days).or_default().push(alert);
        }
    }
    for (days, alerts) in by_window {
        let since = now - TimeDelta::days(days.into());
        let moved = portfolio::moved_of(conn, &users(&alerts), basis, since, now).await?;
        for alert in alerts {
            if let Some(one) = seen.get_mut(&alert.id) {
                // What the copies of now would have been worth then.
                let moved = moved.get(&alert.user).copied().unwrap_or_default();
                one.anchor = one.value.map(|value| value - moved);
            }
        }
    }
    Ok(())
}

fn users(alerts: &[&Alert]) -> Vec<UserId> {
    let mut users: Vec<_> = alerts.iter().map(|alert| alert.user).collect();
    users.sort_unstable();
    users.dedup();
    users
}
