use async_graphql::connection::CursorType;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use tables::{audit_details, audit_log};

use crate::{ApiKeyId, SessionId, UserId};

/// Kinds of security events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "SecurityEventKind")]
pub enum EventKind {
    /// An account was made.
    AccountCreated = 1,
    /// Somebody logged in.
    LoggedIn = 2,
    /// Somebody failed to log in.
    LoginFailed = 3,
    /// A session was ended by its owner.
    LoggedOut = 4,
    /// All sessions were ended by their owner.
    LoggedOutEverywhere = 5,
    /// An old refresh token came back, so that its session was ended.
    RefreshTokenReused = 6,
    /// The password was changed.
    PasswordChanged = 7,
    /// A link to set a new password was asked for.
    PasswordResetRequested = 8,
    /// The e-mail was changed.
    EmailChanged = 9,
    /// An API key was made.
    ApiKeyCreated = 10,
    /// An API key was revoked.
    ApiKeyRevoked = 11,
    /// An account elsewhere was linked.
    IdentityLinked = 12,
    /// An account elsewhere was unlinked.
    IdentityUnlinked = 13,
    /// The user's roles were changed.
    RolesChanged = 14,
    /// The account was blocked.
    AccountDisabled = 15,
    /// The account was unblocked.
    AccountEnabled = 16,
    /// The account was closed by its owner.
    AccountClosed = 17,
    /// Everything personal was deleted.
    AccountErased = 18,
    /// A copy of everything was asked for.
    ExportRequested = 19,
    /// A feed of news was added.
    FeedAdded = 20,
    /// A feed of news was switched on.
    FeedEnabled = 21,
    /// A feed of news was switched off.
    FeedDisabled = 22,
}

impl EventKind {
    const ALL: [Self; 22] = [
        Self::AccountCreated,
        Self::LoggedIn,
        Self::LoginFailed,
        Self::LoggedOut,
        Self::LoggedOutEverywhere,
        Self::RefreshTokenReused,
        Self::PasswordChanged,
        Self::PasswordResetRequested,
        Self::EmailChanged,
        Self::ApiKeyCreated,
        Self::ApiKeyRevoked,
        Self::IdentityLinked,
        Self::IdentityUnlinked,
        Self::RolesChanged,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::AccountClosed,
        Self::AccountErased,
        Self::ExportRequested,
        Self::FeedAdded,
        Self::FeedEnabled,
        Self::FeedDisabled,
    ];

    pub(super) fn of(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i16 == number)
    }
}

/// Something to be written down.
pub(crate) struct Event {
    pub kind: EventKind,
    /// Whom it concerns; nobody for a login to an account that does not exist.
    pub user: Option<UserId>,
    pub detail: Value,
}

impl Event {
    pub(crate) fn new(kind: EventKind, user: UserId) -> Self {
        Self { user: Some(user), ..Self::of(kind) }
    }

    /// Of nobody that we know.
    pub(crate) fn of(kind: EventKind) -> Self {
        Self { kind, user: None, detail: Value::Object(serde_json::Map::new()) }
    }

    pub(crate) fn with(self, detail: Value) -> Self {
        Self { detail, ..self }
    }
}

/// Something that was written down.
#[derive(Clone, Debug)]
pub struct EventRow {
    pub logged: Logged,
    /// Nothing, when the person is erased.
    pub detail: Option<Detail>,
}

/// What stays of an event for ever.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_log)]
pub struct Logged {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub event: i16,
    pub user_id: Option<UserId>,
    pub actor_id: Option<UserId>,
    pub session_id: Option<SessionId>,
    pub api_key_id: Option<ApiKeyId>,
}

/// What goes with the person.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_details)]
pub struct Detail {
    pub network: Option<String>,
    pub request_id: Option<String>,
    pub detail: Value,
}

/// A place in a list of events, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventCursor(pub i64);

impl CursorType for EventCursor {
    type Error = std::num::ParseIntError;

    fn decode_cursor(text: &str) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }

    fn encode_cursor(&self) -> String {
        self.0.to_string()
    }
}
