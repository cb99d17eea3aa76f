//! What others see of a lot and of a want: these fields and no others.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::catalog::{Card, CardKey, MtgSet, Printing, PrintingKey, SetKey};
use crate::inventory::{Grade, Grading, Language, Lot};
use crate::prices::{Condition, Finish};
use crate::reader::boxed;
use crate::wants::Want;
use crate::{Error, ReaderLoader};

/// What a grading company says of a copy, without the number of its certificate.
#[derive(SimpleObject)]
struct SharedGrading {
    /// The company.
    grader: String,
    /// Its grade, as it writes it.
    grade: String,
}

impl From<&Grading> for SharedGrading {
    fn from(grading: &Grading) -> Self {
        Self { grader: grading.grader.clone(), grade: grading.grade.clone() }
    }
}

/// Copies that somebody shows, alike in all that is shown and in what is not.
pub(super) struct SharedLot(pub Lot);

/// Copies that somebody shows. What they cost, when they came, where else there are some, notes and tags are
/// not told.
#[Object]
impl SharedLot {
    /// The printing.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Printing> {
        let key = PrintingKey(self.0.facts.printing);
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(key)).await?;
        Ok(found.ok_or(Error::NotFound("printing"))?)
    }

    /// Copies.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// Their surface.
    async fn finish(&self) -> Finish {
        self.0.facts.finish
    }

    /// Their state, by the seven European grades.
    async fn grade(&self) -> Grade {
        self.0.facts.grade
    }

    /// Their state by the five grades of the United States, by which they are priced.
    async fn condition(&self) -> Condition {
        self.0.facts.grade.condition()
    }

    /// What they are printed in.
    async fn language(&self) -> Language {
        self.0.facts.language
    }

    /// What a grading company says of them.
    async fn grading(&self) -> Option<SharedGrading> {
        self.0.facts.grading.as_ref().map(SharedGrading::from)
    }

    /// Whether their artist signed them.
    async fn signed(&self) -> bool {
        self.0.facts.signed
    }

    /// Whether somebody painted on them.
    async fn altered(&self) -> bool {
        self.0.facts.altered
    }

    /// Whether they were printed wrongly.
    async fn misprint(&self) -> bool {
        self.0.facts.misprint
    }

    /// Whether their owner would trade them.
    async fn for_trade(&self) -> bool {
        self.0.facts.for_trade
    }
}

/// Something that somebody looks for, and how many copies they do not have.
pub(super) struct SharedWant {
    pub want: Want,
    pub missing: i64,
}

/// Something that somebody looks for. What they would pay, how urgent it is and notes are not told.
#[Object]
impl SharedWant {
    /// The card.
    async fn card(&self, ctx: &Context<'_>) -> Result<Card> {
        let key = CardKey(self.want.constraint.card);
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(key)).await?;
        Ok(found.ok_or(Error::NotFound("card"))?)
    }

    /// This printing only; null for any.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        let Some(printing) = self.want.constraint.printing else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PrintingKey(printing))).await?)
    }

    /// A printing in one of these sets only; empty for any, at most 100.
    async fn sets(&self, ctx: &Context<'_>) -> Result<Vec<MtgSet>> {
        let sets = &self.want.constraint.sets;
        let keys = sets.iter().copied().map(SetKey);
        let mut found = boxed(ctx.data_unchecked::<ReaderLoader>().load_many(keys)).await?;
        Ok(sets.iter().filter_map(|id| found.remove(&SetKey(*id))).collect())
    }

    /// This surface only; null for any.
    async fn finish(&self) -> Option<Finish> {
        self.want.constraint.finish
    }

    /// This state or a better one; null for any.
    async fn grade_at_least(&self) -> Option<Grade> {
        self.want.constraint.grade
    }

    /// One of these languages; empty for any.
    async fn languages(&self) -> &[Language] {
        &self.want.constraint.languages
    }

    /// Copies that are wanted.
    async fn quantity(&self) -> i32 {
        self.want.quantity
    }

    /// Of these, copies that their owner does not have. Copies that they hide do not count.
    async fn missing(&self) -> i64 {
        self.missing
    }
}
