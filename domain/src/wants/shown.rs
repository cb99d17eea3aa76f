//! What others see of a list, whoever asks.

use std::collections::HashMap;

use super::model::{Want, WantCursor, WantKey, WantOrder, WantRow};
use super::queries::shown::Shown;
use super::queries::{self, shown};
use crate::{Ctx, Page, Result, UserId, WantId, WantListId};

/// What a list comes to for others.
pub(crate) async fn shown(ctx: &Ctx, owner: UserId, list: WantListId) -> Result<Shown> {
    Ok(shown::totals(&mut *ctx.conn().await?, owner, list).await?)
}

/// Wants of a list by name, each with the copies that its owner does not have, as far as others may know.
pub(crate) async fn shown_wants(
    ctx: &Ctx,
    owner: UserId,
    list: WantListId,
    page: &Page<WantCursor>,
) -> Result<Vec<(WantKey, i64)>> {
    let today = ctx.now().date_naive();
    let mut conn = ctx.conn().await?;
    let rows = queries::page(&mut conn, owner, list, WantOrder::Name, today, page).await?;
    let ids: Vec<WantId> = rows.iter().map(|row| row.id).collect();
    let missing: HashMap<_, _> = shown::missing(&mut conn, owner, &ids).await?.into_iter().collect();
    let keyed = |row: WantRow| {
        let cursor = WantCursor { number: row.key_number, text: row.key_text.clone(), id: row.id };
        let want = Want::try_from(row)?;
        let copies = missing.get(&want.id).copied().unwrap_or_default();
        Ok((WantKey { want, cursor }, copies))
    };
    rows.into_iter().map(keyed).collect()
}
