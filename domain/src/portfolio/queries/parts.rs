//! Values taken apart: by what cards are, and by lots.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::super::model::Dimension;
use super::{Priced, begin, over_lots};
use crate::LotId;

/// A part of the value, in hundredths; the one without a key is the rest.
#[derive(Clone, Debug, QueryableByName)]
pub(in super::super) struct Part {
    #[diesel(sql_type = Nullable<Text>)]
    pub key: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub label: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub value: i64,
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
}

macro_rules! parts {
    ($key:literal, $label:literal, $joins:literal) => {
        over_lots!(concat!(
            ", parts AS (
    SELECT ",
            $key,
            " AS key, ",
            $label,
            " AS label, sum(l.quantity * l.amount * l.factor) AS value, sum(l.quantity) AS copies
    FROM lots l JOIN printings p ON p.id = l.printing_id JOIN cards c ON c.id = p.card_id ",
            $joins,
            " WHERE l.fresh OR $9 AND l.amount IS NOT NULL GROUP BY 1, 2
), placed AS (SELECT *, row_number() OVER (ORDER BY value DESC, key) <= 20 AS top FROM parts)
SELECT CASE WHEN top THEN key END AS key, CASE WHEN top THEN label END AS label,
    round(sum(value))::int8 AS value, sum(copies)::int8 AS copies
FROM placed GROUP BY 1, 2 ORDER BY bool_or(top) DESC, sum(value) DESC, 1"
        ))
    };
}

/// The largest parts, the largest first, and the rest.
pub(in super::super) async fn parts(
    conn: &mut AsyncPgConnection,
    of: &Priced,
    by: Dimension,
) -> QueryResult<Vec<Part>> {
    let text = match by {
        Dimension::Set => parts!("s.code", "s.name", "JOIN mtg_sets s ON s.id = p.set_id"),
        Dimension::Rarity => parts!(
            "(ARRAY['common', 'uncommon', 'rare', 'mythic', 'special', 'bonus'])[p.rarity]",
            "(ARRAY['Common', 'Uncommon', 'Rare', 'Mythic rare', 'Special', 'Bonus'])[p.rarity]",
            ""
        ),
        Dimension::Color => parts!(
            "k.key",
            "k.label",
            "CROSS JOIN LATERAL (SELECT
            CASE c.colors WHEN 0 THEN 'C' WHEN 1 THEN 'W' WHEN 2 THEN 'U' WHEN 4 THEN 'B' WHEN 8 THEN 'R'
                WHEN 16 THEN 'G' ELSE 'M' END AS key,
            CASE c.colors WHEN 0 THEN 'Colourless' WHEN 1 THEN 'White' WHEN 2 THEN 'Blue' WHEN 4 THEN 'Black'
                WHEN 8 THEN 'Red' WHEN 16 THEN 'Green' ELSE 'Multicoloured' END AS label) k"
        ),
        Dimension::Format => {
            parts!("f.name", "f.name", "JOIN formats f ON ((c.legal | c.restricted) >> f.bit) & 1 = 1")
        }
        Dimension::Age => parts!("to_char(p.released_at, 'YYYY')", "to_char(p.released_at, 'YYYY')", ""),
    };
    begin(text, of).load(conn).await
}

/// A lot with what it gained, in hundredths.
#[derive(Clone, Debug, QueryableByName)]
pub(in super::super) struct Gained {
    #[diesel(sql_type = Integer)]
    pub id: LotId,
    #[diesel(sql_type = BigInt)]
    pub value: i64,
    #[diesel(sql_type = BigInt)]
    pub cost: i64,
}

const GAINED: &str = over_lots!(
    ", gains AS (
    SELECT id, quantity * amount * factor AS value, quantity * each AS cost,
        quantity * amount * factor - quantity * each AS gain
    FROM lots WHERE each IS NOT NULL AND amount IS NOT NULL AND (fresh OR $9)
)
SELECT id, round(value)::int8 AS value, round(cost)::int8 AS cost FROM gains
WHERE CASE WHEN $10 THEN cost > 0 ELSE true END AND CASE WHEN $11 THEN gain > 0 ELSE gain < 0 END
ORDER BY CASE WHEN $10 THEN gain / nullif(cost, 0) ELSE gain END * CASE WHEN $11 THEN -1 ELSE 1 END, id LIMIT $12"
);

/// The lots that gained most, or lost most.
pub(in super::super) async fn gained(
    conn: &mut AsyncPgConnection,
    of: &Priced,
    by_percent: bool,
    best: bool,
    limit: i64,
) -> QueryResult<Vec<Gained>> {
    let text = begin(GAINED, of).bind::<Bool, _>(by_percent).bind::<Bool, _>(best);
    text.bind::<BigInt, _>(limit).load(conn).await
}
