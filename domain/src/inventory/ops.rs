use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;

use super::book::enter;
use super::check::Problems;
use super::model::{
    Addition, Change, ChangeCursor, Edit, Filter, Inventory, Lot, LotCursor, LotOrder, Outcome as Done,
    Removal, Sale,
};
use super::plan::Wanted;
use super::queries;
use super::queries::search::{self, Plan};
use crate::search::Outcome;
use crate::{ChangeId, Ctx, Error, LotId, Page, PrintingId, Result};

/// What the viewer has in all.
pub async fn inventory(ctx: &Ctx) -> Result<Inventory> {
    let user = ctx.reader()?;
    Ok(queries::inventory(&mut *ctx.conn().await?, user).await?.unwrap_or_default())
}

/// The viewer's lots, each with its place in the order.
pub async fn lots(
    ctx: &Ctx,
    filter: &Filter,
    order: LotOrder,
    descending: bool,
    page: &Page<LotCursor>,
) -> Result<Vec<(LotCursor, Lot)>> {
    let plan = Plan { user: ctx.reader()?, filter, order, descending, today: ctx.now().date_naive() };
    let other = |after: &LotCursor| (after.order, after.descending) != (order, descending);
    if page.after.as_ref().is_some_and(other) {
        return Err(Error::invalid("after", "is a cursor of another order"));
    }
    let mut conn = ctx.conn().await?;
    let found = read(&plan, search::page(&mut conn, &plan, page.after.as_ref(), page.fetch()).await?)?;
    found.into_iter().map(|found| Ok((found.cursor(&plan), Lot::try_from(found.lot)?))).collect()
}

/// How many lots of the viewer's a filter finds, and copies in them.
pub(super) async fn matching(ctx: &Ctx, filter: &Filter) -> Result<(i64, i64)> {
    let user = ctx.reader()?;
    let today = ctx.now().date_naive();
    let plan = Plan { user, filter, order: LotOrder::Added, descending: true, today };
    let mut conn = ctx.conn().await?;
    let found = read(&plan, search::matching(&mut conn, &plan).await?)?;
    Ok(found.first().map_or((0, 0), |found| (found.lots, found.copies)))
}

fn read<T>(plan: &Plan<'_>, outcome: Outcome<T>) -> Result<Vec<T>> {
    let wrong = |message: &str| Err(Error::invalid("filter.query", message));
    match outcome {
        Outcome::Rows(rows) => Ok(rows),
        Outcome::BadRegex => wrong("has a regular expression that the database does not understand"),
        Outcome::Timeout if plan.has_regex() => wrong("has a regular expression that takes too long"),
        Outcome::Timeout => Err(Error::Unavailable("inventory")),
    }
}

/// The viewer's lots of these ids; what is not theirs is left out.
pub(crate) async fn lots_by_id(ctx: &Ctx, ids: &[LotId]) -> Result<Vec<Lot>> {
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

/// The finishes that a printing exists in, one bit each; nothing if there is no such printing.
pub(crate) async fn finishes_of(conn: &mut AsyncPgConnection, printing: PrintingId) -> Result<Option<i16>> {
    let found = queries::names::finishes(conn, &[printing]).await?;
    Ok(found.first().map(|(_, finishes)| *finishes))
}

/// Copies come. Those whose facts a lot has already join it.
pub async fn add(ctx: &Ctx, additions: Vec<Addition>) -> Done<Option<Change>> {
    let tidy = |one: Addition| Addition { facts: one.facts.tidy(), ..one };
    enter(ctx, Wanted::Add(additions.into_iter().map(tidy).collect())).await
}

/// Facts of copies change: of all of a lot, or of some, which leave it. Copies that become like those of
/// another lot join them.
pub async fn edit(ctx: &Ctx, edits: Vec<Edit>) -> Done<Option<Change>> {
    enter(ctx, Wanted::Edit(edits)).await
}

/// Copies are sold: those of a lot, or of a printing whichever came first. Never more than there are.
pub async fn sell(ctx: &Ctx, sales: Vec<Sale>, sold_on: Option<NaiveDate>) -> Done<Option<Change>> {
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
pub async fn remove(ctx: &Ctx, removals: Vec<Removal>) -> Done<Option<Change>> {
    enter(ctx, Wanted::Remove(removals)).await
}

/// Takes a change back, as long as the copies that it brought are still where it put them.
pub async fn undo(ctx: &Ctx, change: ChangeId) -> Done<Option<Change>> {
    enter(ctx, Wanted::Undo(change)).await
}
