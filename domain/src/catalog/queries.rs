use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{cards as c, formats, legality_changes as l, mtg_sets as s, printings as p, rulings as r};
use uuid::Uuid;

use super::model::{
    Card, CardCursor, CardRow, LegalityChangeRow, MtgSet, Printing, PrintingCursor, PrintingRow, RulingRow,
    SetCursor, SetRow,
};
use crate::fixed::fixed;
use crate::{CardId, Page, PrintingId, SetId};

/// Cards by id.
pub(super) async fn cards(conn: &mut AsyncPgConnection, ids: &[CardId]) -> QueryResult<Vec<Card>> {
    let rows: Vec<CardRow> = CardRow::query().filter(c::id.eq_any(ids)).load(conn).await?;
    Ok(rows.into_iter().map(|row| Card(Arc::new(row))).collect())
}

/// Printings by id, with their sets. Sets that several printings share are held once.
pub(super) async fn printings(
    conn: &mut AsyncPgConnection,
    ids: &[PrintingId],
) -> QueryResult<Vec<Printing>> {
    let rows: Vec<(PrintingRow, SetRow)> = p::table
        .inner_join(s::table)
        .filter(p::id.eq_any(ids))
        .select((PrintingRow::as_select(), SetRow::as_select()))
        .load(conn)
        .await?;
    let mut sets: HashMap<SetId, Arc<SetRow>> = HashMap::new();
    let printing = |(row, set): (PrintingRow, SetRow)| {
        let set = sets.entry(set.id).or_insert_with(|| Arc::new(set)).clone();
        Printing(Arc::new((row, set)))
    };
    Ok(rows.into_iter().map(printing).collect())
}

/// The cards behind Scryfall's ids, of cards or of printings.
pub(super) async fn cards_of_scryfall(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> QueryResult<Vec<(Uuid, CardId)>> {
    let mut found: Vec<(Uuid, CardId)> =
        c::table.filter(c::oracle_id.eq_any(ids)).select((c::oracle_id, c::id)).load(conn).await?;
    if found.len() < ids.len() {
        let of_printings = p::table.filter(p::scryfall_id.eq_any(ids)).select((p::scryfall_id, p::card_id));
        found.extend(of_printings.load::<(Uuid, CardId)>(conn).await?);
    }
    Ok(found)
}

pub(super) async fn printings_of_scryfall(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> QueryResult<Vec<(Uuid, PrintingId)>> {
    p::table.filter(p::scryfall_id.eq_any(ids)).select((p::scryfall_id, p::id)).load(conn).await
}

pub(super) async fn sets(conn: &mut AsyncPgConnection, ids: &[SetId]) -> QueryResult<Vec<MtgSet>> {
    let rows: Vec<SetRow> = SetRow::query().filter(s::id.eq_any(ids)).load(conn).await?;
    Ok(rows.into_iter().map(|row| MtgSet(Arc::new(row))).collect())
}

pub(super) async fn set_of_code(conn: &mut AsyncPgConnection, code: &str) -> QueryResult<Option<SetId>> {
    s::table.filter(s::code.eq(code)).select(s::id).first(conn).await.optional()
}

/// Cards in the order of their names.
pub(super) async fn cards_page(
    conn: &mut AsyncPgConnection,
    page: &Page<CardCursor>,
) -> QueryResult<Vec<Card>> {
    let mut query =
        CardRow::query().order((c::name_folded.asc(), c::id.asc())).limit(page.fetch()).into_boxed();
    if let Some(after) = &page.after {
        let later = c::name_folded.gt(after.name.clone());
        let same = c::name_folded.eq(after.name.clone()).and(c::id.gt(after.id));
        query = query.filter(c::name_folded.ge(after.name.clone())).filter(later.or(same));
    }
    let rows: Vec<CardRow> = query.load(conn).await?;
    Ok(rows.into_iter().map(|row| Card(Arc::new(row))).collect())
}

/// Sets, newest first.
pub(super) async fn sets_page(
    conn: &mut AsyncPgConnection,
    page: &Page<SetCursor>,
) -> QueryResult<Vec<MtgSet>> {
    let day = || sql::<Date>("coalesce(mtg_sets.released_at, '0001-01-01'::date)");
    let mut query = SetRow::query().order((day().desc(), s::id.desc())).limit(page.fetch()).into_boxed();
    if let Some(after) = page.after {
        let last = after.released_at.unwrap_or(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default());
        query = query.filter(day().lt(last).or(day().eq(last).and(s::id.lt(after.id))));
    }
    let rows: Vec<SetRow> = query.load(conn).await?;
    Ok(rows.into_iter().map(|row| MtgSet(Arc::new(row))).collect())
}

#[derive(QueryableByName)]
struct Child {
    #[diesel(sql_type = Integer)]
    parent: i32,
    #[diesel(sql_type = Integer)]
    id: PrintingId,
}

/// The next page of printings of each of some cards, newest first.
pub(super) async fn printings_of_cards(
    conn: &mut AsyncPgConnection,
    cards: &[CardId],
    limit: i64,
    after: Option<&PrintingCursor>,
) -> QueryResult<Vec<(i32, PrintingId)>> {
    let query = fixed(
        "SELECT card_id AS parent, id FROM (
            SELECT card_id, id, row_number() OVER (
                PARTITION BY card_id ORDER BY coalesce(released_at, '0001-01-01'::date) DESC, id DESC) AS place
            FROM printings
            WHERE card_id = ANY ($1) AND removed_at IS NULL
              AND (NOT $2 OR (coalesce(released_at, '0001-01-01'::date), id) < ($3, $4))
         ) x WHERE place <= $5 ORDER BY parent, place",
    );
    let first_day = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let rows: Vec<Child> = query
        .bind::<Array<Integer>, _>(cards.to_vec())
        .bind::<Bool, _>(after.is_some())
        .bind::<Date, _>(after.and_then(|a| a.released_at).unwrap_or(first_day))
        .bind::<Integer, _>(after.map_or(0, |a| a.id.0))
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.parent, row.id)).collect())
}

/// The next page of printings of each of some sets, in the order of their numbers.
pub(super) async fn printings_of_sets(
    conn: &mut AsyncPgConnection,
    sets: &[SetId],
    limit: i64,
    after: Option<&PrintingCursor>,
) -> QueryResult<Vec<(i32, PrintingId)>> {
    let query = fixed(
        "SELECT set_id AS parent, id FROM (
            SELECT set_id, id, row_number() OVER (
                PARTITION BY set_id ORDER BY coalesce(number_value, 2147483647), id) AS place
            FROM printings
            WHERE set_id = ANY ($1) AND removed_at IS NULL
              AND (NOT $2 OR (coalesce(number_value, 2147483647), id) > ($3, $4))
         ) x WHERE place <= $5 ORDER BY parent, place",
    );
    let rows: Vec<Child> = query
        .bind::<Array<Integer>, _>(sets.to_vec())
        .bind::<Bool, _>(after.is_some())
        .bind::<Integer, _>(after.and_then(|a| a.number).unwrap_or(i32::MAX))
        .bind::<Integer, _>(after.map_or(0, |a| a.id.0))
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.parent, row.id)).collect())
}

pub(super) async fn legality_changes(
    conn: &mut AsyncPgConnection,
    cards: &[CardId],
) -> QueryResult<Vec<LegalityChangeRow>> {
    LegalityChangeRow::query()
        .filter(l::card_id.eq_any(cards))
        .order((l::observed_at.desc(), l::id.desc()))
        .load(conn)
        .await
}

/// What was said of some cards, the newest first and what was said on one day in its order.
pub(super) async fn rulings(conn: &mut AsyncPgConnection, cards: &[CardId]) -> QueryResult<Vec<RulingRow>> {
    RulingRow::query()
        .filter(r::card_id.eq_any(cards))
        .order((r::card_id, r::published_on.desc(), r::id.asc()))
        .load(conn)
        .await
}

pub(super) async fn formats(conn: &mut AsyncPgConnection) -> QueryResult<Vec<(i16, String)>> {
    formats::table.order(formats::name).select((formats::bit, formats::name)).load(conn).await
}

/// What a card is called.
#[derive(Debug, Queryable)]
pub(super) struct NameRow {
    pub id: CardId,
    pub name: String,
    pub layout: String,
    pub faces: serde_json::Value,
}

/// Every card by name, the most played first.
pub(super) async fn names(conn: &mut AsyncPgConnection) -> QueryResult<Vec<NameRow>> {
    let known_first = (c::edhrec_rank.asc().nulls_last(), c::id.asc());
    c::table.order(known_first).select((c::id, c::name, c::layout, c::faces)).load(conn).await
}
