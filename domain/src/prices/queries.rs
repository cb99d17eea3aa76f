use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, SmallInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{SeriesRow, SliceRow};
use crate::fixed::fixed;
use crate::{CardId, PrintingId, SeriesId};

/// Some series, each with the moment at which its source last spoke: a complete slice confirms what it
/// does not change. The newest slice is looked up once for each feed and source that is among them.
macro_rules! confirmed {
    ($which:literal) => {
        concat!(
            "WITH found AS MATERIALIZED (SELECT * FROM price_series ",
            $which,
            "), spoken AS (
                SELECT feed, source, (
                    SELECT observed_at FROM price_slices l
                    WHERE (l.feed, l.source) = (d.feed, d.source) AND complete AND quarantined IS NULL
                    ORDER BY observed_at DESC LIMIT 1
                ) AS observed_at
                FROM (SELECT DISTINCT feed, source FROM found) d
            )
            SELECT s.*, greatest(s.changed_at, l.observed_at) AS observed_at
            FROM found s LEFT JOIN spoken l USING (feed, source)
            ORDER BY s.printing_id, s.source, s.finish, s.kind, s.condition, s.feed"
        )
    };
}

const CURRENT: &str =
    confirmed!("WHERE printing_id = ANY ($1) AND amount IS NOT NULL AND (headline OR NOT $2)");

/// Current prices of some printings.
pub(super) async fn current(
    conn: &mut AsyncPgConnection,
    printings: &[PrintingId],
    headline_only: bool,
) -> QueryResult<Vec<SeriesRow>> {
    fixed(CURRENT)
        .bind::<Array<Integer>, _>(printings.to_vec())
        .bind::<Bool, _>(headline_only)
        .load(conn)
        .await
}

/// The newest observation of each series that was known at a moment.
const AS_OF: &str = "
    SELECT s.id, s.printing_id, s.source, s.feed, s.kind, s.finish, s.condition, s.currency, s.headline, h.amount,
           NULL::bigint AS previous, h.quantity, h.observed_at AS changed_at,
           greatest(h.observed_at, l.observed_at) AS observed_at, h.ingested_at, s.version
    FROM price_series s
    CROSS JOIN LATERAL (
        SELECT observed_at, ingested_at, amount, quantity FROM price_history
        WHERE series_id = s.id AND ingested_at <= $1
        ORDER BY observed_at DESC, ingested_at DESC LIMIT 1
    ) h
    LEFT JOIN (
        SELECT feed, source, max(observed_at) AS observed_at FROM price_slices
        WHERE complete AND quarantined IS NULL AND ingested_at <= $1 GROUP BY feed, source
    ) l USING (feed, source)
    WHERE s.printing_id = ANY ($2) AND h.amount IS NOT NULL
    ORDER BY s.printing_id, s.source, s.finish, s.kind, s.condition, s.feed";

/// Prices of some printings as they were known at a moment.
pub(super) async fn as_of(
    conn: &mut AsyncPgConnection,
    printings: &[PrintingId],
    at: DateTime<Utc>,
) -> QueryResult<Vec<SeriesRow>> {
    fixed(AS_OF).bind::<Timestamptz, _>(at).bind::<Array<Integer>, _>(printings.to_vec()).load(conn).await
}

/// One close of one series.
#[derive(Debug, QueryableByName)]
pub(super) struct CloseRow {
    #[diesel(sql_type = Integer)]
    pub series_id: SeriesId,
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub amount: Option<i64>,
}

/// The last value of each day on which a series changed, and the one that held when the window began.
const CLOSES: &str = "
    SELECT DISTINCT ON (h.series_id, day) h.series_id, (h.observed_at AT TIME ZONE 'UTC')::date AS day, h.amount
    FROM price_history h
    WHERE h.series_id = ANY ($1) AND h.observed_at >= $2 AND h.ingested_at <= $3
    ORDER BY h.series_id, day, h.observed_at DESC, h.ingested_at DESC";

const OPENING: &str = "
    SELECT s.id AS series_id, h.day, h.amount
    FROM unnest($1::int[]) AS s(id)
    CROSS JOIN LATERAL (
        SELECT ($2 AT TIME ZONE 'UTC')::date AS day, amount FROM price_history
        WHERE series_id = s.id AND observed_at < $2 AND ingested_at <= $3
        ORDER BY observed_at DESC, ingested_at DESC LIMIT 1
    ) h";

/// Closes of some series since a moment, as they were known at another.
pub(super) async fn closes(
    conn: &mut AsyncPgConnection,
    series: &[SeriesId],
    since: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> QueryResult<(Vec<CloseRow>, Vec<CloseRow>)> {
    let run = |sql| {
        fixed(sql)
            .bind::<Array<Integer>, _>(series.to_vec())
            .bind::<Timestamptz, _>(since)
            .bind::<Timestamptz, _>(known_at)
    };
    let closes = run(CLOSES).load(conn).await?;
    let opening = run(OPENING).load(conn).await?;
    Ok((opening, closes))
}

const SERIES: &str =
    confirmed!("WHERE printing_id = $1 AND ($2 IS NULL OR source = ANY ($2)) AND (headline OR NOT $3)");

/// All series of a printing, withdrawn ones too.
pub(super) async fn series(
    conn: &mut AsyncPgConnection,
    printing: PrintingId,
    sources: Option<Vec<i16>>,
    headline_only: bool,
) -> QueryResult<Vec<SeriesRow>> {
    fixed(SERIES)
        .bind::<Integer, _>(printing)
        .bind::<Nullable<Array<SmallInt>>, _>(sources)
        .bind::<Bool, _>(headline_only)
        .load(conn)
        .await
}

/// The newest slice of each feed and source.
pub(super) async fn newest_slices(conn: &mut AsyncPgConnection) -> QueryResult<Vec<SliceRow>> {
    // A file that was refused does not make older prices younger.
    let sql =
        "SELECT DISTINCT ON (p.feed, p.source) p.source, p.feed, p.observed_at, p.ingested_at, p.matched,
                   first_value(p.quarantined) OVER (PARTITION BY p.feed, p.source ORDER BY p.observed_at DESC)
                       AS quarantined
               FROM price_slices p
               ORDER BY p.feed, p.source, p.quarantined IS NOT NULL, p.observed_at DESC";
    fixed(sql).load(conn).await
}

/// The last changes of headline prices of the market in a currency.
pub(super) async fn last_changes(
    conn: &mut AsyncPgConnection,
    currency: i16,
    limit: i64,
) -> QueryResult<Vec<SeriesRow>> {
    let sql = "SELECT s.*, s.changed_at AS observed_at FROM price_series s
               WHERE s.currency = $1 AND s.headline AND s.amount IS NOT NULL AND s.previous IS NOT NULL
               ORDER BY s.changed_at DESC, s.id DESC LIMIT $2";
    fixed(sql).bind::<SmallInt, _>(currency).bind::<BigInt, _>(limit).load(conn).await
}

/// Current prices of all printings of a card.
pub(super) async fn of_card(conn: &mut AsyncPgConnection, card: CardId) -> QueryResult<Vec<SeriesRow>> {
    let sql = "SELECT s.*, s.changed_at AS observed_at FROM price_series s
               JOIN printings p ON p.id = s.printing_id
               WHERE p.card_id = $1 AND p.removed_at IS NULL AND s.amount IS NOT NULL
               ORDER BY s.printing_id, s.source, s.finish, s.kind, s.condition, s.feed";
    fixed(sql).bind::<Integer, _>(card).load(conn).await
}
