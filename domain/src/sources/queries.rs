use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use markets::http::Known;
use tables::{price_slices, source_states as s, unmatched_products as u};

use super::model::{Failure, Missing, Outcome, SourceState};

/// Of a feed's list, at a time.
const PAGE: i64 = 100;

pub(crate) async fn all(conn: &mut AsyncPgConnection) -> QueryResult<Vec<SourceState>> {
    SourceState::query().order(s::service).load(conn).await
}

pub(super) async fn of(conn: &mut AsyncPgConnection, service: i16) -> QueryResult<Option<SourceState>> {
    SourceState::query().filter(s::service.eq(service)).first(conn).await.optional()
}

/// A visit begins.
pub(super) async fn visit(
    conn: &mut AsyncPgConnection,
    service: i16,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let row = (s::service.eq(service), s::visited_at.eq(now));
    let insert = diesel::insert_into(s::table).values(row);
    insert.on_conflict(s::service).do_update().set(s::visited_at.eq(now)).execute(conn).await
}

/// What was learned of the service itself.
pub(super) async fn learn(conn: &mut AsyncPgConnection, service: i16, known: &Known) -> QueryResult<usize> {
    let validators = serde_json::to_value(&known.validators)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let breaker = known.breaker;
    let set = (
        s::validators.eq(validators),
        s::failures.eq(breaker.failures),
        s::answers.eq(breaker.answers),
        s::open_until.eq(breaker.open_until),
    );
    diesel::update(s::table.find(service)).set(set).execute(conn).await
}

/// A visit ended.
pub(super) async fn succeed(
    conn: &mut AsyncPgConnection,
    service: i16,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let ended = (
        s::succeeded_at.eq(now),
        s::fault.eq(None::<String>),
        s::error.eq(None::<String>),
        s::degraded.eq(outcome.degraded.as_ref().map(ToString::to_string)),
    );
    diesel::update(s::table.find(service)).set(ended).execute(conn).await?;
    if outcome.not_modified || outcome.observed_at.is_none() {
        return Ok(1);
    }
    let brought = (
        s::rows.eq(count(outcome.rows)),
        s::matched.eq(count(outcome.matched)),
        s::unmatched.eq(count(outcome.unmatched)),
        s::changed.eq(count(outcome.changed)),
    );
    diesel::update(s::table.find(service)).set(brought).execute(conn).await?;
    if matches!(outcome.degraded, Some(super::Reason::Shrunk(_))) {
        // What we have is as old as it was.
        return Ok(1);
    }
    diesel::update(s::table.find(service)).set(s::observed_at.eq(outcome.observed_at)).execute(conn).await
}

/// A visit failed.
pub(super) async fn fail(
    conn: &mut AsyncPgConnection,
    service: i16,
    failure: &Failure,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let set = (s::failed_at.eq(now), s::fault.eq(failure.fault.word()), s::error.eq(&failure.reason));
    diesel::update(s::table.find(service)).set(set).execute(conn).await
}

/// When a source last said all that it has through a feed, as far as it is believed.
pub(super) async fn latest(
    conn: &mut AsyncPgConnection,
    source: i16,
    feed: i16,
) -> QueryResult<Option<DateTime<Utc>>> {
    use diesel::dsl::max;
    let said =
        price_slices::table.filter(price_slices::source.eq(source)).filter(price_slices::feed.eq(feed));
    let believed = said.filter(price_slices::complete).filter(price_slices::quarantined.is_null());
    believed.select(max(price_slices::observed_at)).first(conn).await
}

/// Products without a printing, the dearest first.
pub(super) async fn unmatched(
    conn: &mut AsyncPgConnection,
    feed: i16,
    offset: i64,
) -> QueryResult<Vec<Missing>> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    let dearest = sql::<BigInt>("coalesce(amount, 0)").desc();
    let page = Missing::query().filter(u::feed.eq(feed)).order((dearest, u::product.asc()));
    page.limit(PAGE).offset(offset).load(conn).await
}
