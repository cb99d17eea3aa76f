use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{
    account_exports as e, api_keys, identities, known_devices, mails, one_time_tokens, sessions, users as u,
};

use super::super::model::{AccountExport, Status};
use crate::UserId;

/// What an export holds: a table, the column that says whose a row is, and the columns that are
/// secrets of ours rather than theirs.
pub const EXPORTED: [(&str, &str, &[&str]); 26] = [
    ("users", "id", &["password_hash", "access_version"]),
    ("sessions", "user_id", &[]),
    ("identities", "user_id", &[]),
    ("api_keys", "user_id", &["hash"]),
    ("one_time_tokens", "user_id", &["hash", "password_hash"]),
    ("mails", "user_id", &["body", "unsubscribe"]),
    ("known_devices", "user_id", &["hash"]),
    ("audit_log", "user_id", &["detail_hash"]),
    ("audit_details", "user_id", &["salt"]),
    ("inventories", "user_id", &[]),
    ("binders", "user_id", &[]),
    ("inventory_items", "user_id", &["identity"]),
    ("inventory_changes", "user_id", &[]),
    ("inventory_movements", "user_id", &[]),
    ("inventory_imports", "user_id", &["ticket"]),
    ("notifications", "user_id", &[]),
    ("notification_preferences", "user_id", &[]),
    ("deliveries", "user_id", &[]),
    ("want_lists", "user_id", &[]),
    ("wants", "user_id", &[]),
    ("portfolio_charts", "user_id", &[]),
    ("portfolio_snapshots", "user_id", &[]),
    ("alerts", "user_id", &[]),
    ("alert_events", "user_id", &[]),
    ("saved_searches", "user_id", &[]),
    ("shares", "user_id", &[]),
];

/// Tables with rows of users that an export leaves out, and why.
pub const NOT_EXPORTED: [(&str, &str); 1] = [("account_exports", "it is the export itself")];

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = Text)]
    rows: String,
}

/// All rows of a user in one of the tables, as JSON.
pub(in super::super) async fn rows(
    conn: &mut AsyncPgConnection,
    (table, owner, hidden): (&str, &str, &[&str]),
    user: UserId,
) -> QueryResult<String> {
    // The names are constants of this file.
    let shown = hidden.iter().fold("to_jsonb(t)".to_owned(), |all, column| format!("{all} - '{column}'"));
    let query = format!(
        "SELECT coalesce(jsonb_agg({shown}), '[]')::text AS rows FROM {table} t WHERE t.{owner} = $1"
    );
    Ok(diesel::sql_query(query).bind::<Integer, _>(user.0).get_result::<Rows>(conn).await?.rows)
}

pub(in super::super) async fn request(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let fresh =
        (e::requested_at.eq(now), e::finished_at.eq(None::<DateTime<Utc>>), e::content.eq(None::<String>));
    diesel::insert_into(e::table)
        .values((e::user_id.eq(user), fresh.clone()))
        .on_conflict(e::user_id)
        .do_update()
        .set(fresh)
        .execute(conn)
        .await
}

pub(in super::super) async fn export_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Option<AccountExport>> {
    AccountExport::query().filter(e::user_id.eq(user)).first(conn).await.optional()
}

/// Whether somebody waits for an export.
pub(in super::super) async fn is_waiting(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<bool> {
    let waiting = e::table.filter(e::user_id.eq(user).and(e::finished_at.is_null()));
    diesel::select(diesel::dsl::exists(waiting)).get_result(conn).await
}

pub(in super::super) async fn finish(
    conn: &mut AsyncPgConnection,
    user: UserId,
    content: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let done = (e::finished_at.eq(now), e::content.eq(content));
    diesel::update(e::table.find(user)).set(done).execute(conn).await
}

pub(in super::super) async fn forget(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(e::table.filter(e::finished_at.lt(before))).execute(conn).await
}

/// Deletes what is somebody's and leaves of them a row without anything personal, because others'
/// rows may name it.
pub(in super::super) async fn erase(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(identities::table.filter(identities::user_id.eq(user))).execute(conn).await?;
    diesel::delete(api_keys::table.filter(api_keys::user_id.eq(user))).execute(conn).await?;
    diesel::delete(one_time_tokens::table.filter(one_time_tokens::user_id.eq(user))).execute(conn).await?;
    diesel::delete(mails::table.filter(mails::user_id.eq(user))).execute(conn).await?;
    diesel::delete(known_devices::table.filter(known_devices::user_id.eq(user))).execute(conn).await?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(conn).await?;
    crate::notifications::forget(conn, user).await?;
    crate::shares::forget(conn, user).await?;
    crate::wants::forget(conn, user).await?;
    crate::portfolio::forget(conn, user).await?;
    crate::alerts::forget(conn, user).await?;
    crate::saved::forget(conn, user).await?;
    crate::imports::forget(conn, user).await?;
    crate::inventory::forget(conn, user).await?;
    diesel::delete(e::table.find(user)).execute(conn).await?;
    let nobody = (
        u::email.eq(None::<String>),
        u::name.eq("Deleted user"),
        u::password_hash.eq(None::<String>),
        u::roles.eq(0),
        u::status.eq(Status::Erased as i16),
    );
    diesel::update(u::table.find(user)).set(nobody).execute(conn).await
}
