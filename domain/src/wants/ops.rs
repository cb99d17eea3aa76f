use super::model::{Want, WantCursor, WantKey, WantList, WantOrder};
use super::queries;
use crate::{Ctx, Page, Result, WantId, WantListId};

/// The viewer's lists, the default one first, then by name.
pub async fn lists(ctx: &Ctx) -> Result<Vec<WantList>> {
    let user = ctx.reader()?;
    Ok(queries::lists(&mut *ctx.conn().await?, user, None).await?)
}

/// One of the viewer's lists.
pub async fn list(ctx: &Ctx, id: WantListId) -> Result<Option<WantList>> {
    let user = ctx.reader()?;
    Ok(queries::lists(&mut *ctx.conn().await?, user, Some(id)).await?.pop())
}

/// Wants of one of the viewer's lists.
pub async fn wants(
    ctx: &Ctx,
    list: WantListId,
    order: WantOrder,
    page: &Page<WantCursor>,
) -> Result<Vec<WantKey>> {
    let user = ctx.reader()?;
    let today = ctx.now().date_naive();
    let rows = queries::page(&mut *ctx.conn().await?, user, list, order, today, page).await?;
    let keyed = |row: super::model::WantRow| {
        let cursor = WantCursor { number: row.key_number, text: row.key_text.clone(), id: row.id };
        Ok(WantKey { want: row.try_into()?, cursor })
    };
    rows.into_iter().map(keyed).collect()
}

/// The viewer's wants that cost no more than their targets now and are not had in full, those that are furthest
/// below first.
pub async fn reached(ctx: &Ctx, first: i32) -> Result<Vec<Want>> {
    let (user, limit) = (ctx.reader()?, Page::<()>::new(first, None)?.limit() as i64);
    let today = ctx.now().date_naive();
    let ids = queries::reached(&mut *ctx.conn().await?, user, today, limit).await?;
    let mut wants = by_id(ctx, &ids).await?;
    wants.sort_by_key(|want| ids.iter().position(|id| *id == want.id));
    Ok(wants)
}

/// The viewer's wants of these ids; what is not theirs is left out.
pub(super) async fn by_id(ctx: &Ctx, ids: &[WantId]) -> Result<Vec<Want>> {
    let user = ctx.reader()?;
    let rows = queries::by_id(&mut *ctx.conn().await?, user, ids).await?;
    rows.into_iter().map(Want::try_from).collect()
}
