//! What others see of a binder, whoever asks: never what its owner hides.

use super::model::{Filter, Lot, LotCursor, LotOrder};
use super::queries::search::{self, Plan};
use super::queries::shown;
pub(crate) use super::queries::shown::Shown;
use crate::search::Outcome;
use crate::{BinderId, Ctx, Error, Page, Result, UserId};

/// What a binder comes to for others.
pub(crate) async fn shown(ctx: &Ctx, owner: UserId, binder: BinderId) -> Result<Shown> {
    let totals = read(shown::totals(&mut *ctx.conn().await?, owner, binder).await?)?;
    Ok(totals.into_iter().next().unwrap_or_default())
}

/// Lots of a binder that others see, by name.
pub(crate) async fn shown_lots(
    ctx: &Ctx,
    owner: UserId,
    binder: BinderId,
    page: &Page<LotCursor>,
) -> Result<Vec<(LotCursor, Lot)>> {
    let filter = Filter { binder: Some(binder), hidden: Some(false), ..Filter::default() };
    let today = ctx.now().date_naive();
    let plan = Plan { user: owner, filter: &filter, order: LotOrder::Name, descending: false, today };
    // One of another order would say how that one is.
    let other = |after: &LotCursor| (after.order, after.descending) != (plan.order, plan.descending);
    if page.after.as_ref().is_some_and(other) {
        return Err(Error::invalid("after", "is a cursor of another list"));
    }
    let mut conn = ctx.conn().await?;
    let found = read(search::page(&mut conn, &plan, page.after.as_ref(), page.fetch()).await?)?;
    found.into_iter().map(|found| Ok((found.cursor(&plan), Lot::try_from(found.lot)?))).collect()
}

fn read<T>(outcome: Outcome<T>) -> Result<Vec<T>> {
    match outcome {
        Outcome::Rows(rows) => Ok(rows),
        Outcome::BadRegex | Outcome::Timeout => Err(Error::Unavailable("inventory")),
    }
}
