use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::model::{Card, Formats, LegalityChangeRow, MtgSet, Printing, PrintingCursor, RulingRow};
use super::queries;
use crate::{CardId, Error, PrintingId, Reader, Result, SetId};

/// A card by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CardKey(pub CardId);

impl Loader<CardKey> for Reader {
    type Value = Card;
    type Error = Error;

    async fn load(&self, keys: &[CardKey]) -> Result<HashMap<CardKey, Card>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let cards = queries::cards(&mut *self.0.conn().await?, &ids).await?;
        Ok(cards.into_iter().map(|card| (CardKey(card.0.id), card)).collect())
    }
}

/// A printing, with its set, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PrintingKey(pub PrintingId);

impl Loader<PrintingKey> for Reader {
    type Value = Printing;
    type Error = Error;

    async fn load(&self, keys: &[PrintingKey]) -> Result<HashMap<PrintingKey, Printing>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let printings = queries::printings(&mut *self.0.conn().await?, &ids).await?;
        Ok(printings.into_iter().map(|printing| (PrintingKey(printing.row().id), printing)).collect())
    }
}

/// A set by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SetKey(pub SetId);

impl Loader<SetKey> for Reader {
    type Value = MtgSet;
    type Error = Error;

    async fn load(&self, keys: &[SetKey]) -> Result<HashMap<SetKey, MtgSet>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let sets = queries::sets(&mut *self.0.conn().await?, &ids).await?;
        Ok(sets.into_iter().map(|set| (SetKey(set.0.id), set)).collect())
    }
}

/// The card that one of Scryfall's ids belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CardOfScryfallKey(pub Uuid);

impl Loader<CardOfScryfallKey> for Reader {
    type Value = CardId;
    type Error = Error;

    async fn load(&self, keys: &[CardOfScryfallKey]) -> Result<HashMap<CardOfScryfallKey, CardId>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = queries::cards_of_scryfall(&mut *self.0.conn().await?, &ids).await?;
        Ok(found.into_iter().map(|(uuid, id)| (CardOfScryfallKey(uuid), id)).collect())
    }
}

/// The printing with one of Scryfall's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PrintingOfScryfallKey(pub Uuid);

impl Loader<PrintingOfScryfallKey> for Reader {
    type Value = PrintingId;
    type Error = Error;

    async fn load(
        &self,
        keys: &[PrintingOfScryfallKey],
    ) -> Result<HashMap<PrintingOfScryfallKey, PrintingId>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = queries::printings_of_scryfall(&mut *self.0.conn().await?, &ids).await?;
        Ok(found.into_iter().map(|(uuid, id)| (PrintingOfScryfallKey(uuid), id)).collect())
    }
}

/// A page of printings below a parent, for any number of parents that ask for the same page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PrintingsKey<P> {
    pub parent: P,
    /// Rows to fetch: one more than the page.
    pub fetch: i64,
    pub after: Option<PrintingCursor>,
}

/// Keys that ask for the same page of different parents, together.
fn by_page<P: Copy>(keys: &[PrintingsKey<P>]) -> HashMap<(i64, Option<PrintingCursor>), Vec<P>> {
    let mut pages: HashMap<_, Vec<P>> = HashMap::new();
    for key in keys {
        pages.entry((key.fetch, key.after.clone())).or_default().push(key.parent);
    }
    pages
}

/// Children of each parent, in their order; a parent without children has an empty list.
fn children<P: Copy + Eq + Hash>(
    parents: Vec<P>,
    rows: Vec<(i32, PrintingId)>,
    number: impl Fn(P) -> i32,
) -> HashMap<P, Vec<PrintingId>> {
    let mut by_number: HashMap<i32, Vec<PrintingId>> = HashMap::new();
    for (parent, id) in rows {
        by_number.entry(parent).or_default().push(id);
    }
    parents
        .into_iter()
        .map(|parent| (parent, by_number.remove(&number(parent)).unwrap_or_default()))
        .collect()
}

impl Loader<PrintingsKey<CardId>> for Reader {
    type Value = Arc<Vec<PrintingId>>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[PrintingsKey<CardId>],
    ) -> Result<HashMap<PrintingsKey<CardId>, Self::Value>> {
        let mut found = HashMap::new();
        for ((fetch, after), cards) in by_page(keys) {
            let rows = queries::printings_of_cards(&mut *self.0.conn().await?, &cards, fetch, after.as_ref())
                .await?;
            for (parent, ids) in children(cards, rows, |card| card.0) {
                found.insert(PrintingsKey { parent, fetch, after: after.clone() }, Arc::new(ids));
            }
        }
        Ok(found)
    }
}

impl Loader<PrintingsKey<SetId>> for Reader {
    type Value = Arc<Vec<PrintingId>>;
    type Error = Error;

    async fn load(&self, keys: &[PrintingsKey<SetId>]) -> Result<HashMap<PrintingsKey<SetId>, Self::Value>> {
        let mut found = HashMap::new();
        for ((fetch, after), sets) in by_page(keys) {
            let rows =
                queries::printings_of_sets(&mut *self.0.conn().await?, &sets, fetch, after.as_ref()).await?;
            for (parent, ids) in children(sets, rows, |set| set.0) {
                found.insert(PrintingsKey { parent, fetch, after: after.clone() }, Arc::new(ids));
            }
        }
        Ok(found)
    }
}

/// How a card's legality changed, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LegalityChangesKey(pub CardId);

impl Loader<LegalityChangesKey> for Reader {
    type Value = Vec<LegalityChangeRow>;
    type Error = Error;

    async fn load(&self, keys: &[LegalityChangesKey]) -> Result<HashMap<LegalityChangesKey, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in queries::legality_changes(&mut *self.0.conn().await?, &ids).await? {
            found.entry(LegalityChangesKey(row.card_id)).or_default().push(row);
        }
        Ok(found)
    }
}

/// What was officially said of a card, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RulingsKey(pub CardId);

impl Loader<RulingsKey> for Reader {
    type Value = Arc<Vec<RulingRow>>;
    type Error = Error;

    async fn load(&self, keys: &[RulingsKey]) -> Result<HashMap<RulingsKey, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in queries::rulings(&mut *self.0.conn().await?, &ids).await? {
            found.entry(RulingsKey(row.card_id)).or_default().push(row);
        }
        Ok(found.into_iter().map(|(key, rows)| (key, Arc::new(rows))).collect())
    }
}

/// All formats with their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FormatsKey;

impl Loader<FormatsKey> for Reader {
    type Value = Formats;
    type Error = Error;

    async fn load(&self, _: &[FormatsKey]) -> Result<HashMap<FormatsKey, Formats>> {
        let formats = queries::formats(&mut *self.0.conn().await?).await?;
        Ok(HashMap::from([(FormatsKey, Arc::new(formats))]))
    }
}
