//! What the catalogue has of what rows name.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::cards as c;
use uuid::Uuid;

use super::super::shelf::{Candidate, GivenId, key, set_key};
use crate::fixed::fixed;
use crate::{CardId, PrintingId};

/// All cards with their folded names.
pub(in super::super) async fn card_names(conn: &mut AsyncPgConnection) -> QueryResult<Vec<(CardId, String)>> {
    c::table.select((c::id, c::name_folded)).load(conn).await
}

#[derive(QueryableByName)]
struct OtherName {
    #[diesel(sql_type = Integer)]
    card_id: CardId,
    #[diesel(sql_type = Text)]
    name: String,
}

/// What else is printed on cards: in another language, or in another world.
pub(in super::super) async fn other_names(
    conn: &mut AsyncPgConnection,
) -> QueryResult<Vec<(CardId, String)>> {
    let names: Vec<OtherName> = fixed(
        "SELECT DISTINCT p.card_id, n.name FROM printings p, unnest(ARRAY[p.flavor_name, p.printed_name]) n (name) \
         WHERE n.name IS NOT NULL AND p.removed_at IS NULL ORDER BY p.card_id, n.name",
    )
    .load(conn)
    .await?;
    Ok(names.into_iter().map(|one| (one.card_id, one.name)).collect())
}

#[derive(QueryableByName)]
struct ById {
    #[diesel(sql_type = Integer)]
    kind: i32,
    #[diesel(sql_type = Text)]
    given: String,
    #[diesel(sql_type = Integer)]
    card_id: CardId,
    #[diesel(sql_type = Integer)]
    id: PrintingId,
}

/// Printings by ids that others gave. One that was merged into another leads to that.
pub(in super::super) async fn by_id(
    conn: &mut AsyncPgConnection,
    given: &[GivenId],
) -> QueryResult<Vec<(GivenId, CardId, PrintingId)>> {
    let numbers = |of: fn(&GivenId) -> Option<i32>| given.iter().filter_map(of).collect::<Vec<_>>();
    let scryfall = |id: &GivenId| if let GivenId::Scryfall(id) = id { Some(*id) } else { None };
    let rows: Vec<ById> = fixed(
        "SELECT 1 AS kind, o.scryfall_id::text AS given, p.card_id, p.id \
             FROM printings o JOIN printings p ON p.id = coalesce(o.merged_into, o.id) \
             WHERE o.scryfall_id = ANY ($1) AND p.removed_at IS NULL \
         UNION ALL SELECT 2, t.id::text, p.card_id, p.id \
             FROM printings p, unnest(ARRAY[p.tcgplayer_id, p.tcgplayer_etched_id]) t (id) \
             WHERE cardinality($2) > 0 AND t.id = ANY ($2) AND p.removed_at IS NULL \
         UNION ALL SELECT 3, p.cardmarket_id::text, p.card_id, p.id \
             FROM printings p WHERE p.cardmarket_id = ANY ($3) AND p.removed_at IS NULL \
         UNION ALL SELECT 4, p.mtgo_id::text, p.card_id, p.id \
             FROM printings p WHERE cardinality($4) > 0 AND p.mtgo_id = ANY ($4) AND p.removed_at IS NULL",
    )
    .bind::<Array<SqlUuid>, _>(given.iter().filter_map(scryfall).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(numbers(|id| if let GivenId::Tcgplayer(id) = id { Some(*id) } else { None }))
    .bind::<Array<Integer>, _>(numbers(|id| if let GivenId::Cardmarket(id) = id { Some(*id) } else { None }))
    .bind::<Array<Integer>, _>(numbers(|id| if let GivenId::Mtgo(id) = id { Some(*id) } else { None }))
    .load(conn)
    .await?;
    let known = |row: ById| {
        let number = row.given.parse();
        let given = match row.kind {
            1 => GivenId::Scryfall(row.given.parse().ok()?),
            2 => GivenId::Tcgplayer(number.ok()?),
            3 => GivenId::Cardmarket(number.ok()?),
            _ => GivenId::Mtgo(number.ok()?),
        };
        Some((given, row.card_id, row.id))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Cards by Scryfall's ids of them.
pub(in super::super) async fn by_oracle(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> QueryResult<Vec<(Uuid, CardId)>> {
    c::table.filter(c::oracle_id.eq_any(ids)).select((c::oracle_id, c::id)).load(conn).await
}

#[derive(QueryableByName)]
struct ByPlace {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Integer)]
    card_id: CardId,
    #[diesel(sql_type = Integer)]
    id: PrintingId,
}

/// Printings by the code of their set and their number in it.
pub(in super::super) async fn by_place(
    conn: &mut AsyncPgConnection,
    places: &[(String, String)],
) -> QueryResult<Vec<((String, String), CardId, PrintingId)>> {
    let rows: Vec<ByPlace> = fixed(
        "WITH known AS (SELECT code, id FROM mtg_sets \
             UNION SELECT lower(mtgo_code), id FROM mtg_sets WHERE mtgo_code IS NOT NULL \
             UNION SELECT lower(arena_code), id FROM mtg_sets WHERE arena_code IS NOT NULL) \
         SELECT g.code, g.number, p.card_id, p.id FROM unnest($1, $2) AS g (code, number) \
         JOIN known k ON k.code = g.code \
         JOIN printings p ON p.set_id = k.id AND ltrim(lower(p.collector_number), '0') = g.number \
         WHERE p.removed_at IS NULL",
    )
    .bind::<Array<Text>, _>(places.iter().map(|(code, _)| code.clone()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(places.iter().map(|(_, number)| number.clone()).collect::<Vec<_>>())
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.code, row.number), row.card_id, row.id)).collect())
}

#[derive(QueryableByName)]
struct CandidateRow {
    #[diesel(sql_type = Integer)]
    id: PrintingId,
    #[diesel(sql_type = Integer)]
    card_id: CardId,
    #[diesel(sql_type = Array<Text>)]
    other_names: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    codes: Vec<String>,
    #[diesel(sql_type = Text)]
    set_name: String,
    #[diesel(sql_type = Text)]
    collector_number: String,
    #[diesel(sql_type = Text)]
    lang: String,
    #[diesel(sql_type = SmallInt)]
    finishes: i16,
    #[diesel(sql_type = Bool)]
    digital: bool,
    #[diesel(sql_type = Bool)]
    plain: bool,
    #[diesel(sql_type = Integer)]
    released: i32,
}

/// All printings of some cards.
pub(in super::super) async fn of_cards(
    conn: &mut AsyncPgConnection,
    cards: &[CardId],
) -> QueryResult<Vec<Candidate>> {
    let rows: Vec<CandidateRow> = fixed(
        "SELECT p.id, p.card_id, p.collector_number, p.lang, p.finishes, p.digital, s.name AS set_name, \
             array_remove(ARRAY[p.flavor_name, p.printed_name], NULL) AS other_names, \
             array_remove(ARRAY[s.code, lower(s.mtgo_code), lower(s.arena_code)], NULL) AS codes, \
             NOT p.promo AND NOT p.variation AND NOT p.oversized AS plain, \
             coalesce(p.released_at - '1993-01-01'::date, 0) AS released \
         FROM printings p JOIN mtg_sets s ON s.id = p.set_id \
         WHERE p.card_id = ANY ($1) AND p.removed_at IS NULL ORDER BY p.id",
    )
    .bind::<Array<Integer>, _>(cards.iter().map(|card| card.0).collect::<Vec<_>>())
    .load(conn)
    .await?;
    let candidate = |row: CandidateRow| Candidate {
        id: row.id,
        card: row.card_id,
        other_names: row.other_names.iter().map(|name| key(name)).collect(),
        codes: row.codes,
        set_key: set_key(&row.set_name),
        number: row.collector_number,
        lang: row.lang,
        finishes: row.finishes,
        digital: row.digital,
        plain: row.plain,
        released: row.released,
    };
    Ok(rows.into_iter().map(candidate).collect())
}
