use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveTime, Utc};

use super::super::loader::DeliveriesKey;
use super::super::model::{
    Delivery, Notification, NotificationChannel, NotificationDeliveryState, NotificationDigest,
    NotificationKind,
};
use super::super::preferences::Preferences;
use crate::catalog::{Card, CardKey, Printing, PrintingKey};
use crate::reader::boxed;
use crate::{Error, ReaderLoader};

/// Something that somebody is told.
#[Object]
impl Notification {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// What it is about; null for a kind that this version does not know any more.
    async fn kind(&self) -> Option<NotificationKind> {
        NotificationKind::from_number(self.kind)
    }

    /// Those with the same group belong together, such as all about one import.
    async fn group(&self) -> Option<&str> {
        self.group_key.as_deref()
    }

    /// What it is, in one line.
    async fn title(&self) -> &str {
        &self.title
    }

    /// The rest of it, as plain text; may be empty.
    async fn body(&self) -> &str {
        &self.body
    }

    /// The page of the web app where one goes on: its path.
    async fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// The card that it is about.
    async fn card(&self, ctx: &Context<'_>) -> Result<Option<Card>> {
        let Some(card) = self.card_id else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(CardKey(card))).await?)
    }

    /// The printing that it is about.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        let Some(printing) = self.printing_id else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PrintingKey(printing))).await?)
    }

    /// When it was posted.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When it was read; null while it is new.
    async fn read_at(&self) -> Option<DateTime<Utc>> {
        self.read_at
    }

    /// How else it goes out, and how far that is: at most one a channel, none where nobody wants it.
    async fn deliveries(&self, ctx: &Context<'_>) -> Result<Vec<NotificationDelivery>> {
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(DeliveriesKey(self.id))).await?;
        let all = found.unwrap_or_default();
        Ok(all.into_iter().map(NotificationDelivery::try_from).collect::<Result<_, Error>>()?)
    }
}

/// A notification on its way out.
#[derive(SimpleObject)]
pub(super) struct NotificationDelivery {
    /// By which way.
    channel: NotificationChannel,
    /// How far it is.
    state: NotificationDeliveryState,
    /// How often it was tried to send it.
    attempts: i32,
    /// When it is looked at again, while it is queued: after quiet hours, or at the hour of the digest.
    held_until: Option<DateTime<Utc>>,
    /// Why it did not go out, or not yet.
    reason: Option<String>,
    /// When something last happened to it.
    changed_at: DateTime<Utc>,
}

impl TryFrom<Delivery> for NotificationDelivery {
    type Error = Error;

    fn try_from(delivery: Delivery) -> Result<Self, Error> {
        let unknown = || Error::internal(anyhow::anyhow!("a delivery has a number of a newer version"));
        Ok(Self {
            channel: NotificationChannel::from_number(delivery.channel).ok_or_else(unknown)?,
            state: NotificationDeliveryState::from_number(delivery.state).ok_or_else(unknown)?,
            attempts: delivery.attempts,
            held_until: delivery.next_attempt_at,
            reason: delivery.last_error,
            changed_at: delivery.changed_at,
        })
    }
}

/// Hours without mail, by the clock of the reader; over midnight if they end before they begin.
#[derive(SimpleObject)]
struct QuietHours {
    /// When they begin, such as `22:00`.
    from: String,
    /// When they end, such as `07:00`.
    until: String,
}

/// How somebody wants to be told. In the app they are always told at once.
#[derive(SimpleObject)]
pub struct NotificationPreferences {
    /// What also goes out by e-mail.
    email: Vec<NotificationKind>,
    /// Where the reader's clock hangs: a name of the IANA database, such as `Europe/Berlin`.
    time_zone: String,
    /// When no mail goes out; what waits goes out when they end.
    quiet_hours: Option<QuietHours>,
    /// How mails are put together.
    digest: NotificationDigest,
    /// The hour of the daily mail, 0 to 23.
    digest_hour: i32,
    /// Whether its owner chose it; false while it is what holds for everybody who said nothing.
    chosen: bool,
}

impl From<Preferences> for NotificationPreferences {
    fn from(preferences: Preferences) -> Self {
        let shown = |clock: NaiveTime| clock.format("%H:%M").to_string();
        let hours = |(from, until)| QuietHours { from: shown(from), until: shown(until) };
        Self {
            email: preferences.email,
            time_zone: preferences.time_zone.name().to_owned(),
            quiet_hours: preferences.quiet.map(hours),
            digest: preferences.digest,
            digest_hour: i32::from(preferences.digest_hour),
            chosen: preferences.chosen,
        }
    }
}
