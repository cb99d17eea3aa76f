//! One mechanism for every list: look ahead at what the selection asks of its nodes and read that
//! in one batch per kind, so that the fields find it in the request's loader.

use async_graphql::{Context, Lookahead};

use crate::catalog::{Card, CardKey, Printing, PrintingKey};
use crate::news::{Article, MentionsKey};
use crate::prices::{CurrentKey, LatestKey};
use crate::{ReaderLoader, Result};

/// The nodes below a list field: a connection's, or the items of a plain list.
fn nodes<'a>(ctx: &'a Context<'a>) -> Vec<Lookahead<'a>> {
    let look = ctx.look_ahead();
    let (nodes, edges) = (look.field("nodes"), look.field("edges").field("node"));
    let connection: Vec<_> = [nodes, edges].into_iter().filter(Lookahead::exists).collect();
    if connection.is_empty() { vec![look] } else { connection }
}

fn asked(nodes: &[Lookahead<'_>], field: &str) -> bool {
    nodes.iter().any(|node| node.field(field).exists())
}

fn below<'a>(nodes: &[Lookahead<'a>], field: &str) -> Vec<Lookahead<'a>> {
    nodes.iter().map(|node| node.field(field)).filter(Lookahead::exists).collect()
}

/// Reads ahead for a list of printings.
pub(crate) async fn printings(ctx: &Context<'_>, rows: &[Printing]) -> Result<()> {
    printings_below(ctx.data_unchecked(), &nodes(ctx), rows).await
}

/// Reads ahead for a list whose items hold a printing in a field of this name.
pub(crate) async fn printings_in(ctx: &Context<'_>, field: &str, rows: &[Printing]) -> Result<()> {
    printings_below(ctx.data_unchecked(), &below(&nodes(ctx), field), rows).await
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
