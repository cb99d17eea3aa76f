//! Wants come, change, move and go: all of what is asked for, or nothing.

use std::collections::HashMap;

use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::check::{Known, MOST_COPIES, MOST_WANTS, Problems, length};
use super::live::{self, WantsChanged};
use super::model::{Constraint, Want, WantEdit, Wish};
use super::queries;
use super::queries::enter::{self, Entered};
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::{Ctx, Error, UserId, WantId, WantListId, alerts};

/// The list that a person meets first.
const DEFAULT: &str = "Wants";

pub(super) fn no_list() -> Problem {
    Problem::new(ProblemCode::NotFound, "listId", "you have no such list")
}

/// Holds somebody's wants until the transaction ends, and finds the list that is meant: the default one, which
/// is made when it is first needed, if none is named.
pub(super) async fn target(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    list: Option<WantListId>,
) -> Outcome<WantListId> {
    let all = queries::lock(conn, user).await?;
    match list {
        Some(id) => Ok(all.iter().find(|one| one.id == id).ok_or_else(no_list)?.id),
        None => match all.iter().find(|one| one.is_default) {
            Some(known) => Ok(known.id),
            None => {
                // Somebody may have called another list so.
                let names =
                    std::iter::once(DEFAULT.to_owned()).chain((2..).map(|n| format!("{DEFAULT} {n}")));
                let taken =
                    |name: &String| all.iter().any(|one| one.name.to_lowercase() == name.to_lowercase());
                let name = names.into_iter().find(|name| !taken(name)).unwrap_or_default();
                let made = enter::insert_list(conn, user, &name, true, ctx.now()).await?;
                Ok(made.ok_or_else(|| Error::internal(anyhow::anyhow!("no default list could be made")))?)
            }
        },
    }
}

/// Adds wants to a list, the default one if none is named. What is wanted already is wanted more.
pub async fn add(ctx: &Ctx, list: Option<WantListId>, wishes: Vec<Wish>) -> Outcome<(WantListId, Vec<Want>)> {
    let user = ctx.writer()?;
    length("wants", wishes.len())?;
    let wishes: Vec<Wish> = wishes.into_iter().map(tidy).collect();
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let known = Known::of(conn, &wishes.iter().collect::<Vec<_>>()).await?;
        let mut problems = Problems::default();
        for (n, wish) in wishes.iter().enumerate() {
            known.check(&mut problems, &format!("wants[{n}]"), wish);
        }
        problems.none()?;
        let list = target(ctx, conn, user, list).await?;
        let entered = enter_in(ctx, conn, user, list, wishes).await?;
        Ok((list, entered))
    })
    .await
}

fn tidy(wish: Wish) -> Wish {
    let note = wish.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
    Wish { constraint: wish.constraint.tidy(), note, ..wish }
}

/// Adds wishes that were checked to a list that is held.
pub(super) async fn enter_in(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    list: WantListId,
    wishes: Vec<Wish>,
) -> Outcome<Vec<Want>> {
    let mut places: HashMap<Constraint, usize> = HashMap::new();
    let mut alike: Vec<Wish> = Vec::new();
    for wish in wishes {
        match places.get(&wish.constraint) {
            Some(place) => alike[*place].quantity = alike[*place].quantity.saturating_add(wish.quantity),
            None => {
                places.insert(wish.constraint.clone(), alike.len());
                alike.push(wish);
            }
        }
    }
    // The database keeps no more than a want may want: whoever would lose copies by that is told.
    let before = queries::count(conn, user).await?;
    let wanted: i64 = alike.iter().map(|wish| i64::from(wish.quantity)).sum();
    let had = queries::list_copies(conn, list).await?;
    if alike.iter().any(|wish| wish.quantity > MOST_COPIES) {
        return Err(too_many().into());
    }
    let entered = enter::insert(conn, user, list, &alike, ctx.now()).await?;
    if queries::list_copies(conn, list).await? != had + wanted {
        return Err(too_many().into());
    }
    let after = queries::count(conn, user).await?;
    if after > before && after > MOST_WANTS {
        let message = format!("there may be {MOST_WANTS} wants");
        return Err(Problem::new(ProblemCode::LimitReached, "wants", message).into());
    }
    let ids: Vec<WantId> = entered.iter().map(|one| one.id).collect();
    alerts::follow_wants(ctx, conn, user, &ids).await?;
    tell(ctx, conn, user, &[(list, &ids, &[])]).await?;
    let rows = queries::by_id(conn, user, &ids).await?;
    Ok(rows.into_iter().map(Want::try_from).collect::<Result<_, _>>()?)
}

fn too_many() -> Problem {
    let message = format!("a want wants at most {MOST_COPIES} copies");
    Problem::new(ProblemCode::LimitReached, "quantity", message)
}

/// Wants, each with its list.
type Placed = Vec<(WantListId, WantId)>;
/// What changed and what went, list by list.
type Told<'a> = (WantListId, &'a [WantId], &'a [WantId]);

async fn tell(ctx: &Ctx, conn: &mut AsyncPgConnection, user: UserId, lists: &[Told<'_>]) -> Outcome<()> {
    let ids: Vec<_> = lists.iter().map(|(list, ..)| *list).collect();
    enter::touch(conn, &ids, ctx.now()).await?;
    for (list, changed, removed) in lists {
        let event = WantsChanged::of(user, *list, changed, removed);
        live::tell(conn, &event).await?;
    }
    Ok(())
}

/// The viewer's wants of these ids, or what is wrong with the first that is none.
async fn own(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[WantId],
    field: impl Fn(usize) -> String,
) -> Outcome<Vec<Want>> {
    let rows = queries::by_id(conn, user, ids).await?;
    let mut found: HashMap<WantId, Want> = HashMap::new();
    for row in rows {
        found.insert(row.id, Want::try_from(row)?);
    }
    let mut wants = Vec::with_capacity(ids.len());
    for (n, id) in ids.iter().enumerate() {
        let missing = || Problem::new(ProblemCode::NotFound, field(n), "you have no such want");
        wants.push(found.get(id).cloned().ok_or_else(missing)?);
    }
    Ok(wants)
}

/// Changes wants. One that becomes like another of its list joins it.
pub async fn edit(ctx: &Ctx, edits: Vec<WantEdit>) -> Outcome<Vec<Want>> {
    let user = ctx.writer()?;
    length("edits", edits.len())?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock(conn, user).await?;
        let ids: Vec<_> = edits.iter().map(|edit| edit.want).collect();
        let wants = own(conn, user, &ids, |n| format!("edits[{n}].wantId")).await?;
        let wishes = edits.into_iter().zip(&wants).map(|(edit, want)| tidy(edit.patch.apply(want)));
        let wishes: Vec<Wish> = wishes.collect();
        let known = Known::of(conn, &wishes.iter().collect::<Vec<_>>()).await?;
        let mut problems = Problems::default();
        for (n, wish) in wishes.iter().enumerate() {
            known.check(&mut problems, &format!("edits[{n}].set"), wish);
        }
        problems.none()?;
        let places = wants.iter().map(|want| want.list).collect::<Vec<_>>();
        settle(ctx, conn, user, &wants, wishes, &places).await
    })
    .await
}

/// Moves wants to another list. One that is there already joins it.
pub async fn move_to(ctx: &Ctx, ids: Vec<WantId>, list: WantListId) -> Outcome<Vec<Want>> {
    let user = ctx.writer()?;
    length("ids", ids.len())?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let list = target(ctx, conn, user, Some(list)).await?;
        let wants = own(conn, user, &ids, |n| format!("ids[{n}]")).await?;
        let wishes = wants.iter().map(|want| super::model::Patch::default().apply(want)).collect();
        settle(ctx, conn, user, &wants, wishes, &vec![list; wants.len()]).await
    })
    .await
}

/// Wants become what they shall be, each in the list where it shall be.
async fn settle(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    wants: &[Want],
    wishes: Vec<Wish>,
    lists: &[WantListId],
) -> Outcome<Vec<Want>> {
    let (mut kept, mut gone) = (Placed::new(), Placed::new());
    for ((want, wish), list) in wants.iter().zip(wishes).zip(lists) {
        if gone.iter().any(|(_, id)| *id == want.id) {
            continue;
        }
        let wish = match enter::twin(conn, *list, &wish.constraint, want.id).await? {
            None => wish,
            Some(Entered { id, quantity }) => {
                let both = wish.quantity.saturating_add(quantity);
                if both > MOST_COPIES {
                    return Err(too_many().into());
                }
                enter::delete(conn, &[id]).await?;
                gone.push((*list, id));
                kept.retain(|(_, known)| *known != id);
                Wish { quantity: both, ..wish }
            }
        };
        enter::update(conn, want.id, *list, &wish, ctx.now()).await?;
        if want.list != *list {
            gone.push((want.list, want.id));
        }
        kept.push((*list, want.id));
    }
    tell_all(ctx, conn, user, &kept, &gone).await?;
    let ids: Vec<_> = kept.iter().map(|(_, id)| *id).collect();
    alerts::follow_wants(ctx, conn, user, &ids).await?;
    let rows = queries::by_id(conn, user, &ids).await?;
    Ok(rows.into_iter().map(Want::try_from).collect::<Result<_, _>>()?)
}

/// Says list by list what changed and what went.
async fn tell_all(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    changed: &[(WantListId, WantId)],
    gone: &[(WantListId, WantId)],
) -> Outcome<()> {
    let mut lists: Vec<WantListId> = changed.iter().chain(gone).map(|(list, _)| *list).collect();
    lists.sort_unstable();
    lists.dedup();
    for list in lists {
        let of = |all: &[(WantListId, WantId)]| {
            all.iter().filter(|(one, _)| *one == list).map(|(_, id)| *id).collect::<Vec<_>>()
        };
        tell(ctx, conn, user, &[(list, &of(changed), &of(gone))]).await?;
    }
    Ok(())
}

/// Removes wants, and returns what they were.
pub async fn remove(ctx: &Ctx, ids: Vec<WantId>) -> Outcome<Vec<Want>> {
    let user = ctx.writer()?;
    length("ids", ids.len())?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock(conn, user).await?;
        let wants = own(conn, user, &ids, |n| format!("ids[{n}]")).await?;
        enter::delete(conn, &ids).await?;
        let gone: Vec<_> = wants.iter().map(|want| (want.list, want.id)).collect();
        tell_all(ctx, conn, user, &[], &gone).await?;
        Ok(wants)
    })
    .await
}
