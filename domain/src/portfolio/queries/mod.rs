//! What lots are worth. Every statement begins with the same common tables: the lots of a user, the rates
//! that their costs and prices need, and of each printing, finish and state the one price that values it.

pub(super) mod charts;
pub(super) mod liquidation;
pub(super) mod many;
pub(super) mod movers;
pub(super) mod parts;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::Basis;
use crate::fixed::{Fixed, fixed};
use crate::prices::Feed;
use crate::{LotId, PrintingId, UserId};

/// Whose lots a statement is over: each is written for the one or the other.
#[derive(Clone, Debug)]
pub(super) enum Whose {
    One(UserId),
    Some(Vec<UserId>),
}

/// Which prices count, by which rates, and for whom.
#[derive(Clone, Debug)]
pub(super) struct Priced {
    pub whose: Whose,
    /// Only these printings.
    pub printings: Option<Vec<PrintingId>>,
    pub basis: Basis,
    /// A price that its source confirmed since then is fresh.
    pub fresh_since: DateTime<Utc>,
    /// The day of the rates.
    pub today: NaiveDate,
}

/// A statement over `lots` of one user, or of all in a list: with `amount`, `factor`, `fresh` and what else their
/// price says, null without one, and with `each`, what a copy cost in the wanted currency, null where nobody
/// knows. Its own parameters begin with `$10`.
macro_rules! over_lots {
    ($statement:expr) => {
        over_lots!("i.user_id = $1", $statement)
    };
    ($whose:literal, $statement:expr) => {
        concat!(
            "WITH mine AS MATERIALIZED (
    SELECT i.id, i.user_id, i.printing_id, i.finish,
        (CASE WHEN i.grade > 4 THEN i.grade - 2 ELSE (i.grade + 1) / 2 END)::int2 AS condition,
        i.quantity, i.cost, i.cost_currency,
        coalesce(i.acquired_on, i.held_since) AS paid_on
    FROM inventory_items i
    WHERE ",
            $whose,
            " AND i.quantity > 0 AND ($2 IS NULL OR i.printing_id = ANY ($2))
), paid AS MATERIALIZED (
    SELECT g.*, f.factor AS paid_factor
    FROM (SELECT DISTINCT cost_currency, paid_on FROM mine WHERE cost IS NOT NULL) g
    CROSS JOIN LATERAL fx_factor(g.cost_currency, $3, g.paid_on) f
), codes (currency, code) AS (VALUES (1::int2, 'USD'), (2::int2, 'EUR')),
worth AS MATERIALIZED (
    SELECT o.*, f.factor FROM codes o CROSS JOIN LATERAL fx_factor(o.code, $3, $4) f
), markets AS MATERIALIZED (
    SELECT r.source, r.kind, r.n, f.feed, (
        SELECT p.observed_at FROM price_slices p
        WHERE p.feed = f.feed AND p.source = r.source AND p.complete AND p.quarantined IS NULL
        ORDER BY p.observed_at DESC LIMIT 1
    ) AS observed_at
    FROM unnest($5, $6) WITH ORDINALITY AS r (source, kind, n) CROSS JOIN unnest($7) AS f (feed)
), wanted AS MATERIALIZED (SELECT DISTINCT printing_id, finish, condition FROM mine),
picked AS MATERIALIZED (
    SELECT DISTINCT ON (w.printing_id, w.finish, w.condition) w.*, s.id AS series_id, s.source, s.amount,
        s.changed_at, s.condition AS priced_condition, o.factor,
        greatest(s.changed_at, l.observed_at) AS observed_at,
        greatest(s.changed_at, l.observed_at) >= $8 AS fresh
    FROM wanted w
    JOIN price_series s ON s.printing_id = w.printing_id AND s.finish = w.finish AND s.condition IN (w.condition, 1)
    JOIN markets l ON l.feed = s.feed AND l.source = s.source AND l.kind = s.kind
    JOIN worth o ON o.currency = s.currency
    WHERE s.amount IS NOT NULL
    ORDER BY w.printing_id, w.finish, w.condition, ($9 OR greatest(s.changed_at, l.observed_at) >= $8) DESC,
        l.n, s.condition = w.condition DESC, o.code = $3 DESC, greatest(s.changed_at, l.observed_at) DESC, s.id
), lots AS (
    SELECT m.*, m.cost * d.paid_factor AS each, p.series_id, p.source, p.amount, p.factor, p.changed_at,
        p.priced_condition, p.observed_at, p.fresh
    FROM mine m
    LEFT JOIN paid d USING (cost_currency, paid_on)
    LEFT JOIN picked p USING (printing_id, finish, condition)
) ",
            $statement
        )
    };
}
pub(super) use over_lots;

/// Begins a statement of `over_lots`.
pub(super) fn begin(text: &'static str, of: &Priced) -> Fixed {
    let feeds: Vec<i16> = Feed::ALL.iter().map(|feed| feed.number()).collect();
    let begun = match &of.whose {
        Whose::One(user) => fixed(text).bind::<Integer, _>(user.0),
        Whose::Some(users) => fixed(text).bind::<Array<Integer>, _>(users.clone()),
    };
    begun
        .bind::<Nullable<Array<Integer>>, _>(of.printings.clone())
        .bind::<Text, _>(of.basis.currency.code())
        .bind::<Date, _>(of.today)
        .bind::<Array<SmallInt>, _>(of.basis.sources())
        .bind::<Array<SmallInt>, _>(of.basis.kinds())
        .bind::<Array<SmallInt>, _>(feeds)
        .bind::<Timestamptz, _>(of.fresh_since)
        .bind::<Bool, _>(of.basis.include_stale)
}

/// Lots with the price of one source, or without any, in units of ten-thousandths of a hundredth: sums of
/// them are rounded once.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct Worth {
    /// Zero, unless they were asked for by printing.
    #[diesel(sql_type = Integer)]
    pub printing_id: PrintingId,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub source: Option<i16>,
    #[diesel(sql_type = Bool)]
    pub fresh: bool,
    #[diesel(sql_type = BigInt)]
    pub lots: i64,
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    #[diesel(sql_type = BigInt)]
    pub value: i64,
    #[diesel(sql_type = BigInt)]
    pub cost: i64,
    #[diesel(sql_type = BigInt)]
    pub known_value: i64,
    #[diesel(sql_type = BigInt)]
    pub unknown_copies: i64,
    #[diesel(sql_type = BigInt)]
    pub near_mint_lots: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub observed_at: Option<DateTime<Utc>>,
}

macro_rules! worth {
    ($printing:literal, $group:literal) => {
        over_lots!(concat!(
            "SELECT ",
            $printing,
            " AS printing_id, source, coalesce(fresh, false) AS fresh, count(*) AS lots,
    sum(quantity)::int8 AS copies,
    coalesce(round(sum(quantity * amount * factor) * 10000), 0)::int8 AS value,
    coalesce(round(sum(quantity * each) * 10000), 0)::int8 AS cost,
    coalesce(round(sum(quantity * amount * factor) FILTER (WHERE each IS NOT NULL) * 10000), 0)::int8 AS known_value,
    coalesce(sum(quantity) FILTER (WHERE each IS NULL), 0)::int8 AS unknown_copies,
    count(*) FILTER (WHERE condition <> priced_condition) AS near_mint_lots, min(observed_at) AS observed_at
FROM lots GROUP BY ",
            $group
        ))
    };
}

/// What lots are worth, by the source of their price.
pub(super) async fn worth(conn: &mut AsyncPgConnection, of: &Priced) -> QueryResult<Vec<Worth>> {
    begin(worth!("0", "source, coalesce(fresh, false) ORDER BY value DESC"), of).load(conn).await
}

/// The same by printing, too.
pub(super) async fn worth_by_printing(conn: &mut AsyncPgConnection, of: &Priced) -> QueryResult<Vec<Worth>> {
    begin(worth!("printing_id", "printing_id, source, coalesce(fresh, false)"), of).load(conn).await
}

/// What sales brought, in units as above.
#[derive(Clone, Copy, Debug, Default, QueryableByName)]
pub(super) struct Sold {
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    #[diesel(sql_type = BigInt)]
    pub proceeds: i64,
    #[diesel(sql_type = BigInt)]
    pub known_proceeds: i64,
    #[diesel(sql_type = BigInt)]
    pub cost: i64,
    #[diesel(sql_type = BigInt)]
    pub unknown_copies: i64,
}

/// What the viewer's sales brought. One that was taken back stands there twice, once with copies that went
/// and once with the same that came, and so comes to nothing.
const SOLD: &str = "
    WITH sales AS MATERIALIZED (
        SELECT -m.copies AS copies, m.price, m.price_currency, m.sold_on, i.cost, i.cost_currency,
            coalesce(i.acquired_on, i.held_since) AS paid_on
        FROM inventory_movements m JOIN inventory_items i ON i.id = m.item_id
        WHERE m.user_id = $1 AND m.price IS NOT NULL
    ), got AS (
        SELECT g.*, f.factor FROM (SELECT DISTINCT price_currency, sold_on FROM sales) g
        CROSS JOIN LATERAL fx_factor(g.price_currency, $2, g.sold_on) f
    ), paid AS (
        SELECT g.*, f.factor FROM (SELECT DISTINCT cost_currency, paid_on FROM sales WHERE cost IS NOT NULL) g
        CROSS JOIN LATERAL fx_factor(g.cost_currency, $2, g.paid_on) f
    ), told AS (
        SELECT s.copies, s.price * g.factor AS got, s.cost * p.factor AS each
        FROM sales s LEFT JOIN got g USING (price_currency, sold_on) LEFT JOIN paid p USING (cost_currency, paid_on)
    )
    SELECT coalesce(sum(copies), 0)::int8 AS copies,
        coalesce(round(sum(copies * got) * 10000), 0)::int8 AS proceeds,
        coalesce(round(sum(copies * got) FILTER (WHERE each IS NOT NULL) * 10000), 0)::int8 AS known_proceeds,
        coalesce(round(sum(copies * each) FILTER (WHERE got IS NOT NULL) * 10000), 0)::int8 AS cost,
        coalesce(sum(copies) FILTER (WHERE each IS NULL OR got IS NULL), 0)::int8 AS unknown_copies
    FROM told";

pub(super) async fn sold(
    conn: &mut AsyncPgConnection,
    user: UserId,
    code: &'static str,
) -> QueryResult<Sold> {
    fixed(SOLD).bind::<Integer, _>(user.0).bind::<Text, _>(code).get_result(conn).await
}

/// What the market did to the value since a moment: prices that changed since are compared with what they
/// were then, each once, however many lots it values.
macro_rules! moved {
    ($whose:literal) => {
        over_lots!(
            $whose,
            ", series AS (
    SELECT user_id, series_id, amount, factor, sum(quantity)::int8 AS copies
    FROM lots WHERE changed_at >= $10 AND (fresh OR $9) GROUP BY user_id, series_id, amount, factor
)
SELECT l.user_id, round(sum(l.copies * (l.amount - b.amount) * l.factor))::int8 AS minor
    FROM series l CROSS JOIN LATERAL (
        SELECT h.amount FROM price_history h WHERE h.series_id = l.series_id AND h.observed_at < $10
        ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1
    ) b
    WHERE b.amount IS NOT NULL
    GROUP BY l.user_id"
        )
    };
}
pub(super) use moved;

/// What prices did to the value of somebody's lots, in hundredths.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(super) struct Moved {
    #[diesel(sql_type = Integer)]
    pub user_id: UserId,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
}

/// In hundredths.
pub(super) async fn moved_since(
    conn: &mut AsyncPgConnection,
    of: &Priced,
    midnight: DateTime<Utc>,
) -> QueryResult<i64> {
    let text = moved!("i.user_id = $1");
    let found: Option<Moved> =
        begin(text, of).bind::<Timestamptz, _>(midnight).get_result(conn).await.optional()?;
    Ok(found.map_or(0, |moved| moved.minor))
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Integer)]
    id: LotId,
}

/// Lots that nothing values, those with the most copies first.
pub(super) async fn unpriced(
    conn: &mut AsyncPgConnection,
    of: &Priced,
    limit: i64,
) -> QueryResult<Vec<LotId>> {
    let text = over_lots!(
        "SELECT id FROM lots WHERE amount IS NULL OR NOT (fresh OR $9) ORDER BY quantity DESC, id LIMIT $10"
    );
    let found: Vec<Named> = begin(text, of).bind::<BigInt, _>(limit).load(conn).await?;
    Ok(found.into_iter().map(|lot| lot.id).collect())
}
