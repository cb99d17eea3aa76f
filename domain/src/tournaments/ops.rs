use std::collections::HashMap;
use std::hash::Hasher;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use markets::topdeck::Tournament as Said;
use markets::{Part, Progress};
use serde_json::json;
use xxhash_rust::xxh3::Xxh3;

use super::loader::{PlayedInKey, StandingsKey};
use super::model::{
    DeckPart, FormatPlayed, PlayedIn, Standing, Stored, Tournament, TournamentCursor, TournamentFilter,
};
use super::queries::{self, Cards, Decks, Standings};
use crate::catalog::CardNames;
use crate::{CardId, Ctx, Error, Page, ReaderLoader, Result, TournamentId};

/// Tournaments that are stored in one transaction.
const CHUNK: usize = 50;
/// Different cards of a deck; more is no deck.
const MOST_CARDS: usize = 300;
/// The most days back of a card's figures.
const MOST_DAYS: i32 = 365;

/// Tournaments, newest first.
pub async fn tournaments(
    ctx: &Ctx,
    filter: &TournamentFilter,
    page: &Page<TournamentCursor>,
) -> Result<Vec<Tournament>> {
    Ok(queries::page(&mut *ctx.conn().await?, filter, page).await?)
}

/// Formats that tournaments are known of, the most played first.
pub async fn formats(ctx: &Ctx) -> Result<Vec<FormatPlayed>> {
    Ok(queries::formats(&mut *ctx.conn().await?).await?)
}

/// Places of a tournament, from the winner's on.
pub(crate) async fn standings(
    reader: &ReaderLoader,
    tournament: TournamentId,
    first: i32,
    after: i32,
) -> Result<Vec<Standing>> {
    let page: Page<i32> = Page::new(first, None)?;
    let most = i32::try_from(page.limit()).unwrap_or(i32::MAX);
    if after < 0 {
        return Err(Error::invalid("after", "must be a place, or 0"));
    }
    let key = StandingsKey::of(tournament, most, after);
    Ok(reader.load_one(key).await?.unwrap_or_default())
}

/// The moment so many days ago.
pub(crate) fn since(ctx: &Ctx, days: i32) -> DateTime<Utc> {
    ctx.now() - TimeDelta::days(days.into())
}

/// In how many decks a card is, by format, of tournaments of the last days.
pub(crate) async fn played_in(reader: &ReaderLoader, card: CardId, days: i32) -> Result<Vec<PlayedIn>> {
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Error::invalid("days", format!("must be between 1 and {MOST_DAYS}")));
    }
    let since = since(&reader.loader().0, days);
    Ok(reader.load_one(PlayedInKey { card, since }).await?.unwrap_or_default())
}

/// A deck whose cards have been looked up.
struct Deck {
    place: i32,
    url: Option<String>,
    cards: Vec<(DeckPart, String, Option<CardId>, i32)>,
}

struct Ready<'a> {
    said: &'a Said,
    began: DateTime<Utc>,
    decks: Vec<Deck>,
    hash: i64,
}

fn number(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn clean(text: &str) -> String {
    // Postgres has no NUL in text.
    text.replace('\0', "")
}

/// The decks of a tournament, their cards by our ids.
fn decks(said: &Said, names: &CardNames) -> Vec<Deck> {
    let mut all = Vec::new();
    for (place, standing) in (1..).zip(&said.standings) {
        let mut cards: HashMap<(DeckPart, String), u32> = HashMap::new();
        for (part, name, copies) in standing.cards().into_iter().take(MOST_CARDS) {
            let copies_so_far = cards.entry((DeckPart::named(part), clean(&name))).or_default();
            *copies_so_far = copies_so_far.saturating_add(copies).min(1_000);
        }
        let url = standing.deck_url();
        if cards.is_empty() && url.is_none() {
            continue;
        }
        let found = |((part, name), copies): ((DeckPart, String), u32)| {
            let card = names.find(&name);
            (part, name, card, number(copies as usize))
        };
        let mut cards: Vec<_> = cards.into_iter().map(found).collect();
        cards.sort();
        all.push(Deck { place, url, cards });
    }
    all
}

impl<'a> Ready<'a> {
    fn of(said: &'a Said, names: &CardNames) -> Option<Self> {
        let decks = decks(said, names);
        let mut hash = Xxh3::new();
        for text in [&said.id, &said.name, &said.format] {
            hash.write(text.as_bytes());
            hash.write_u8(0);
        }
        hash.write_i64(said.began);
        hash.write_i32(said.top_cut.unwrap_or(-1));
        for standing in &said.standings {
            for figure in [standing.wins, standing.draws, standing.losses] {
                hash.write_i32(figure);
            }
        }
        for deck in &decks {
            hash.write_i32(deck.place);
            hash.write(deck.url.as_deref().unwrap_or_default().as_bytes());
            for (part, name, card, copies) in &deck.cards {
                hash.write_i16(part.number());
                hash.write(name.as_bytes());
                hash.write_i32(card.map_or(0, |card| card.0));
                hash.write_i32(*copies);
            }
        }
        Some(Self { said, began: said.began_at()?, decks, hash: hash.finish().cast_signed() })
    }

    fn with_cards(&self) -> usize {
        self.decks.iter().filter(|deck| !deck.cards.is_empty()).count()
    }
}

/// Stores tournaments with their standings and decks. The same word again changes nothing; one that lost
/// more than half of its standings is not believed.
pub(crate) async fn store(
    ctx: &Ctx,
    said: &[Said],
    since: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Stored> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    let names = CardNames::load(&mut conn).await?;
    let mut stored =
        Stored { known: queries::count_since(&mut conn, since).await?.unsigned_abs(), ..Stored::default() };
    let total = Some(said.len() as u64);
    let connection: &mut AsyncPgConnection = &mut conn;
    for (done, chunk) in said.chunks(CHUNK).enumerate() {
        progress.tell(Part::Store, (done * CHUNK) as u64, total);
        let mut ready: Vec<Ready<'_>> = chunk.iter().filter_map(|said| Ready::of(said, &names)).collect();
        for deck in ready.iter().flat_map(|ready| &ready.decks) {
            let matched = deck.cards.iter().filter(|(_, _, card, _)| card.is_some()).count();
            stored.matched += matched as u64;
            stored.unmatched += (deck.cards.len() - matched) as u64;
        }
        let ids: Vec<&str> = ready.iter().map(|ready| ready.said.id.as_str()).collect();
        let known: HashMap<String, (i32, i64)> = queries::known(connection, &ids)
            .await?
            .into_iter()
            .map(|(id, players, hash)| (id, (players, hash)))
            .collect();
        ready.retain(|ready| match known.get(&ready.said.id) {
            Some((_, hash)) if *hash == ready.hash => false,
            Some((players, _)) if number(ready.said.standings.len()).saturating_mul(2) < *players => {
                stored.refused += 1;
                false
            }
            _ => true,
        });
        if !ready.is_empty() {
            stored.changed += ready.len() as u64;
            let now = ctx.now();
            connection.transaction(async |conn| write(conn, &ready, now).await).await?;
        }
    }
    progress.tell(Part::Store, said.len() as u64, total);
    Ok(stored)
}

async fn write(
    conn: &mut AsyncPgConnection,
    ready: &[Ready<'_>],
    now: DateTime<Utc>,
) -> diesel::QueryResult<()> {
    let given = ready.iter().enumerate().map(|(at, ready)| {
        json!({
            "number": at, "source_id": clean(&ready.said.id), "name": clean(&ready.said.name),
            "format": clean(&ready.said.format), "players": ready.said.standings.len(),
            "top_cut": ready.said.top_cut, "started_at": ready.began, "decks": ready.with_cards(),
            "content_hash": ready.hash,
        })
    });
    let ids = queries::store(conn, given.collect(), now).await?;
    let (mut standings, mut decks, mut cards) = (Standings::default(), Decks::default(), Cards::default());
    for (id, ready) in ids.iter().zip(ready) {
        for (place, standing) in (1..).zip(&ready.said.standings) {
            standings.of.push(id.0);
            standings.place.push(place);
            standings.wins.push(standing.wins);
            standings.draws.push(standing.draws);
            standings.losses.push(standing.losses);
        }
        for deck in &ready.decks {
            let copies = |wanted: fn(&Option<CardId>) -> bool| {
                deck.cards.iter().filter(|(_, _, card, _)| wanted(card)).map(|(.., copies)| copies).sum()
            };
            decks.of.push(id.0);
            decks.place.push(deck.place);
            decks.url.push(deck.url.clone());
            decks.copies.push(copies(|_| true));
            decks.unmatched.push(copies(Option::is_none));
            for (part, name, card, copies) in &deck.cards {
                cards.of.push(id.0);
                cards.place.push(deck.place);
                cards.part.push(part.number());
                cards.name.push(name.clone());
                cards.card.push(card.map(|card| card.0));
                cards.copies.push(*copies);
            }
        }
    }
    queries::fill(conn, standings, decks, cards).await
}
