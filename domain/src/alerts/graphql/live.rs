use async_graphql::{Context, Result, SimpleObject, Subscription as Live};
use futures_util::{Stream, StreamExt};

use super::super::live::{Update, follow};
use super::super::model::AlertEvent;
use crate::market::{EventPosition, UpdateKind};

/// News of one's own alerts. A snapshot or reset holds no events: whoever shows some reads them anew.
#[derive(SimpleObject)]
pub struct AlertUpdate {
    /// What this message is.
    kind: UpdateKind,
    /// Where in the feed it is.
    position: EventPosition,
    /// How many alerts fired; `events` shows at most 100 of them.
    fired: i32,
    /// What fired.
    events: Vec<AlertEvent>,
}

impl From<Update> for AlertUpdate {
    fn from(update: Update) -> Self {
        Self {
            kind: update.kind,
            position: update.position.into(),
            fired: i32::try_from(update.fired).unwrap_or(i32::MAX),
            events: update.events,
        }
    }
}

/// Live feeds of alerts.
#[derive(Default)]
pub struct Subscription;

#[Live(name = "AlertSubscription")]
impl Subscription {
    /// One's own alerts as they fire, first a message that holds none. An API key needs the scope `READ_OWN`.
    async fn alert_triggered(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = AlertUpdate>> {
        Ok(follow(ctx.data_unchecked()).await?.map(AlertUpdate::from))
    }
}
