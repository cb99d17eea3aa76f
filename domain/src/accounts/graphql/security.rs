use async_graphql::{Context, ID, Object, Result};

use super::super::ops::{self, KeyWanted};
use super::payloads::{
    ChangePasswordInput, CreateApiKeyInput, CreateApiKeyPayload, DonePayload, ResetPasswordInput, settle,
};
use crate::{ApiKeyId, Error, SessionId};

/// Changes of what an account is guarded by.
#[derive(Default)]
pub(crate) struct SecurityMutation;

#[Object]
impl SecurityMutation {
    /// Proves again that it is the account's owner who asks. Some changes are refused with
    /// `REAUTHENTICATION_REQUIRED` unless this, or the login, was less than ten minutes ago.
    async fn reauthenticate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account's password.")] password: String,
    ) -> Result<DonePayload> {
        DonePayload::of(ops::reauthenticate(ctx.data_unchecked(), &password).await)
    }

    /// Replaces the password. All other sessions end, and open sockets close.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old password and the new one.")] input: ChangePasswordInput,
    ) -> Result<DonePayload> {
        let current = input.current_password.as_deref();
        DonePayload::of(ops::change_password(ctx.data_unchecked(), current, &input.new_password).await)
    }

    /// Sends a link to set a new password. The answer is the same when there is no such account.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account's e-mail.")] email: String,
    ) -> Result<DonePayload> {
        DonePayload::of(ops::request_password_reset(ctx.data_unchecked(), &email).await)
    }

    /// Sets a new password by the token from the mail. All sessions end; log in anew.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token and the new password.")] input: ResetPasswordInput,
    ) -> Result<DonePayload> {
        DonePayload::of(ops::reset_password(ctx.data_unchecked(), &input.token, &input.new_password).await)
    }

    /// Sends a link to a new e-mail; the account has it when `confirmEmail` is called. Needs a
    /// recent proof, see `reauthenticate`.
    async fn request_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new e-mail.")] email: String,
    ) -> Result<DonePayload> {
        DonePayload::of(ops::request_email_change(ctx.data_unchecked(), &email).await)
    }

    /// Makes the new e-mail the account's by the token from the mail. All sessions end.
    async fn confirm_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the link in the mail: what follows `#token=`.")] token: String,
    ) -> Result<DonePayload> {
        DonePayload::of(ops::confirm_email(ctx.data_unchecked(), &token).await)
    }

    /// Ends one of one's own sessions.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session.")] id: ID,
    ) -> Result<DonePayload> {
        let id = SessionId::from_public(&id).ok_or(Error::NotFound("session"));
        ops::end_session(ctx.data_unchecked(), id?).await?;
        DonePayload::of(Ok(()))
    }

    /// Makes an API key. Needs a recent proof, see `reauthenticate`.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is for and may do.")] input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload> {
        let wanted = KeyWanted {
            name: input.name,
            scopes: input.scopes.into_iter().collect(),
            expires_at: input.expires_at,
        };
        let (created, errors) = settle(ops::create_api_key(ctx.data_unchecked(), wanted).await)?;
        let (secret, api_key) = created.map(|created| (created.secret, created.key)).unzip();
        Ok(CreateApiKeyPayload { secret, api_key, errors })
    }

    /// Ends an API key at once.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key.")] id: ID,
    ) -> Result<DonePayload> {
        let id = ApiKeyId::from_public(&id).ok_or(Error::NotFound("key"));
        ops::revoke_api_key(ctx.data_unchecked(), id?).await?;
        DonePayload::of(Ok(()))
    }
}
