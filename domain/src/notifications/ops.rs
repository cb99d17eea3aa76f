use chrono::TimeDelta;
use diesel_async::AsyncConnection;

use super::live::NotificationsChanged;
use super::model::{Notification, NotificationCursor, Which};
use super::queries;
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::{Ctx, NotificationId, Page, Result, events};

/// Notifications that were read so long ago are forgotten.
const KEEP: TimeDelta = TimeDelta::days(180);
/// Notifications that one request may name.
const MOST_AT_ONCE: usize = 100;

/// What the viewer was told, the newest first.
pub async fn notifications(
    ctx: &Ctx,
    unread_only: bool,
    page: &Page<NotificationCursor>,
) -> Result<Vec<Notification>> {
    let user = ctx.reader()?;
    Ok(queries::page(&mut *ctx.conn().await?, user, unread_only, page).await?)
}

/// Notifications of these ids; what is not the viewer's is left out.
pub(super) async fn by_id(ctx: &Ctx, ids: &[NotificationId]) -> Result<Vec<Notification>> {
    let user = ctx.reader()?;
    Ok(queries::by_id(&mut *ctx.conn().await?, user, ids).await?)
}

/// How many notifications the viewer has not read.
pub async fn unread(ctx: &Ctx) -> Result<i64> {
    let user = ctx.reader()?;
    Ok(queries::unread(&mut *ctx.conn().await?, user).await?)
}

/// Marks notifications as read, or as not read. Returns how many changed, and how many are not read then.
pub async fn mark_read(ctx: &Ctx, which: Which, read: bool) -> Outcome<(usize, i64)> {
    let user = ctx.writer()?;
    if let Which::Ids(ids) = &which
        && !(1..=MOST_AT_ONCE).contains(&ids.len())
    {
        let message = format!("takes 1 to {MOST_AT_ONCE} at a time");
        return Err(Problem::new(ProblemCode::Invalid, "which.ids", message).into());
    }
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        if let Which::Ids(ids) = &which {
            let own = queries::by_id(conn, user, ids).await?;
            if let Some(n) = ids.iter().position(|id| own.iter().all(|one| one.id != *id)) {
                let field = format!("which.ids[{n}]");
                return Err(
                    Problem::new(ProblemCode::NotFound, field, "you have no such notification").into()
                );
            }
        }
        let changed = queries::mark(conn, user, &which, read.then(|| ctx.now())).await?;
        if changed > 0 {
            let event = NotificationsChanged { user, posted: Vec::new() };
            events::insert(conn, "notification", &event).await?;
        }
        Ok((changed, queries::unread(conn, user).await?))
    })
    .await
}

/// Forgets what was read long ago. Returns how many.
pub async fn sweep(ctx: &Ctx) -> Result<usize> {
    ctx.require_service()?;
    Ok(queries::forget_read(&mut *ctx.conn().await?, ctx.now() - KEEP).await?)
}
