//! The lists themselves.

use diesel_async::AsyncConnection;

use super::check::{MOST_LISTS, name};
use super::live::{self, WantsChanged};
use super::model::WantList;
use super::queries::{self, Known, enter};
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::{Ctx, Error, WantListId};

fn taken(name: &str) -> Problem {
    Problem::new(ProblemCode::NameTaken, "name", format!("you have a list {name} already"))
}

fn own(all: &[Known], id: WantListId) -> Outcome<&Known> {
    let none = || Problem::new(ProblemCode::NotFound, "id", "you have no such list");
    Ok(all.iter().find(|one| one.id == id).ok_or_else(none)?)
}

/// A new list.
pub async fn create_list(ctx: &Ctx, wanted: &str) -> Outcome<WantList> {
    let (user, name) = (ctx.writer()?, name(wanted)?);
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let all = queries::lock(conn, user).await?;
        if all.len() >= MOST_LISTS {
            let message = format!("there may be {MOST_LISTS} lists");
            return Err(Problem::new(ProblemCode::LimitReached, "name", message).into());
        }
        // The first one is where wants go when none is named.
        let made = enter::insert_list(conn, user, name, all.is_empty(), ctx.now()).await?;
        let id = made.ok_or_else(|| taken(name))?;
        let made = queries::lists(conn, user, Some(id)).await?.pop();
        Ok(made.ok_or_else(|| Error::internal(anyhow::anyhow!("a list is there and is not")))?)
    })
    .await
}

/// Calls a list something else.
pub async fn rename_list(ctx: &Ctx, id: WantListId, wanted: &str) -> Outcome<WantList> {
    let (user, name) = (ctx.writer()?, name(wanted)?);
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let all = queries::lock(conn, user).await?;
        own(&all, id)?;
        if all.iter().any(|one| one.id != id && one.name.to_lowercase() == name.to_lowercase()) {
            return Err(taken(name).into());
        }
        enter::rename_list(conn, id, name, ctx.now()).await?;
        live::tell(conn, &WantsChanged::of(user, id, &[], &[])).await?;
        let renamed = queries::lists(conn, user, Some(id)).await?.pop();
        Ok(renamed.ok_or(Error::NotFound("want list"))?)
    })
    .await
}

/// Deletes a list; one with wants in it only if its owner says so.
pub async fn delete_list(ctx: &Ctx, id: WantListId, with_wants: bool) -> Outcome<WantListId> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let all = queries::lock(conn, user).await?;
        let list = own(&all, id)?;
        if list.is_default && all.len() > 1 {
            let message = "wants go here when no list is named: delete the others first";
            return Err(Problem::new(ProblemCode::Invalid, "id", message).into());
        }
        if !with_wants && queries::list_copies(conn, id).await? > 0 {
            let message = "there are wants in it: move them first";
            return Err(Problem::new(ProblemCode::NotEmpty, "id", message).into());
        }
        enter::delete_list(conn, id).await?;
        live::tell(conn, &WantsChanged::of(user, id, &[], &[])).await?;
        Ok(id)
    })
    .await
}
