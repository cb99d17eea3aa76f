use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{Counts, Moved};

/// The price of a series when the window began. Most changed lately, so the latest months are
/// asked first; the whole past only for those that did not.
const BEFORE: &str = "
    CROSS JOIN LATERAL (
        SELECT coalesce(
            (SELECT h.amount FROM price_history h
             WHERE h.series_id = s.id AND h.observed_at <= $2 AND h.observed_at > $3
             ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1),
            (SELECT h.amount FROM price_history h
             WHERE h.series_id = s.id AND h.observed_at <= $3
             ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1)) AS amount
    ) b
    WHERE s.source = $1 AND s.currency = $4 AND s.headline AND s.amount IS NOT NULL AND s.previous IS NOT NULL
      AND s.changed_at > $2 AND s.changed_at <= $5";

/// How far before the window its opening price is looked for first.
const LATELY: TimeDelta = TimeDelta::days(60);

/// What moves are measured between.
#[derive(Clone, Copy)]
pub(super) struct Between {
    pub source: i16,
    pub currency: i16,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// When a market last brought prices.
pub(super) async fn newest(conn: &mut AsyncPgConnection, source: i16) -> QueryResult<Option<DateTime<Utc>>> {
    use tables::price_slices as s;
    s::table
        .filter(s::source.eq(source).and(s::quarantined.is_null()))
        .select(diesel::dsl::max(s::observed_at))
        .first(conn)
        .await
}

pub(super) async fn movers(
    conn: &mut AsyncPgConnection,
    between: Between,
    up: bool,
    floor: i64,
    finish: Option<i16>,
    limit: i64,
) -> QueryResult<Vec<Moved>> {
    let sql = format!(
        "SELECT s.printing_id, s.id AS series_id, b.amount AS before, s.amount AS after
         FROM price_series s {BEFORE} AND b.amount >= greatest($6, 1) AND ($7 IS NULL OR s.finish = $7)
           AND CASE WHEN $8 THEN s.amount > b.amount ELSE s.amount < b.amount END
         ORDER BY (s.amount - b.amount)::float8 / b.amount * CASE WHEN $8 THEN -1 ELSE 1 END, s.id
         LIMIT $9"
    );
    diesel::sql_query(sql)
        .bind::<SmallInt, _>(between.source)
        .bind::<Timestamptz, _>(between.from)
        .bind::<Timestamptz, _>(between.from - LATELY)
        .bind::<SmallInt, _>(between.currency)
        .bind::<Timestamptz, _>(between.to)
        .bind::<BigInt, _>(floor)
        .bind::<Nullable<SmallInt>, _>(finish)
        .bind::<Bool, _>(up)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await
}

#[derive(QueryableByName)]
struct Breadth {
    #[diesel(sql_type = Integer)]
    advancing: i32,
    #[diesel(sql_type = Integer)]
    declining: i32,
}

/// Printings that rose and fell.
pub(super) async fn breadth(conn: &mut AsyncPgConnection, between: Between) -> QueryResult<(i32, i32)> {
    let sql = format!(
        "SELECT count(DISTINCT s.printing_id) FILTER (WHERE s.amount > b.amount)::int AS advancing,
                count(DISTINCT s.printing_id) FILTER (WHERE s.amount < b.amount)::int AS declining
         FROM price_series s {BEFORE}"
    );
    let found: Breadth = diesel::sql_query(sql)
        .bind::<SmallInt, _>(between.source)
        .bind::<Timestamptz, _>(between.from)
        .bind::<Timestamptz, _>(between.from - LATELY)
        .bind::<SmallInt, _>(between.currency)
        .bind::<Timestamptz, _>(between.to)
        .get_result(conn)
        .await?;
    Ok((found.advancing, found.declining))
}

/// Sizes of the catalogue; priced are printings with a reference price in the currency.
pub(super) async fn counts(conn: &mut AsyncPgConnection, currency: i16) -> QueryResult<Counts> {
    diesel::sql_query(
        "SELECT (SELECT count(*)::int FROM mtg_sets) AS sets, (SELECT count(*)::int FROM cards) AS cards,
                (SELECT count(*)::int FROM printings WHERE removed_at IS NULL) AS printings,
                (SELECT count(*)::int FROM reference_prices WHERE CASE $1
                    WHEN 1 THEN coalesce(usd, usd_foil, usd_etched) WHEN 2 THEN coalesce(eur, eur_foil)
                    ELSE tix END IS NOT NULL) AS priced",
    )
    .bind::<SmallInt, _>(currency)
    .get_result(conn)
    .await
}
