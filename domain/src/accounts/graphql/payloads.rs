use async_graphql::{InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::model::{Account, ApiKey, Grant, Outcome, Problem, ProblemCode, Refusal};
use crate::{Result, Scope};

/// Something that a person can correct, or has to wait for.
#[derive(SimpleObject)]
pub(super) struct UserError {
    /// What it is, for programs.
    code: ProblemCode,
    /// The field of the input that is at fault, where it is one.
    field: Option<String>,
    /// What it is, for people.
    message: String,
    /// Seconds until another try is worth it.
    retry_after: Option<i32>,
}

impl From<Problem> for UserError {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            field: problem.field.map(str::to_owned),
            message: problem.message,
            retry_after: problem.retry_after,
        }
    }
}

/// What came of it, or what a person can correct.
pub(super) fn settle<T>(outcome: Outcome<T>) -> Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(Refusal::Problem(problem)) => Ok((None, vec![problem.into()])),
        Err(Refusal::Error(error)) => Err(error),
    }
}

/// Where the refresh token goes.
#[derive(Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub(super) enum RefreshDelivery {
    /// Into a cookie that no script can read: for web pages of ours.
    Cookie,
    /// Into the answer: for programs.
    Body,
}

/// A login, as its owner gets it.
#[derive(SimpleObject)]
pub(super) struct SessionGrant {
    /// For the header `Authorization: Bearer …`, and for `authorization` in `connection_init`.
    access_token: String,
    /// Until when the access token is good.
    expires_at: DateTime<Utc>,
    /// For the mutation `refreshSession`, once. Null when it went into a cookie.
    refresh_token: Option<String>,
    /// Who is logged in.
    account: Account,
}

impl SessionGrant {
    pub(super) fn of(grant: Grant, delivery: RefreshDelivery) -> Self {
        Self {
            access_token: grant.access_token,
            expires_at: grant.expires_at,
            refresh_token: (delivery == RefreshDelivery::Body).then_some(grant.refresh_token),
            account: grant.account,
        }
    }
}

/// An account that somebody wants.
#[derive(InputObject)]
pub(super) struct RegisterInput {
    /// The e-mail, to which a link is sent.
    pub email: String,
    /// The password: 8 to 128 characters, none of the commonest.
    pub password: String,
    /// The name that others see, 1 to 60 characters.
    pub name: String,
}

/// The proof of an e-mail.
#[derive(InputObject)]
pub(super) struct VerifyEmailInput {
    /// From the link in the mail: what follows `#token=`.
    pub token: String,
    /// The password that was chosen at the registration.
    pub password: String,
    /// Where the refresh token goes.
    #[graphql(default_with = "RefreshDelivery::Body")]
    pub delivery: RefreshDelivery,
}

/// E-mail and password.
#[derive(InputObject)]
pub(super) struct LoginInput {
    /// The account's e-mail.
    pub email: String,
    /// The account's password.
    pub password: String,
    /// Replaces the password at once. Needed for one that an operator gave.
    pub new_password: Option<String>,
    /// Where the refresh token goes.
    #[graphql(default_with = "RefreshDelivery::Body")]
    pub delivery: RefreshDelivery,
}

/// The old password and the new one.
#[derive(InputObject)]
pub(super) struct ChangePasswordInput {
    /// The password until now; not needed for an account that has none.
    pub current_password: Option<String>,
    /// The password from now on.
    pub new_password: String,
}

/// The proof of an e-mail, and a new password.
#[derive(InputObject)]
pub(super) struct ResetPasswordInput {
    /// From the link in the mail: what follows `#token=`.
    pub token: String,
    /// The password from now on.
    pub new_password: String,
}

/// A key that somebody wants.
#[derive(InputObject)]
pub(super) struct CreateApiKeyInput {
    /// What its owner calls it, 1 to 60 characters.
    pub name: String,
    /// What it may do. Every key may read the catalogue; `PARTNER` is for accounts of the tier `PARTNER`
    /// and for admins.
    pub scopes: Vec<Scope>,
    /// When it ends, in 1 to 366 days; 90 days when nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What came of a login.
#[derive(SimpleObject)]
pub(super) struct SessionPayload {
    /// The login.
    pub session: Option<SessionGrant>,
    /// What a person can correct, or has to wait for.
    pub errors: Vec<UserError>,
}

/// What came of a request whose result goes by mail, or is nothing to be shown.
#[derive(SimpleObject)]
pub(super) struct DonePayload {
    /// Whether it was taken. For what depends on an account the answer is the same without one.
    pub done: bool,
    /// What a person can correct, or has to wait for.
    pub errors: Vec<UserError>,
}

impl DonePayload {
    pub(super) fn of(outcome: Outcome<()>) -> async_graphql::Result<Self> {
        let (value, errors) = settle(outcome)?;
        Ok(Self { done: value.is_some(), errors })
    }
}

/// What came of a change of the account.
#[derive(SimpleObject)]
pub(super) struct AccountPayload {
    /// The account as it is now.
    pub account: Option<Account>,
    /// What a person can correct, or has to wait for.
    pub errors: Vec<UserError>,
}

/// What came of ending all sessions.
#[derive(SimpleObject)]
pub(super) struct LogoutEverywherePayload {
    /// How many there were.
    pub ended: i32,
}

/// A new API key.
#[derive(SimpleObject)]
pub(super) struct CreateApiKeyPayload {
    /// The key itself, for the header `Authorization: Bearer dd_…`. It is shown this once.
    pub secret: Option<String>,
    /// What is known of it later.
    pub api_key: Option<ApiKey>,
    /// What a person can correct, or has to wait for.
    pub errors: Vec<UserError>,
}
