pub(super) mod binders;
pub(super) mod entries;
pub(super) mod names;
pub(super) mod search;
pub(super) mod shown;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{
    binders as b, inventories as v, inventory_changes as c, inventory_items as i, inventory_movements as m,
};

use super::model::{Change, ChangeCursor, Inventory, LotRow, Movement};
use crate::fixed::fixed;
use crate::{ChangeId, LotId, Page, PrintingId, UserId};

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
pub(crate) async fn lock(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<Inventory> {
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
    let came = sql::<diesel::sql_types::Date>("coalesce(acquired_on, held_since)");
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

/// The first movements of each of some changes, at most so many. A change may have tens of thousands.
pub(super) async fn first_movements(
    conn: &mut AsyncPgConnection,
    user: UserId,
    changes: &[ChangeId],
    most: i64,
) -> QueryResult<Vec<Movement>> {
    fixed(
        "SELECT m.change_id, m.item_id, m.copies, m.price, m.price_currency, m.sold_on \
         FROM unnest($1) AS g (id) CROSS JOIN LATERAL ( \
             SELECT * FROM inventory_movements WHERE change_id = g.id AND user_id = $2 ORDER BY id LIMIT $3 \
         ) m ORDER BY m.id",
    )
    .bind::<Array<Integer>, _>(changes.to_vec())
    .bind::<Integer, _>(user)
    .bind::<BigInt, _>(most)
    .load(conn)
    .await
}

/// All movements of some changes.
pub(super) async fn movements(
    conn: &mut AsyncPgConnection,
    user: UserId,
    changes: &[ChangeId],
) -> QueryResult<Vec<Movement>> {
    let own = m::user_id.eq(user).and(m::change_id.eq_any(changes));
    Movement::query().filter(own).order(m::id).load(conn).await
}
