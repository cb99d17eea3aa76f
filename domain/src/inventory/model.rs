use ::search::Expr;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use tables::{binders, inventories, inventory_changes, inventory_items, inventory_movements};

use super::facts::{Facts, Grade, Grading, Language, Paid};
use crate::prices::{Finish, coded_enum};
use crate::{BinderId, ChangeId, Error, LotId, PrintingId};

/// A number of copies that are alike in every fact.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery, QueryableByName)]
#[diesel(table_name = inventory_items)]
pub(super) struct LotRow {
    pub id: LotId,
    pub printing_id: PrintingId,
    pub finish: i16,
    pub grade: i16,
    pub language: i16,
    pub binder_id: Option<BinderId>,
    pub cost: Option<i64>,
    pub cost_currency: Option<String>,
    pub acquired_on: Option<NaiveDate>,
    pub condition_text: Option<String>,
    pub grader: Option<String>,
    pub grader_grade: Option<String>,
    pub certificate: Option<String>,
    pub signed: bool,
    pub altered: bool,
    pub misprint: bool,
    pub for_trade: bool,
    pub hidden: bool,
    pub notes: Option<String>,
    pub tags: Vec<String>,
    pub quantity: i32,
    pub held_since: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

/// A number of copies that are alike in every fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Which lot.
    pub id: LotId,
    /// What its copies have in common; never changes.
    pub facts: Facts,
    /// Copies that are there now.
    pub quantity: i32,
    /// Since when its first copies are there, whichever lot they were in: what a day of purchase that nobody gave
    /// is taken to be. Never changes.
    pub held_since: NaiveDate,
    /// When the first came.
    pub created_at: DateTime<Utc>,
    /// When copies last came or went.
    pub changed_at: DateTime<Utc>,
}

impl TryFrom<LotRow> for Lot {
    type Error = Error;

    fn try_from(row: LotRow) -> Result<Self, Error> {
        let known = || {
            Some(Facts {
                printing: row.printing_id,
                finish: Finish::from_number(row.finish)?,
                grade: Grade::from_number(row.grade)?,
                language: Language::from_number(row.language)?,
                binder: row.binder_id,
                cost: row.cost.zip(row.cost_currency).map(|(amount, currency)| Paid { amount, currency }),
                acquired_on: row.acquired_on,
                condition_text: row.condition_text,
                grading: row.grader.map(|grader| Grading {
                    grader,
                    grade: row.grader_grade.unwrap_or_default(),
                    certificate: row.certificate,
                }),
                signed: row.signed,
                altered: row.altered,
                misprint: row.misprint,
                for_trade: row.for_trade,
                hidden: row.hidden,
                notes: row.notes,
                tags: row.tags,
            })
        };
        let (id, quantity, held_since) = (row.id, row.quantity, row.held_since);
        let (created_at, changed_at) = (row.created_at, row.changed_at);
        let unknown = || Error::internal(anyhow::anyhow!("lot {} has a number of a newer version", id.0));
        Ok(Self { id, facts: known().ok_or_else(unknown)?, quantity, held_since, created_at, changed_at })
    }
}

/// What lots are sorted by. Those without a value come last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "InventoryOrder")]
pub enum LotOrder {
    /// When they were made.
    #[default]
    Added,
    /// Name of the card.
    Name,
    /// Code of the set, then collector number.
    Set,
    /// How many copies.
    Quantity,
    /// Price of one copy in US dollars, in its finish.
    Usd,
    /// Price of one copy in euros, in its finish.
    Eur,
    /// The day that they came.
    Acquired,
}

impl LotOrder {
    /// Every order.
    pub const ALL: [Self; 7] =
        [Self::Added, Self::Name, Self::Set, Self::Quantity, Self::Usd, Self::Eur, Self::Acquired];
}

/// Where a page of lots ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotCursor {
    /// The order of its list.
    pub order: LotOrder,
    /// Largest first.
    pub descending: bool,
    /// What the last lot was sorted by.
    pub key: Sorted,
    /// The last lot.
    pub id: LotId,
}

/// What a lot is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sorted {
    /// It has no such value, or none is needed.
    Missing,
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// Where a page of changes ended.
#[derive(Clone, Copy, Debug)]
pub struct ChangeCursor(pub ChangeId);

/// Which lots are wanted; all of what is given.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In the search language, as understood.
    pub query: Option<Expr>,
    /// In this binder.
    pub binder: Option<BinderId>,
    /// Of this printing.
    pub printing: Option<PrintingId>,
    /// For trade, or not.
    pub for_trade: Option<bool>,
    /// Kept out of what is shown to others, or not.
    pub hidden: Option<bool>,
    /// Also lots without a copy in them.
    pub empty: bool,
}

/// What somebody has in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, HasQuery)]
#[diesel(table_name = inventories)]
pub struct Inventory {
    /// Counts the changes.
    pub version: i64,
    /// Lots with copies in them.
    pub lots: i32,
    /// Copies.
    pub copies: i64,
}

/// A place for copies: a binder, a box, a deck.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery)]
#[diesel(table_name = binders)]
pub struct Binder {
    /// Which binder.
    pub id: BinderId,
    /// Its owner's name for it.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was thrown away; its lots are empty.
    pub deleted_at: Option<DateTime<Utc>>,
}

coded_enum! {
    /// What somebody did to their inventory.
    ChangeKind {
        /// Copies came.
        Added = 1,
        /// Facts of copies changed.
        Edited = 2,
        /// Copies were sold.
        Sold = 3,
        /// Copies went without a sale.
        Removed = 4,
        /// An earlier change was taken back.
        Undone = 5,
        /// A file brought copies.
        Imported = 6,
    }
}

/// Something that somebody did to their inventory: all of it, or nothing, happened.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery)]
#[diesel(table_name = inventory_changes)]
pub struct Change {
    /// Which change.
    pub id: ChangeId,
    pub(super) kind: i16,
    /// When.
    pub at: DateTime<Utc>,
    /// Lots that it touched.
    pub lots: i32,
    /// Copies that there are more of after it; less than zero when they are fewer.
    pub copies: i64,
    /// The change that it took back.
    pub undoes: Option<ChangeId>,
}

/// Copies that came into a lot, or went out of it.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery, QueryableByName)]
#[diesel(table_name = inventory_movements)]
pub struct Movement {
    /// By which change.
    pub change_id: ChangeId,
    /// Which lot.
    pub item_id: LotId,
    /// More than zero came, less went.
    pub copies: i32,
    /// Got for one copy, in hundredths.
    pub price: Option<i64>,
    /// The price's currency.
    pub price_currency: Option<String>,
    /// The day of the sale.
    pub sold_on: Option<NaiveDate>,
}

/// Facts that change; what is `None` stays. Of what may be unknown, the inner `None` makes it unknown.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// The printing.
    pub printing: Option<PrintingId>,
    /// Its surface.
    pub finish: Option<Finish>,
    /// Its state.
    pub grade: Option<Grade>,
    /// What it is printed in.
    pub language: Option<Language>,
    /// Where it is.
    pub binder: Option<Option<BinderId>>,
    /// Paid for one copy.
    pub cost: Option<Option<Paid>>,
    /// When it came.
    pub acquired_on: Option<Option<NaiveDate>>,
    /// Its state in its owner's words.
    pub condition_text: Option<Option<String>>,
    /// What a grading company says.
    pub grading: Option<Option<Grading>>,
    /// By its artist.
    pub signed: Option<bool>,
    /// Painted over.
    pub altered: Option<bool>,
    /// Printed wrongly.
    pub misprint: Option<bool>,
    /// Whether its owner would trade it.
    pub for_trade: Option<bool>,
    /// Whether it is kept out of what is shown to others.
    pub hidden: Option<bool>,
    /// Its owner's words.
    pub notes: Option<Option<String>>,
    /// Its owner's marks.
    pub tags: Option<Vec<String>>,
}

impl Patch {
    pub(super) fn apply(&self, old: &Facts) -> Facts {
        fn or<T: Clone>(new: &Option<T>, old: &T) -> T {
            new.as_ref().unwrap_or(old).clone()
        }
        Facts {
            printing: or(&self.printing, &old.printing),
            finish: or(&self.finish, &old.finish),
            grade: or(&self.grade, &old.grade),
            language: or(&self.language, &old.language),
            binder: or(&self.binder, &old.binder),
            cost: or(&self.cost, &old.cost),
            acquired_on: or(&self.acquired_on, &old.acquired_on),
            condition_text: or(&self.condition_text, &old.condition_text),
            grading: or(&self.grading, &old.grading),
            signed: or(&self.signed, &old.signed),
            altered: or(&self.altered, &old.altered),
            misprint: or(&self.misprint, &old.misprint),
            for_trade: or(&self.for_trade, &old.for_trade),
            hidden: or(&self.hidden, &old.hidden),
            notes: or(&self.notes, &old.notes),
            tags: or(&self.tags, &old.tags),
        }
    }
}

/// Some copies of a lot, and what shall be different about them.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Which lot.
    pub lot: LotId,
    /// How many of it; all, if nothing is said.
    pub quantity: Option<i32>,
    /// What shall be different.
    pub patch: Patch,
}

/// Copies that come.
#[derive(Clone, Debug)]
pub struct Addition {
    /// What they are.
    pub facts: Facts,
    /// How many.
    pub quantity: i32,
}

/// Copies that go.
#[derive(Clone, Copy, Debug)]
pub struct Removal {
    /// Which lot.
    pub lot: LotId,
    /// How many of it.
    pub quantity: i32,
}

/// Which copies are sold.
#[derive(Clone, Debug)]
pub enum SaleOf {
    /// Of one lot.
    Lot(LotId),
    /// Of a printing, whatever came first first.
    Oldest {
        /// The printing.
        printing: PrintingId,
        /// In this finish.
        finish: Finish,
        /// Only of this grade.
        grade: Option<Grade>,
        /// Only in this language.
        language: Option<Language>,
        /// Only from this binder.
        binder: Option<BinderId>,
    },
}

/// Copies that are sold.
#[derive(Clone, Debug)]
pub struct Sale {
    /// Which.
    pub of: SaleOf,
    /// How many.
    pub quantity: i32,
    /// Got for one copy.
    pub price: Paid,
}

/// What a person can correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "InventoryErrorCode")]
pub enum ProblemCode {
    /// There is none of it, or none of yours.
    NotFound,
    /// The value cannot be; the message says why.
    Invalid,
    /// There are not so many copies.
    NotEnough,
    /// Taken back already.
    AlreadyUndone,
    /// The name is taken.
    NameTaken,
    /// There are copies in it.
    NotEmpty,
    /// So many are not kept.
    LimitReached,
}

/// What is wrong with what somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is, for programs.
    pub code: ProblemCode,
    /// Where in the input.
    pub field: String,
    /// What it is, for people.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(code: ProblemCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, field: field.into(), message: message.into() }
    }
}

/// Why a change did not happen.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The person can do something about it: everything that is wrong, not only the first.
    Problems(Vec<Problem>),
    /// As any other operation fails.
    Error(Error),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// Result of a change.
pub type Outcome<T> = std::result::Result<T, Refusal>;
