use async_graphql::{Context, Result, SimpleObject, Subscription as Live};
use futures_util::{Stream, StreamExt};

use super::super::live::{Update, follow};
use super::super::model::Notification;
use crate::market::{EventPosition, UpdateKind};

/// News of one's own notifications.
#[derive(SimpleObject)]
pub struct NotificationUpdate {
    /// What this message is. After a `RESET` notifications may have been missed: read them anew.
    kind: UpdateKind,
    /// Where in the feed it is.
    position: EventPosition,
    /// How many are not read.
    unread: i64,
    /// A new notification; null where only the count is news.
    notification: Option<Notification>,
}

impl From<Update> for NotificationUpdate {
    fn from(update: Update) -> Self {
        let position = update.position.into();
        Self { kind: update.kind, position, unread: update.unread, notification: update.notification }
    }
}

/// Live feeds of notifications.
#[derive(Default)]
pub struct Subscription;

#[Live(name = "NotificationSubscription")]
impl Subscription {
    /// What one is told: first how many notifications are not read, then each new one by itself, and the count
    /// when some were read elsewhere. An API key needs the scope `READ_OWN`.
    async fn notification_received(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = NotificationUpdate>> {
        Ok(follow(ctx.data_unchecked()).await?.map(NotificationUpdate::from))
    }
}
