//! What the selection asks of lists of alerts and of events, of each kind in one statement.

use async_graphql::Context;

use super::super::loader::{AlertKey, ExplanationKey, LastEventsKey};
use super::super::model::{Alert, AlertEvent};
use crate::catalog::SetKey;
use crate::{ReaderLoader, Result, prefetch};

pub(super) async fn alerts(ctx: &Context<'_>, alerts: &[Alert]) -> Result<()> {
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let asked = prefetch::asked_of_nodes(ctx, &["set", "explanation", "lastEvents"]);
    let subjects = || alerts.iter().map(|alert| &alert.definition.subject);
    prefetch::printings_at(ctx, &["printing"], subjects().filter_map(|subject| subject.printing).collect())
        .await?;
    prefetch::cards_at(ctx, &["card"], subjects().filter_map(|subject| subject.card).collect()).await?;
    if asked.contains(&"set") {
        reader.load_many(subjects().filter_map(|subject| subject.set).map(SetKey)).await?;
    }
    if asked.contains(&"explanation") {
        let found = reader.load_many(alerts.iter().map(|alert| ExplanationKey(alert.id))).await?;
        let best = found.values().filter_map(|explanation| Some(explanation.best?.printing)).collect();
        prefetch::printings_at(ctx, &["explanation", "printing"], best).await?;
    }
    if asked.contains(&"lastEvents") {
        let found = reader.load_many(alerts.iter().map(|alert| LastEventsKey(alert.id))).await?;
        let printings = found.values().flatten().filter_map(|event| event.printing_id).collect();
        prefetch::printings_at(ctx, &["lastEvents", "printing"], printings).await?;
    }
    Ok(())
}

pub(super) async fn events(ctx: &Context<'_>, events: &[AlertEvent]) -> Result<()> {
    let reader = ctx.data_unchecked::<ReaderLoader>();
    prefetch::printings_at(ctx, &["printing"], events.iter().filter_map(|event| event.printing_id).collect())
        .await?;
    if prefetch::asked_of_nodes(ctx, &["alert"]).is_empty() {
        return Ok(());
    }
    let alerts = reader.load_many(events.iter().map(|event| AlertKey(event.alert_id))).await?;
    let printings = alerts.values().filter_map(|alert| alert.definition.subject.printing).collect();
    prefetch::printings_at(ctx, &["alert", "printing"], printings).await?;
    let cards = alerts.values().filter_map(|alert| alert.definition.subject.card).collect();
    prefetch::cards_at(ctx, &["alert", "card"], cards).await
}
