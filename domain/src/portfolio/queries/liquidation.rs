//! What stores would pay for lots today.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Priced, begin, over_lots};

/// What a store would pay, in hundredths, and for how many copies.
#[derive(Clone, Debug, Default, QueryableByName)]
pub(in super::super) struct Offered {
    #[diesel(sql_type = BigInt)]
    pub cash: i64,
    #[diesel(sql_type = BigInt)]
    pub taken: i64,
    #[diesel(sql_type = BigInt)]
    pub market_value: i64,
    #[diesel(sql_type = BigInt)]
    pub too_many: i64,
    #[diesel(sql_type = BigInt)]
    pub unwanted: i64,
    #[diesel(sql_type = BigInt)]
    pub unbought_grade: i64,
    #[diesel(sql_type = BigInt)]
    pub particular: i64,
    #[diesel(sql_type = BigInt)]
    pub without_limit: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub observed_at: Option<DateTime<Utc>>,
}

/// A store states what it pays for near mint copies, and how many it wants of a printing and finish. Other
/// states get what the list says of them, or the same share of the near mint price as the store asks for
/// them; without either they are not bought. Source 4 is Card Kingdom, 9 the demo's market; kind 9 a buylist,
/// 8 what the store asks.
const OFFERED: &str = over_lots!(
    ", listed AS MATERIALIZED (
    SELECT DISTINCT ON (s.printing_id, s.finish, s.kind, s.condition) s.printing_id, s.finish, s.kind, s.condition,
        s.amount * o.factor AS each, s.quantity AS limited, x.observed_at
    FROM (SELECT DISTINCT printing_id, finish FROM mine) w
    JOIN price_series s ON s.printing_id = w.printing_id AND s.finish = w.finish
    JOIN worth o ON o.currency = s.currency
    CROSS JOIN LATERAL (
        SELECT greatest(s.changed_at, (
            SELECT p.observed_at FROM price_slices p
            WHERE p.feed = s.feed AND p.source = s.source AND p.complete AND p.quarantined IS NULL
            ORDER BY p.observed_at DESC LIMIT 1)) AS observed_at
    ) x
    WHERE s.source IN (4, 9) AND s.kind IN (8, 9) AND s.amount IS NOT NULL AND ($9 OR x.observed_at >= $8)
      AND (s.kind = 8 OR s.quantity IS NULL OR s.quantity > 0)
    ORDER BY s.printing_id, s.finish, s.kind, s.condition, x.observed_at DESC, s.id
), offers AS (
    SELECT l.id, l.printing_id, l.finish, l.condition, l.quantity, l.amount * l.factor AS market, l.fresh,
        n.limited, n.observed_at, n.each IS NOT NULL AS wanted,
        i.altered OR i.misprint OR i.grader IS NOT NULL AS particular,
        trunc(CASE WHEN l.condition = 1 THEN n.each ELSE coalesce(g.each, n.each * a.each / b.each) END) AS each
    FROM lots l
    JOIN inventory_items i ON i.id = l.id
    LEFT JOIN listed n ON (n.printing_id, n.finish, n.kind, n.condition) = (l.printing_id, l.finish, 9, 1)
    LEFT JOIN listed g ON (g.printing_id, g.finish, g.kind, g.condition) = (l.printing_id, l.finish, 9, l.condition)
    LEFT JOIN listed a ON (a.printing_id, a.finish, a.kind, a.condition) = (l.printing_id, l.finish, 8, l.condition)
    LEFT JOIN listed b ON (b.printing_id, b.finish, b.kind, b.condition) = (l.printing_id, l.finish, 8, 1)
), sold AS (
    SELECT o.*, greatest(least(o.quantity, o.limited - coalesce(sum(o.quantity) OVER (
        PARTITION BY o.printing_id, o.finish ORDER BY o.condition, o.id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)), 0) AS taken
    FROM offers o WHERE o.wanted AND NOT o.particular AND o.each > 0
)
SELECT coalesce(sum(t.taken * t.each), 0)::int8 AS cash, coalesce(sum(t.taken), 0)::int8 AS taken,
    coalesce(round(sum(t.taken * t.market) FILTER (WHERE t.fresh OR $9)), 0)::int8 AS market_value,
    coalesce(sum(t.quantity - t.taken), 0)::int8 AS too_many,
    (SELECT coalesce(sum(quantity), 0)::int8 FROM offers WHERE NOT wanted AND NOT particular) AS unwanted,
    (SELECT coalesce(sum(quantity), 0)::int8 FROM offers
     WHERE wanted AND NOT particular AND coalesce(each, 0) <= 0) AS unbought_grade,
    (SELECT coalesce(sum(quantity), 0)::int8 FROM offers WHERE particular) AS particular,
    coalesce(sum(t.taken) FILTER (WHERE t.limited IS NULL), 0)::int8 AS without_limit,
    min(t.observed_at) AS observed_at
FROM sold t"
);

/// What the store would pay for the lots.
pub(in super::super) async fn offered(conn: &mut AsyncPgConnection, of: &Priced) -> QueryResult<Offered> {
    begin(OFFERED, of).get_result(conn).await
}
