use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use markets::http::{Breaker, Known};
use tables::{price_slices, source_states as s, unmatched_products as u};

use super::model::{Failure, Missing, Outcome, SourceState};
use crate::PrintingId;
use crate::fixed::fixed;

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
    let dearest = sql::<BigInt>("coalesce(amount, 0)").desc();
    let page = Missing::query().filter(u::feed.eq(feed)).order((dearest, u::product.asc()));
    page.limit(PAGE).offset(offset).load(conn).await
}

/// What is known of a service's breaker and nothing else: how its visits ended, and how old what they
/// brought is, is another matter.
pub(super) async fn learn_breaker(
    conn: &mut AsyncPgConnection,
    service: i16,
    breaker: Breaker,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let set = (
        s::failures.eq(breaker.failures),
        s::answers.eq(breaker.answers),
        s::open_until.eq(breaker.open_until),
    );
    let known = diesel::update(s::table.find(service)).set(set).execute(conn).await?;
    if known > 0 || breaker == Breaker::default() {
        return Ok(known);
    }
    let first = (s::service.eq(service), s::visited_at.eq(now));
    let insert = diesel::insert_into(s::table).values((first, set));
    insert.on_conflict(s::service).do_update().set(set).execute(conn).await
}

/// The printings whose prices somebody waits for: those that people own, and those that would satisfy what they
/// want. What else they wait for is to be united with them here.
macro_rules! awaited {
    () => {
        "SELECT printing_id FROM inventory_items WHERE quantity > 0
         UNION SELECT printing_id FROM wants WHERE printing_id IS NOT NULL
         UNION SELECT v.id FROM wants w JOIN printings v ON v.card_id = w.card_id
         WHERE w.printing_id IS NULL AND NOT v.digital AND (w.sets IS NULL OR v.set_id = ANY (w.sets))"
    };
}

#[derive(QueryableByName)]
struct Any {
    #[diesel(sql_type = Bool)]
    any: bool,
}

/// Whether anybody waits for the price of any printing.
pub(super) async fn any_awaited(conn: &mut AsyncPgConnection) -> QueryResult<bool> {
    let found: Any = fixed(concat!("SELECT EXISTS (", awaited!(), ") AS any")).get_result(conn).await?;
    Ok(found.any)
}

/// A printing, and the products that it is at TCGplayer.
#[derive(QueryableByName)]
pub(super) struct AwaitedProduct {
    #[diesel(sql_type = Integer)]
    pub id: PrintingId,
    #[diesel(sql_type = Nullable<Integer>)]
    pub tcgplayer_id: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub tcgplayer_etched_id: Option<i32>,
}

/// Products that somebody waits for: those first that were not asked for the longest, of these the dearest.
pub(super) async fn awaited_products(
    conn: &mut AsyncPgConnection,
    service: i16,
    most: i64,
) -> QueryResult<Vec<AwaitedProduct>> {
    fixed(concat!(
        "SELECT p.id, p.tcgplayer_id, p.tcgplayer_etched_id FROM printings p
         LEFT JOIN price_turns t ON t.service = $1 AND t.printing_id = p.id
         LEFT JOIN reference_prices r ON r.printing_id = p.id
         WHERE p.id IN (",
        awaited!(),
        ") AND p.removed_at IS NULL AND coalesce(p.tcgplayer_id, p.tcgplayer_etched_id) IS NOT NULL
         ORDER BY t.asked_at NULLS FIRST, greatest(r.usd, r.usd_foil, r.usd_etched) DESC NULLS LAST, p.id
         LIMIT $2"
    ))
    .bind::<SmallInt, _>(service)
    .bind::<BigInt, _>(most)
    .load(conn)
    .await
}

/// A set, and the printings in it that somebody waits for.
#[derive(QueryableByName)]
pub(super) struct AwaitedSet {
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Array<Integer>)]
    pub printings: Vec<PrintingId>,
}

/// Sets with printings that somebody waits for: those first with one that was not asked for the longest, of
/// these the dearest.
pub(super) async fn awaited_sets(
    conn: &mut AsyncPgConnection,
    service: i16,
    most: i64,
) -> QueryResult<Vec<AwaitedSet>> {
    fixed(concat!(
        "SELECT s.code, array_agg(p.id) AS printings FROM printings p
         JOIN mtg_sets s ON s.id = p.set_id
         LEFT JOIN price_turns t ON t.service = $1 AND t.printing_id = p.id
         LEFT JOIN reference_prices r ON r.printing_id = p.id
         WHERE p.id IN (",
        awaited!(),
        ") AND p.removed_at IS NULL AND NOT p.digital
         GROUP BY s.id
         ORDER BY min(coalesce(t.asked_at, '-infinity')), sum(greatest(r.eur, r.eur_foil, r.usd)) DESC NULLS LAST, s.id
         LIMIT $2"
    ))
    .bind::<SmallInt, _>(service)
    .bind::<BigInt, _>(most)
    .load(conn)
    .await
}

/// Some printings had their turn.
pub(super) async fn asked(
    conn: &mut AsyncPgConnection,
    service: i16,
    printings: &[PrintingId],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    fixed(
        "INSERT INTO price_turns (service, printing_id, asked_at) SELECT $1, id, $2 FROM unnest($3) AS g (id)
         ON CONFLICT (service, printing_id) DO UPDATE SET asked_at = excluded.asked_at",
    )
    .bind::<SmallInt, _>(service)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(printings.to_vec())
    .execute(conn)
    .await
}
