use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::facts::{Grade, Grading, Language, Paid};
use super::super::loader::{BinderKey, LotKey, MovementsKey, UndoneKey};
use super::super::model::{Binder, Change, ChangeKind, Lot, Movement, Problem, ProblemCode};
use crate::catalog::{Printing, PrintingKey};
use crate::prices::{Condition, Finish};
use crate::reader::boxed;
use crate::scalars::{Date, Decimal};
use crate::shares::{BinderShareKey, Share};
use crate::{Error, ReaderLoader};

/// An amount in any currency, as its owner gave it.
#[Object(name = "PaidAmount")]
impl Paid {
    /// The amount in major units.
    async fn amount(&self) -> Decimal {
        Decimal(self.amount)
    }

    /// Three letters of ISO 4217.
    async fn currency(&self) -> &str {
        &self.currency
    }
}

/// What a grading company says of a copy.
#[Object]
impl Grading {
    /// The company.
    async fn grader(&self) -> &str {
        &self.grader
    }

    /// Its grade, as it writes it.
    async fn grade(&self) -> &str {
        &self.grade
    }

    /// The number of its certificate.
    async fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }
}

/// A place for copies: a binder, a box, a deck.
#[Object]
impl Binder {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// Its owner's name for it.
    async fn name(&self) -> &str {
        &self.name
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When it was thrown away; lots that were in it still name it.
    async fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.deleted_at
    }

    /// The link by which others see it; null where it is not shared.
    async fn share(&self, ctx: &Context<'_>) -> Result<Option<Share>> {
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(BinderShareKey(self.id))).await?)
    }
}

/// A number of copies that are alike in every fact. Its facts never change: copies of which one changes go
/// to the lot that has the new one.
#[Object(name = "InventoryLot")]
impl Lot {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// The printing.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Printing> {
        let key = PrintingKey(self.facts.printing);
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(key)).await?;
        Ok(found.ok_or(Error::NotFound("printing"))?)
    }

    /// Copies that are there now; 0 when all are gone.
    async fn quantity(&self) -> i32 {
        self.quantity
    }

    /// Its surface.
    async fn finish(&self) -> Finish {
        self.facts.finish
    }

    /// Its state, by the seven European grades.
    async fn grade(&self) -> Grade {
        self.facts.grade
    }

    /// Its state by the five grades of the United States, by which it is priced.
    async fn condition(&self) -> Condition {
        self.facts.grade.condition()
    }

    /// Its state in the words of whoever wrote it down, where they are not ours.
    async fn condition_text(&self) -> Option<&str> {
        self.facts.condition_text.as_deref()
    }

    /// What it is printed in.
    async fn language(&self) -> Language {
        self.facts.language
    }

    /// Where it is; null when nothing is said.
    async fn binder(&self, ctx: &Context<'_>) -> Result<Option<Binder>> {
        let Some(binder) = self.facts.binder else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(BinderKey(binder))).await?)
    }

    /// Paid for one copy; null when nobody knows.
    async fn cost(&self) -> Option<&Paid> {
        self.facts.cost.as_ref()
    }

    /// The day that it came.
    async fn acquired_on(&self) -> Option<Date> {
        self.facts.acquired_on.map(Date)
    }

    /// What a grading company says of it.
    async fn grading(&self) -> Option<&Grading> {
        self.facts.grading.as_ref()
    }

    /// Whether its artist signed it.
    async fn signed(&self) -> bool {
        self.facts.signed
    }

    /// Whether somebody painted on it.
    async fn altered(&self) -> bool {
        self.facts.altered
    }

    /// Whether it was printed wrongly.
    async fn misprint(&self) -> bool {
        self.facts.misprint
    }

    /// Whether its owner would trade it.
    async fn for_trade(&self) -> bool {
        self.facts.for_trade
    }

    /// Whether it is kept out of what its owner shares: nobody else sees it or is told of it.
    async fn hidden(&self) -> bool {
        self.facts.hidden
    }

    /// Its owner's words.
    async fn notes(&self) -> Option<&str> {
        self.facts.notes.as_deref()
    }

    /// Its owner's marks, sorted.
    async fn tags(&self) -> &[String] {
        &self.facts.tags
    }

    /// Since when its first copies are there, whichever lot they were in before a fact of theirs changed. Where
    /// no `acquiredOn` is given, the oldest copies are told by it, and it is the day of the rate by which `cost`
    /// is converted. It never changes, like the lot's facts.
    async fn held_since(&self) -> Date {
        Date(self.held_since)
    }

    /// When the first copy came.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When copies last came or went.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.changed_at
    }
}

/// Copies that came into a lot, or went out of it.
#[Object(name = "InventoryMovement")]
impl Movement {
    /// The lot, as it is now.
    async fn lot(&self, ctx: &Context<'_>) -> Result<Lot> {
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(LotKey(self.item_id))).await?;
        Ok(found.ok_or(Error::NotFound("lot"))?)
    }

    /// Copies that came; less than zero for those that went.
    async fn copies(&self) -> i32 {
        self.copies
    }

    /// Got for one copy, where they were sold.
    async fn price(&self) -> Option<Paid> {
        self.price.zip(self.price_currency.clone()).map(|(amount, currency)| Paid { amount, currency })
    }

    /// The day of the sale.
    async fn sold_on(&self) -> Option<Date> {
        self.sold_on.map(Date)
    }
}

/// Something that somebody did to their inventory: all of it happened, or nothing.
#[Object(name = "InventoryChange")]
impl Change {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// What it was; null for a kind that this version does not know any more.
    async fn kind(&self) -> Option<ChangeKind> {
        ChangeKind::from_number(self.kind)
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Lots that it touched.
    async fn lots(&self) -> i32 {
        self.lots
    }

    /// Copies that there were more of after it; less than zero when they were fewer.
    async fn copies(&self) -> i64 {
        self.copies
    }

    /// The change that it took back.
    async fn undoes(&self) -> Option<ID> {
        self.undoes.map(|id| id.public().into())
    }

    /// Whether it was taken back.
    async fn undone(&self, ctx: &Context<'_>) -> Result<bool> {
        let undone = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(UndoneKey(self.id))).await?;
        Ok(undone.unwrap_or(false))
    }

    /// What moved: the first hundred movements.
    async fn movements(&self, ctx: &Context<'_>) -> Result<Vec<Movement>> {
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(MovementsKey(self.id))).await?;
        Ok(found.unwrap_or_default())
    }
}

/// Something about an inventory that a person can correct.
#[derive(SimpleObject)]
pub(crate) struct InventoryError {
    /// What it is, for programs.
    code: ProblemCode,
    /// Where in the input: `lots[3].finish`.
    field: String,
    /// What it is, for people.
    message: String,
}

impl From<Problem> for InventoryError {
    fn from(problem: Problem) -> Self {
        Self { code: problem.code, field: problem.field, message: problem.message }
    }
}
