use std::sync::Arc;

use diesel_async::AsyncConnection;
use serde_json::json;

use super::super::access::{Changed, publish};
use super::super::model::{Account, EndReason, Outcome, Refusal, Session};
use super::super::queries::{devices, sessions as queries, users};
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, Error, Page, Result, SessionId};

/// The account of the one who asks.
pub async fn account(ctx: &Ctx) -> Result<Account> {
    let id = ctx.reader()?;
    let user = users::by_id(&mut *ctx.conn().await?, id).await?;
    let user = user.filter(|user| user.is_active()).ok_or(Error::Unauthenticated)?;
    Ok(Account(Arc::new(user)))
}

/// Gives the account another name.
pub async fn rename(ctx: &Ctx, name: &str) -> Outcome<Account> {
    let user = ctx.signed_in()?;
    let name = super::name(name)?;
    users::set_name(&mut *ctx.conn().await?, user.id, &name).await?;
    Ok(account(ctx).await?)
}

/// One's own open sessions, the newest first.
pub async fn sessions(ctx: &Ctx, page: &Page<SessionId>) -> Result<Vec<Session>> {
    let user = ctx.signed_in()?;
    let mut conn = ctx.conn().await?;
    Ok(queries::open(&mut conn, user.id, ctx.now(), page.after, page.fetch()).await?)
}

/// Ends the session that asks.
pub async fn logout(ctx: &Ctx) -> Result<()> {
    let session = ctx.signed_in()?.session;
    end_session(ctx, session).await
}

/// Ends one of one's own sessions.
pub async fn end_session(ctx: &Ctx, session: SessionId) -> Result<()> {
    let user = ctx.signed_in()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        if !queries::end(conn, user.id, session, EndReason::LoggedOut, ctx.now()).await? {
            return Err(Error::NotFound("session"));
        }
        let about = json!({ "session": session.public() });
        audit::record(ctx, conn, Event::new(EventKind::LoggedOut, user.id).with(about)).await
    })
    .await?;
    drop(conn);
    publish(ctx, Changed { sessions: vec![session], ..Changed::default() }).await;
    Ok(())
}

/// Ends all of one's own sessions, the one that asks among them; how many there were.
pub async fn logout_everywhere(ctx: &Ctx) -> Result<usize> {
    let user = ctx.signed_in()?;
    let mut conn = ctx.conn().await?;
    let ended = conn
        .transaction(async |conn| {
            let ended = queries::end_all(conn, user.id, None, EndReason::LoggedOut, ctx.now()).await?;
            devices::forget_of(conn, user.id).await?;
            audit::record(ctx, conn, Event::new(EventKind::LoggedOutEverywhere, user.id)).await?;
            Ok::<_, Refusal>(ended)
        })
        .await;
    drop(conn);
    let ended = ended.map_err(Refusal::into_error)?;
    let count = ended.len();
    publish(ctx, Changed { sessions: ended, ..Changed::default() }).await;
    Ok(count)
}
