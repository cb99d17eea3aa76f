//! One mechanism for every list: look ahead at what the selection asks of its nodes and read that
//! in one batch per kind, so that the fields find it in the request's loader.

use async_graphql::{Context, InputType, Lookahead, Value};
use futures_util::future::BoxFuture;

use crate::catalog::{Card, CardKey, Printing, PrintingKey, RulingsKey};
use crate::edhrec::{PlaysKey, StatsKey};
use crate::news::{Article, ArticleKey, MentionsKey, NewsOfCardKey};
use crate::prices::{CurrentKey, LatestKey};
use crate::reader::boxed;
use crate::similar;
use crate::tournaments::{self, DeckCard, DeckCardsKey, PlayedInKey, StandingsKey, Tournament};
use crate::{CardId, PrintingId, ReaderLoader, Result};

/// The nodes below a list field: a connection's, or the items of a plain list.
fn nodes<'a>(ctx: &'a Context<'a>) -> Vec<Lookahead<'a>> {
    nodes_of(ctx.look_ahead())
}

fn nodes_of(look: Lookahead<'_>) -> Vec<Lookahead<'_>> {
    let (nodes, edges) = (look.field("nodes"), look.field("edges").field("node"));
    let connection: Vec<_> = [nodes, edges].into_iter().filter(Lookahead::exists).collect();
    if connection.is_empty() { vec![look] } else { connection }
}

/// Those of some fields that the selection asks of the nodes of a list.
pub(crate) fn asked_of_nodes(ctx: &Context<'_>, fields: &[&'static str]) -> Vec<&'static str> {
    let nodes = nodes(ctx);
    fields.iter().copied().filter(|field| asked(&nodes, field)).collect()
}

fn asked(nodes: &[Lookahead<'_>], field: &str) -> bool {
    nodes.iter().any(|node| node.field(field).exists())
}

fn below<'a>(nodes: &[Lookahead<'a>], field: &str) -> Vec<Lookahead<'a>> {
    nodes.iter().map(|node| node.field(field)).filter(Lookahead::exists).collect()
}

/// Whether the selection asks a field of what is behind others of the nodes of a list.
pub(crate) fn asked_at(ctx: &Context<'_>, path: &[&str], field: &str) -> bool {
    asked(&at(ctx, path), field)
}

fn at<'a>(ctx: &'a Context<'a>, path: &[&str]) -> Vec<Lookahead<'a>> {
    path.iter().fold(nodes(ctx), |nodes, field| below(&nodes, field))
}

/// Reads ahead for a list of printings.
pub(crate) async fn printings(ctx: &Context<'_>, rows: &[Printing]) -> Result<()> {
    printings_below(ctx.data_unchecked(), &nodes(ctx), rows).await
}

/// Reads ahead for a list whose items hold a printing in a field of this name.
pub(crate) async fn printings_in(ctx: &Context<'_>, field: &str, rows: &[Printing]) -> Result<()> {
    printings_below(ctx.data_unchecked(), &below(&nodes(ctx), field), rows).await
}

/// Reads ahead for printings by their ids that are behind such fields of the nodes of a list.
pub(crate) async fn printings_at(ctx: &Context<'_>, path: &[&str], ids: Vec<PrintingId>) -> Result<()> {
    let nodes = at(ctx, path);
    if nodes.is_empty() {
        return Ok(());
    }
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let printings = reader.load_many(ids.into_iter().map(PrintingKey)).await?;
    printings_below(reader, &nodes, &printings.into_values().collect::<Vec<_>>()).await
}

/// The same for cards.
pub(crate) async fn cards_at(ctx: &Context<'_>, path: &[&str], ids: Vec<CardId>) -> Result<()> {
    let nodes = at(ctx, path);
    if nodes.is_empty() {
        return Ok(());
    }
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let cards = reader.load_many(ids.into_iter().map(CardKey)).await?;
    cards_below(reader, &nodes, &cards.into_values().collect::<Vec<_>>()).await
}

/// Reads ahead for a list of cards.
pub(crate) async fn cards(ctx: &Context<'_>, rows: &[Card]) -> Result<()> {
    cards_below(ctx.data_unchecked(), &nodes(ctx), rows).await
}

/// Reads ahead for a list whose items hold a card in a field of this name.
pub(crate) async fn cards_in(ctx: &Context<'_>, field: &str, rows: &[Card]) -> Result<()> {
    cards_below(ctx.data_unchecked(), &below(&nodes(ctx), field), rows).await
}

/// Reads ahead for a list of articles.
pub(crate) async fn articles(ctx: &Context<'_>, rows: &[Article]) -> Result<()> {
    let (reader, nodes) = (ctx.data_unchecked::<ReaderLoader>(), nodes(ctx));
    if !asked(&nodes, "mentions") {
        return Ok(());
    }
    let mentions = reader.load_many(rows.iter().map(|article| MentionsKey(article.0.id))).await?;
    let cards = reader.load_many(mentions.into_values().flatten().map(CardKey)).await?;
    cards_below(reader, &below(&nodes, "mentions"), &cards.into_values().collect::<Vec<_>>()).await
}

async fn cards_below(reader: &ReaderLoader, nodes: &[Lookahead<'_>], rows: &[Card]) -> Result<()> {
    news_below(reader, nodes, rows).await?;
    played_below(reader, nodes, rows).await?;
    commander_below(reader, nodes, rows).await?;
    similar_below(reader, nodes, rows).await?;
    if asked(nodes, "rulings") {
        reader.load_many(rows.iter().map(|card| RulingsKey(card.0.id))).await?;
    }
    if !asked(nodes, "defaultPrinting") {
        return Ok(());
    }
    let keys = rows.iter().filter_map(|card| card.0.default_printing_id).map(PrintingKey);
    let printings: Vec<_> = reader.load_many(keys).await?.into_values().collect();
    printings_below(reader, &below(nodes, "defaultPrinting"), &printings).await
}

async fn printings_below(reader: &ReaderLoader, nodes: &[Lookahead<'_>], rows: &[Printing]) -> Result<()> {
    if asked(nodes, "card") {
        reader.load_many(rows.iter().map(|printing| CardKey(printing.row().card_id))).await?;
    }
    if asked(nodes, "latestPrices") {
        reader.load_many(rows.iter().map(|printing| LatestKey(printing.row().id))).await?;
    }
    if asked(nodes, "prices") {
        reader.load_many(rows.iter().map(|printing| CurrentKey(printing.row().id))).await?;
    }
    Ok(())
}

/// What a field below is given; nothing if it is given nothing, or what it cannot take.
fn argument<T: InputType>(node: &Lookahead<'_>, argument: &str) -> Option<T> {
    let fields = node.selection_fields();
    let arguments: Vec<(_, Value)> = fields.first()?.arguments().ok()?;
    let (_, value) = arguments.into_iter().find(|(name, _)| name.as_str() == argument)?;
    T::parse(Some(value)).ok()
}

/// A number that a field below is given, else its default.
fn given(node: &Lookahead<'_>, name: &str, default: i32) -> i32 {
    argument(node, name).unwrap_or(default)
}

/// The cards that are like the cards of a list, and what is asked of them. What an argument forbids is
/// refused by the field itself.
fn similar_below<'a>(
    reader: &'a ReaderLoader,
    nodes: &'a [Lookahead<'_>],
    rows: &'a [Card],
) -> BoxFuture<'a, Result<()>> {
    boxed(async move {
        for look in below(nodes, "similar") {
            let (after, filter) = (argument::<String>(&look, "after"), argument(&look, "filter"));
            let first = given(&look, "first", similar::FIRST);
            let Ok(asked) = similar::Asked::parse(first, after.as_deref(), filter) else { continue };
            let found = reader.load_many(rows.iter().map(|card| asked.of(card.0.id))).await?;
            let hits = found.values().flat_map(|found| found.hits.iter().take(asked.page.limit()));
            let keys: Vec<_> = hits.map(|near| CardKey(near.card)).collect();
            let cards: Vec<_> = reader.load_many(keys).await?.into_values().collect();
            cards_below(reader, &nodes_of(look), &cards).await?;
        }
        Ok(())
    })
}

/// Articles that name cards. What an argument forbids is refused by the field itself.
async fn news_below(reader: &ReaderLoader, nodes: &[Lookahead<'_>], rows: &[Card]) -> Result<()> {
    for look in below(nodes, "news") {
        let most = i64::from(given(&look, "first", 5).clamp(1, 20));
        let keys = rows.iter().map(|card| NewsOfCardKey { card: card.0.id, most });
        let ids = reader.load_many(keys).await?;
        reader.load_many(ids.into_values().flatten().map(ArticleKey)).await?;
    }
    Ok(())
}

async fn played_below(reader: &ReaderLoader, nodes: &[Lookahead<'_>], rows: &[Card]) -> Result<()> {
    for look in below(nodes, "tournamentDecks") {
        let since = tournaments::since(&reader.loader().0, given(&look, "days", 30).clamp(1, 365));
        reader.load_many(rows.iter().map(|card| PlayedInKey { card: card.0.id, since })).await?;
    }
    Ok(())
}

async fn commander_below(reader: &ReaderLoader, nodes: &[Lookahead<'_>], rows: &[Card]) -> Result<()> {
    for look in below(nodes, "edhrec") {
        reader.load_many(rows.iter().map(|card| StatsKey(card.0.id))).await?;
        for (field, as_commander) in [("commanders", false), ("cards", true)] {
            let plays = look.field(field);
            if !plays.exists() {
                continue;
            }
            let most = i64::from(given(&plays, "first", 10).clamp(1, 50));
            let keys = rows.iter().map(|card| PlaysKey { card: card.0.id, as_commander, most });
            let found = reader.load_many(keys).await?;
            if plays.field("card").exists() {
                let others = found.into_values().flatten();
                reader.load_many(others.map(|play| CardKey(play.other(as_commander)))).await?;
            }
        }
    }
    Ok(())
}

/// Reads ahead for a list of tournaments.
pub(crate) async fn tournaments(ctx: &Context<'_>, rows: &[Tournament]) -> Result<()> {
    let reader = ctx.data_unchecked::<ReaderLoader>();
    for look in below(&nodes(ctx), "standings") {
        let (first, after) = (given(&look, "first", 16).clamp(1, 100), given(&look, "after", 0).max(0));
        let keys = rows.iter().map(|row| StandingsKey::of(row.0.id, first, after));
        let standings = reader.load_many(keys).await?;
        let cards = look.field("deck").field("cards");
        if cards.exists() {
            let decks = standings.into_values().flatten().filter_map(|standing| standing.deck());
            let decks = reader.load_many(decks.map(DeckCardsKey)).await?;
            if cards.field("card").exists() {
                let ids = decks.values().flat_map(|cards| cards.iter().filter_map(DeckCard::card));
                reader.load_many(ids.map(CardKey).collect::<Vec<_>>()).await?;
            }
        }
    }
    Ok(())
}
