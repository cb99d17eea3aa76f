pub(super) mod candidates;
pub(super) mod rows;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::Value;
use tables::{inventory_import_files as f, inventory_imports as i};
use uuid::Uuid;

use super::model::{Import, ImportCursor, ImportState};
use crate::{ChangeId, ImportId, Page, UserId};

/// Gives the statements of a transaction the time that a file of any size takes: nobody waits for an answer.
pub(super) async fn take_time(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL statement_timeout = '120s'").await
}

/// Has the planner look at how many lots there are.
pub(super) async fn look_at_lots(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("ANALYZE inventory_items, inventory_movements").await
}

/// Deletes all imports of somebody's.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(i::table.filter(i::user_id.eq(user))).execute(conn).await
}

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    user: UserId,
    file_name: &str,
    ticket: Vec<u8>,
    now: DateTime<Utc>,
) -> QueryResult<Import> {
    diesel::insert_into(i::table)
        .values((
            i::user_id.eq(user),
            i::file_name.eq(file_name),
            i::state.eq(ImportState::Waiting.number()),
            i::ticket.eq(ticket),
            i::created_at.eq(now),
            i::changed_at.eq(now),
        ))
        .returning(Import::as_select())
        .get_result(conn)
        .await
}

/// How many imports somebody began since a moment, and how many are read or entered.
pub(super) async fn busy(
    conn: &mut AsyncPgConnection,
    user: UserId,
    since: DateTime<Utc>,
) -> QueryResult<(i64, i64)> {
    let own = i::table.filter(i::user_id.eq(user));
    let begun = own.filter(i::created_at.gt(since)).select(count_star()).get_result(conn).await?;
    let states = [ImportState::Reading.number(), ImportState::Entering.number()];
    let running = own.filter(i::state.eq_any(states)).select(count_star()).get_result(conn).await?;
    Ok((begun, running))
}

pub(super) async fn import(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: ImportId,
) -> QueryResult<Option<Import>> {
    Import::query().filter(i::user_id.eq(user).and(i::id.eq(id))).first(conn).await.optional()
}

/// An import of whomever's.
pub(super) async fn of_whomever(conn: &mut AsyncPgConnection, id: ImportId) -> QueryResult<Option<Import>> {
    Import::query().filter(i::id.eq(id)).first(conn).await.optional()
}

/// An import of whomever's, locked until the transaction ends.
pub(super) async fn lock(conn: &mut AsyncPgConnection, id: ImportId) -> QueryResult<Option<Import>> {
    i::table.find(id).select(Import::as_select()).for_update().first(conn).await.optional()
}

/// The import that waits for a file with this ticket, locked until the transaction ends.
pub(super) async fn awaited(
    conn: &mut AsyncPgConnection,
    ticket: &[u8],
    since: DateTime<Utc>,
) -> QueryResult<Option<Import>> {
    let waits = i::ticket.eq(ticket).and(i::created_at.gt(since));
    i::table.filter(waits).select(Import::as_select()).for_update().first(conn).await.optional()
}

pub(super) async fn imports(
    conn: &mut AsyncPgConnection,
    user: UserId,
    page: &Page<ImportCursor>,
) -> QueryResult<Vec<Import>> {
    let mut query =
        Import::query().filter(i::user_id.eq(user)).order(i::id.desc()).limit(page.fetch()).into_boxed();
    if let Some(ImportCursor(id)) = page.after {
        query = query.filter(i::id.lt(id));
    }
    query.load(conn).await
}

/// The file is there: nobody else may bring it.
pub(super) async fn keep_file(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    digest: Uuid,
    content: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Import> {
    diesel::insert_into(f::table).values((f::import_id.eq(id), f::content.eq(content))).execute(conn).await?;
    let bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
    diesel::update(i::table.find(id))
        .set((
            i::state.eq(ImportState::Reading.number()),
            i::ticket.eq(None::<Vec<u8>>),
            i::digest.eq(digest),
            i::bytes.eq(bytes),
            i::changed_at.eq(now),
        ))
        .returning(Import::as_select())
        .get_result(conn)
        .await
}

pub(super) async fn content(conn: &mut AsyncPgConnection, id: ImportId) -> QueryResult<Option<Vec<u8>>> {
    f::table.find(id).select(f::content).first(conn).await.optional()
}

pub(super) async fn set_mapping(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    mapping: &Value,
) -> QueryResult<usize> {
    diesel::update(i::table.find(id)).set(i::mapping.eq(mapping)).execute(conn).await
}

pub(super) async fn set_detected(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    detected: &Value,
) -> QueryResult<usize> {
    diesel::update(i::table.find(id)).set(i::detected.eq(detected)).execute(conn).await
}

/// An import comes to a state, and to a problem or out of it.
pub(super) async fn set_state(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    state: ImportState,
    problem: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<Import> {
    diesel::update(i::table.find(id))
        .set((i::state.eq(state.number()), i::problem.eq(problem), i::changed_at.eq(now)))
        .returning(Import::as_select())
        .get_result(conn)
        .await
}

pub(super) async fn set_wishes(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    approximate: bool,
    again: bool,
) -> QueryResult<usize> {
    let wishes = (i::take_approximate.eq(approximate), i::take_again.eq(again));
    diesel::update(i::table.find(id)).set(wishes).execute(conn).await
}

/// It is in; the file is not needed any more.
pub(super) async fn finish(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    change: Option<ChangeId>,
    now: DateTime<Utc>,
) -> QueryResult<Import> {
    diesel::delete(f::table.find(id)).execute(conn).await?;
    diesel::update(i::table.find(id)).set(i::change_id.eq(change)).execute(conn).await?;
    set_state(conn, id, ImportState::Done, None, now).await
}

pub(super) async fn delete(conn: &mut AsyncPgConnection, id: ImportId) -> QueryResult<usize> {
    diesel::delete(i::table.find(id)).execute(conn).await
}

/// Imports that nobody finished since a moment are gone.
pub(super) async fn delete_unfinished(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    let old = i::changed_at.lt(before).and(i::state.ne(ImportState::Done.number()));
    diesel::delete(i::table.filter(old)).execute(conn).await
}
