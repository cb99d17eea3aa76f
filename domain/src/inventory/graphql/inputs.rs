use async_graphql::{ID, InputObject, MaybeUndefined};

use super::super::facts::{Facts, Grade, Grading, Language, Paid};
use super::super::model::{Addition, Edit, Patch, Removal, Sale, SaleOf};
use crate::catalog::{self, PrintingRef};
use crate::prices::Finish;
use crate::scalars::{Date, Decimal};
use crate::{BinderId, Error, LotId, PrintingId, ReaderLoader, Result};

/// An id that is nobody's: what is no id of its kind is treated like one that is somebody else's.
pub(super) const NOBODYS: i32 = 0;

pub(super) fn lot_id(id: &ID) -> LotId {
    LotId::from_public(id).unwrap_or(LotId(NOBODYS))
}

pub(super) fn binder_id(id: &ID) -> BinderId {
    BinderId::from_public(id).unwrap_or(BinderId(NOBODYS))
}

/// The printing of a public id or of Scryfall's; one that is nobody's if there is none.
pub(crate) async fn printing_id(reader: &ReaderLoader, id: &ID) -> Result<PrintingId> {
    let found = match PrintingRef::parse(id) {
        Ok(wanted) => catalog::printing(reader, wanted).await?,
        Err(Error::Invalid { .. } | Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    Ok(found.map_or(PrintingId(NOBODYS), |printing| printing.row().id))
}

/// An amount in any currency.
#[derive(InputObject)]
#[graphql(name = "PaidAmountInput")]
pub(super) struct PaidInput {
    /// The amount in major units, zero or more.
    amount: Decimal,
    /// Three letters of ISO 4217, such as `USD`.
    currency: String,
}

impl From<PaidInput> for Paid {
    fn from(input: PaidInput) -> Self {
        Self { amount: input.amount.0, currency: input.currency.to_ascii_uppercase() }
    }
}

/// What a grading company says of a copy.
#[derive(InputObject)]
pub(super) struct GradingInput {
    /// The company, 1 to 100 characters.
    grader: String,
    /// Its grade, as it writes it.
    grade: String,
    /// The number of its certificate.
    certificate: Option<String>,
}

impl From<GradingInput> for Grading {
    fn from(input: GradingInput) -> Self {
        Self { grader: input.grader, grade: input.grade, certificate: input.certificate }
    }
}

/// Copies that come, alike in every fact.
#[derive(InputObject)]
#[graphql(name = "InventoryLotInput")]
pub(super) struct LotInput {
    /// The printing: a public id or Scryfall's.
    printing_id: ID,
    /// How many, 1 to 1,000,000.
    #[graphql(default = 1)]
    quantity: i32,
    /// Their surface; one that the printing exists in.
    finish: Finish,
    /// Their state.
    #[graphql(default_with = "Grade::NearMint")]
    grade: Grade,
    /// Their state in other words, up to 100 characters.
    condition_text: Option<String>,
    /// What they are printed in.
    #[graphql(default_with = "Language::En")]
    language: Language,
    /// Where they are.
    binder_id: Option<ID>,
    /// Paid for one copy.
    cost: Option<PaidInput>,
    /// The day that they came.
    acquired_on: Option<Date>,
    /// What a grading company says of them.
    grading: Option<GradingInput>,
    /// Whether their artist signed them.
    #[graphql(default)]
    signed: bool,
    /// Whether somebody painted on them.
    #[graphql(default)]
    altered: bool,
    /// Whether they were printed wrongly.
    #[graphql(default)]
    misprint: bool,
    /// Whether you would trade them.
    #[graphql(default)]
    for_trade: bool,
    /// Whether they are kept out of what you share.
    #[graphql(default)]
    hidden: bool,
    /// Your words, up to 2,000 characters.
    notes: Option<String>,
    /// Your marks, up to 20 of up to 50 characters.
    #[graphql(default)]
    tags: Vec<String>,
}

impl LotInput {
    pub async fn read(self, reader: &ReaderLoader) -> Result<Addition> {
        let facts = Facts {
            printing: printing_id(reader, &self.printing_id).await?,
            finish: self.finish,
            grade: self.grade,
            language: self.language,
            binder: self.binder_id.as_ref().map(binder_id),
            cost: self.cost.map(Paid::from),
            acquired_on: self.acquired_on.map(|day| day.0),
            condition_text: self.condition_text,
            grading: self.grading.map(Grading::from),
            signed: self.signed,
            altered: self.altered,
            misprint: self.misprint,
            for_trade: self.for_trade,
            hidden: self.hidden,
            notes: self.notes,
            tags: self.tags,
        };
        Ok(Addition { facts, quantity: self.quantity })
    }
}

/// Facts that change. What is left out stays; null makes unknown what may be unknown.
#[derive(InputObject)]
#[graphql(name = "InventoryFactsInput")]
pub(super) struct FactsInput {
    /// The printing: a public id or Scryfall's.
    printing_id: Option<ID>,
    /// Their surface; one that the printing exists in.
    finish: Option<Finish>,
    /// Their state.
    grade: Option<Grade>,
    /// Their state in other words, up to 100 characters.
    condition_text: MaybeUndefined<String>,
    /// What they are printed in.
    language: Option<Language>,
    /// Where they are.
    binder_id: MaybeUndefined<ID>,
    /// Paid for one copy.
    cost: MaybeUndefined<PaidInput>,
    /// The day that they came.
    acquired_on: MaybeUndefined<Date>,
    /// What a grading company says of them.
    grading: MaybeUndefined<GradingInput>,
    /// Whether their artist signed them.
    signed: Option<bool>,
    /// Whether somebody painted on them.
    altered: Option<bool>,
    /// Whether they were printed wrongly.
    misprint: Option<bool>,
    /// Whether you would trade them.
    for_trade: Option<bool>,
    /// Whether they are kept out of what you share.
    hidden: Option<bool>,
    /// Your words, up to 2,000 characters.
    notes: MaybeUndefined<String>,
    /// Your marks, up to 20 of up to 50 characters.
    tags: Option<Vec<String>>,
}

impl FactsInput {
    async fn read(self, reader: &ReaderLoader) -> Result<Patch> {
        let printing = match &self.printing_id {
            Some(id) => Some(printing_id(reader, id).await?),
            None => None,
        };
        Ok(Patch {
            printing,
            finish: self.finish,
            grade: self.grade,
            language: self.language,
            binder: outer(self.binder_id).map(|id| id.as_ref().map(binder_id)),
            cost: outer(self.cost).map(|cost| cost.map(Paid::from)),
            acquired_on: outer(self.acquired_on).map(|day| day.map(|day| day.0)),
            condition_text: outer(self.condition_text),
            grading: outer(self.grading).map(|grading| grading.map(Grading::from)),
            signed: self.signed,
            altered: self.altered,
            misprint: self.misprint,
            for_trade: self.for_trade,
            hidden: self.hidden,
            notes: outer(self.notes),
            tags: self.tags,
        })
    }
}

#[expect(clippy::option_option, reason = "left out and unknown are two things")]
fn outer<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// Some copies of a lot, and what shall be different about them.
#[derive(InputObject)]
#[graphql(name = "InventoryEditInput")]
pub(super) struct EditInput {
    /// The lot.
    lot_id: ID,
    /// How many of its copies; all, if left out.
    quantity: Option<i32>,
    /// What shall be different.
    set: FactsInput,
}

impl EditInput {
    pub async fn read(self, reader: &ReaderLoader) -> Result<Edit> {
        let patch = self.set.read(reader).await?;
        Ok(Edit { lot: lot_id(&self.lot_id), quantity: self.quantity, patch })
    }
}

/// Copies of a lot that go.
#[derive(InputObject)]
#[graphql(name = "InventoryRemovalInput")]
pub(super) struct RemovalInput {
    /// The lot.
    lot_id: ID,
    /// How many of its copies.
    quantity: i32,
}

impl From<RemovalInput> for Removal {
    fn from(input: RemovalInput) -> Self {
        Self { lot: lot_id(&input.lot_id), quantity: input.quantity }
    }
}

/// Copies of a printing, whichever came first first.
#[derive(InputObject)]
#[graphql(name = "OldestCopiesInput")]
pub(super) struct OldestInput {
    /// The printing: a public id or Scryfall's.
    printing_id: ID,
    /// In this finish.
    finish: Finish,
    /// Only of this grade.
    grade: Option<Grade>,
    /// Only in this language.
    language: Option<Language>,
    /// Only from this binder.
    binder_id: Option<ID>,
}

/// Copies that are sold: of one lot, or the oldest of a printing.
#[derive(async_graphql::OneofObject)]
#[graphql(name = "SoldCopiesInput")]
pub(super) enum SoldInput {
    /// Of this lot.
    LotId(ID),
    /// Of a printing, whichever came first first.
    Oldest(OldestInput),
}

/// A sale.
#[derive(InputObject)]
#[graphql(name = "InventorySaleInput")]
pub(super) struct SaleInput {
    /// Which copies.
    of: SoldInput,
    /// How many.
    quantity: i32,
    /// Got for one copy.
    price: PaidInput,
}

impl SaleInput {
    pub async fn read(self, reader: &ReaderLoader) -> Result<Sale> {
        let of = match self.of {
            SoldInput::LotId(id) => SaleOf::Lot(lot_id(&id)),
            SoldInput::Oldest(oldest) => SaleOf::Oldest {
                printing: printing_id(reader, &oldest.printing_id).await?,
                finish: oldest.finish,
                grade: oldest.grade,
                language: oldest.language,
                binder: oldest.binder_id.as_ref().map(binder_id),
            },
        };
        Ok(Sale { of, quantity: self.quantity, price: self.price.into() })
    }
}
