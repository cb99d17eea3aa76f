use chrono::{DateTime, Utc};
use diesel::prelude::*;
use tables::{deliveries, notifications};

use crate::prices::coded_enum;
use crate::{CardId, NotificationId, PrintingId};

coded_enum! {
    /// What a notification is about.
    NotificationKind {
        /// Something that was watched for happened: a price, a new match of a saved search.
        Alert = 1,
        /// A file of a collection is in, or could not be entered.
        Import = 2,
        /// The account itself.
        Account = 3,
        /// The platform.
        System = 4,
    }
}

impl NotificationKind {
    /// Its bit among the kinds of a channel.
    pub(super) const fn bit(self) -> i16 {
        1 << (self.number() - 1)
    }
}

coded_enum! {
    /// A way out of the house, beside the app itself.
    NotificationChannel {
        /// To the account's address.
        Email = 1,
    }
}

coded_enum! {
    /// How far a delivery is.
    NotificationDeliveryState {
        /// It waits for its time: quiet hours, or those of a digest.
        Queued = 1,
        /// It is in a mail that is about to go out.
        Sending = 2,
        /// It went out.
        Sent = 3,
        /// It did not go out and will not; `reason` says why.
        Failed = 4,
        /// It is not to go out; `reason` says why.
        Suppressed = 5,
    }
}

coded_enum! {
    /// How mails of notifications are put together.
    NotificationDigest {
        /// Not at all: each goes out as soon as it may.
        Off = 1,
        /// One mail at the full hour.
        Hourly = 2,
        /// One mail a day.
        Daily = 3,
    }
}

/// Something that somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery)]
#[diesel(table_name = notifications)]
pub struct Notification {
    /// Which.
    pub id: NotificationId,
    pub(super) kind: i16,
    /// Those of one group are shown together.
    pub group_key: Option<String>,
    /// One line.
    pub title: String,
    /// The rest of it; may be empty.
    pub body: String,
    /// A page of the web app.
    pub link: Option<String>,
    /// The card that it is about.
    pub card_id: Option<CardId>,
    /// The printing that it is about.
    pub printing_id: Option<PrintingId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

/// Where a page of notifications ended.
#[derive(Clone, Copy, Debug)]
pub struct NotificationCursor(pub NotificationId);

/// Which notifications are meant.
#[derive(Clone, Debug)]
pub enum Which {
    /// These.
    Ids(Vec<NotificationId>),
    /// All that were posted until then.
    Until(DateTime<Utc>),
}

/// A notification on its way out.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery)]
#[diesel(table_name = deliveries)]
pub struct Delivery {
    pub(super) notification_id: NotificationId,
    pub(super) channel: i16,
    pub(super) state: i16,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is looked at again.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why it did not go out.
    pub last_error: Option<String>,
    /// When something last happened to it.
    pub changed_at: DateTime<Utc>,
}
