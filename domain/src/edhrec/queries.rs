use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Float, Integer, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::edhrec_plays as p;

use super::model::{EdhrecStats, Play, Wanted};
use crate::CardId;
use crate::fixed::fixed;

/// Commanders that were not asked for since a moment: first those that never were, the most played first;
/// then those of long ago.
pub(super) async fn wanted(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    most: i64,
) -> QueryResult<Vec<Wanted>> {
    fixed(
        "SELECT c.id, c.name FROM cards c LEFT JOIN edhrec_commanders e ON e.card_id = c.id \
         WHERE c.edhrec_rank IS NOT NULL AND (e.visited_at IS NULL OR e.visited_at < $1) \
            AND (c.type_line ~ 'Legendary.*Creature' OR c.oracle_plain LIKE '%can be your commander%') \
         ORDER BY e.visited_at NULLS FIRST, c.edhrec_rank, c.id LIMIT $2",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(most)
    .load(conn)
    .await
}

/// How many cards are known of each of some commanders.
pub(super) async fn counts(conn: &mut AsyncPgConnection, ids: &[CardId]) -> QueryResult<Vec<(CardId, i64)>> {
    use diesel::dsl::count_star;
    p::table
        .filter(p::commander_id.eq_any(ids))
        .group_by(p::commander_id)
        .select((p::commander_id, count_star()))
        .load(conn)
        .await
}

/// Remembers that commanders were asked for.
pub(super) async fn visited(
    conn: &mut AsyncPgConnection,
    ids: Vec<CardId>,
    pages: Vec<bool>,
    salt: Vec<Option<f32>>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    fixed(
        "INSERT INTO edhrec_commanders AS e (card_id, has_page, salt, visited_at) \
         SELECT g.id, g.page, g.salt, x.now FROM unnest($1::int[], $2::bool[], $3::real[]) AS g (id, page, salt), (SELECT $4::timestamptz AS now) AS x \
         ON CONFLICT (card_id) DO UPDATE SET visited_at = excluded.visited_at, \
            has_page = e.has_page OR excluded.has_page, salt = coalesce(excluded.salt, e.salt)"
    )
    .bind::<Array<Integer>, _>(ids)
    .bind::<Array<Bool>, _>(pages)
    .bind::<Array<Nullable<Float>>, _>(salt)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await
}

/// Columns of plays.
#[derive(Default)]
pub(super) struct Plays {
    pub commander: Vec<i32>,
    pub card: Vec<i32>,
    pub list: Vec<String>,
    pub decks: Vec<i32>,
    pub possible: Vec<i32>,
    pub synergy: Vec<Option<f32>>,
}

/// Makes what is known of some commanders what it should be. Returns how many rows that took.
pub(super) async fn store(conn: &mut AsyncPgConnection, of: Vec<CardId>, plays: Plays) -> QueryResult<usize> {
    let gone = fixed(
        "DELETE FROM edhrec_plays p WHERE p.commander_id = ANY ($1) AND NOT EXISTS ( \
            SELECT FROM unnest($2::int[], $3::int[]) AS g (commander_id, card_id) \
            WHERE g.commander_id = p.commander_id AND g.card_id = p.card_id)",
    )
    .bind::<Array<Integer>, _>(of)
    .bind::<Array<Integer>, _>(plays.commander.clone())
    .bind::<Array<Integer>, _>(plays.card.clone())
    .execute(conn)
    .await?;
    let new = fixed(
        "INSERT INTO edhrec_plays AS p (commander_id, card_id, list, decks, possible, synergy) \
         SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::int[], $5::int[], $6::real[]) \
         ON CONFLICT (commander_id, card_id) DO UPDATE SET list = excluded.list, decks = excluded.decks, \
            possible = excluded.possible, synergy = excluded.synergy \
         WHERE (p.list, p.decks, p.possible, p.synergy) \
            IS DISTINCT FROM (excluded.list, excluded.decks, excluded.possible, excluded.synergy)",
    )
    .bind::<Array<Integer>, _>(plays.commander)
    .bind::<Array<Integer>, _>(plays.card)
    .bind::<Array<Text>, _>(plays.list)
    .bind::<Array<Integer>, _>(plays.decks)
    .bind::<Array<Integer>, _>(plays.possible)
    .bind::<Array<Nullable<Float>>, _>(plays.synergy)
    .execute(conn)
    .await?;
    Ok(gone + new)
}

/// What is known of some cards.
pub(super) async fn stats(conn: &mut AsyncPgConnection, cards: &[CardId]) -> QueryResult<Vec<EdhrecStats>> {
    fixed(
        "SELECT c.id AS card_id, c.edhrec_rank AS rank, e.salt, coalesce(e.has_page, false) AS is_commander, \
            coalesce(x.decks, 0) AS decks, coalesce(x.possible, 0) AS possible, \
            greatest(e.visited_at, x.visited_at) AS visited_at \
         FROM cards c LEFT JOIN edhrec_commanders e ON e.card_id = c.id LEFT JOIN LATERAL ( \
            SELECT sum(p.decks)::bigint AS decks, sum(p.possible)::bigint AS possible, max(o.visited_at) AS visited_at \
            FROM edhrec_plays p JOIN edhrec_commanders o ON o.card_id = p.commander_id WHERE p.card_id = c.id) x ON true \
         WHERE c.id = ANY ($1) AND (e.has_page OR x.decks IS NOT NULL)",
    )
    .bind::<Array<Integer>, _>(cards.to_vec())
    .load(conn)
    .await
}

/// The commanders that each of some cards is played with most.
pub(super) async fn commanders(
    conn: &mut AsyncPgConnection,
    cards: &[CardId],
    most: i64,
) -> QueryResult<Vec<Play>> {
    fixed(
        "SELECT p.* FROM unnest($1::int[]) AS c (id), LATERAL ( \
            SELECT * FROM edhrec_plays WHERE card_id = c.id ORDER BY decks DESC, commander_id LIMIT $2) p \
         ORDER BY p.card_id, p.decks DESC, p.commander_id",
    )
    .bind::<Array<Integer>, _>(cards.to_vec())
    .bind::<BigInt, _>(most)
    .load(conn)
    .await
}

/// The cards that set each of some commanders apart most.
pub(super) async fn cards(
    conn: &mut AsyncPgConnection,
    commanders: &[CardId],
    most: i64,
) -> QueryResult<Vec<Play>> {
    fixed(
        "SELECT p.* FROM unnest($1::int[]) AS c (id), LATERAL ( \
            SELECT * FROM edhrec_plays WHERE commander_id = c.id \
            ORDER BY synergy DESC NULLS LAST, decks DESC, card_id LIMIT $2) p \
         ORDER BY p.commander_id, p.synergy DESC NULLS LAST, p.decks DESC, p.card_id",
    )
    .bind::<Array<Integer>, _>(commanders.to_vec())
    .bind::<BigInt, _>(most)
    .load(conn)
    .await
}
