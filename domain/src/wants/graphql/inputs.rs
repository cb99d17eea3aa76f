use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};

use super::super::model::{Constraint, Patch, Target, WantEdit, Wish};
use super::NOBODYS;
use crate::catalog::{self, CardRef};
use crate::inventory::{Grade, Language, Paid, printing_id};
use crate::prices::{Finish, Source};
use crate::scalars::Decimal;
use crate::{CardId, Error, PrintingId, ReaderLoader, Result, SetId, WantId};

pub(super) fn want_id(id: &ID) -> WantId {
    WantId::from_public(id).unwrap_or(WantId(NOBODYS))
}

fn set_ids(ids: &[ID]) -> Vec<SetId> {
    ids.iter().map(|id| SetId::from_public(id).unwrap_or(SetId(NOBODYS))).collect()
}

/// A card in some sets.
#[derive(InputObject)]
pub(super) struct CardInSetsInput {
    /// The card: a public id, or Scryfall's of the card.
    card_id: ID,
    /// Public ids of the sets, 1 to 100.
    set_ids: Vec<ID>,
}

/// What is wanted: one printing, any printing of a card, or one in one of some sets.
#[derive(OneofObject)]
pub(super) enum WantedInput {
    /// This printing: a public id or Scryfall's.
    PrintingId(ID),
    /// Any printing of this card: a public id, or Scryfall's of the card.
    CardId(ID),
    /// A printing in one of these sets.
    CardInSets(CardInSetsInput),
}

impl WantedInput {
    /// The card, the printing and the sets; a card that is nobody's if there is none.
    async fn read(&self, reader: &ReaderLoader) -> Result<(CardId, Option<PrintingId>, Vec<SetId>)> {
        Ok(match self {
            Self::PrintingId(id) => {
                let id = printing_id(reader, id).await?;
                let found = reader.load_one(catalog::PrintingKey(id)).await?;
                let card = found.map_or(CardId(NOBODYS), |printing| printing.row().card_id);
                (card, Some(id), Vec::new())
            }
            Self::CardId(id) => (card_id(reader, id).await?, None, Vec::new()),
            Self::CardInSets(wanted) => {
                (card_id(reader, &wanted.card_id).await?, None, set_ids(&wanted.set_ids))
            }
        })
    }
}

async fn card_id(reader: &ReaderLoader, id: &ID) -> Result<CardId> {
    let found = match CardRef::parse(id) {
        Ok(wanted) => catalog::card(reader, wanted).await?,
        Err(Error::Invalid { .. } | Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    Ok(found.map_or(CardId(NOBODYS), |card| card.0.id))
}

/// What somebody would pay for one copy.
#[derive(InputObject)]
pub(super) struct WantTargetInput {
    /// In major units, more than zero.
    amount: Decimal,
    /// Three letters of ISO 4217, such as `USD`.
    currency: String,
    /// At this source; wherever it is cheapest, if left out.
    source: Option<Source>,
}

impl From<WantTargetInput> for Target {
    fn from(input: WantTargetInput) -> Self {
        let currency = input.currency.to_ascii_uppercase();
        Self { amount: Paid { amount: input.amount.0, currency }, source: input.source }
    }
}

/// Something that is to be wanted.
#[derive(InputObject)]
pub(super) struct WantInput {
    /// What.
    of: WantedInput,
    /// This surface only.
    finish: Option<Finish>,
    /// This state or a better one.
    grade_at_least: Option<Grade>,
    /// One of these languages; any, if empty.
    #[graphql(default)]
    languages: Vec<Language>,
    /// How many copies, 1 to 10,000.
    #[graphql(default = 1)]
    quantity: i32,
    /// What you would pay for one copy.
    target: Option<WantTargetInput>,
    /// Whether an alert tells you when a copy costs no more than the target, and stays so for half a day.
    #[graphql(default = true)]
    tells: bool,
    /// How urgent it is, from 1, the most, to 5.
    #[graphql(default = 3)]
    priority: i32,
    /// Your words, up to 500 characters.
    note: Option<String>,
}

impl WantInput {
    pub async fn read(self, reader: &ReaderLoader) -> Result<Wish> {
        let (card, printing, sets) = self.of.read(reader).await?;
        let constraint = Constraint {
            card,
            printing,
            sets,
            finish: self.finish,
            grade: self.grade_at_least,
            languages: self.languages,
        };
        Ok(Wish {
            constraint,
            quantity: self.quantity,
            target: self.target.map(Target::from),
            tells: self.tells,
            priority: self.priority,
            note: self.note,
        })
    }
}

/// What shall be different about a want. What is left out stays; null takes a restriction back.
#[derive(InputObject)]
pub(super) struct WantPatchInput {
    /// This printing of its card only: a public id or Scryfall's.
    printing_id: MaybeUndefined<ID>,
    /// A printing in one of these sets only, by their public ids; any, if empty.
    set_ids: Option<Vec<ID>>,
    /// This surface only.
    finish: MaybeUndefined<Finish>,
    /// This state or a better one.
    grade_at_least: MaybeUndefined<Grade>,
    /// One of these languages; any, if empty.
    languages: Option<Vec<Language>>,
    /// How many copies, 1 to 10,000.
    quantity: Option<i32>,
    /// What you would pay for one copy.
    target: MaybeUndefined<WantTargetInput>,
    /// Whether an alert tells you when it is reached.
    tells: Option<bool>,
    /// How urgent it is, from 1, the most, to 5.
    priority: Option<i32>,
    /// Your words, up to 500 characters.
    note: MaybeUndefined<String>,
}

/// A want, and what shall be different about it.
#[derive(InputObject)]
pub(super) struct WantEditInput {
    /// The want.
    want_id: ID,
    /// What shall be different.
    set: WantPatchInput,
}

#[expect(clippy::option_option, reason = "left out and nothing are two things")]
fn outer<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

impl WantEditInput {
    pub async fn read(self, reader: &ReaderLoader) -> Result<WantEdit> {
        let set = self.set;
        let printing = match outer(set.printing_id) {
            Some(Some(id)) => Some(Some(printing_id(reader, &id).await?)),
            Some(None) => Some(None),
            None => None,
        };
        let patch = Patch {
            printing,
            sets: set.set_ids.map(|ids| set_ids(&ids)),
            finish: outer(set.finish),
            grade: outer(set.grade_at_least),
            languages: set.languages,
            quantity: set.quantity,
            target: outer(set.target).map(|target| target.map(Target::from)),
            tells: set.tells,
            priority: set.priority,
            note: outer(set.note),
        };
        Ok(WantEdit { want: want_id(&self.want_id), patch })
    }
}
