use std::time::Instant;

use super::model::{Replica, State};
use super::{probe, queries};
use crate::{Actor, App, Ctx, UserId};

/// The replica of this installation as this process sees it; nothing if there is none.
pub fn state(app: &App) -> Option<State> {
    Some(app.replica()?.state(Instant::now()))
}

/// The same operation, reading from the replica if that has all that its actor may expect to see.
pub async fn reading(ctx: Ctx) -> Ctx {
    let may = may_read(&ctx).await;
    ctx.with_replica(may)
}

async fn may_read(ctx: &Ctx) -> bool {
    let Some(replica) = ctx.app().replica() else { return false };
    let Some(replayed) = replica.usable(Instant::now()) else { return false };
    match ctx.actor() {
        Actor::Anonymous => true,
        Actor::User(user) => replica.marks.covers(ctx.hub(), user.id, replayed).await,
        Actor::ApiKey(key) => replica.marks.covers(ctx.hub(), key.owner, replayed).await,
        Actor::Service => false,
    }
}

/// Notes that an operation has written for its actor, or for whom it let in: from now on they read only
/// what has all of it. To be said after the commit.
pub async fn wrote(ctx: &Ctx) {
    let Some(replica) = ctx.app().replica() else { return };
    let actor = match ctx.actor() {
        Actor::User(user) => Some(user.id),
        Actor::ApiKey(key) => Some(key.owner),
        Actor::Anonymous | Actor::Service => None,
    };
    let users: Vec<UserId> = actor.into_iter().chain(ctx.let_in()).collect();
    if users.is_empty() {
        return;
    }
    let position = match ctx.clone().with_replica(false).conn().await {
        Ok(mut conn) => queries::written(&mut conn).await.ok(),
        Err(_) => None,
    };
    for user in users {
        replica.marks.keep(ctx.hub(), user, position).await;
    }
}

/// How many bytes of the primary's log a replica has yet to replay, or why it is none: for an operator.
pub async fn inspect(primary: &str, replica: &str) -> Result<u64, String> {
    probe::distance(primary, &Replica::new(replica, 1)).await
}
