use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{bulk_files as b, catalogue_origin, data_loads as d};
use uuid::Uuid;

use super::model::{LoadProgress, LoadState};

/// Loads that a person may still care about.
const RECENT: i64 = 30;

pub(super) async fn start(
    conn: &mut AsyncPgConnection,
    name: &str,
    unit: &str,
    total: Option<i64>,
    fingerprint: Option<Uuid>,
    now: DateTime<Utc>,
) -> QueryResult<i32> {
    let row = (
        d::name.eq(name),
        d::unit.eq(unit),
        d::total.eq(total),
        d::state.eq(LoadState::Running.number()),
        d::started_at.eq(now),
        d::fingerprint.eq(fingerprint),
    );
    diesel::insert_into(d::table).values(row).returning(d::id).get_result(conn).await
}

/// Whether a file with this fingerprint was loaded wholly.
pub(super) async fn was_loaded(conn: &mut AsyncPgConnection, fingerprint: Uuid) -> QueryResult<bool> {
    let done = d::table.filter(d::fingerprint.eq(fingerprint)).filter(d::state.eq(LoadState::Done.number()));
    diesel::select(diesel::dsl::exists(done)).get_result(conn).await
}

pub(super) async fn progress(conn: &mut AsyncPgConnection, id: i32, done: i64) -> QueryResult<usize> {
    diesel::update(d::table.find(id)).set(d::done.eq(done)).execute(conn).await
}

pub(super) async fn finish(
    conn: &mut AsyncPgConnection,
    id: i32,
    state: LoadState,
    message: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let end = (d::state.eq(state.number()), d::message.eq(message), d::finished_at.eq(now));
    diesel::update(d::table.find(id)).set(end).execute(conn).await
}

pub(super) async fn abandon(
    conn: &mut AsyncPgConnection,
    message: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let end = (d::state.eq(LoadState::Failed.number()), d::message.eq(message), d::finished_at.eq(now));
    let running = d::table.filter(d::state.eq(LoadState::Running.number()));
    diesel::update(running).set(end).execute(conn).await
}

/// What a file's load leaves is how the file is known again: that stays.
pub(super) async fn forget(conn: &mut AsyncPgConnection, before: DateTime<Utc>) -> QueryResult<usize> {
    let old = d::table.filter(d::finished_at.lt(before).and(d::fingerprint.is_null()));
    diesel::delete(old).execute(conn).await
}

pub(super) async fn recent(conn: &mut AsyncPgConnection) -> QueryResult<Vec<LoadProgress>> {
    LoadProgress::query().order(d::id.desc()).limit(RECENT).load(conn).await
}

pub(super) async fn origin(conn: &mut AsyncPgConnection) -> QueryResult<Option<i16>> {
    catalogue_origin::table.select(catalogue_origin::origin).first(conn).await.optional()
}

/// Which state of a bulk file is loaded.
pub(super) async fn held(conn: &mut AsyncPgConnection, kind: &str) -> QueryResult<Option<DateTime<Utc>>> {
    b::table.find(kind).select(b::made_at).first(conn).await.optional()
}

/// A bulk file is loaded.
pub(super) async fn hold(
    conn: &mut AsyncPgConnection,
    kind: &str,
    made_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let set = (b::made_at.eq(made_at), b::loaded_at.eq(now));
    let insert = diesel::insert_into(b::table).values((b::kind.eq(kind), set));
    insert.on_conflict(b::kind).do_update().set(set).execute(conn).await
}
