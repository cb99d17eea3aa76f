use super::loader::{CardKey, CardOfScryfallKey, PrintingKey, PrintingOfScryfallKey, PrintingsKey, SetKey};
use super::model::{
    Card, CardCursor, CardRef, MtgSet, Printing, PrintingCursor, PrintingRef, SetCursor, SetRef,
};
use super::queries;
use crate::ids::{Entity, decode};
use crate::{CardId, Ctx, Error, Page, PrintingId, ReaderLoader, Result, SetId};

/// The most merges that a printing's successor is looked for behind.
const LONGEST_MERGE_CHAIN: usize = 5;

impl CardRef {
    /// Reads any of the names that the outside may use.
    pub fn parse(text: &str) -> Result<Self> {
        match decode(text) {
            Some((Entity::Card, id)) => Ok(Self::Id(CardId(id))),
            Some((Entity::Printing, id)) => Ok(Self::Printing(PrintingId(id))),
            Some(_) => Err(Error::invalid("id", "is not the id of a card")),
            None => text
                .parse()
                .map(Self::Scryfall)
                .map_err(|_| Error::invalid("id", "is neither an id nor a UUID")),
        }
    }
}

impl PrintingRef {
    /// Reads any of the names that the outside may use.
    pub fn parse(text: &str) -> Result<Self> {
        match decode(text) {
            Some((Entity::Printing, id)) => Ok(Self::Id(PrintingId(id))),
            Some(_) => Err(Error::invalid("id", "is not the id of a printing")),
            None => text
                .parse()
                .map(Self::Scryfall)
                .map_err(|_| Error::invalid("id", "is neither an id nor a UUID")),
        }
    }
}

impl SetRef {
    /// A public id, else a code.
    pub fn parse(text: &str) -> Self {
        SetId::from_public(text).map_or_else(|| Self::Code(text.to_lowercase()), Self::Id)
    }
}

/// A card, if there is one.
pub async fn card(reader: &ReaderLoader, wanted: CardRef) -> Result<Option<Card>> {
    let id = match wanted {
        CardRef::Id(id) => Some(id),
        CardRef::Scryfall(uuid) => reader.load_one(CardOfScryfallKey(uuid)).await?,
        CardRef::Printing(id) => printing(reader, PrintingRef::Id(id)).await?.map(|p| p.row().card_id),
    };
    match id {
        Some(id) => reader.load_one(CardKey(id)).await,
        None => Ok(None),
    }
}

/// A printing, if there is one. One that Scryfall merged away leads to its successor.
pub async fn printing(reader: &ReaderLoader, wanted: PrintingRef) -> Result<Option<Printing>> {
    let id = match wanted {
        PrintingRef::Id(id) => Some(id),
        PrintingRef::Scryfall(uuid) => reader.load_one(PrintingOfScryfallKey(uuid)).await?,
    };
    let Some(id) = id else { return Ok(None) };
    let mut found = reader.load_one(PrintingKey(id)).await?;
    for _ in 0..LONGEST_MERGE_CHAIN {
        match found.as_ref().and_then(|p| p.row().merged_into) {
            Some(successor) => found = reader.load_one(PrintingKey(successor)).await?,
            None => break,
        }
    }
    Ok(found)
}

/// A set, if there is one.
pub async fn set(ctx: &Ctx, reader: &ReaderLoader, wanted: SetRef) -> Result<Option<MtgSet>> {
    let id = match wanted {
        SetRef::Id(id) => Some(id),
        SetRef::Code(code) => queries::set_of_code(&mut *ctx.conn().await?, &code).await?,
    };
    match id {
        Some(id) => reader.load_one(SetKey(id)).await,
        None => Ok(None),
    }
}

/// Cards in the order of their names.
pub async fn cards(ctx: &Ctx, page: &Page<CardCursor>) -> Result<Vec<Card>> {
    Ok(queries::cards_page(&mut *ctx.conn().await?, page).await?)
}

/// Sets, newest first.
pub async fn sets(ctx: &Ctx, page: &Page<SetCursor>) -> Result<Vec<MtgSet>> {
    Ok(queries::sets_page(&mut *ctx.conn().await?, page).await?)
}

/// Printings of a card, newest first.
pub async fn printings_of_card(
    reader: &ReaderLoader,
    card: CardId,
    page: &Page<PrintingCursor>,
) -> Result<Vec<Printing>> {
    let key = PrintingsKey { parent: card, fetch: page.fetch(), after: page.after.clone() };
    let ids = reader.load_one(key).await?.unwrap_or_default();
    printings(reader, &ids).await
}

/// Printings of a set, by their numbers.
pub async fn printings_of_set(
    reader: &ReaderLoader,
    set: SetId,
    page: &Page<PrintingCursor>,
) -> Result<Vec<Printing>> {
    let key = PrintingsKey { parent: set, fetch: page.fetch(), after: page.after.clone() };
    let ids = reader.load_one(key).await?.unwrap_or_default();
    printings(reader, &ids).await
}

/// Printings in the order of their ids in the list; unknown ones are left out.
pub async fn printings(reader: &ReaderLoader, ids: &[PrintingId]) -> Result<Vec<Printing>> {
    let mut found = reader.load_many(ids.iter().copied().map(PrintingKey)).await?;
    Ok(ids.iter().filter_map(|id| found.remove(&PrintingKey(*id))).collect())
}

/// Cards in the order of their ids in the list; unknown ones are left out.
pub async fn cards_by_id(reader: &ReaderLoader, ids: &[CardId]) -> Result<Vec<Card>> {
    let found = reader.load_many(ids.iter().copied().map(CardKey)).await?;
    Ok(ids.iter().filter_map(|id| found.get(&CardKey(*id)).cloned()).collect())
}
