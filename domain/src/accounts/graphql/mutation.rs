use async_graphql::{Context, Object, Result};

use super::super::model::{Grant, Outcome};
use super::super::ops;
use super::cookie::{device_cookie, expired_cookie, refresh_cookie};
use super::payloads::{
    AccountPayload, DonePayload, LoginInput, LogoutEverywherePayload, RefreshDelivery, RegisterInput,
    SessionGrant, SessionPayload, VerifyEmailInput, settle,
};
use crate::Ctx;

/// Ways in and out.
#[derive(Default)]
pub(crate) struct AccountMutation;

async fn session(
    ctx: &Context<'_>,
    outcome: Outcome<Grant>,
    delivery: RefreshDelivery,
) -> Result<SessionPayload> {
    let (grant, errors) = settle(outcome)?;
    if let (Some(grant), RefreshDelivery::Cookie) = (&grant, delivery) {
        let settings = ctx.data_unchecked::<Ctx>().auth().settings();
        let cookie = refresh_cookie(settings, &grant.refresh_token, grant.idle);
        ctx.append_http_header("set-cookie", cookie);
        let device = ops::remember_device(ctx.data_unchecked(), grant).await?;
        ctx.append_http_header("set-cookie", device_cookie(settings, &device));
    }
    Ok(SessionPayload { session: grant.map(|grant| SessionGrant::of(grant, delivery)), errors })
}

#[Object]
impl AccountMutation {
    /// Asks for an account. A link goes to the e-mail; the account is made when `verifyEmail` is
    /// called with its token. The answer is the same when the e-mail has an account already: then
    /// the mail says so.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who wants it.")] input: RegisterInput,
    ) -> Result<DonePayload> {
        let ctx = ctx.data_unchecked();
        DonePayload::of(ops::register(ctx, &input.email, &input.password, &input.name).await)
    }

    /// Makes the account that `register` asked for, and logs in.
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token and the password.")] input: VerifyEmailInput,
    ) -> Result<SessionPayload> {
        let outcome = ops::verify_email(ctx.data_unchecked(), &input.token, &input.password).await;
        session(ctx, outcome, input.delivery).await
    }

    /// Logs in.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "E-mail and password.")] input: LoginInput,
    ) -> Result<SessionPayload> {
        let new = input.new_password.as_deref();
        let outcome = ops::login(ctx.data_unchecked(), &input.email, &input.password, new).await;
        session(ctx, outcome, input.delivery).await
    }

    /// A new access token for a refresh token, and the refresh token after it. For programs; web
    /// pages post to `/auth/refresh`, where the cookie goes. A token that was used before ends the
    /// session, except that the last one still answers for ten seconds.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token of the answer before.")] token: String,
    ) -> Result<SessionPayload> {
        let outcome = ops::refresh(ctx.data_unchecked(), &token).await;
        session(ctx, outcome, RefreshDelivery::Body).await
    }

    /// Ends the session that asks.
    async fn logout(&self, ctx: &Context<'_>) -> Result<DonePayload> {
        ops::logout(ctx.data_unchecked()).await?;
        forget_cookie(ctx);
        DonePayload::of(Ok(()))
    }

    /// Ends all sessions of the account, the one that asks among them.
    async fn logout_everywhere(&self, ctx: &Context<'_>) -> Result<LogoutEverywherePayload> {
        let ended = ops::logout_everywhere(ctx.data_unchecked()).await?;
        forget_cookie(ctx);
        Ok(LogoutEverywherePayload { ended: i32::try_from(ended).unwrap_or(i32::MAX) })
    }

    /// Gives the account another name.
    async fn rename_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The name that others see, 1 to 60 characters.")] name: String,
    ) -> Result<AccountPayload> {
        let (account, errors) = settle(ops::rename(ctx.data_unchecked(), &name).await)?;
        Ok(AccountPayload { account, errors })
    }
}

fn forget_cookie(ctx: &Context<'_>) {
    let settings = ctx.data_unchecked::<Ctx>().auth().settings();
    ctx.append_http_header("set-cookie", expired_cookie(settings));
}
