use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, SmallInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Priced, begin, over_lots};
use crate::PrintingId;

/// A price that values copies, and what it was.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(in super::super) struct Moved {
    #[diesel(sql_type = Integer)]
    pub printing_id: PrintingId,
    #[diesel(sql_type = SmallInt)]
    pub finish: i16,
    #[diesel(sql_type = SmallInt)]
    pub condition: i16,
    #[diesel(sql_type = SmallInt)]
    pub source: i16,
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    /// In the currency of the price.
    #[diesel(sql_type = BigInt)]
    pub before: i64,
    #[diesel(sql_type = BigInt)]
    pub after: i64,
    /// In hundredths of the wanted currency, both at today's rate.
    #[diesel(sql_type = BigInt)]
    pub worth_before: i64,
    #[diesel(sql_type = BigInt)]
    pub worth_after: i64,
    #[diesel(sql_type = BigInt)]
    pub effect: i64,
}

/// Only series that changed since have another price than then: the history is asked for those alone, once
/// each, however many lots they value.
const MOVED: &str = over_lots!(
    ", series AS (
    SELECT series_id, printing_id, finish, priced_condition AS condition, source, amount, factor,
        sum(quantity)::int8 AS copies
    FROM lots WHERE changed_at >= $10 AND (fresh OR $9)
    GROUP BY series_id, printing_id, finish, priced_condition, source, amount, factor
), moved AS (
    SELECT s.*, b.amount AS before, s.copies * (s.amount - b.amount) * s.factor AS effect
    FROM series s CROSS JOIN LATERAL (
        SELECT h.amount FROM price_history h WHERE h.series_id = s.series_id AND h.observed_at < $10
        ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1
    ) b
)
SELECT printing_id, finish, condition, source, copies, before, amount AS after,
    round(before * factor)::int8 AS worth_before, round(amount * factor)::int8 AS worth_after,
    round(effect)::int8 AS effect
FROM moved WHERE effect * coalesce($11, sign(effect)) > 0 ORDER BY abs(effect) DESC, series_id LIMIT $12"
);

/// What moved since, what did most to the value first: up with 1, down with -1, or either way.
pub(in super::super) async fn moved(
    conn: &mut AsyncPgConnection,
    of: &Priced,
    since: DateTime<Utc>,
    way: Option<i16>,
    limit: i64,
) -> QueryResult<Vec<Moved>> {
    let text = begin(MOVED, of).bind::<Timestamptz, _>(since).bind::<Nullable<SmallInt>, _>(way);
    text.bind::<BigInt, _>(limit).load(conn).await
}
