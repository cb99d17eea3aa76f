use diesel_async::AsyncPgConnection;

use super::model::{Event, EventCursor, EventRow};
use super::queries::{self, By};
use crate::{Actor, Ctx, Page, Result, Role, UserId};

/// Writes an event down, in the transaction of what happened.
pub(crate) async fn record(ctx: &Ctx, conn: &mut AsyncPgConnection, event: Event) -> Result<()> {
    let (actor, session, key) = match ctx.actor() {
        Actor::User(user) => (Some(user.id), Some(user.session), None),
        Actor::ApiKey(holder) => (Some(holder.owner), None, Some(holder.key)),
        Actor::Anonymous | Actor::Service => (None, None, None),
    };
    let origin = ctx.origin();
    let by = By {
        actor,
        session,
        key,
        network: origin.map(|origin| origin.network()),
        request_id: origin.map(|origin| origin.request_id.to_string()),
    };
    queries::insert(conn, event, by, ctx.now()).await?;
    Ok(())
}

/// What happened to the security of one's own account, newest first.
pub async fn own_events(ctx: &Ctx, page: &Page<EventCursor>) -> Result<Vec<EventRow>> {
    let user = ctx.signed_in()?.id;
    Ok(queries::page(&mut *ctx.conn().await?, Some(user), page).await?)
}

/// What happened to everybody's, or to somebody's; for admins.
pub async fn all_events(ctx: &Ctx, user: Option<UserId>, page: &Page<EventCursor>) -> Result<Vec<EventRow>> {
    ctx.actor().require_role(Role::Admin)?;
    Ok(queries::page(&mut *ctx.conn().await?, user, page).await?)
}
