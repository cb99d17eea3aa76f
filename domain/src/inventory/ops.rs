use chrono::NaiveDate;

use super::book::enter;
use super::check::Problems;
use super::model::{
    Addition, Change, ChangeCursor, Edit, Filter, Inventory, Lot, LotCursor, Outcome, Removal, Sale,
};
use super::plan::Wanted;
use super::queries;
use crate::{ChangeId, Ctx, LotId, Page, Result};

/// What the viewer has in all.
pub async fn inventory(ctx: &Ctx) -> Result<Inventory> {
    let user = ctx.reader()?;
    Ok(queries::inventory(&mut *ctx.conn().await?, user).await?.unwrap_or_default())
}

/// The viewer's lots, the newest first.
pub async fn lots(ctx: &Ctx, filter: &Filter, page: &Page<LotCursor>) -> Result<Vec<Lot>> {
    let user = ctx.reader()?;
    let rows = queries::page(&mut *ctx.conn().await?, user, filter, page).await?;
    rows.into_iter().map(Lot::try_from).collect()
}

/// The viewer's lots of these ids; what is not theirs is left out.
pub(super) async fn lots_by_id(ctx: &Ctx, ids: &[LotId]) -> Result<Vec<Lot>> {
    let user = ctx.reader()?;
    let rows = queries::lots(&mut *ctx.conn().await?, user, ids).await?;
    rows.into_iter().map(Lot::try_from).collect()
}

/// Lots that a change of the viewer's touched, as they are now; up to 100.
pub(super) async fn lots_of_change(ctx: &Ctx, change: ChangeId) -> Result<Vec<Lot>> {
    let user = ctx.reader()?;
    let rows = queries::lots_of_change(&mut *ctx.conn().await?, user, change).await?;
    rows.into_iter().map(Lot::try_from).collect()
}

/// What the viewer did to their inventory, the newest first.
pub async fn changes(ctx: &Ctx, page: &Page<ChangeCursor>) -> Result<Vec<Change>> {
    let user = ctx.reader()?;
    Ok(queries::changes(&mut *ctx.conn().await?, user, page).await?)
}

/// Copies come. Those whose facts a lot has already join it.
pub async fn add(ctx: &Ctx, additions: Vec<Addition>) -> Outcome<Option<Change>> {
    let tidy = |one: Addition| Addition { facts: one.facts.tidy(), ..one };
    enter(ctx, Wanted::Add(additions.into_iter().map(tidy).collect())).await
}

/// Facts of copies change: of all of a lot, or of some, which leave it. Copies that become like those of
/// another lot join them.
pub async fn edit(ctx: &Ctx, edits: Vec<Edit>) -> Outcome<Option<Change>> {
    enter(ctx, Wanted::Edit(edits)).await
}

/// Copies are sold: those of a lot, or of a printing whichever came first. Never more than there are.
pub async fn sell(ctx: &Ctx, sales: Vec<Sale>, sold_on: Option<NaiveDate>) -> Outcome<Option<Change>> {
    let today = ctx.now().date_naive();
    let sold_on = sold_on.unwrap_or(today);
    let mut problems = Problems::default();
    // Somewhere it is tomorrow already.
    if sold_on > today.succ_opt().unwrap_or(today) {
        problems.invalid("soldOn".to_owned(), "is yet to come");
    }
    problems.none()?;
    enter(ctx, Wanted::Sell { sales, sold_on }).await
}

/// Copies go without a sale.
pub async fn remove(ctx: &Ctx, removals: Vec<Removal>) -> Outcome<Option<Change>> {
    enter(ctx, Wanted::Remove(removals)).await
}

/// Takes a change back, as long as the copies that it brought are still where it put them.
pub async fn undo(ctx: &Ctx, change: ChangeId) -> Outcome<Option<Change>> {
    enter(ctx, Wanted::Undo(change)).await
}
