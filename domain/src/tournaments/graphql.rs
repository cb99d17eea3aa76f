use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::loader::{DeckCardsKey, TournamentKey};
use super::model::{DeckCard, DeckPart, PlayedIn, Standing, Tournament, TournamentCursor, TournamentFilter};
use super::ops;
use crate::catalog::{Card, CardKey};
use crate::error::soft;
use crate::links::urlencoded;
use crate::reader::boxed;
use crate::{Error, Page, ReaderLoader, TournamentId, prefetch};

/// A tournament that ended. Data provided by TopDeck.gg; whoever shows it names and links them.
#[Object]
impl Tournament {
    /// Public id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.public().into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its format, in the words of TopDeck.gg: `EDH`, `Modern` …
    async fn format(&self) -> &str {
        &self.0.format
    }

    /// How many played.
    async fn players(&self) -> i32 {
        self.0.players
    }

    /// How many went on to the final rounds.
    async fn top_cut(&self) -> Option<i32> {
        self.0.top_cut
    }

    /// When it began.
    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    /// Decks whose cards are known.
    async fn deck_count(&self) -> i32 {
        self.0.decks
    }

    /// Its page at TopDeck.gg.
    async fn url(&self) -> String {
        format!("https://topdeck.gg/event/{}", urlencoded(&self.0.source_id))
    }

    /// Its final standings, the winner first. Players are not named.
    async fn standings(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 16, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(default = 0, desc = "The last place of the page before.")] after: i32,
    ) -> Result<Vec<Standing>> {
        Ok(boxed(ops::standings(ctx.data_unchecked(), self.0.id, first, after)).await?)
    }
}

/// How one deck did.
#[Object(name = "TournamentStanding")]
impl Standing {
    /// The place, from 1.
    async fn place(&self) -> i32 {
        self.place
    }

    /// Matches won.
    async fn wins(&self) -> i32 {
        self.wins
    }

    /// Matches drawn.
    async fn draws(&self) -> i32 {
        self.draws
    }

    /// Matches lost.
    async fn losses(&self) -> i32 {
        self.losses
    }

    /// The deck, if it was handed in.
    #[graphql(name = "deck")]
    async fn handed_in(&self) -> Option<TournamentDeck> {
        Some(TournamentDeck {
            id: self.decklist_id?,
            url: self.url.clone(),
            copies: self.copies.unwrap_or_default(),
            unmatched: self.unmatched.unwrap_or_default(),
        })
    }
}

/// A deck of a tournament.
pub struct TournamentDeck {
    id: i32,
    url: Option<String>,
    copies: i32,
    unmatched: i32,
}

/// A deck of a tournament.
#[Object]
impl TournamentDeck {
    /// Where its player published it: an `https` address.
    async fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Cards in it, each copy counted; 0 if only its address is known.
    async fn copies(&self) -> i32 {
        self.copies
    }

    /// Those of them whose names no card of this catalogue has.
    async fn unmatched(&self) -> i32 {
        self.unmatched
    }

    /// Its cards: commanders, main deck, sideboard.
    async fn cards(&self, ctx: &Context<'_>) -> Result<Vec<DeckEntry>> {
        let reader = ctx.data_unchecked::<ReaderLoader>();
        let cards = boxed(reader.load_one(DeckCardsKey(self.id))).await?.unwrap_or_default();
        let known = cards.iter().filter_map(|card| card.card_id).map(CardKey);
        let known = boxed(reader.load_many(known)).await?;
        let entry = |card: &DeckCard| DeckEntry {
            part: DeckPart::from_number(card.part),
            name: card.name.clone(),
            copies: card.copies,
            card: card.card_id.and_then(|id| known.get(&CardKey(id)).cloned()),
        };
        Ok(cards.iter().map(entry).collect())
    }
}

/// A card of a deck.
#[derive(SimpleObject)]
pub struct DeckEntry {
    /// The part of the deck.
    part: DeckPart,
    /// The card's name, as the deck has it.
    name: String,
    /// How many copies.
    copies: i32,
    /// The card; null if no card of this catalogue has that name.
    card: Option<Card>,
}

/// In how many decks of a format a card is.
#[derive(SimpleObject)]
pub struct TournamentPlay {
    /// The format, in the words of TopDeck.gg.
    format: String,
    /// Decks with it.
    decks: i64,
    /// All decks of the format whose cards are known.
    all_decks: i64,
    /// The share of decks with it, from 0 to 1.
    share: f64,
}

impl From<PlayedIn> for TournamentPlay {
    fn from(played: PlayedIn) -> Self {
        let share = played.decks as f64 / played.all_decks.max(1) as f64;
        Self { format: played.format, decks: played.decks, all_decks: played.all_decks, share }
    }
}

/// A format that tournaments are known of.
#[derive(SimpleObject)]
pub struct TournamentFormat {
    /// The format, in the words of TopDeck.gg.
    name: String,
    /// How many tournaments of it are known.
    tournaments: i64,
}

/// Reads of tournaments.
#[derive(Default)]
pub struct Query;

#[Object(name = "TournamentsQuery")]
impl Query {
    /// Tournaments that ended, newest first. Data provided by TopDeck.gg.
    async fn tournaments(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last tournament of the page before.")] after: Option<String>,
        #[graphql(desc = "Only of this format, in the words of TopDeck.gg.")] format: Option<String>,
        #[graphql(desc = "Only with so many players or more.")] min_players: Option<i32>,
    ) -> Result<Connection<TournamentCursor, Tournament, EmptyFields, EmptyFields>> {
        let page = Page::parse(first, after.as_deref())?;
        let filter = TournamentFilter { format, min_players };
        let rows = ops::tournaments(ctx.data_unchecked(), &filter, &page).await?;
        prefetch::tournaments(ctx, &rows).await?;
        Ok(page.connection(rows, EmptyFields, Tournament::cursor, |tournament| tournament))
    }

    /// A tournament by its public id.
    async fn tournament(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its public id.")] id: ID,
    ) -> Option<Tournament> {
        let found = async {
            let id = TournamentId::from_public(&id)
                .ok_or_else(|| Error::invalid("id", "is not the id of a tournament"))?;
            ctx.data_unchecked::<ReaderLoader>().load_one(TournamentKey(id)).await
        };
        soft(ctx, found.await)
    }

    /// Formats that tournaments are known of, the most played first.
    async fn tournament_formats(&self, ctx: &Context<'_>) -> Result<Vec<TournamentFormat>> {
        let formats = ops::formats(ctx.data_unchecked()).await?;
        let format = |row: super::model::FormatPlayed| TournamentFormat {
            name: row.format,
            tournaments: row.tournaments,
        };
        Ok(formats.into_iter().map(format).collect())
    }
}
