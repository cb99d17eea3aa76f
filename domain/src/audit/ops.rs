use diesel_async::AsyncPgConnection;

use super::model::{Event, EventCursor, EventKind, EventRow};
use super::queries::{self, By, Flaw, Head};
use crate::{Actor, Ctx, Error, Page, Result, UserId};

/// Writes an event down, in the transaction of what happened.
pub(crate) async fn record(ctx: &Ctx, conn: &mut AsyncPgConnection, event: Event) -> Result<()> {
    let (actor, session, key) = match ctx.actor() {
        Actor::User(user) => (Some(user.id), Some(user.session), None),
        Actor::ApiKey(holder) => (Some(holder.owner), None, Some(holder.key)),
        Actor::Anonymous | Actor::Service => (None, None, None),
    };
    let origin = ctx.origin();
    let mut salt = [0; 16];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| Error::internal(anyhow::anyhow!("no random bytes")))?;
    let by = By {
        actor,
        session,
        key,
        network: origin.map(|origin| origin.network()),
        request_id: origin.map(|origin| origin.request_id.to_string()),
        salt,
    };
    queries::insert(conn, event, by, ctx.now()).await?;
    Ok(())
}

/// What happened to the security of one's own account, newest first.
pub async fn own_events(ctx: &Ctx, page: &Page<EventCursor>) -> Result<Vec<EventRow>> {
    let user = ctx.signed_in()?.id;
    Ok(queries::page(&mut *ctx.conn().await?, Some(user), page).await?)
}

/// What happened to everybody's, or to that of somebody with a public id; for admins.
pub async fn all_events(ctx: &Ctx, user: Option<&str>, page: &Page<EventCursor>) -> Result<Vec<EventRow>> {
    ctx.require_operator()?;
    let user = user.map(|id| UserId::from_public(id).ok_or(Error::NotFound("user"))).transpose()?;
    Ok(queries::page(&mut *ctx.conn().await?, user, page).await?)
}

/// Deletes what is personal about somebody's events, in the transaction that erases them.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> Result<()> {
    queries::forget(conn, user).await?;
    Ok(())
}

/// Flaws that are named; the first one says enough.
const NAMED: i64 = 20;

/// What a look at the whole chain found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Its last link: kept elsewhere, it vouches for everything until now. Nothing before the first event.
    pub head: Option<Head>,
    /// What does not fit; up to 20 of them.
    pub flaws: Vec<Flaw>,
}

/// Computes the whole chain anew and says where it differs from what was written.
pub async fn verify(ctx: &Ctx) -> Result<Verified> {
    ctx.require_service()?;
    look(&mut *ctx.conn().await?).await
}

/// The same for an operator who has the database and no process.
pub async fn verify_at(database_url: &str) -> Result<Verified> {
    let pool = crate::db::pool(database_url, 1);
    look(&mut *pool.get().await.map_err(Error::internal)?).await
}

async fn look(conn: &mut AsyncPgConnection) -> Result<Verified> {
    let head = queries::head(conn).await?;
    let flaws = queries::flaws(conn, EventKind::AccountErased as i16, NAMED).await?;
    Ok(Verified { head, flaws })
}
