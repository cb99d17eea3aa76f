//! Lots by what is asked of them: the search language, a filter, and an order in which pages follow.

use ::search::Term;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::AsyncPgConnection;

use super::super::facts::Language;
use super::super::model::{Filter, LotCursor, LotOrder, LotRow, Sorted};
use crate::UserId;
use crate::search::{self, Outcome, Scope, Sql};

/// Which lots of whom, in which order.
pub(in crate::inventory) struct Plan<'a> {
    pub user: UserId,
    pub filter: &'a Filter,
    pub order: LotOrder,
    pub descending: bool,
    pub today: NaiveDate,
}

impl Plan<'_> {
    pub fn has_regex(&self) -> bool {
        self.filter.query.as_ref().is_some_and(|query| query.mentions(&Term::is_regex))
    }
}

/// A lot and what it is sorted by.
#[derive(QueryableByName)]
pub(in crate::inventory) struct Found {
    #[diesel(embed)]
    pub lot: LotRow,
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

impl Found {
    /// Where a page ends that ends with this.
    pub fn cursor(&self, plan: &Plan<'_>) -> LotCursor {
        let key = match (&self.text, self.number) {
            (Some(text), _) => Sorted::Text(text.clone()),
            (None, Some(number)) => Sorted::Number(number),
            (None, None) => Sorted::Missing,
        };
        LotCursor { order: plan.order, descending: plan.descending, key, id: self.lot.id }
    }
}

/// Lots and copies that are found in all.
#[derive(Clone, Copy, Debug, Default, QueryableByName)]
pub(in crate::inventory) struct Matching {
    #[diesel(sql_type = BigInt)]
    pub lots: i64,
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
}

pub(in crate::inventory) async fn page(
    conn: &mut AsyncPgConnection,
    plan: &Plan<'_>,
    after: Option<&LotCursor>,
    fetch: i64,
) -> QueryResult<Outcome<Found>> {
    let mut sql = Sql::default();
    let (number, text) = columns(plan.order);
    sql.push("SELECT i.*, ").push(number).push(" AS number, ").push(text).push(" AS text");
    from(&mut sql, plan);
    if let Some(after) = after {
        behind(&mut sql, plan, after);
    }
    sql.push(" ORDER BY ").push(match (plan.order, plan.descending) {
        (LotOrder::Added, false) => "i.id",
        (LotOrder::Added, true) => "i.id DESC",
        (LotOrder::Name | LotOrder::Set, false) => "text, i.id",
        (LotOrder::Name | LotOrder::Set, true) => "text DESC, i.id DESC",
        (_, false) => "number NULLS LAST, i.id",
        (_, true) => "number DESC NULLS LAST, i.id DESC",
    });
    sql.push(" LIMIT ").big(fetch);
    search::rows(conn, sql, plan.has_regex()).await
}

pub(in crate::inventory) async fn matching(
    conn: &mut AsyncPgConnection,
    plan: &Plan<'_>,
) -> QueryResult<Outcome<Matching>> {
    let mut sql = Sql::default();
    sql.push("SELECT count(*) AS lots, coalesce(sum(i.quantity), 0)::bigint AS copies");
    from(&mut sql, plan);
    search::rows(conn, sql, plan.has_regex()).await
}

/// The number or the text that an order is by.
fn columns(order: LotOrder) -> (&'static str, &'static str) {
    const NO_NUMBER: &str = "NULL::bigint";
    const NO_TEXT: &str = "NULL::text";
    match order {
        LotOrder::Added => (NO_NUMBER, NO_TEXT),
        LotOrder::Name => (NO_NUMBER, "c.name_folded COLLATE \"C\""),
        LotOrder::Set => (
            NO_NUMBER,
            "(s.code || lpad(coalesce(p.number_value, 0)::text, 10, '0') || p.collector_number) COLLATE \"C\"",
        ),
        LotOrder::Quantity => ("i.quantity::bigint", NO_TEXT),
        LotOrder::Usd => (search::USD, NO_TEXT),
        LotOrder::Eur => (search::EUR, NO_TEXT),
        LotOrder::Acquired => ("(i.acquired_on - '0001-01-01'::date)::bigint", NO_TEXT),
    }
}

/// The tables that the order and the conditions read, and the conditions.
fn from(sql: &mut Sql, plan: &Plan<'_>) {
    let query = plan.filter.query.as_ref();
    let mentions = |wanted: &dyn Fn(&Term) -> bool| query.is_some_and(|query| query.mentions(&wanted));
    let prices = mentions(&search::is_about_prices);
    let cards = mentions(&|term| !search::is_about_copies(term));
    sql.push(" FROM inventory_items i");
    if cards || matches!(plan.order, LotOrder::Name | LotOrder::Set) {
        sql.push(" JOIN printings p ON p.id = i.printing_id JOIN cards c ON c.id = p.card_id");
    }
    if plan.order == LotOrder::Set {
        sql.push(" JOIN mtg_sets s ON s.id = p.set_id");
    }
    if prices || matches!(plan.order, LotOrder::Usd | LotOrder::Eur) {
        sql.push(" LEFT JOIN reference_prices r ON r.printing_id = i.printing_id");
    }
    sql.push(" WHERE i.user_id = ").integer(plan.user.0);
    let filter = plan.filter;
    if !filter.empty {
        sql.push(" AND i.quantity > 0");
    }
    if let Some(binder) = filter.binder {
        sql.push(" AND i.binder_id = ").integer(binder.0);
    }
    if let Some(printing) = filter.printing {
        sql.push(" AND i.printing_id = ").integer(printing.0);
    }
    if let Some(for_trade) = filter.for_trade {
        sql.push(if for_trade { " AND i.for_trade" } else { " AND NOT i.for_trade" });
    }
    if let Some(hidden) = filter.hidden {
        sql.push(if hidden { " AND i.hidden" } else { " AND NOT i.hidden" });
    }
    if let Some(query) = query {
        let language = |code: &str| Language::of(code).map(Language::number);
        let scope = Scope { by_card: false, lots: Some(language), owner: Some(plan.user), today: plan.today };
        search::condition(sql.push(" AND "), query, scope);
    }
}

/// The rows that come after the cursor's, in the order of the page.
fn behind(sql: &mut Sql, plan: &Plan<'_>, after: &LotCursor) {
    let further = if plan.descending { " < " } else { " > " };
    let (number, text) = columns(plan.order);
    sql.push(" AND ");
    match &after.key {
        Sorted::Missing if plan.order == LotOrder::Added => {
            sql.push("i.id").push(further).integer(after.id.0);
        }
        // What has no value comes last in both directions.
        Sorted::Missing => {
            sql.push(number).push(" IS NULL AND i.id").push(further).integer(after.id.0);
        }
        Sorted::Text(key) => {
            sql.push("(").push(text).push(", i.id)").push(further);
            sql.push("(").text(key).push(", ").integer(after.id.0).push(")");
        }
        Sorted::Number(key) => {
            sql.push("((").push(number).push(", i.id)").push(further).push("(").big(*key).push(", ");
            sql.integer(after.id.0).push(") OR ").push(number).push(" IS NULL)");
        }
    }
}
