use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Float, Integer, Nullable, SmallInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{card_embeddings as e, embedding_models as m, formats, similarity_state as s};
use vectors::{CardText, DIM};

use super::model::{ModelRow, Served, Wish};
use crate::CardId;
use crate::fixed::fixed;
use crate::search::EXTRA_LAYOUT;

/// Rows that one statement reads: it must end within the time of a statement.
pub(super) const AT_ONCE: i64 = 10_000;

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Integer)]
    id: CardId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    mana_cost: Option<String>,
    #[diesel(sql_type = Float)]
    mana_value: f32,
    #[diesel(sql_type = Text)]
    type_line: String,
    #[diesel(sql_type = Nullable<Text>)]
    oracle_text: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    power: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    toughness: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    keywords: Vec<String>,
    #[diesel(sql_type = SmallInt)]
    colors: i16,
    #[diesel(sql_type = SmallInt)]
    color_identity: i16,
}

/// What cards behind a card say; only those that are played with.
pub(super) async fn texts(
    conn: &mut AsyncPgConnection,
    behind: CardId,
) -> QueryResult<Vec<(CardId, CardText)>> {
    let rows: Vec<TextRow> = diesel::sql_query(format!(
        "SELECT c.id, c.name, c.mana_cost, c.mana_value, c.type_line, c.oracle_text, c.power, c.toughness, \
         c.keywords, c.colors, c.color_identity FROM cards c \
         WHERE c.id > $1 AND c.default_printing_id IS NOT NULL AND NOT ({EXTRA_LAYOUT}) ORDER BY c.id LIMIT $2"
    ))
    .bind::<Integer, _>(behind)
    .bind::<BigInt, _>(AT_ONCE)
    .load(conn)
    .await?;
    let text = |row: TextRow| {
        let text = CardText {
            name: row.name,
            mana_cost: row.mana_cost.unwrap_or_default(),
            mana_value: row.mana_value,
            type_line: row.type_line,
            oracle_text: row.oracle_text.unwrap_or_default(),
            power: row.power,
            toughness: row.toughness,
            keywords: row.keywords,
            colors: row.colors,
            color_identity: row.color_identity,
        };
        (row.id, text)
    };
    Ok(rows.into_iter().map(text).collect())
}

/// The newest model of a kind, with what it learned.
pub(super) async fn newest_model(conn: &mut AsyncPgConnection, kind: &str) -> QueryResult<Option<ModelRow>> {
    let of_kind = m::name.like(format!("{kind}-%"));
    ModelRow::query().filter(of_kind).order(m::id.desc()).first(conn).await.optional()
}

/// The number of a model; a new one is stored.
pub(super) async fn model(
    conn: &mut AsyncPgConnection,
    name: &str,
    learned: Option<(usize, Vec<u8>)>,
    now: DateTime<Utc>,
) -> QueryResult<i32> {
    let (from, learned) = learned.map_or((0, None), |(from, learned)| (from, Some(learned)));
    diesel::insert_into(m::table)
        .values((
            m::name.eq(name),
            m::dim.eq(DIM as i16),
            m::learned_from.eq(i32::try_from(from).unwrap_or(i32::MAX)),
            m::learned.eq(learned),
            m::created_at.eq(now),
        ))
        .on_conflict(m::name)
        .do_nothing()
        .execute(conn)
        .await?;
    m::table.filter(m::name.eq(name)).select(m::id).first(conn).await
}

/// Which text of each card a model has seen.
pub(super) async fn hashes(conn: &mut AsyncPgConnection, model: i32) -> QueryResult<Vec<(CardId, i64)>> {
    e::table.filter(e::model_id.eq(model)).select((e::card_id, e::text_hash)).load(conn).await
}

/// Stores vectors over those of the same cards.
pub(super) async fn store(
    conn: &mut AsyncPgConnection,
    model: i32,
    (cards, hashes): (Vec<CardId>, Vec<i64>),
    vectors: Vec<Vec<u8>>,
    tokens: u64,
) -> QueryResult<usize> {
    fixed(
        "WITH spent AS (UPDATE embedding_models SET tokens = tokens + $1 WHERE id = $2 AND $1 > 0) \
         INSERT INTO card_embeddings (model_id, card_id, text_hash, vector) \
         SELECT $2, g.card_id, g.text_hash, g.vector FROM unnest($3, $4, $5) AS g (card_id, text_hash, vector) \
         ON CONFLICT (model_id, card_id) DO UPDATE SET text_hash = excluded.text_hash, vector = excluded.vector",
    )
    .bind::<BigInt, _>(i64::try_from(tokens).unwrap_or(i64::MAX))
    .bind::<Integer, _>(model)
    .bind::<Array<Integer>, _>(cards)
    .bind::<Array<BigInt>, _>(hashes)
    .bind::<Array<Binary>, _>(vectors)
    .execute(conn)
    .await
}

/// Forgets vectors of cards that are not compared any more.
pub(super) async fn forget(conn: &mut AsyncPgConnection, model: i32, cards: &[CardId]) -> QueryResult<usize> {
    diesel::delete(e::table.filter(e::model_id.eq(model).and(e::card_id.eq_any(cards)))).execute(conn).await
}

/// Serves a model's vectors from now on, and forgets the other models.
pub(super) async fn serve(conn: &mut AsyncPgConnection, model: i32, now: DateTime<Utc>) -> QueryResult<()> {
    let cards: i64 = e::table.filter(e::model_id.eq(model)).count().get_result(conn).await?;
    let cards = i32::try_from(cards).unwrap_or(i32::MAX);
    diesel::insert_into(s::table)
        .values((s::model_id.eq(model), s::version.eq(1), s::cards.eq(cards), s::refreshed_at.eq(now)))
        .on_conflict(s::only_row)
        .do_update()
        .set((
            s::model_id.eq(model),
            s::version.eq(s::version + 1),
            s::cards.eq(cards),
            s::refreshed_at.eq(now),
        ))
        .execute(conn)
        .await?;
    diesel::delete(m::table.filter(m::id.ne(model))).execute(conn).await?;
    Ok(())
}

/// Which vectors are served.
pub(super) async fn served(conn: &mut AsyncPgConnection) -> QueryResult<Option<Served>> {
    s::table
        .inner_join(m::table)
        .select((s::model_id, s::version, s::cards, m::name))
        .first(conn)
        .await
        .optional()
}

/// A model's vectors of the cards behind a card.
pub(super) async fn vectors(
    conn: &mut AsyncPgConnection,
    model: i32,
    behind: CardId,
) -> QueryResult<Vec<(CardId, Vec<u8>)>> {
    e::table
        .filter(e::model_id.eq(model).and(e::card_id.gt(behind)))
        .order(e::card_id)
        .limit(AT_ONCE)
        .select((e::card_id, e::vector))
        .load(conn)
        .await
}

/// The bit of a format.
pub(super) async fn format(conn: &mut AsyncPgConnection, name: &str) -> QueryResult<Option<i16>> {
    formats::table.filter(formats::name.eq(name)).select(formats::bit).first(conn).await.optional()
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Integer)]
    id: CardId,
}

/// Those of some cards that are as wished.
pub(super) async fn as_wished(
    conn: &mut AsyncPgConnection,
    cards: Vec<CardId>,
    format: Option<i16>,
    wish: &Wish,
) -> QueryResult<Vec<CardId>> {
    let rows: Vec<Id> = fixed(
        "SELECT c.id FROM cards c WHERE c.id = ANY ($1) \
         AND ($2::int IS NULL OR ((c.legal | c.restricted) >> $2) & 1 = 1) \
         AND ($3::bigint IS NULL OR EXISTS (\
           SELECT FROM printings p JOIN reference_prices r ON r.printing_id = p.id \
           WHERE p.card_id = c.id AND p.removed_at IS NULL AND $3 >= \
             CASE $4::smallint WHEN 1 THEN least(r.usd, r.usd_foil, r.usd_etched) \
                 WHEN 2 THEN least(r.eur, r.eur_foil) ELSE r.tix END))",
    )
    .bind::<Array<Integer>, _>(cards)
    .bind::<Nullable<Integer>, _>(format.map(i32::from))
    .bind::<Nullable<BigInt>, _>(wish.most.map(|(most, _)| most))
    .bind::<Nullable<SmallInt>, _>(wish.most.map(|(_, currency)| currency.number()))
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
