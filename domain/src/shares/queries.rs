use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, SmallInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{binders as b, shares as s, want_lists as l};

use super::model::{Share, Shared, Thing};
use crate::accounts::Status;
use crate::fixed::fixed;
use crate::{BinderId, ShareId, UserId, WantListId};

/// Deletes every link of somebody's.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(s::table.filter(s::user_id.eq(user))).execute(conn).await?;
    Ok(())
}

/// Deletes the link to what is thrown away.
pub(crate) async fn end(conn: &mut AsyncPgConnection, thing: Thing) -> QueryResult<usize> {
    let (binder, list) = thing.columns();
    let of_thing = s::binder_id.eq(binder).or(s::want_list_id.eq(list));
    diesel::delete(s::table.filter(of_thing)).execute(conn).await
}

/// Whether something is somebody's and not thrown away. It is held until the transaction ends, so that it
/// cannot be thrown away meanwhile.
pub(super) async fn hold(conn: &mut AsyncPgConnection, user: UserId, thing: Thing) -> QueryResult<bool> {
    let held = match thing {
        Thing::Binder(id) => {
            let own = b::id.eq(id).and(b::user_id.eq(user)).and(b::deleted_at.is_null());
            let binder = b::table.filter(own).select(b::id).for_no_key_update();
            binder.first::<BinderId>(conn).await.optional()?.is_some()
        }
        Thing::WantList(id) => {
            let list = l::table.filter(l::id.eq(id).and(l::user_id.eq(user))).select(l::id);
            list.for_no_key_update().first::<WantListId>(conn).await.optional()?.is_some()
        }
    };
    Ok(held)
}

/// Makes a link, or changes the one that there is.
pub(super) async fn put(
    conn: &mut AsyncPgConnection,
    user: UserId,
    thing: Thing,
    token: &str,
    shows_prices: bool,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let (binder, list) = thing.columns();
    let new = (
        s::user_id.eq(user),
        s::binder_id.eq(binder),
        s::want_list_id.eq(list),
        s::token.eq(token),
        s::shows_prices.eq(shows_prices),
        s::created_at.eq(now),
        s::changed_at.eq(now),
    );
    let set = (s::shows_prices.eq(shows_prices), s::changed_at.eq(now));
    let insert = diesel::insert_into(s::table).values(new);
    match thing {
        Thing::Binder(_) => insert.on_conflict(s::binder_id).do_update().set(set).execute(conn).await,
        Thing::WantList(_) => insert.on_conflict(s::want_list_id).do_update().set(set).execute(conn).await,
    }
}

pub(super) async fn delete(conn: &mut AsyncPgConnection, id: ShareId) -> QueryResult<usize> {
    diesel::delete(s::table.find(id)).execute(conn).await
}

macro_rules! own {
    ($condition:literal) => {
        concat!(
            "SELECT s.id, s.binder_id, s.want_list_id, coalesce(b.name, l.name) AS name, s.token, s.shows_prices, \
                 s.created_at \
             FROM shares s LEFT JOIN binders b ON b.id = s.binder_id LEFT JOIN want_lists l ON l.id = s.want_list_id \
             WHERE s.user_id = $1",
            $condition
        )
    };
}

/// Somebody's links, by name.
pub(super) async fn all(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<Share>> {
    let all = fixed(own!(" ORDER BY lower(coalesce(b.name, l.name)), s.id"));
    all.bind::<Integer, _>(user).load(conn).await
}

/// One of somebody's links.
pub(super) async fn by_id(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: ShareId,
) -> QueryResult<Option<Share>> {
    let one = fixed(own!(" AND s.id = $2"));
    one.bind::<Integer, _>(user).bind::<Integer, _>(id).get_result(conn).await.optional()
}

/// Somebody's links to some binders.
pub(super) async fn of_binders(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[BinderId],
) -> QueryResult<Vec<Share>> {
    let some = fixed(own!(" AND s.binder_id = ANY ($2)")).bind::<Integer, _>(user);
    some.bind::<Array<Integer>, _>(ids.to_vec()).load(conn).await
}

/// Somebody's links to some lists.
pub(super) async fn of_lists(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[WantListId],
) -> QueryResult<Vec<Share>> {
    let some = fixed(own!(" AND s.want_list_id = ANY ($2)")).bind::<Integer, _>(user);
    some.bind::<Array<Integer>, _>(ids.to_vec()).load(conn).await
}

/// What a link leads to; nothing when its owner's account is not open, and when it is thrown away.
pub(super) async fn shared(conn: &mut AsyncPgConnection, token: &str) -> QueryResult<Option<Shared>> {
    fixed(
        "SELECT s.user_id AS owner, s.binder_id, s.want_list_id, coalesce(b.name, l.name) AS name, \
             u.name AS owner_name, s.shows_prices, coalesce(b.created_at, l.changed_at) AS changed_at \
         FROM shares s JOIN users u ON u.id = s.user_id AND u.status = $1 \
         LEFT JOIN binders b ON b.id = s.binder_id AND b.deleted_at IS NULL \
         LEFT JOIN want_lists l ON l.id = s.want_list_id \
         WHERE s.token = $2 AND (b.id IS NOT NULL OR l.id IS NOT NULL)",
    )
    .bind::<SmallInt, _>(Status::Active as i16)
    .bind::<Text, _>(token.to_owned())
    .get_result(conn)
    .await
    .optional()
}
