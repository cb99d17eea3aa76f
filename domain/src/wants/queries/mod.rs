pub(super) mod enter;
pub(super) mod known;
pub(super) mod prices;
pub(super) mod shown;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, SmallInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{want_lists as l, wants as w};

use super::model::{WantCursor, WantList, WantOrder, WantRow};
use crate::fixed::fixed;
use crate::{Page, UserId, WantId, WantListId};

/// Deletes everything that somebody wanted.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(w::table.filter(w::user_id.eq(user))).execute(conn).await?;
    diesel::delete(l::table.filter(l::user_id.eq(user))).execute(conn).await?;
    Ok(())
}

/// Copies that their owner has and that satisfy a want `w`.
macro_rules! held {
    () => {
        "SELECT sum(i.quantity) AS copies FROM inventory_items i JOIN printings p ON p.id = i.printing_id \
         WHERE i.user_id = w.user_id AND i.quantity > 0 AND p.card_id = w.card_id \
         AND (w.printing_id IS NULL OR p.id = w.printing_id) AND (w.sets IS NULL OR p.set_id = ANY (w.sets)) \
         AND (w.finish IS NULL OR i.finish = w.finish) AND (w.grade IS NULL OR i.grade <= w.grade) \
         AND (w.languages IS NULL OR i.language = ANY (w.languages))"
    };
}
use held;

/// Somebody's lists, the default one first, then by name; or one of them.
pub(super) async fn lists(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: Option<WantListId>,
) -> QueryResult<Vec<WantList>> {
    fixed(concat!(
        "SELECT l.id, l.name, l.is_default, l.created_at, l.changed_at, coalesce(n.wants, 0)::int AS wants, \
             coalesce(n.copies, 0)::bigint AS copies, coalesce(n.missing, 0)::bigint AS missing \
         FROM want_lists l LEFT JOIN ( \
             SELECT w.list_id, count(*) AS wants, sum(w.quantity) AS copies, \
                 sum(greatest(w.quantity - coalesce(h.copies, 0), 0)) AS missing \
             FROM wants w CROSS JOIN LATERAL (",
        held!(),
        ") h WHERE w.user_id = $1 AND ($2::int IS NULL OR w.list_id = $2) GROUP BY w.list_id \
         ) n ON n.list_id = l.id \
         WHERE l.user_id = $1 AND ($2::int IS NULL OR l.id = $2) ORDER BY NOT l.is_default, lower(l.name), l.id"
    ))
    .bind::<Integer, _>(user)
    .bind::<Nullable<Integer>, _>(id)
    .load(conn)
    .await
}

/// Lists without what they come to, locked: whoever changes wants holds them.
pub(super) async fn lock(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<Known>> {
    // Of whoever has no list yet the account itself is held.
    fixed("SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE")
        .bind::<Integer, _>(user)
        .execute(conn)
        .await?;
    Known::query().filter(l::user_id.eq(user)).order(l::id).load(conn).await
}

/// A list as it is named.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = l)]
pub(super) struct Known {
    pub id: WantListId,
    pub name: String,
    pub is_default: bool,
}

/// How many wants somebody has.
pub(super) async fn count(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<i64> {
    w::table.filter(w::user_id.eq(user)).count().get_result(conn).await
}

/// How many copies a list wants.
pub(super) async fn list_copies(conn: &mut AsyncPgConnection, list: WantListId) -> QueryResult<i64> {
    let sum = diesel::dsl::sum(w::quantity);
    let copies: Option<i64> = w::table.filter(w::list_id.eq(list)).select(sum).first(conn).await?;
    Ok(copies.unwrap_or(0))
}

#[derive(QueryableByName)]
struct Reached {
    #[diesel(sql_type = Integer)]
    id: WantId,
}

/// Wants that somebody does not have in full and that cost no more than their targets, those that are furthest
/// below first.
pub(super) async fn reached(
    conn: &mut AsyncPgConnection,
    user: UserId,
    today: chrono::NaiveDate,
    limit: i64,
) -> QueryResult<Vec<WantId>> {
    let found: Vec<Reached> = fixed(concat!(
        "SELECT w.id FROM wants w CROSS JOIN LATERAL (SELECT min(f.converted) AS lowest \
             FROM (SELECT s.currency, min(s.amount) AS amount FROM (",
        prices::offered!(),
        ") s WHERE w.target_source IS NULL OR s.source = w.target_source GROUP BY s.currency) m \
             CROSS JOIN LATERAL fx_convert(m.amount, CASE m.currency WHEN 1 THEN 'USD' ELSE 'EUR' END, \
                 w.target_currency, $1) f) b \
         CROSS JOIN LATERAL (",
        held!(),
        ") h WHERE w.user_id = $2 AND w.target IS NOT NULL AND b.lowest <= w.target \
             AND w.quantity > coalesce(h.copies, 0) \
         ORDER BY b.lowest::float8 / w.target, w.priority, w.id LIMIT $3"
    ))
    .bind::<Date, _>(today)
    .bind::<Integer, _>(user)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|want| want.id).collect())
}

macro_rules! columns {
    () => {
        "w.id, w.list_id, w.card_id, w.printing_id, w.sets, w.finish, w.grade, w.languages, w.quantity, \
         w.target, w.target_currency, w.target_source, w.tells, w.priority, w.note, w.added_at, w.changed_at"
    };
}

/// Wants by their ids.
pub(super) async fn by_id(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[WantId],
) -> QueryResult<Vec<WantRow>> {
    fixed(concat!(
        "SELECT ",
        columns!(),
        ", NULL::bigint AS key_number, '' AS key_text FROM wants w WHERE w.user_id = $1 AND w.id = ANY ($2) ORDER BY w.id"
    ))
    .bind::<Integer, _>(user)
    .bind::<Array<Integer>, _>(ids.to_vec())
    .load(conn)
    .await
}

/// Wants of a list with some order's keys: smaller ones come first, then those without, then by text and id.
macro_rules! ordered {
    ($keys:literal, $more:expr) => {
        concat!(
            "SELECT * FROM (SELECT ",
            columns!(),
            ", ",
            $keys,
            " FROM wants w JOIN cards c ON c.id = w.card_id ",
            $more,
            " WHERE w.user_id = $2 AND w.list_id = $3) o \
             WHERE NOT $4 OR (coalesce(key_number, 9223372036854775807), key_text, id) \
                 > (coalesce($5, 9223372036854775807), $6, $7) \
             ORDER BY coalesce(key_number, 9223372036854775807), key_text, id LIMIT $8"
        )
    };
}

/// The cheapest copy of each, in US dollars, counted from above.
const BY_PRICE: &str = ordered!(
    "-best.usd AS key_number, c.name_folded AS key_text",
    concat!(
        "LEFT JOIN LATERAL (SELECT min(f.converted) AS usd FROM (",
        prices::offered!(),
        ") s CROSS JOIN LATERAL fx_convert(s.amount, CASE s.currency WHEN 1 THEN 'USD' ELSE 'EUR' END, 'USD', $1) f \
         WHERE w.target_source IS NULL OR s.source = w.target_source) best ON true"
    )
);
const BY_PRIORITY: &str =
    ordered!("w.priority::bigint AS key_number, c.name_folded AS key_text", "AND $1::date IS NOT NULL");
const BY_NAME: &str =
    ordered!("NULL::bigint AS key_number, c.name_folded AS key_text", "AND $1::date IS NOT NULL");
const BY_AGE: &str = ordered!("-w.id::bigint AS key_number, '' AS key_text", "AND $1::date IS NOT NULL");

/// A page of a list.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    user: UserId,
    list: WantListId,
    order: WantOrder,
    today: chrono::NaiveDate,
    page: &Page<WantCursor>,
) -> QueryResult<Vec<WantRow>> {
    let after = page.after.clone();
    let is_later = after.is_some();
    let after = after.unwrap_or(WantCursor { number: None, text: String::new(), id: WantId(0) });
    fixed(match order {
        WantOrder::Priority => BY_PRIORITY,
        WantOrder::Name => BY_NAME,
        WantOrder::Price => BY_PRICE,
        WantOrder::AddedAt => BY_AGE,
    })
    .bind::<Date, _>(today)
    .bind::<Integer, _>(user)
    .bind::<Integer, _>(list)
    .bind::<Bool, _>(is_later)
    .bind::<Nullable<BigInt>, _>(after.number)
    .bind::<Text, _>(after.text)
    .bind::<Integer, _>(after.id)
    .bind::<BigInt, _>(page.fetch())
    .load(conn)
    .await
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Integer)]
    id: WantId,
    #[diesel(sql_type = BigInt)]
    copies: i64,
}

/// How many copies that satisfy them their owner has, of some wants.
pub(super) async fn held_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[WantId],
) -> QueryResult<Vec<(WantId, i64)>> {
    let found: Vec<Held> = fixed(concat!(
        "SELECT w.id, coalesce(h.copies, 0)::bigint AS copies FROM wants w CROSS JOIN LATERAL (",
        held!(),
        ") h WHERE w.user_id = $1 AND w.id = ANY ($2)"
    ))
    .bind::<Integer, _>(user)
    .bind::<Array<Integer>, _>(ids.to_vec())
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|one| (one.id, one.copies)).collect())
}

/// A copy to buy.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct MissingRow {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub finish: Option<i16>,
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    #[diesel(sql_type = SmallInt)]
    pub colors: i16,
    /// The codes of the sets that it may be of, where there are several.
    #[diesel(sql_type = Nullable<Text>)]
    pub codes: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub grade: Option<i16>,
    #[diesel(sql_type = Nullable<Array<SmallInt>>)]
    pub languages: Option<Vec<i16>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub target: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub target_currency: Option<String>,
}

/// What of a list its owner does not have, by name.
pub(super) async fn missing(
    conn: &mut AsyncPgConnection,
    user: UserId,
    list: WantListId,
) -> QueryResult<Vec<MissingRow>> {
    fixed(concat!(
        "SELECT c.name, coalesce(s.code, t.code) AS code, q.collector_number AS number, w.finish, \
             w.quantity - coalesce(h.copies, 0) AS copies, c.colors, w.grade, w.languages, w.target, \
             w.target_currency, (SELECT string_agg(m.code, ' / ' ORDER BY m.code) FROM mtg_sets m \
                 WHERE m.id = ANY (w.sets)) AS codes \
         FROM wants w JOIN cards c ON c.id = w.card_id \
         LEFT JOIN printings q ON q.id = w.printing_id LEFT JOIN mtg_sets s ON s.id = q.set_id \
         LEFT JOIN mtg_sets t ON cardinality(w.sets) = 1 AND t.id = w.sets[1] \
         CROSS JOIN LATERAL (",
        held!(),
        ") h WHERE w.user_id = $1 AND w.list_id = $2 AND w.quantity > coalesce(h.copies, 0) \
         ORDER BY c.name_folded, w.id"
    ))
    .bind::<Integer, _>(user)
    .bind::<Integer, _>(list)
    .load(conn)
    .await
}
