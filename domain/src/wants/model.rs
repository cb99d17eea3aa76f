use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz};

use crate::inventory::{Grade, Language, Paid};
use crate::prices::{Condition, Currency, Finish, PriceKind, Source};
use crate::{CardId, Error, PrintingId, SetId, WantId, WantListId};

/// A list of wants, with what it comes to.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct WantList {
    /// Which.
    #[diesel(sql_type = Integer)]
    pub id: WantListId,
    /// Its owner's name for it.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Whether wants go here when no list is named.
    #[diesel(sql_type = Bool)]
    pub is_default: bool,
    /// When it was made.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When something in it last changed.
    #[diesel(sql_type = Timestamptz)]
    pub changed_at: DateTime<Utc>,
    /// Wants in it.
    #[diesel(sql_type = Integer)]
    pub wants: i32,
    /// Copies that are wanted.
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    /// Of these, copies that their owner does not have.
    #[diesel(sql_type = BigInt)]
    pub missing: i64,
}

/// What satisfies a want.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Constraint {
    /// The card.
    pub card: CardId,
    /// This printing only.
    pub printing: Option<PrintingId>,
    /// A printing in one of these sets only; empty for any.
    pub sets: Vec<SetId>,
    /// This surface only.
    pub finish: Option<Finish>,
    /// This state or a better one.
    pub grade: Option<Grade>,
    /// One of these languages; empty for any.
    pub languages: Vec<Language>,
}

impl Constraint {
    /// The same, with its lists in order and each member once.
    pub(super) fn tidy(mut self) -> Self {
        self.sets.sort_unstable();
        self.sets.dedup();
        self.languages.sort_unstable();
        self.languages.dedup();
        self
    }
}

/// What its owner would pay for one copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// At most so much.
    pub amount: Paid,
    /// There; `None` wherever it is cheapest.
    pub source: Option<Source>,
}

/// Something that is to be wanted.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What satisfies it.
    pub constraint: Constraint,
    /// How many copies.
    pub quantity: i32,
    /// For how much.
    pub target: Option<Target>,
    /// Whether its owner is told when a copy costs no more than that.
    pub tells: bool,
    /// From 1, the most urgent, to 5.
    pub priority: i32,
    /// Its owner's words.
    pub note: Option<String>,
}

/// Something that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// Which.
    pub id: WantId,
    /// In which list.
    pub list: WantListId,
    /// What satisfies it.
    pub constraint: Constraint,
    /// How many copies.
    pub quantity: i32,
    /// For how much.
    pub target: Option<Target>,
    /// Whether its owner is told when a copy costs no more than that.
    pub tells: bool,
    /// From 1, the most urgent, to 5.
    pub priority: i16,
    /// Its owner's words.
    pub note: Option<String>,
    /// When it was first wanted.
    pub added_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

/// A want as the database holds it.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct WantRow {
    #[diesel(sql_type = Integer)]
    pub id: WantId,
    #[diesel(sql_type = Integer)]
    pub list_id: WantListId,
    #[diesel(sql_type = Integer)]
    pub card_id: CardId,
    #[diesel(sql_type = Nullable<Integer>)]
    pub printing_id: Option<PrintingId>,
    #[diesel(sql_type = Nullable<Array<Integer>>)]
    pub sets: Option<Vec<SetId>>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub finish: Option<i16>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub grade: Option<i16>,
    #[diesel(sql_type = Nullable<Array<SmallInt>>)]
    pub languages: Option<Vec<i16>>,
    #[diesel(sql_type = Integer)]
    pub quantity: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub target: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub target_currency: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub target_source: Option<i16>,
    #[diesel(sql_type = Bool)]
    pub tells: bool,
    #[diesel(sql_type = SmallInt)]
    pub priority: i16,
    #[diesel(sql_type = Nullable<Text>)]
    pub note: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub added_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub changed_at: DateTime<Utc>,
    /// What the page is sorted by.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub key_number: Option<i64>,
    #[diesel(sql_type = Text)]
    pub key_text: String,
}

impl TryFrom<WantRow> for Want {
    type Error = Error;

    fn try_from(row: WantRow) -> Result<Self, Error> {
        let id = row.id;
        let unknown = || Error::internal(anyhow::anyhow!("want {} has a number of a newer version", id.0));
        let amount = row.target.zip(row.target_currency);
        let source = row.target_source.map(|source| Source::from_number(source).ok_or_else(unknown));
        let source = source.transpose()?;
        let languages = row.languages.unwrap_or_default().into_iter();
        let constraint = Constraint {
            card: row.card_id,
            printing: row.printing_id,
            sets: row.sets.unwrap_or_default(),
            finish: row.finish.map(|n| Finish::from_number(n).ok_or_else(unknown)).transpose()?,
            grade: row.grade.map(|n| Grade::from_number(n).ok_or_else(unknown)).transpose()?,
            languages: languages
                .map(|n| Language::from_number(n).ok_or_else(unknown))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self {
            id,
            list: row.list_id,
            constraint,
            quantity: row.quantity,
            target: amount.map(|(amount, currency)| Target { amount: Paid { amount, currency }, source }),
            tells: row.tells,
            priority: row.priority,
            note: row.note,
            added_at: row.added_at,
            changed_at: row.changed_at,
        })
    }
}

/// What wants are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum)]
pub enum WantOrder {
    /// The most urgent first, then by name.
    #[default]
    Priority,
    /// Name of the card.
    Name,
    /// What the cheapest copy costs now, the dearest first; those without a price last.
    Price,
    /// The newest first.
    AddedAt,
}

/// Where a page of wants ended.
#[derive(Clone, Debug)]
pub struct WantCursor {
    /// The number that the page is sorted by.
    pub number: Option<i64>,
    /// The text that it is sorted by then.
    pub text: String,
    /// The want.
    pub id: WantId,
}

/// A want, and its place in a page.
#[derive(Clone, Debug)]
pub struct WantKey {
    /// The want.
    pub want: Want,
    /// Its place.
    pub cursor: WantCursor,
}

/// What a want shall be like; what is `None` stays. Of what may be nothing, the inner `None` makes it so.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// This printing only.
    pub printing: Option<Option<PrintingId>>,
    /// A printing in one of these sets only.
    pub sets: Option<Vec<SetId>>,
    /// This surface only.
    pub finish: Option<Option<Finish>>,
    /// This state or a better one.
    pub grade: Option<Option<Grade>>,
    /// One of these languages.
    pub languages: Option<Vec<Language>>,
    /// How many copies.
    pub quantity: Option<i32>,
    /// For how much.
    pub target: Option<Option<Target>>,
    /// Whether its owner is told.
    pub tells: Option<bool>,
    /// How urgent.
    pub priority: Option<i32>,
    /// Its owner's words.
    pub note: Option<Option<String>>,
}

/// A want, and what shall be different about it.
#[derive(Clone, Debug)]
pub struct WantEdit {
    /// Which.
    pub want: WantId,
    /// What shall be different.
    pub patch: Patch,
}

impl Patch {
    pub(super) fn apply(self, want: &Want) -> Wish {
        let old = want.constraint.clone();
        // Whoever says the one thing of where takes back the other.
        let (printing, sets) = match (self.printing, self.sets) {
            (Some(Some(printing)), sets) => (Some(printing), sets.unwrap_or_default()),
            (Some(None), sets) => (None, sets.unwrap_or(old.sets)),
            (None, Some(sets)) if !sets.is_empty() => (None, sets),
            (None, Some(sets)) => (old.printing, sets),
            (None, None) => (old.printing, old.sets),
        };
        let constraint = Constraint {
            card: old.card,
            printing,
            sets,
            finish: self.finish.unwrap_or(old.finish),
            grade: self.grade.unwrap_or(old.grade),
            languages: self.languages.unwrap_or(old.languages),
        };
        Wish {
            constraint: constraint.tidy(),
            quantity: self.quantity.unwrap_or(want.quantity),
            target: self.target.unwrap_or_else(|| want.target.clone()),
            tells: self.tells.unwrap_or(want.tells),
            priority: self.priority.unwrap_or_else(|| i32::from(want.priority)),
            note: self.note.unwrap_or_else(|| want.note.clone()),
        }
    }
}

/// What the cheapest copy that satisfies a want costs at a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantPrice {
    /// The market.
    pub source: Source,
    /// Of this printing.
    pub printing: PrintingId,
    /// What the price says.
    pub kind: PriceKind,
    /// In this finish.
    pub finish: Finish,
    /// In this state.
    pub condition: Condition,
    /// In this currency.
    pub currency: Currency,
    /// Minor units.
    pub amount: i64,
    /// The same in US dollars and in euros at the rates of today, where there are some.
    pub usd: Option<i64>,
    /// In euros.
    pub eur: Option<i64>,
    /// The same in the currency of the want's target.
    pub in_target: Option<i64>,
}

impl WantPrice {
    /// The price in a currency.
    pub fn converted(&self, currency: Currency) -> Option<i64> {
        match currency {
            Currency::Usd => self.usd,
            Currency::Eur => self.eur,
            Currency::Tix => None,
        }
    }
}
