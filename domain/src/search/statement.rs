//! The one statement of a page.

use ::search::{Direction, Expr, Order, Prefer, Query, Term, Unique};
use chrono::NaiveDate;

use super::compile::{self, EXTRA_LAYOUT, EXTRA_SET, Scope, Sql};
use super::cursor::{Cursor, Key};
use crate::UserId;

/// A page of a search, ready to be asked for.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub query: Query,
    pub unique: Unique,
    pub order: Order,
    /// Not `Auto`.
    pub direction: Direction,
    pub after: Option<Cursor>,
    /// One row more than the page.
    pub fetch: i64,
    pub count: bool,
    pub today: NaiveDate,
    /// Whose copies are meant by terms about copies.
    pub owner: Option<UserId>,
}

impl Plan {
    fn mentions(&self, wanted: impl Fn(&Term) -> bool) -> bool {
        self.query.filter.as_ref().is_some_and(|filter| filter.mentions(&wanted))
    }

    pub fn has_regex(&self) -> bool {
        self.mentions(Term::is_regex)
    }

    /// Whether every card is shown by its default printing, so that other printings are not read.
    fn is_about_cards(&self) -> bool {
        self.unique == Unique::Cards
            && self.query.settings.prefer.is_none()
            && !self.mentions(compile::is_about_printings)
    }

    /// Rows are `id, key_number, key_text, name, tie, total`; with a total there is always one.
    pub fn statement(&self) -> Sql {
        let mut sql = Sql::default();
        if !self.count {
            sql.push("SELECT id, key_number, key_text, name, tie, NULL::bigint AS total FROM (");
            sql.append(self.matches()).push(") m");
            self.page(&mut sql);
            return sql;
        }
        sql.push("WITH m AS MATERIALIZED (").append(self.matches()).push(") ");
        sql.push("SELECT page.id, page.key_number, page.key_text, page.name, page.tie, counted.total ");
        sql.push("FROM (SELECT count(*) AS total FROM m) counted LEFT JOIN LATERAL (SELECT * FROM m");
        self.page(&mut sql);
        sql.push(") page ON true");
        self.sorted(&mut sql);
        sql
    }

    fn page(&self, sql: &mut Sql) {
        if let Some(after) = &self.after {
            sql.push(" WHERE ");
            self.behind(sql, after);
        }
        self.sorted(sql);
        sql.push(" LIMIT ").big(self.fetch);
    }

    fn sorted(&self, sql: &mut Sql) {
        let descending = self.direction == Direction::Desc;
        sql.push(match (key_of(self.order), descending) {
            (KeyColumn::Name, false) => " ORDER BY name USING ~<~, tie",
            (KeyColumn::Name, true) => " ORDER BY name USING ~>~, tie",
            (KeyColumn::Text(_), false) => " ORDER BY key_text USING ~<~ NULLS LAST, name USING ~<~, tie",
            (KeyColumn::Text(_), true) => " ORDER BY key_text USING ~>~ NULLS LAST, name USING ~<~, tie",
            (KeyColumn::Number(_), false) => " ORDER BY key_number ASC NULLS LAST, name USING ~<~, tie",
            (KeyColumn::Number(_), true) => " ORDER BY key_number DESC NULLS LAST, name USING ~<~, tie",
        });
    }

    /// The rows behind the cursor, in the order of `sorted`.
    fn behind(&self, sql: &mut Sql, after: &Cursor) {
        let descending = self.direction == Direction::Desc;
        if let KeyColumn::Name = key_of(self.order) {
            sql.push(if descending { "name ~<=~ " } else { "name ~>=~ " }).text(&after.name);
            sql.push(if descending { " AND (name ~<~ " } else { " AND (name ~>~ " }).text(&after.name);
            sql.push(" OR tie > ").integer(after.tie).push(")");
            return;
        }
        let (column, smaller, larger) = match key_of(self.order) {
            KeyColumn::Text(_) => ("key_text", " ~<~ ", " ~>~ "),
            _ => ("key_number", " < ", " > "),
        };
        let same_key_but_later = |sql: &mut Sql| {
            sql.push(" AND (name ~>~ ").text(&after.name).push(" OR name = ").text(&after.name);
            sql.push(" AND tie > ").integer(after.tie).push(")");
        };
        sql.push(column);
        if after.key == Key::Missing {
            sql.push(" IS NULL");
            return same_key_but_later(sql);
        }
        sql.push(if descending { smaller } else { larger });
        key(sql, &after.key).push(" OR ").push(column).push(" IS NULL OR ").push(column).push(" = ");
        key(sql, &after.key);
        same_key_but_later(sql);
    }

    /// All matches with what they are sorted by.
    fn matches(&self) -> Sql {
        let mut sql = Sql::default();
        if self.unique == Unique::Prints || self.is_about_cards() {
            self.columns(&mut sql);
            if self.is_about_cards() {
                sql.push(" FROM cards c JOIN printings p ON p.id = c.default_printing_id");
            } else {
                sql.push(" FROM printings p JOIN cards c ON c.id = p.card_id");
            }
            self.joins(&mut sql, self.mentions(compile::is_about_prices));
            self.filter(&mut sql);
            return sql;
        }
        // The best printing is the largest number whose last 31 bits are its id: a plain aggregate,
        // several times faster than sorting whole rows.
        sql.push("WITH best AS (SELECT (max(");
        rank(&mut sql, self.query.settings.prefer);
        sql.push(") & 2147483647)::int AS printing_id FROM printings p JOIN cards c ON c.id = p.card_id");
        let priced =
            self.mentions(compile::is_about_prices) || self.query.settings.prefer != Some(Prefer::Oldest);
        if priced {
            sql.push(" LEFT JOIN reference_prices r ON r.printing_id = p.id");
        }
        self.filter(&mut sql);
        sql.push(match self.unique {
            Unique::Art => " GROUP BY coalesce(p.illustration_id, p.scryfall_id))",
            _ => " GROUP BY p.card_id)",
        });
        self.columns(&mut sql);
        sql.push(" FROM best JOIN printings p ON p.id = best.printing_id JOIN cards c ON c.id = p.card_id");
        self.joins(&mut sql, false);
        sql
    }

    fn columns(&self, sql: &mut Sql) {
        sql.push(" SELECT p.id, ");
        match key_of(self.order) {
            KeyColumn::Name => sql.push("NULL::bigint AS key_number, NULL::text AS key_text"),
            KeyColumn::Number(key) => sql.push(key).push(" AS key_number, NULL::text AS key_text"),
            KeyColumn::Text(key) => sql.push("NULL::bigint AS key_number, ").push(key).push(" AS key_text"),
        };
        // One row of a card: the card's own id breaks ties, as the index by name does.
        let by_card = self.unique == Unique::Cards;
        sql.push(", c.name_folded AS name, ").push(if by_card { "c.id AS tie" } else { "p.id AS tie" });
    }

    fn joins(&self, sql: &mut Sql, prices: bool) {
        if prices || matches!(self.order, Order::Usd | Order::Eur | Order::Tix) {
            sql.push(" LEFT JOIN reference_prices r ON r.printing_id = p.id");
        }
        if self.order == Order::Set {
            sql.push(" JOIN mtg_sets s ON s.id = p.set_id");
        }
    }

    fn filter(&self, sql: &mut Sql) {
        // Few are withdrawn, and an index has them; the column itself stands far back in its row.
        sql.push(" WHERE p.id NOT IN (SELECT w.id FROM printings w WHERE w.removed_at IS NOT NULL)");
        let filter = self.query.filter.as_ref();
        if !self.query.settings.extras
            && !filter.is_some_and(|filter| filter.asserts(&compile::asks_for_extras))
        {
            sql.push(" AND NOT (").push(EXTRA_LAYOUT).push(") AND (NOT ").push(EXTRA_SET);
            if self.is_about_cards() {
                // A card that is shown by such a printing has others.
                sql.push(
                    " OR EXISTS (SELECT FROM printings o WHERE o.card_id = c.id AND o.set_id <> p.set_id ",
                );
                sql.push("AND o.removed_at IS NULL)");
            }
            sql.push(")");
        }
        let about_language = |term: &Term| matches!(term, Term::Language(_) | Term::AnyLanguage);
        if !self.is_about_cards() && !self.mentions(about_language) {
            // The offset keeps the planner from hashing all printings for the sake of a few.
            sql.push(
                " AND (p.lang = 'en' OR NOT EXISTS (SELECT FROM printings e WHERE e.card_id = p.card_id ",
            );
            sql.push(
                "AND e.set_id = p.set_id AND e.collector_number = p.collector_number AND e.lang = 'en' ",
            );
            sql.push("AND e.removed_at IS NULL OFFSET 0))");
        }
        if let Some(filter) = filter {
            sql.push(" AND ");
            let scope =
                Scope { by_card: self.is_about_cards(), lots: None, owner: self.owner, today: self.today };
            compile::condition(sql, filter, scope);
        }
    }
}

/// The query without its regular expressions.
pub(super) fn without_regexes(query: Query) -> Query {
    Query { filter: query.filter.and_then(|filter: Expr| filter.without(&Term::is_regex)), ..query }
}

fn key<'a>(sql: &'a mut Sql, key: &Key) -> &'a mut Sql {
    match key {
        Key::Number(number) => sql.big(*number),
        Key::Text(text) => sql.text(text),
        Key::Missing => sql.push("NULL"),
    }
}

enum KeyColumn {
    /// The name alone: an index has it in order.
    Name,
    Number(&'static str),
    Text(&'static str),
}

fn key_of(order: Order) -> KeyColumn {
    KeyColumn::Number(match order {
        Order::Name => return KeyColumn::Name,
        Order::Set => {
            return KeyColumn::Text(
                "s.code || lpad(coalesce(p.number_value, 0)::text, 10, '0') || p.collector_number",
            );
        }
        Order::Released => "(p.released_at - '0001-01-01'::date)::bigint",
        Order::Rarity => "p.rarity::bigint",
        Order::Usd => "r.usd",
        Order::Eur => "r.eur",
        Order::Tix => "r.tix",
        Order::ManaValue => "(c.mana_value * 100)::bigint",
        Order::Edhrec => "c.edhrec_rank::bigint",
        // One colour, several by their number, none, lands.
        Order::Color => {
            "(CASE WHEN c.colors IN (1, 2, 4, 8, 16) THEN c.colors WHEN c.colors <> 0 \
             THEN 32 * length(replace(c.colors::int::bit(5)::text, '0', '')) + c.colors \
             WHEN c.type_line LIKE '%Land%' THEN 1001 ELSE 1000 END)::bigint"
        }
    })
}

/// The direction that one expects.
pub(super) fn natural(order: Order) -> Direction {
    match order {
        Order::Released | Order::Rarity | Order::Usd | Order::Eur | Order::Tix => Direction::Desc,
        Order::Name | Order::Set | Order::ManaValue | Order::Edhrec | Order::Color => Direction::Asc,
    }
}

/// Adds the number by which a printing is preferred; bits 0 to 30 are its id, 31 to 58 the wish.
/// All operators on bits bind alike in SQL, hence the parentheses.
fn rank(sql: &mut Sql, prefer: Option<Prefer>) {
    const DAY: &str = "(coalesce(p.released_at - '0001-01-01'::date, 0)::bigint << 31)";
    // What a market sells counts as priced, whether it has an offer today or not.
    const DEFAULT: &str = "((p.id = c.default_printing_id)::int::bigint << 62) | ((p.games & 1)::bigint << 61) \
        | ((p.tcgplayer_id IS NOT NULL OR p.cardmarket_id IS NOT NULL)::int::bigint << 60) | ";
    match prefer {
        None => sql.push(DEFAULT).push(DAY),
        Some(Prefer::Newest) => sql.push(DAY),
        Some(Prefer::Oldest) => sql.push("(268435455::bigint << 31) - ").push(DAY),
        Some(Prefer::UsdLow) => sql.push("(coalesce(268435455 - least(r.usd, 268435454), 0) << 31)"),
        Some(Prefer::UsdHigh) => sql.push("(coalesce(least(r.usd, 268435455), 0) << 31)"),
        Some(Prefer::Promo) => sql.push("(p.promo::int::bigint << 59) | ").push(DAY),
    };
    sql.push(" | p.id::bigint");
}
