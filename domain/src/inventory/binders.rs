use std::collections::HashMap;

use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::model::{Binder, Outcome, Problem, ProblemCode};
use super::queries::{self, binders};
use crate::shares::{self, Thing};
use crate::{BinderId, Ctx, Error, Result, UserId};

const LONGEST_NAME: usize = 60;
/// Binders of one user.
const MOST: usize = 500;

/// The viewer's binders, by name.
pub async fn binders(ctx: &Ctx) -> Result<Vec<Binder>> {
    let user = ctx.reader()?;
    Ok(binders::binders(&mut *ctx.conn().await?, user).await?)
}

fn name(name: &str) -> Outcome<&str> {
    let name = name.trim();
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        let message = format!("must have 1 to {LONGEST_NAME} characters");
        return Err(Problem::new(ProblemCode::Invalid, "name", message).into());
    }
    Ok(name)
}

fn taken(name: &str) -> Problem {
    Problem::new(ProblemCode::NameTaken, "name", format!("you have a binder {name} already"))
}

/// A new binder.
pub async fn create_binder(ctx: &Ctx, wanted: &str) -> Outcome<Binder> {
    let (user, name) = (ctx.writer()?, name(wanted)?);
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock(conn, user).await?;
        if binders::binders(conn, user).await?.len() >= MOST {
            let message = format!("there may be {MOST} binders");
            return Err(Problem::new(ProblemCode::LimitReached, "name", message).into());
        }
        Ok(binders::insert_binder(conn, user, name, ctx.now()).await?.ok_or_else(|| taken(name))?)
    })
    .await
}

/// Calls a binder something else.
pub async fn rename_binder(ctx: &Ctx, id: BinderId, wanted: &str) -> Outcome<Binder> {
    let (user, name) = (ctx.writer()?, name(wanted)?);
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock(conn, user).await?;
        let all = binders::binders(conn, user).await?;
        own(&all, id)?;
        let other = |binder: &&Binder| binder.id != id && binder.name.to_lowercase() == name.to_lowercase();
        if all.iter().find(other).is_some() {
            return Err(taken(name).into());
        }
        Ok(binders::rename_binder(conn, id, name).await?)
    })
    .await
}

/// Throws a binder away, which must be empty.
pub async fn delete_binder(ctx: &Ctx, id: BinderId) -> Outcome<Binder> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock(conn, user).await?;
        own(&binders::binders(conn, user).await?, id)?;
        if binders::is_filled(conn, id).await? {
            let message = "there are copies in it: move them first";
            return Err(Problem::new(ProblemCode::NotEmpty, "id", message).into());
        }
        let deleted = binders::delete_binder(conn, id, ctx.now()).await?;
        shares::end(conn, Thing::Binder(id)).await?;
        Ok(deleted)
    })
    .await
}

/// The binders of these names, which are made where they are not there yet. The inventory is locked.
pub(crate) async fn binders_named(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    names: impl Iterator<Item = &str>,
) -> Outcome<HashMap<String, BinderId>> {
    let known = binders::binders(conn, user).await?;
    let mut found: HashMap<String, BinderId> =
        known.into_iter().map(|binder| (folded(&binder.name), binder.id)).collect();
    for wanted in names {
        if binder_in(&found, wanted).is_some() || kept(wanted).is_empty() {
            continue;
        }
        if found.len() >= MOST {
            let message = format!("there may be {MOST} binders");
            return Err(Problem::new(ProblemCode::LimitReached, "binder", message).into());
        }
        let made = binders::insert_binder(conn, user, &kept(wanted), ctx.now()).await?;
        let made = made.ok_or_else(|| Error::internal(anyhow::anyhow!("a binder is there and is not")))?;
        found.insert(folded(&made.name), made.id);
    }
    Ok(found)
}

/// The binder of a name that a file has.
pub(crate) fn binder_in(binders: &HashMap<String, BinderId>, name: &str) -> Option<BinderId> {
    binders.get(&folded(&kept(name))).copied()
}

/// A name as it is kept: files know longer ones.
fn kept(name: &str) -> String {
    let plain = name.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME);
    plain.collect::<String>().trim().to_owned()
}

fn folded(name: &str) -> String {
    name.to_lowercase()
}

fn own(all: &[Binder], id: BinderId) -> Outcome<()> {
    let found = all.iter().any(|binder| binder.id == id);
    found
        .then_some(())
        .ok_or_else(|| Problem::new(ProblemCode::NotFound, "id", "you have no such binder").into())
}
