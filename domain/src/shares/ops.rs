use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::model::{Share, Shared, Thing};
use super::queries;
use crate::accounts::random_link;
use crate::inventory::{InventoryChanged, Outcome, Problem, ProblemCode};
use crate::wants::{self, WantsChanged};
use crate::{BinderId, Ctx, Error, Result, ShareId, UserId, WantListId, events};

/// Letters of a token.
const TOKEN: usize = 22;

/// Shows something of the viewer's to whoever has the link. What is shown already keeps its link.
pub async fn share(ctx: &Ctx, thing: Thing, shows_prices: bool) -> Outcome<Share> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        if !queries::hold(conn, user, thing).await? {
            return Err(nothing(thing).into());
        }
        queries::put(conn, user, thing, &random_link(), shows_prices, ctx.now()).await?;
        tell(conn, user, thing).await?;
        let made = match thing {
            Thing::Binder(id) => queries::of_binders(conn, user, &[id]).await?.pop(),
            Thing::WantList(id) => queries::of_lists(conn, user, &[id]).await?.pop(),
        };
        Ok(made.ok_or_else(|| Error::internal(anyhow::anyhow!("a link is there and is not")))?)
    })
    .await
}

fn nothing(thing: Thing) -> Problem {
    let (field, message) = match thing {
        Thing::Binder(_) => ("of.binderId", "you have no such binder"),
        Thing::WantList(_) => ("of.wantListId", "you have no such list"),
    };
    Problem::new(ProblemCode::NotFound, field, message)
}

/// Takes a link of the viewer's back: from now on it leads nowhere, and never does again.
pub async fn unshare(ctx: &Ctx, id: ShareId) -> Outcome<ShareId> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let none = || Problem::new(ProblemCode::NotFound, "id", "you share no such thing");
        let share = queries::by_id(conn, user, id).await?.ok_or_else(none)?;
        queries::delete(conn, id).await?;
        if let Some(thing) = share.thing() {
            tell(conn, user, thing).await?;
        }
        Ok(id)
    })
    .await
}

/// Says it to the windows of its owner that show the binder or the list. No lot and no want changed.
async fn tell(conn: &mut AsyncPgConnection, user: UserId, thing: Thing) -> diesel::QueryResult<usize> {
    match thing {
        Thing::Binder(_) => {
            let event = InventoryChanged { user, changed: 0, lots: Vec::new() };
            events::insert(conn, "inventory", &event).await
        }
        Thing::WantList(list) => wants::tell(conn, &WantsChanged::of(user, list, &[], &[])).await,
    }
}

/// What the viewer shows, by name.
pub async fn shares(ctx: &Ctx) -> Result<Vec<Share>> {
    let user = ctx.reader()?;
    Ok(queries::all(&mut *ctx.conn().await?, user).await?)
}

/// The viewer's links to some of their binders.
pub(super) async fn of_binders(ctx: &Ctx, ids: &[BinderId]) -> Result<Vec<Share>> {
    let user = ctx.reader()?;
    Ok(queries::of_binders(&mut *ctx.conn().await?, user, ids).await?)
}

/// The viewer's links to some of their lists.
pub(super) async fn of_lists(ctx: &Ctx, ids: &[WantListId]) -> Result<Vec<Share>> {
    let user = ctx.reader()?;
    Ok(queries::of_lists(&mut *ctx.conn().await?, user, ids).await?)
}

/// What a link leads to, whoever asks. One that was guessed is like one that was taken back.
pub async fn shared(ctx: &Ctx, token: &str) -> Result<Option<Shared>> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if token.len() != TOKEN || !token.bytes().all(letter) {
        return Ok(None);
    }
    Ok(queries::shared(&mut *ctx.conn().await?, token).await?)
}
