//! Conditions of the search language as SQL over `c` (cards), `p` (printings) and, where prices
//! are compared, `r` (reference prices); over `i` (lots) where rows are somebody's lots. The text of the SQL is ours; every value is bound.

mod card;
mod lots;
mod owned;
mod printing;
mod traits;

pub(crate) use lots::{EUR, Languages, USD, is_about_copies};
pub(crate) use traits::EXTRA_LAYOUT;
pub(super) use traits::EXTRA_SET;

use ::search::{Attribute, Compare, Expr, Flag, NumberField, NumberValue, Term};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Date, Double, Integer, Text};

use crate::UserId;

/// Pieces of SQL that we wrote, and the values bound between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sql {
    text: String,
    binds: Vec<Bind>,
}

#[derive(Clone, Debug)]
enum Bind {
    Text(String),
    Texts(Vec<String>),
    Integer(i32),
    BigInt(i64),
    Double(f64),
    Date(NaiveDate),
}

impl Sql {
    /// Adds SQL. It is always a constant: nothing that a person wrote gets in this way.
    pub fn push(&mut self, sql: &'static str) -> &mut Self {
        self.text.push_str(sql);
        self
    }

    pub fn append(&mut self, other: Self) -> &mut Self {
        // The numbers of its placeholders go on where ours end.
        let mut pieces = other.text.split('\u{0}');
        self.text.push_str(pieces.next().unwrap_or_default());
        for (piece, bind) in pieces.zip(other.binds) {
            self.bind(bind);
            self.text.push_str(piece);
        }
        self
    }

    pub fn text(&mut self, value: impl Into<String>) -> &mut Self {
        self.bind(Bind::Text(value.into()))
    }

    pub fn texts(&mut self, values: &[String]) -> &mut Self {
        self.bind(Bind::Texts(values.to_vec()))
    }

    pub fn integer(&mut self, value: impl Into<i32>) -> &mut Self {
        self.bind(Bind::Integer(value.into()))
    }

    pub fn big(&mut self, value: i64) -> &mut Self {
        self.bind(Bind::BigInt(value))
    }

    pub fn double(&mut self, value: f64) -> &mut Self {
        self.bind(Bind::Double(value))
    }

    pub fn date(&mut self, value: NaiveDate) -> &mut Self {
        self.bind(Bind::Date(value))
    }

    /// A null character stands for the placeholder until the statement is complete.
    fn bind(&mut self, bind: Bind) -> &mut Self {
        self.text.push('\u{0}');
        self.binds.push(bind);
        self
    }

    /// The statement with its values.
    pub fn into_query(self) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
        let mut text = String::with_capacity(self.text.len() + 3 * self.binds.len());
        for (index, piece) in self.text.split('\u{0}').enumerate() {
            if index > 0 {
                text.push_str(&format!("${index}"));
            }
            text.push_str(piece);
        }
        let query = diesel::sql_query(text).into_boxed::<Pg>();
        self.binds.into_iter().fold(query, |query, bind| match bind {
            Bind::Text(value) => query.bind::<Text, _>(value),
            Bind::Texts(value) => query.bind::<Array<Text>, _>(value),
            Bind::Integer(value) => query.bind::<Integer, _>(value),
            Bind::BigInt(value) => query.bind::<BigInt, _>(value),
            Bind::Double(value) => query.bind::<Double, _>(value),
            Bind::Date(value) => query.bind::<Date, _>(value),
        })
    }
}

/// What a condition is compiled for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// Rows are cards: names of single printings count for the whole card.
    pub by_card: bool,
    /// Rows are lots, whose languages have these numbers.
    pub lots: Option<Languages>,
    /// Whose copies are meant by terms about copies.
    pub owner: Option<UserId>,
    pub today: NaiveDate,
}

/// Adds the condition. It may be null where a value is missing: such a row does not match.
pub(crate) fn condition(sql: &mut Sql, expr: &Expr, scope: Scope) {
    match expr {
        Expr::And(members) => group(sql, members, " AND ", scope),
        Expr::Or(members) => group(sql, members, " OR ", scope),
        Expr::Not(inner) => {
            sql.push("(");
            condition(sql, inner, scope);
            // A missing price is not below one dollar, hence it is “not below one dollar”.
            sql.push(") IS NOT TRUE");
        }
        Expr::Term(term) => {
            sql.push("(");
            match term {
                Term::Owned(owned) => owned::condition(sql, owned, scope),
                _ if lots::condition(sql, term, scope) || card::condition(sql, term, scope) => {}
                _ => printing::condition(sql, term, scope),
            }
            sql.push(")");
        }
    }
}

fn group(sql: &mut Sql, members: &[Expr], between: &'static str, scope: Scope) {
    for (index, member) in members.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { between });
        condition(sql, member, scope);
    }
    sql.push(")");
}

/// Whether the condition differs between printings of one card.
pub(super) fn is_about_printings(term: &Term) -> bool {
    match term {
        Term::Set(_)
        | Term::SetType(_)
        | Term::Block(_)
        | Term::CollectorNumber(_)
        | Term::Rarity(..)
        | Term::Price(..)
        | Term::Cheapest(_)
        | Term::Has(_)
        | Term::Language(_)
        | Term::AnyLanguage
        | Term::Game(_)
        | Term::Border(_)
        | Term::Frame(_)
        | Term::Stamp(_)
        | Term::Watermark(_)
        | Term::Released(..) => true,
        Term::Text(field, _) => matches!(field, ::search::TextField::Flavor | ::search::TextField::Artist),
        Term::Number(field, _, value) => {
            let of_printing =
                |field: &NumberField| matches!(field, NumberField::CollectorNumber | NumberField::Year);
            of_printing(field) || matches!(value, NumberValue::Field(other) if of_printing(other))
        }
        Term::Is(Flag::Trait(member)) => traits::is_about_printings(*member),
        Term::Is(flag) => matches!(flag, Flag::PromoType(_) | Flag::FrameEffect(_)),
        _ => false,
    }
}

/// Whether the condition reads `r`.
pub(crate) fn is_about_prices(term: &Term) -> bool {
    matches!(term, Term::Price(..) | Term::Cheapest(_) | Term::Has(Attribute::Price(_)))
}

/// Whether the term asks for cards that are usually left out: tokens, emblems, planes, …
pub(super) fn asks_for_extras(term: &Term) -> bool {
    use ::search::{Pattern, TextField, Trait};
    const TYPES: [&str; 9] =
        ["token", "emblem", "plane", "phenomenon", "scheme", "vanguard", "card", "dungeon", "hero"];
    match term {
        Term::Set(_) | Term::Border("gold") => true,
        Term::SetType(word) => {
            ["token", "memorabilia", "minigame", "vanguard", "planechase", "archenemy"].contains(word)
        }
        Term::Text(TextField::Type, Pattern::Contains(text)) => {
            text.split(' ').any(|word| TYPES.contains(&word))
        }
        Term::Is(Flag::Trait(member)) => matches!(member, Trait::Token | Trait::Extra),
        Term::Is(Flag::Layout(word)) => ["planar", "scheme", "vanguard", "emblem"].contains(word),
        _ => false,
    }
}

fn operator(compare: Compare) -> &'static str {
    match compare {
        Compare::Eq => " = ",
        Compare::Ne => " <> ",
        Compare::Lt => " < ",
        Compare::Le => " <= ",
        Compare::Gt => " > ",
        Compare::Ge => " >= ",
    }
}

/// A pattern of LIKE that finds the text anywhere.
pub(super) fn anywhere(text: &str) -> String {
    format!("%{}%", like(text))
}

/// The text as a pattern of LIKE.
pub(super) fn like(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}
