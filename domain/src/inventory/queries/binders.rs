use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{binders as b, inventory_items as i};

use super::super::model::Binder;
use crate::{BinderId, UserId};

/// Binders that are not thrown away, by name.
pub(in super::super) async fn binders(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<Binder>> {
    let own = b::user_id.eq(user).and(b::deleted_at.is_null());
    Binder::query().filter(own).order((b::name, b::id)).load(conn).await
}

/// Binders, thrown away or not.
pub(in super::super) async fn binders_by_id(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[BinderId],
) -> QueryResult<Vec<Binder>> {
    Binder::query().filter(b::user_id.eq(user).and(b::id.eq_any(ids))).load(conn).await
}

/// A new binder; nothing when the name is taken.
pub(in super::super) async fn insert_binder(
    conn: &mut AsyncPgConnection,
    user: UserId,
    name: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Binder>> {
    diesel::insert_into(b::table)
        .values((b::user_id.eq(user), b::name.eq(name), b::created_at.eq(now)))
        .on_conflict_do_nothing()
        .returning(Binder::as_select())
        .get_result(conn)
        .await
        .optional()
}

pub(in super::super) async fn rename_binder(
    conn: &mut AsyncPgConnection,
    id: BinderId,
    name: &str,
) -> QueryResult<Binder> {
    let renamed = diesel::update(b::table.find(id)).set(b::name.eq(name));
    renamed.returning(Binder::as_select()).get_result(conn).await
}

pub(in super::super) async fn delete_binder(
    conn: &mut AsyncPgConnection,
    id: BinderId,
    now: DateTime<Utc>,
) -> QueryResult<Binder> {
    let deleted = diesel::update(b::table.find(id)).set(b::deleted_at.eq(now));
    deleted.returning(Binder::as_select()).get_result(conn).await
}

/// Whether copies are in a binder.
pub(in super::super) async fn is_filled(conn: &mut AsyncPgConnection, id: BinderId) -> QueryResult<bool> {
    let filled = i::table.filter(i::binder_id.eq(id).and(i::quantity.gt(0)));
    diesel::select(diesel::dsl::exists(filled)).get_result(conn).await
}

/// What all of somebody's binders are called.
pub(in super::super) async fn binder_names(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<HashMap<BinderId, String>> {
    let all = b::table.filter(b::user_id.eq(user)).select((b::id, b::name));
    Ok(all.load::<(BinderId, String)>(conn).await?.into_iter().collect())
}
