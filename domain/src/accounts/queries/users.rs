use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::users as u;

use super::super::model::{Status, UserRow};
use crate::{Roles, UserId};

pub(in super::super) async fn by_email(
    conn: &mut AsyncPgConnection,
    email: &str,
) -> QueryResult<Option<UserRow>> {
    UserRow::query().filter(u::email.eq(email)).first(conn).await.optional()
}

pub(in super::super) async fn by_id(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> QueryResult<Option<UserRow>> {
    UserRow::query().filter(u::id.eq(id)).first(conn).await.optional()
}

/// Waits until nobody else changes the user.
pub(in super::super) async fn lock(conn: &mut AsyncPgConnection, id: UserId) -> QueryResult<usize> {
    let row = u::table.find(id).select(u::id).for_update().load::<UserId>(conn).await?;
    Ok(row.len())
}

/// A new user; `None` when the e-mail is somebody's.
pub(in super::super) async fn insert(
    conn: &mut AsyncPgConnection,
    email: Option<&str>,
    name: &str,
    password_hash: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<Option<UserRow>> {
    let row = (
        u::email.eq(email),
        u::name.eq(name),
        u::password_hash.eq(password_hash),
        u::access_changed_at.eq(now),
        u::created_at.eq(now),
    );
    let insert = diesel::insert_into(u::table).values(row).on_conflict_do_nothing();
    insert.returning(UserRow::as_returning()).get_result(conn).await.optional()
}

/// Replaces a hash that nobody replaced meanwhile: a better hash of the same password.
pub(in super::super) async fn rehash(
    conn: &mut AsyncPgConnection,
    id: UserId,
    old: &str,
    new: &str,
) -> QueryResult<usize> {
    let same = u::table.filter(u::id.eq(id)).filter(u::password_hash.eq(old));
    diesel::update(same).set(u::password_hash.eq(new)).execute(conn).await
}

/// A new password; what was open under the old one is to be closed.
pub(in super::super) async fn set_password(
    conn: &mut AsyncPgConnection,
    id: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let new = (u::password_hash.eq(hash), u::password_expired.eq(false));
    diesel::update(u::table.find(id)).set(new).execute(conn).await?;
    touch_access(conn, id, now).await
}

pub(in super::super) async fn expire_password(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> QueryResult<usize> {
    diesel::update(u::table.find(id)).set(u::password_expired.eq(true)).execute(conn).await
}

pub(in super::super) async fn set_name(
    conn: &mut AsyncPgConnection,
    id: UserId,
    name: &str,
) -> QueryResult<usize> {
    diesel::update(u::table.find(id)).set(u::name.eq(name)).execute(conn).await
}

/// A new e-mail; false when it is somebody else's by now.
pub(in super::super) async fn set_email(
    conn: &mut AsyncPgConnection,
    id: UserId,
    email: &str,
) -> QueryResult<bool> {
    use diesel::result::{DatabaseErrorKind, Error};
    match diesel::update(u::table.find(id)).set(u::email.eq(email)).execute(conn).await {
        Ok(_) => Ok(true),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error),
    }
}

pub(in super::super) async fn set_roles(
    conn: &mut AsyncPgConnection,
    id: UserId,
    roles: Roles,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(u::table.find(id)).set(u::roles.eq(roles.0)).execute(conn).await?;
    touch_access(conn, id, now).await
}

pub(in super::super) async fn set_status(
    conn: &mut AsyncPgConnection,
    id: UserId,
    status: Status,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(u::table.find(id)).set(u::status.eq(status as i16)).execute(conn).await?;
    touch_access(conn, id, now).await
}

/// Says that the user's rights are others than before.
pub(in super::super) async fn touch_access(
    conn: &mut AsyncPgConnection,
    id: UserId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let changed = (u::access_version.eq(u::access_version + 1), u::access_changed_at.eq(now));
    diesel::update(u::table.find(id)).set(changed).execute(conn).await
}

/// Whose rights changed since.
pub(in super::super) async fn changed_since(
    conn: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> QueryResult<Vec<(UserId, i32)>> {
    let changed = u::table.filter(u::access_changed_at.gt(since));
    changed.select((u::id, u::access_version)).load(conn).await
}

/// Whether somebody has a role.
pub(in super::super) async fn any_with(conn: &mut AsyncPgConnection, role: crate::Role) -> QueryResult<bool> {
    let number = role as i16;
    let bits = diesel::dsl::sql::<diesel::sql_types::Bool>("roles & ")
        .bind::<diesel::sql_types::SmallInt, _>(number)
        .sql(" <> 0");
    diesel::select(diesel::dsl::exists(u::table.filter(bits))).get_result(conn).await
}
