use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use markets::edhrec::{Commander, Played};

use super::loader::{PlaysKey, StatsKey};
use super::model::{EdhrecStats, Play, Stored, Wanted};
use super::queries::{self, Plays};
use crate::catalog::CardNames;
use crate::{CardId, Ctx, Error, ReaderLoader, Result};

/// A page is asked for again after so long: it changes slowly.
const AGAIN: TimeDelta = TimeDelta::days(7);
/// Pages of one run, at no more than one a second.
const PAGES: i64 = 150;
/// With fewer cards than this nobody can tell that a page shrank.
const ENOUGH: i64 = 20;
/// The most rows of a list.
const MOST: i32 = 50;

/// What EDHREC says of a card; nothing if it was not asked for, or says nothing.
pub(crate) async fn stats(reader: &ReaderLoader, card: CardId) -> Result<Option<EdhrecStats>> {
    Ok(reader.load_one(StatsKey(card)).await?.flatten())
}

/// The commanders that a card is played with most, or the cards that set a commander apart.
pub(crate) async fn plays(
    reader: &ReaderLoader,
    card: CardId,
    as_commander: bool,
    first: i32,
) -> Result<Vec<Play>> {
    if !(1..=MOST).contains(&first) {
        return Err(Error::invalid("first", format!("must be between 1 and {MOST}")));
    }
    let key = PlaysKey { card, as_commander, most: first.into() };
    Ok(reader.load_one(key).await?.unwrap_or_default())
}

/// Commanders whose pages are to be asked for now.
pub(crate) async fn wanted(ctx: &Ctx) -> Result<Vec<Wanted>> {
    Ok(queries::wanted(&mut *ctx.conn().await?, ctx.now() - AGAIN, PAGES).await?)
}

/// All names, read once for a whole run.
pub(crate) async fn names(ctx: &Ctx) -> Result<CardNames> {
    Ok(CardNames::load(&mut *ctx.conn().await?).await?)
}

/// Stores pages; of those that did not change there the older word stays. The same word again changes
/// nothing but when it was heard.
pub(crate) async fn store(
    ctx: &Ctx,
    names: &CardNames,
    asked: &[Wanted],
    pages: &[Commander],
) -> Result<Stored> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    let connection: &mut AsyncPgConnection = &mut conn;
    let ids: Vec<CardId> = asked.iter().map(|wanted| wanted.id).collect();
    let known: HashMap<CardId, i64> = queries::counts(connection, &ids).await?.into_iter().collect();
    let by_name: HashMap<&str, &Commander> = pages.iter().map(|page| (page.name.as_str(), page)).collect();
    let (mut stored, mut plays, mut of) = (Stored::default(), Plays::default(), Vec::new());
    let (mut has_page, mut salt) = (Vec::new(), Vec::new());
    for wanted in asked {
        let page = by_name.get(wanted.name.as_str());
        has_page.push(page.is_some());
        salt.push(page.and_then(|page| page.salt).map(|salt| salt as f32));
        let Some(page) = page else { continue };
        let cards = cards(page, names);
        stored.rows += page.played.len() as u64;
        let matched = page.played.iter().filter(|played| names.find(&played.card).is_some());
        stored.matched += matched.count() as u64;
        let before = known.get(&wanted.id).copied().unwrap_or_default();
        if before >= ENOUGH && (cards.len() as i64) * 2 < before {
            stored.refused += 1;
            continue;
        }
        of.push(wanted.id);
        for (card, played) in cards {
            plays.commander.push(wanted.id.0);
            plays.card.push(card.0);
            plays.list.push(played.list.replace('\0', ""));
            plays.decks.push(i32::try_from(played.decks).unwrap_or(i32::MAX));
            plays.possible.push(i32::try_from(played.possible).unwrap_or(i32::MAX));
            plays.synergy.push(played.synergy.map(|synergy| synergy as f32));
        }
    }
    let now = ctx.now();
    let changed = connection
        .transaction(async |conn| {
            queries::visited(conn, ids, has_page, salt, now).await?;
            queries::store(conn, of, plays).await
        })
        .await?;
    Ok(Stored { changed: changed as u64, ..stored })
}

/// The cards of a page that are ours, each once.
fn cards<'a>(page: &'a Commander, names: &CardNames) -> BTreeMap<CardId, &'a Played> {
    let mut cards = BTreeMap::new();
    for played in &page.played {
        if let Some(card) = names.find(&played.card) {
            cards.entry(card).or_insert(played);
        }
    }
    cards
}
