use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, OneofObject, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::model::{NotificationDigest, NotificationKind, Which};
use super::super::preferences::Wishes;
use super::super::{ops, preferences};
use super::types::NotificationPreferences;
use crate::NotificationId;
use crate::inventory::{InventoryError, settle};

/// Which notifications are meant.
#[derive(OneofObject)]
#[graphql(name = "NotificationSelectionInput")]
pub(super) enum Selection {
    /// These, 1 to 100.
    Ids(Vec<ID>),
    /// All that were posted until then.
    Until(DateTime<Utc>),
}

impl From<Selection> for Which {
    fn from(selection: Selection) -> Self {
        // What is no id of a notification is treated like one that is somebody else's.
        let read = |id: ID| NotificationId::from_public(&id).unwrap_or(NotificationId(0));
        match selection {
            Selection::Ids(ids) => Self::Ids(ids.into_iter().map(read).collect()),
            Selection::Until(until) => Self::Until(until),
        }
    }
}

/// Hours without mail, by the clock of the reader; over midnight if they end before they begin.
#[derive(InputObject)]
struct QuietHoursInput {
    /// When they begin, such as `22:00`.
    from: String,
    /// When they end, such as `07:00`.
    until: String,
}

/// How somebody wants to be told. What is left out stays.
#[derive(InputObject)]
#[graphql(name = "NotificationPreferencesInput")]
pub(super) struct PreferencesInput {
    /// What also goes out by e-mail.
    email: Option<Vec<NotificationKind>>,
    /// Where your clock hangs: a name of the IANA database, such as `Europe/Berlin`.
    time_zone: Option<String>,
    /// When no mail goes out; null for never.
    quiet_hours: MaybeUndefined<QuietHoursInput>,
    /// How mails are put together.
    digest: Option<NotificationDigest>,
    /// The hour of the daily mail, 0 to 23.
    digest_hour: Option<i32>,
}

impl From<PreferencesInput> for Wishes {
    fn from(input: PreferencesInput) -> Self {
        let quiet = match input.quiet_hours {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(hours) => Some(Some((hours.from, hours.until))),
        };
        Self {
            email: input.email,
            time_zone: input.time_zone,
            quiet,
            digest: input.digest,
            digest_hour: input.digest_hour,
        }
    }
}

/// Notifications after they were read.
#[derive(SimpleObject)]
pub(super) struct NotificationsPayload {
    /// How many changed.
    changed: i32,
    /// How many of the viewer's are not read; null when nothing was done.
    unread: Option<i64>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// Preferences after a change.
#[derive(SimpleObject)]
pub(super) struct NotificationPreferencesPayload {
    /// The preferences; null when nothing was done.
    preferences: Option<NotificationPreferences>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// What somebody can do with what they are told. API keys need the scope `WRITE_OWN`.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "NotificationMutation")]
impl Mutation {
    /// Marks notifications as read, or as new again.
    async fn mark_notifications_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] which: Selection,
        #[graphql(default = true, desc = "As read, or as new.")] read: bool,
    ) -> Result<NotificationsPayload> {
        let outcome = ops::mark_read(ctx.data_unchecked(), which.into(), read).await;
        let (done, errors) = settle(outcome)?;
        let changed = done.map_or(0, |(changed, _)| changed);
        Ok(NotificationsPayload {
            changed: i32::try_from(changed).unwrap_or(i32::MAX),
            unread: done.map(|(_, unread)| unread),
            errors,
        })
    }

    /// Changes what goes out by mail, and when. It counts for what waits, too.
    async fn set_notification_preferences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: PreferencesInput,
    ) -> Result<NotificationPreferencesPayload> {
        let outcome = preferences::set_preferences(ctx.data_unchecked(), input.into()).await;
        let (preferences, errors) = settle(outcome)?;
        Ok(NotificationPreferencesPayload { preferences: preferences.map(Into::into), errors })
    }
}
