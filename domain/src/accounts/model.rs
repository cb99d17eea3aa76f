use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use tables::{account_exports, api_keys, identities, one_time_tokens, sessions, users};

use crate::{ApiKeyId, Error, IdentityId, Roles, Scopes, SessionId, Tier, UserId};

/// What a person can correct, or has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum ProblemCode {
    /// The e-mail and the password do not belong together, or the e-mail was never confirmed.
    InvalidCredentials,
    /// Too many failures. `retryAfter` says when to try again.
    TooManyAttempts,
    /// A password given by an operator must be replaced: send `newPassword` too.
    PasswordChangeRequired,
    /// That is no e-mail address.
    EmailInvalid,
    /// A name has 1 to 60 characters.
    NameInvalid,
    /// Fewer than 8 characters.
    PasswordTooShort,
    /// More than 128 characters.
    PasswordTooLong,
    /// Among the first that are guessed.
    PasswordTooCommon,
    /// The token is unknown, used or too old.
    TokenInvalid,
    /// The person must prove again who they are: `reauthenticate`, or log in anew.
    ReauthenticationRequired,
    /// Somebody else has this e-mail.
    EmailTaken,
    /// Without it there would be no way to log in.
    LastWayIn,
    /// There are as many as there may be.
    LimitReached,
    /// An expiry is 1 to 366 days away.
    ExpiryInvalid,
    /// The scope `PARTNER` is for accounts of the tier `PARTNER` and for admins.
    ScopeNotAllowed,
    /// There is no such provider here.
    ProviderUnknown,
}

/// Something that a person can correct, or has to wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is.
    pub code: ProblemCode,
    /// The field of the input that is at fault.
    pub field: Option<&'static str>,
    /// For people.
    pub message: String,
    /// Seconds until another try is worth it.
    pub retry_after: Option<i32>,
}

impl Problem {
    pub(super) fn new(code: ProblemCode, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into(), retry_after: None }
    }

    pub(super) fn at(field: &'static str, code: ProblemCode, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(code, message) }
    }

    pub(super) fn wait(seconds: i64) -> Self {
        let message = "There were too many failures. Wait a little and try again.";
        let retry_after = Some(i32::try_from(seconds.max(1)).unwrap_or(i32::MAX));
        Self { retry_after, ..Self::new(ProblemCode::TooManyAttempts, message) }
    }

    pub(super) fn credentials() -> Self {
        Self::new(ProblemCode::InvalidCredentials, "E-mail and password do not belong together.")
    }

    pub(super) fn token() -> Self {
        Self::at("token", ProblemCode::TokenInvalid, "This link was used or is too old. Ask for a new one.")
    }
}

/// Why an operation on an account did not happen.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The person can do something about it.
    Problem(Problem),
    /// As any other operation fails.
    Error(Error),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl Refusal {
    /// For operations that a person cannot get wrong.
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Error(error) => error,
            Self::Problem(problem) => Error::Conflict(problem.message),
        }
    }
}

/// Result of an operation on an account.
pub type Outcome<T> = std::result::Result<T, Refusal>;

/// Of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As it should be.
    Active = 1,
    /// Blocked by the platform.
    Disabled = 2,
    /// Its owner closed it; what is theirs is about to be deleted.
    Closed = 3,
    /// Nothing personal is left of it.
    Erased = 4,
}

/// A user as the database holds them.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = users)]
pub struct UserRow {
    pub id: UserId,
    pub email: Option<String>,
    pub name: String,
    pub password_hash: Option<String>,
    pub password_expired: bool,
    pub roles: i16,
    pub tier: i16,
    pub status: i16,
    pub access_version: i32,
    pub created_at: DateTime<Utc>,
}

impl UserRow {
    pub(super) fn is_active(&self) -> bool {
        self.status == Status::Active as i16
    }

    pub(super) fn roles(&self) -> Roles {
        Roles(self.roles)
    }

    pub(super) fn tier(&self) -> Tier {
        Tier::of(self.tier)
    }
}

/// One's own account.
#[derive(Clone, Debug)]
pub struct Account(pub(super) Arc<UserRow>);

impl Account {
    /// Whose it is.
    pub fn user(&self) -> UserId {
        self.0.id
    }
}

/// A copy of everything that is somebody's.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = account_exports)]
pub struct AccountExport {
    pub requested_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub content: Option<String>,
}

/// A login on one device.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub authenticated_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub agent: String,
    pub address: String,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Its owner logged out, here or from another device.
    LoggedOut = 1,
    /// An old refresh token came back: somebody else has it.
    Reuse = 2,
    /// The password or the e-mail changed.
    CredentialsChanged = 3,
    /// The account was disabled or closed.
    AccountEnded = 4,
}

/// A key of a third-party program.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = api_keys)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub user_id: UserId,
    pub name: String,
    pub prefix: String,
    pub scopes: i16,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

impl ApiKey {
    pub(super) fn granted(&self) -> Scopes {
        Scopes(self.scopes)
    }
}

/// Who else can say who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "LoginProvider")]
pub enum Provider {
    /// Google, by OpenID Connect.
    Google = 1,
    /// Discord, by OAuth 2.
    Discord = 2,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Google, Self::Discord];

    /// As in addresses.
    pub fn path(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Discord => "discord",
        }
    }

    /// The one of a part of an address.
    pub fn of_path(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.path() == text)
    }

    pub(super) fn of(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| *provider as i16 == number)
    }
}

/// What a provider says of somebody.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The provider.
    pub provider: Provider,
    /// Who it is, there: the only thing that stays.
    pub subject: String,
    /// Their e-mail, if the provider has verified it.
    pub verified_email: Option<String>,
    /// What they are called there.
    pub name: Option<String>,
}

/// What a way to a provider and back is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To log in, or to make an account.
    LogIn = 1,
    /// To link the account there to the one here.
    Link = 2,
    /// To prove again who is logged in here.
    Prove = 3,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::LogIn, Self::Link, Self::Prove];

    pub(super) fn of(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| *purpose as i16 == number)
    }

    fn name(self) -> &'static str {
        match self {
            Self::LogIn => "login",
            Self::Link => "link",
            Self::Prove => "prove",
        }
    }

    /// A secret for the browser's cookie that says what the way was for, so that the person is sent to
    /// the right page even when nothing else is known of it any more.
    pub(super) fn mark(self, secret: &str) -> String {
        format!("{}.{secret}", self.name())
    }

    /// What a cookie says that the way was for.
    pub fn of_mark(cookie: &str) -> Option<Self> {
        let (name, _) = cookie.split_once('.')?;
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// A login that begins at a provider. Only hashes of the first two are kept.
pub struct Begun {
    /// Comes back in the address.
    pub state: String,
    /// Stays in the browser, as a cookie.
    pub browser: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Of the code challenge.
    pub verifier: String,
    /// What it is for.
    pub purpose: Purpose,
}

/// A login that came back from a provider, and is used up.
pub struct Flow {
    /// What the ID token must hold.
    pub nonce: String,
    /// Of the code challenge.
    pub verifier: String,
    /// Where to go on.
    pub next: String,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// What it is for.
    pub purpose: Purpose,
    /// The session that wants to link an account, or to prove something; none for a login.
    pub session: Option<SessionId>,
}

/// What came of a login at a provider.
pub enum Arrival {
    /// They are logged in.
    LoggedIn(Box<Grant>),
    /// Their account there is linked to the one here.
    Linked,
    /// They have proven again who is logged in here.
    Proven,
    /// The account there is not the one that is linked to the account here, so it proves nothing.
    NotTheirs,
    /// Somebody has an account here with the e-mail: to link them they log in here first.
    EmailKnown,
    /// The account there is linked to another one here.
    LinkedElsewhere,
    /// The account here is blocked, or not logged in any more.
    Refused,
}

/// An account elsewhere.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = identities)]
pub struct Identity {
    pub id: IdentityId,
    pub user_id: UserId,
    pub provider: i16,
    pub email: Option<String>,
    pub name: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

/// What a one-time token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// To confirm the e-mail of a registration.
    Register = 1,
    /// To set a new password.
    Reset = 2,
    /// To confirm a new e-mail.
    ChangeEmail = 3,
}

/// A one-time token, by what it was stored with.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = one_time_tokens)]
pub struct OneTimeToken {
    pub user_id: Option<UserId>,
    pub email: String,
    pub name: Option<String>,
    pub password_hash: Option<String>,
}

/// What a successful login gives.
#[derive(Clone, Debug)]
pub struct Grant {
    /// For the header `Authorization: Bearer`.
    pub access_token: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// For the next access token, once.
    pub refresh_token: String,
    /// How long the refresh token may lie unused.
    pub idle: Duration,
    /// Who is logged in now.
    pub account: Account,
}
