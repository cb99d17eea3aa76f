use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, ID, Interface, Object, Result};

use super::super::loader::{CardKey, PrintingKey, SetKey};
use super::super::model::{
    Card, CardCursor, CardRef, MtgSet, Printing, PrintingCursor, PrintingRef, SetCursor, SetRef,
};
use super::super::ops;
use super::printing::connection;
use crate::error::soft;
use crate::ids::{Entity, decode};
use crate::news::{Article, ArticleKey};
use crate::tournaments::{Tournament, TournamentKey};
use crate::{ArticleId, CardId, Error, Page, PrintingId, ReaderLoader, SetId, TournamentId, prefetch};

/// The most ids that `nodes` takes.
const MOST_NODES: usize = 100;

/// Anything with a public id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Public id: short, opaque, valid for ever."))]
pub enum Node {
    /// A card.
    Card(Card),
    /// A printing.
    Printing(Printing),
    /// A set.
    Set(MtgSet),
    /// An article of the news.
    Article(Article),
    /// A tournament.
    Tournament(Tournament),
}

/// Reads of the catalogue.
#[derive(Default)]
pub struct Query;

async fn node(reader: &ReaderLoader, id: &str) -> crate::Result<Option<Node>> {
    let Some((entity, id)) = decode(id) else { return Ok(None) };
    Ok(match entity {
        Entity::Card => reader.load_one(CardKey(CardId(id))).await?.map(Node::Card),
        Entity::Printing => reader.load_one(PrintingKey(PrintingId(id))).await?.map(Node::Printing),
        Entity::Set => reader.load_one(SetKey(SetId(id))).await?.map(Node::Set),
        Entity::Article => reader.load_one(ArticleKey(ArticleId(id))).await?.map(Node::Article),
        Entity::Tournament => reader.load_one(TournamentKey(TournamentId(id))).await?.map(Node::Tournament),
        // What belongs to somebody hangs under `viewer`, and nowhere else.
        Entity::User
        | Entity::Session
        | Entity::ApiKey
        | Entity::Identity
        | Entity::Lot
        | Entity::Binder
        | Entity::Change
        | Entity::Import
        | Entity::Notification
        | Entity::WantList
        | Entity::Want
        | Entity::Alert
        | Entity::AlertEvent
        | Entity::SavedSearch
        | Entity::Share => None,
    })
}

#[Object(name = "CatalogQuery")]
impl Query {
    /// Anything by its public id; null if there is nothing with it.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "A public id.")] id: ID) -> Option<Node> {
        soft(ctx, node(ctx.data_unchecked(), &id).await)
    }

    /// Several things by their public ids, in the same order; null where there is nothing.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_NODES {
            return Err(Error::invalid("ids", "may be at most 100").into());
        }
        let reader = ctx.data_unchecked::<ReaderLoader>();
        Ok(futures_util::future::try_join_all(ids.iter().map(|id| node(reader, id))).await?)
    }

    /// A card by its public id or Scryfall's oracle id. The id of a printing gives its card.
    async fn card(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A public id or one of Scryfall's UUIDs.")] id: ID,
    ) -> Option<Card> {
        let found = async { ops::card(ctx.data_unchecked(), CardRef::parse(&id)?).await };
        soft(ctx, found.await)
    }

    /// All cards, in the order of their names.
    async fn cards(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last card of the page before.")] after: Option<String>,
    ) -> Result<Connection<CardCursor, Card, EmptyFields, EmptyFields>> {
        let page = Page::parse(first, after.as_deref())?;
        let cards = ops::cards(ctx.data_unchecked(), &page).await?;
        prefetch::cards(ctx, &cards).await?;
        let cursor = |card: &Card| CardCursor { name: card.0.name_folded.clone(), id: card.0.id };
        Ok(page.connection(cards, EmptyFields, cursor, |card| card))
    }

    /// A printing by its public id or Scryfall's. One that was merged away gives its successor.
    async fn printing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A public id or Scryfall's UUID.")] id: ID,
    ) -> Option<Printing> {
        let found = async { ops::printing(ctx.data_unchecked(), PrintingRef::parse(&id)?).await };
        soft(ctx, found.await)
    }

    /// Printings of a card, newest first.
    async fn printings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The card: a public id or one of Scryfall's UUIDs.")] card_id: ID,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last printing of the page before.")] after: Option<String>,
    ) -> Result<Connection<PrintingCursor, Printing, EmptyFields, EmptyFields>> {
        let page = Page::parse(first, after.as_deref())?;
        let card = ops::card(ctx.data_unchecked(), CardRef::parse(&card_id)?).await?;
        let card = card.ok_or(Error::NotFound("card"))?;
        let rows = ops::printings_of_card(ctx.data_unchecked(), card.0.id, &page).await?;
        connection(ctx, &page, rows).await
    }

    /// A set by its code or public id.
    async fn set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Scryfall's code in any case, or a public id.")] code: String,
    ) -> Option<MtgSet> {
        soft(ctx, ops::set(ctx.data_unchecked(), ctx.data_unchecked(), SetRef::parse(&code)).await)
    }

    /// All sets, newest first.
    async fn sets(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last set of the page before.")] after: Option<String>,
    ) -> Result<Connection<SetCursor, MtgSet, EmptyFields, EmptyFields>> {
        let page = Page::parse(first, after.as_deref())?;
        let sets = ops::sets(ctx.data_unchecked(), &page).await?;
        let cursor = |set: &MtgSet| SetCursor { released_at: set.0.released_at, id: set.0.id };
        Ok(page.connection(sets, EmptyFields, cursor, |set| set))
    }
}
