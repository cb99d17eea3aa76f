//! Taking everything along, and going.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};

use super::super::access::{Changed, publish};
use super::super::model::{AccountExport, EndReason, Outcome, Refusal, Status};
use super::super::queries::leaving as queries;
use super::super::queries::{keys, sessions, users};
use crate::audit::{self, Event, EventKind};
use crate::jobs::{self, Job};
use crate::{Ctx, Error, Result, UserId, mail};

/// An export is kept for so long.
const KEEP: TimeDelta = TimeDelta::days(7);

/// Makes the copy that somebody asked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct ExportAccount {
    /// Whose.
    pub user: UserId,
}

impl Job for ExportAccount {
    const KIND: &'static str = "account_export";

    fn unique_key(&self) -> Option<String> {
        Some(self.user.0.to_string())
    }
}

/// Deletes what is personal of an account that was closed.
#[derive(Debug, Serialize, Deserialize)]
pub struct EraseAccount {
    /// Whose.
    pub user: UserId,
}

impl Job for EraseAccount {
    const KIND: &'static str = "account_erasure";
    /// Refusing it would keep somebody from going.
    const CAPACITY: usize = 1_000_000;

    fn unique_key(&self) -> Option<String> {
        Some(self.user.0.to_string())
    }
}

/// Asks for a copy of everything that is one's own. The background work makes it.
pub async fn request_export(ctx: &Ctx) -> Outcome<()> {
    let user = ctx.signed_in()?.id;
    super::require_recent(ctx).await?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::request(conn, user, ctx.now()).await?;
        jobs::enqueue(ctx, conn, &ExportAccount { user }).await?;
        audit::record(ctx, conn, Event::new(EventKind::ExportRequested, user)).await?;
        Ok::<_, Refusal>(())
    })
    .await
}

/// The copy that was asked for last, for a week.
pub async fn export(ctx: &Ctx) -> Result<Option<AccountExport>> {
    let user = ctx.signed_in()?.id;
    Ok(queries::export_of(&mut *ctx.conn().await?, user).await?)
}

/// Makes the copy that somebody asked for; false when nobody waits for it.
pub async fn make_export(ctx: &Ctx, user: UserId) -> Result<bool> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    if !queries::is_waiting(&mut conn, user).await? {
        return Ok(false);
    }
    let mut parts = Vec::new();
    for table in queries::EXPORTED {
        parts.push(format!("\"{}\": {}", table.0, queries::rows(&mut conn, table, user).await?));
    }
    let content = format!("{{{}}}", parts.join(", "));
    queries::finish(&mut conn, user, &content, ctx.now()).await?;
    Ok(true)
}

/// Forgets copies that had their week.
pub(super) async fn forget_exports(ctx: &Ctx) -> Result<()> {
    queries::forget(&mut *ctx.conn().await?, ctx.now() - KEEP).await?;
    Ok(())
}

/// Closes one's own account: nobody can log in from now on, and what is personal is deleted by the
/// background work.
pub async fn close(ctx: &Ctx) -> Outcome<()> {
    let user = super::own(ctx, &mut *ctx.conn().await?).await?;
    super::require_recent(ctx).await?;
    let mut conn = ctx.conn().await?;
    let changed = conn
        .transaction(async |conn| {
            let keys = keys::hashes(conn, user.id).await?;
            users::set_status(conn, user.id, Status::Closed, ctx.now()).await?;
            let sessions = sessions::end_all(conn, user.id, None, EndReason::AccountEnded, ctx.now()).await?;
            audit::record(ctx, conn, Event::new(EventKind::AccountClosed, user.id)).await?;
            jobs::enqueue(ctx, conn, &EraseAccount { user: user.id }).await?;
            if let Some(email) = &user.email {
                let text =
                    "Your account at Dualcaster Deals is closed, and what we knew of you is being deleted.\n";
                mail::enqueue(ctx, conn, None, email, "Your account is closed", text).await?;
            }
            Ok::<_, Refusal>(Changed { sessions, keys, user: None })
        })
        .await?;
    drop(conn);
    publish(ctx, changed).await;
    Ok(())
}

/// Deletes what is personal of an account that was closed; false when that was done before.
pub async fn erase(ctx: &Ctx, user: UserId) -> Result<bool> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        users::lock(conn, user).await?;
        let closed = users::by_id(conn, user).await?.filter(|user| user.status == Status::Closed as i16);
        if closed.is_none() {
            return Ok(false);
        }
        queries::erase(conn, user).await?;
        audit::forget(conn, user).await?;
        audit::record(ctx, conn, Event::new(EventKind::AccountErased, user)).await?;
        Ok::<_, Error>(true)
    })
    .await
}
