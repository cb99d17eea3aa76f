pub(super) mod binders;
pub(super) mod names;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Timestamptz};
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{
    binders as b, inventories as v, inventory_changes as c, inventory_items as i, inventory_movements as m,
};
use uuid::Uuid;

use super::facts::Facts;
use super::model::{Change, ChangeCursor, Filter, Inventory, LotCursor, LotRow, Movement};
use crate::fixed::fixed;
use crate::{BinderId, ChangeId, LotId, Page, PrintingId, UserId};

/// Deletes all that somebody has, and had.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(m::table.filter(m::user_id.eq(user))).execute(conn).await?;
    diesel::delete(c::table.filter(c::user_id.eq(user))).execute(conn).await?;
    diesel::delete(i::table.filter(i::user_id.eq(user))).execute(conn).await?;
    diesel::delete(b::table.filter(b::user_id.eq(user))).execute(conn).await?;
    diesel::delete(v::table.find(user)).execute(conn).await?;
    Ok(())
}

pub(super) async fn inventory(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<Option<Inventory>> {
    Inventory::query().filter(v::user_id.eq(user)).first(conn).await.optional()
}

/// One change of an inventory at a time: the row is locked until the transaction ends.
pub(super) async fn lock(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<Inventory> {
    diesel::insert_into(v::table)
        .values((v::user_id.eq(user), v::version.eq(0)))
        .on_conflict(v::user_id)
        .do_update()
        .set(v::version.eq(v::version))
        .returning(Inventory::as_select())
        .get_result(conn)
        .await
}

/// Counts a change.
pub(super) async fn count(
    conn: &mut AsyncPgConnection,
    user: UserId,
    lots: i32,
    copies: i64,
) -> QueryResult<Inventory> {
    diesel::update(v::table.find(user))
        .set((v::version.eq(v::version + 1), v::lots.eq(v::lots + lots), v::copies.eq(v::copies + copies)))
        .returning(Inventory::as_select())
        .get_result(conn)
        .await
}

/// Lots, the newest first.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    user: UserId,
    filter: &Filter,
    page: &Page<LotCursor>,
) -> QueryResult<Vec<LotRow>> {
    let mut query =
        LotRow::query().filter(i::user_id.eq(user)).order(i::id.desc()).limit(page.fetch()).into_boxed();
    if !filter.empty {
        query = query.filter(i::quantity.gt(0));
    }
    if let Some(binder) = filter.binder {
        query = query.filter(i::binder_id.eq(binder));
    }
    if let Some(printing) = filter.printing {
        query = query.filter(i::printing_id.eq(printing));
    }
    if let Some(for_trade) = filter.for_trade {
        query = query.filter(i::for_trade.eq(for_trade));
    }
    if let Some(LotCursor(id)) = page.after {
        query = query.filter(i::id.lt(id));
    }
    query.load(conn).await
}

pub(super) async fn lots(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[LotId],
) -> QueryResult<Vec<LotRow>> {
    LotRow::query().filter(i::user_id.eq(user).and(i::id.eq_any(ids))).order(i::id).load(conn).await
}

/// Lots that a change touched; up to 100.
pub(super) async fn lots_of_change(
    conn: &mut AsyncPgConnection,
    user: UserId,
    change: ChangeId,
) -> QueryResult<Vec<LotRow>> {
    let touched = m::table.filter(m::change_id.eq(change)).select(m::item_id);
    let own = i::user_id.eq(user).and(i::id.eq_any(touched));
    LotRow::query().filter(own).order(i::id).limit(100).load(conn).await
}

/// Lots with copies of some printings, by the day that they came.
pub(super) async fn oldest(
    conn: &mut AsyncPgConnection,
    user: UserId,
    printings: &[PrintingId],
) -> QueryResult<Vec<LotRow>> {
    use diesel::dsl::sql;
    let owned = i::user_id.eq(user).and(i::printing_id.eq_any(printings)).and(i::quantity.gt(0));
    let came = sql::<diesel::sql_types::Date>("coalesce(acquired_on, created_at::date)");
    LotRow::query().filter(owned).order((came, i::id)).load(conn).await
}

/// Lots with copies in them, in the order in which they were made.
pub(super) async fn owned(
    conn: &mut AsyncPgConnection,
    user: UserId,
    after: LotId,
    limit: i64,
) -> QueryResult<Vec<LotRow>> {
    let owned = i::user_id.eq(user).and(i::quantity.gt(0)).and(i::id.gt(after));
    LotRow::query().filter(owned).order(i::id).limit(limit).load(conn).await
}

#[derive(Insertable)]
#[diesel(table_name = i)]
struct NewLot<'a> {
    user_id: UserId,
    identity: Uuid,
    printing_id: PrintingId,
    finish: i16,
    grade: i16,
    language: i16,
    binder_id: Option<BinderId>,
    cost: Option<i64>,
    cost_currency: Option<&'a str>,
    acquired_on: Option<NaiveDate>,
    condition_text: Option<&'a str>,
    grader: Option<&'a str>,
    grader_grade: Option<&'a str>,
    certificate: Option<&'a str>,
    signed: bool,
    altered: bool,
    misprint: bool,
    for_trade: bool,
    notes: Option<&'a str>,
    tags: &'a [String],
    quantity: i32,
    created_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
}

impl<'a> NewLot<'a> {
    fn of(user: UserId, (identity, facts): &(Uuid, &'a Facts), now: DateTime<Utc>) -> Self {
        let (cost, grading) = (facts.cost.as_ref(), facts.grading.as_ref());
        Self {
            user_id: user,
            identity: *identity,
            printing_id: facts.printing,
            finish: facts.finish.number(),
            grade: facts.grade.number(),
            language: facts.language.number(),
            binder_id: facts.binder,
            cost: cost.map(|paid| paid.amount),
            cost_currency: cost.map(|paid| paid.currency.as_str()),
            acquired_on: facts.acquired_on,
            condition_text: facts.condition_text.as_deref(),
            grader: grading.map(|grading| grading.grader.as_str()),
            grader_grade: grading.map(|grading| grading.grade.as_str()),
            certificate: grading.and_then(|grading| grading.certificate.as_deref()),
            signed: facts.signed,
            altered: facts.altered,
            misprint: facts.misprint,
            for_trade: facts.for_trade,
            notes: facts.notes.as_deref(),
            tags: &facts.tags,
            quantity: 0,
            created_at: now,
            changed_at: now,
        }
    }
}

/// The lots of these facts; where there is none yet an empty one is made. Each identity may appear once.
pub(super) async fn ensure(
    conn: &mut AsyncPgConnection,
    user: UserId,
    facts: &[(Uuid, &Facts)],
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, LotId)>> {
    let new: Vec<_> = facts.iter().map(|one| NewLot::of(user, one, now)).collect();
    diesel::insert_into(i::table)
        .values(&new)
        .on_conflict((i::user_id, i::identity))
        .do_update()
        .set(i::changed_at.eq(excluded(i::changed_at)))
        .returning((i::identity, i::id))
        .get_results(conn)
        .await
}

/// How many copies a lot has after a change.
#[derive(QueryableByName)]
pub(super) struct Left {
    #[diesel(sql_type = Integer)]
    pub id: LotId,
    #[diesel(sql_type = BigInt)]
    pub quantity: i64,
}

/// Moves copies into lots and out of them.
pub(super) async fn shift(
    conn: &mut AsyncPgConnection,
    user: UserId,
    moved: &[(LotId, i32)],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Left>> {
    fixed(
        "UPDATE inventory_items i SET quantity = i.quantity + g.copies, changed_at = $1 \
         FROM unnest($2, $3) AS g (id, copies) WHERE i.id = g.id AND i.user_id = $4 \
         RETURNING i.id, i.quantity::bigint AS quantity",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(moved.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(moved.iter().map(|(_, copies)| *copies).collect::<Vec<_>>())
    .bind::<Integer, _>(user.0)
    .load(conn)
    .await
}

#[derive(Insertable)]
#[diesel(table_name = c)]
pub(super) struct NewChange {
    pub user_id: UserId,
    pub kind: i16,
    pub at: DateTime<Utc>,
    pub lots: i32,
    pub copies: i64,
    pub undoes: Option<ChangeId>,
}

pub(super) async fn insert_change(conn: &mut AsyncPgConnection, new: NewChange) -> QueryResult<Change> {
    diesel::insert_into(c::table).values(new).returning(Change::as_select()).get_result(conn).await
}

#[derive(Insertable)]
#[diesel(table_name = m)]
pub(super) struct NewMovement<'a> {
    pub change_id: ChangeId,
    pub item_id: LotId,
    pub user_id: UserId,
    pub copies: i32,
    pub price: Option<i64>,
    pub price_currency: Option<&'a str>,
    pub sold_on: Option<NaiveDate>,
}

pub(super) async fn insert_movements(
    conn: &mut AsyncPgConnection,
    new: &[NewMovement<'_>],
) -> QueryResult<usize> {
    diesel::insert_into(m::table).values(new).execute(conn).await
}

/// Changes, the newest first.
pub(super) async fn changes(
    conn: &mut AsyncPgConnection,
    user: UserId,
    page: &Page<ChangeCursor>,
) -> QueryResult<Vec<Change>> {
    let mut query =
        Change::query().filter(c::user_id.eq(user)).order(c::id.desc()).limit(page.fetch()).into_boxed();
    if let Some(ChangeCursor(id)) = page.after {
        query = query.filter(c::id.lt(id));
    }
    query.load(conn).await
}

pub(super) async fn change(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: ChangeId,
) -> QueryResult<Option<Change>> {
    Change::query().filter(c::user_id.eq(user).and(c::id.eq(id))).first(conn).await.optional()
}

/// Which of these changes were taken back.
pub(super) async fn undone(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[ChangeId],
) -> QueryResult<Vec<ChangeId>> {
    let later = c::table.filter(c::user_id.eq(user).and(c::undoes.eq_any(ids)));
    later.select(c::undoes.assume_not_null()).load(conn).await
}

pub(super) async fn movements(
    conn: &mut AsyncPgConnection,
    user: UserId,
    changes: &[ChangeId],
) -> QueryResult<Vec<Movement>> {
    let own = m::user_id.eq(user).and(m::change_id.eq_any(changes));
    Movement::query().filter(own).order(m::id).load(conn).await
}
