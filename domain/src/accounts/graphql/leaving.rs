use async_graphql::{Context, Object, Result};
use chrono::{DateTime, Utc};

use super::super::model::AccountExport;
use super::super::ops;
use super::cookie::expired_cookie;
use super::payloads::DonePayload;
use crate::Ctx;

/// A copy of everything that is one's own.
#[Object]
impl AccountExport {
    /// When it was asked for.
    async fn requested_at(&self) -> DateTime<Utc> {
        self.requested_at
    }

    /// When it was made; null while it is on its way.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.finished_at
    }

    /// The copy: JSON, an object with a list for each kind of thing.
    async fn content(&self) -> Option<&str> {
        self.content.as_deref()
    }
}

/// Taking everything along, and going.
#[derive(Default)]
pub(crate) struct LeavingMutation;

#[Object]
impl LeavingMutation {
    /// Asks for a copy of everything that is one's own: see `viewer.accountExport` a little later.
    /// Needs a recent proof, see `reauthenticate`.
    async fn request_account_export(&self, ctx: &Context<'_>) -> Result<DonePayload> {
        DonePayload::of(ops::request_export(ctx.data_unchecked()).await)
    }

    /// Closes the account for good. Everything personal is deleted within minutes. Needs a recent
    /// proof, see `reauthenticate`.
    async fn close_account(&self, ctx: &Context<'_>) -> Result<DonePayload> {
        let done = DonePayload::of(ops::close(ctx.data_unchecked()).await)?;
        if done.done {
            let settings = ctx.data_unchecked::<Ctx>().auth().settings();
            ctx.append_http_header("set-cookie", expired_cookie(settings));
        }
        Ok(done)
    }
}
