use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::model::{Identity, Provider};
use super::super::ops;
use super::payloads::{DonePayload, UserError, settle};
use crate::{Error, IdentityId};

/// An account elsewhere that logs in to this one.
#[Object(name = "LinkedAccount")]
impl Identity {
    /// Public id.
    pub(super) async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// Where it is.
    async fn provider(&self) -> Option<Provider> {
        Provider::of(self.provider)
    }

    /// The e-mail that the provider has verified, as of the last login.
    async fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// What the person is called there.
    async fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// When it was linked.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When it was last used to log in.
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.last_used_at
    }
}

/// Where to go to link an account.
#[derive(SimpleObject)]
struct LinkAccountPayload {
    /// A path of this site. The browser that is logged in opens it within ten minutes; it leads to
    /// the provider and comes back.
    url: Option<String>,
    /// What a person can correct, or has to wait for.
    errors: Vec<UserError>,
}

/// Where to go to prove again who is logged in.
#[derive(SimpleObject)]
struct ReauthenticateByProviderPayload {
    /// A path of this site. The browser that is logged in opens it within ten minutes; it leads to
    /// the provider and comes back to the path in its parameter `next`.
    url: Option<String>,
    /// What a person can correct, or has to wait for.
    errors: Vec<UserError>,
}

/// Changes of linked accounts.
#[derive(Default)]
pub(crate) struct LinkedMutation;

#[Object]
impl LinkedMutation {
    /// Begins to prove again that it is the account's owner who asks, by an account elsewhere that is
    /// linked: what `reauthenticate` is for who has no password. The session goes on, and no other one
    /// begins. Needs a login whose refresh token is in a cookie.
    async fn reauthenticate_by_provider(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where the linked account is.")] provider: Provider,
    ) -> Result<ReauthenticateByProviderPayload> {
        let (ticket, errors) = settle(ops::proof_ticket(ctx.data_unchecked(), provider).await)?;
        let path = provider.path();
        let url = ticket.map(|ticket| format!("/auth/{path}/start?next=/settings/security&ticket={ticket}"));
        Ok(ReauthenticateByProviderPayload { url, errors })
    }

    /// Begins to link an account elsewhere. Needs a recent proof, see `reauthenticate`, and a login
    /// whose refresh token is in a cookie.
    async fn link_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where it is.")] provider: Provider,
    ) -> Result<LinkAccountPayload> {
        let (ticket, errors) = settle(ops::link_ticket(ctx.data_unchecked(), provider).await)?;
        let path = provider.path();
        let url = ticket.map(|ticket| format!("/auth/{path}/start?next=/settings/linked&ticket={ticket}"));
        Ok(LinkAccountPayload { url, errors })
    }

    /// Unlinks an account elsewhere. Needs a recent proof, see `reauthenticate`.
    async fn unlink_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The linked account.")] id: ID,
    ) -> Result<DonePayload> {
        let id = IdentityId::from_public(&id).ok_or(Error::NotFound("linked account"));
        DonePayload::of(ops::unlink(ctx.data_unchecked(), id?).await)
    }
}
