//! What fired becomes what somebody is told, in the transaction that found it.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;

use super::explain::condition;
use super::machine::{AlertSide, Trigger};
use super::model::{Alert, AlertEvent};
use super::queries::events::{self, About};
use crate::notifications::{self, New, NotificationKind};
use crate::scalars::Decimal;
use crate::{AlertId, Ctx, Result};

/// Posts what these alerts fired and nobody was told of yet.
pub(super) async fn tell(ctx: &Ctx, conn: &mut AsyncPgConnection, alerts: &[Alert]) -> Result<()> {
    let alerts: HashMap<AlertId, &Alert> = alerts.iter().map(|alert| (alert.id, alert)).collect();
    let ids: Vec<_> = alerts.keys().copied().collect();
    let fired = events::unannounced(conn, &ids).await?;
    let about: HashMap<_, _> = events::about(conn, &fired).await?.into_iter().map(|of| (of.id, of)).collect();
    let news = fired
        .iter()
        .filter_map(|event| Some(news(alerts.get(&event.alert_id)?, event, about.get(&event.id))));
    notifications::post_in(conn, ctx.now(), &news.collect::<Vec<_>>()).await?;
    let told: Vec<_> = fired.iter().map(|event| event.id).collect();
    events::announced(conn, &told, ctx.now()).await?;
    Ok(())
}

fn news(alert: &Alert, event: &AlertEvent, about: Option<&About>) -> New {
    let side = AlertSide::from_number(event.side);
    let condition = condition(alert, side.zip(event.threshold));
    let card = about.map(|about| about.name.as_str());
    let named = alert.definition.name.as_deref();
    let whole = alert.definition.subject.portfolio;
    let what = if whole { "Your collection" } else { "A price" };
    let title = format!("{}: {condition}", named.or(card).unwrap_or(what));
    let amount = |minor: i64| format!("{} {}", Decimal(minor), alert.definition.subject.currency.code());
    let moved = match (event.before, event.after) {
        _ if matches!(alert.definition.trigger, Trigger::BackInStock | Trigger::Spread(_)) => None,
        (Some(before), Some(after)) => Some(format!("It went from {} to {}.", amount(before), amount(after))),
        (None, Some(after)) => Some(format!("It is {}.", amount(after))),
        _ => None,
    };
    let of = named.and(card).map(|card| format!("{card}."));
    New {
        user: event.user_id,
        kind: NotificationKind::Alert,
        group: Some(format!("alert {}", alert.id.0)),
        dedupe: format!("alert event {}", event.id.0),
        title,
        body: [of, moved].into_iter().flatten().collect::<Vec<_>>().join(" "),
        link: match about {
            Some(about) => Some(format!("/cards/{}", about.card_id.public())),
            None => whole.then(|| "/portfolio".to_owned()),
        },
        card: about.map(|about| about.card_id),
        printing: event.printing_id,
    }
}
