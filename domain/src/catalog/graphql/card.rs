use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::loader::{FormatsKey, LegalityChangesKey, PrintingKey, RulingsKey};
use super::super::model::{Card, FaceRow, Printing, PrintingCursor};
use super::super::ops;
use super::printing::connection;
use super::ruling::Ruling;
use crate::edhrec::{self, EdhrecStats};
use crate::news::{self, Article};
use crate::reader::boxed;
use crate::similar::{self, SimilarCardConnection, SimilarCardsFilter};
use crate::tournaments::{self, TournamentPlay};
use crate::{Page, ReaderLoader};

/// A colour of mana.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Color {
    /// {W}
    White,
    /// {U}
    Blue,
    /// {B}
    Black,
    /// {R}
    Red,
    /// {G}
    Green,
}

impl Color {
    fn of_mask(mask: i16) -> Vec<Self> {
        let all = [Self::White, Self::Blue, Self::Black, Self::Red, Self::Green];
        all.into_iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, color)| color).collect()
    }
}

/// What a format's rules say of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum LegalityStatus {
    /// It may be played.
    Legal,
    /// It is not in the format's card pool.
    NotLegal,
    /// One copy may be played.
    Restricted,
    /// It may not be played.
    Banned,
}

impl LegalityStatus {
    fn from_number(number: i16) -> Self {
        match number {
            1 => Self::Legal,
            2 => Self::Restricted,
            3 => Self::Banned,
            _ => Self::NotLegal,
        }
    }
}

/// A card's status in one format.
#[derive(SimpleObject)]
pub struct Legality {
    /// The format, in Scryfall's spelling: `modern`, `commander`, `paupercommander` …
    format: String,
    /// Its status there.
    status: LegalityStatus,
}

/// A change of status that we saw between two observations of the card.
#[derive(SimpleObject)]
pub struct LegalityChange {
    /// The format.
    format: String,
    /// The status before.
    from: LegalityStatus,
    /// The status after.
    to: LegalityStatus,
    /// When the new status was first seen.
    observed_at: DateTime<Utc>,
}

/// One face of a card that has several: of a double-faced, split, flip or adventure card.
#[derive(SimpleObject)]
struct CardFace {
    /// The face's name.
    name: String,
    /// Its mana cost, such as `{1}{U}`.
    mana_cost: Option<String>,
    /// Its type line.
    type_line: Option<String>,
    /// Its rules text.
    oracle_text: Option<String>,
    /// Its power, which may be `*`.
    power: Option<String>,
    /// Its toughness, which may be `*`.
    toughness: Option<String>,
    /// Its starting loyalty.
    loyalty: Option<String>,
    /// Its starting defence.
    defense: Option<String>,
    /// Its colours.
    colors: Vec<Color>,
}

impl From<FaceRow> for CardFace {
    fn from(row: FaceRow) -> Self {
        Self {
            name: row.name,
            mana_cost: row.mana_cost,
            type_line: row.type_line,
            oracle_text: row.oracle_text,
            power: row.power,
            toughness: row.toughness,
            loyalty: row.loyalty,
            defense: row.defense,
            colors: Color::of_mask(row.colors),
        }
    }
}

/// A card: what has one set of rules, whatever it was printed on.
#[Object]
impl Card {
    /// Public id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.public().into()
    }

    /// Scryfall's oracle id.
    async fn oracle_id(&self) -> Uuid {
        self.0.oracle_id
    }

    /// Its name; the names of two faces are joined by ` // `.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Scryfall's layout, an open list: `normal`, `transform`, `split`, `adventure` …
    async fn layout(&self) -> &str {
        &self.0.layout
    }

    /// Mana cost of the card, or of its first face; empty for cards without one.
    async fn mana_cost(&self) -> Option<&str> {
        self.0.mana_cost.as_deref()
    }

    /// Mana value.
    async fn mana_value(&self) -> f32 {
        self.0.mana_value
    }

    /// Type line; of several faces joined by ` // `.
    async fn type_line(&self) -> &str {
        &self.0.type_line
    }

    /// Rules text in its current wording; of several faces joined by a line `//`.
    async fn oracle_text(&self) -> Option<&str> {
        self.0.oracle_text.as_deref()
    }

    /// Power, which may be `*`.
    async fn power(&self) -> Option<&str> {
        self.0.power.as_deref()
    }

    /// Toughness, which may be `*`.
    async fn toughness(&self) -> Option<&str> {
        self.0.toughness.as_deref()
    }

    /// Starting loyalty of a planeswalker.
    async fn loyalty(&self) -> Option<&str> {
        self.0.loyalty.as_deref()
    }

    /// Starting defence of a battle.
    async fn defense(&self) -> Option<&str> {
        self.0.defense.as_deref()
    }

    /// Colours.
    async fn colors(&self) -> Vec<Color> {
        Color::of_mask(self.0.colors)
    }

    /// Colour identity: what decks of Commander go by.
    async fn color_identity(&self) -> Vec<Color> {
        Color::of_mask(self.0.color_identity)
    }

    /// Keyword abilities and actions.
    async fn keywords(&self) -> &[String] {
        &self.0.keywords
    }

    /// Whether it is on the Reserved List and never printed again.
    async fn reserved(&self) -> bool {
        self.0.reserved
    }

    /// Whether Commander counts it among the game changers.
    async fn game_changer(&self) -> bool {
        self.0.game_changer
    }

    /// Place among the cards most played in Commander, by EDHREC; 1 is the most played.
    async fn edhrec_rank(&self) -> Option<i32> {
        self.0.edhrec_rank
    }

    /// Its faces, if it has several.
    async fn faces(&self) -> Result<Vec<CardFace>> {
        let faces: Vec<FaceRow> =
            serde_json::from_value(self.0.faces.clone()).map_err(crate::Error::internal)?;
        Ok(faces.into_iter().map(CardFace::from).collect())
    }

    /// Its status in every format that we know of.
    #[graphql(complexity = "1")]
    async fn legalities(&self, ctx: &Context<'_>) -> Result<Vec<Legality>> {
        let formats =
            boxed(ctx.data_unchecked::<ReaderLoader>().load_one(FormatsKey)).await?.unwrap_or_default();
        let row = &self.0;
        let status = |bit: i16| {
            let has = |mask: i64| mask >> bit & 1 == 1;
            match () {
                () if has(row.banned) => LegalityStatus::Banned,
                () if has(row.restricted) => LegalityStatus::Restricted,
                () if has(row.legal) => LegalityStatus::Legal,
                () => LegalityStatus::NotLegal,
            }
        };
        let known = formats.iter().filter(|(bit, _)| row.known_formats >> bit & 1 == 1);
        Ok(known.map(|(bit, format)| Legality { format: format.clone(), status: status(*bit) }).collect())
    }

    /// Changes of its status that we saw, newest first.
    async fn legality_changes(&self, ctx: &Context<'_>) -> Result<Vec<LegalityChange>> {
        let reader = ctx.data_unchecked::<ReaderLoader>();
        let formats = boxed(reader.load_one(FormatsKey)).await?.unwrap_or_default();
        let rows = boxed(reader.load_one(LegalityChangesKey(self.0.id))).await?.unwrap_or_default();
        let change = |row: &super::super::model::LegalityChangeRow| {
            let (_, format) = formats.iter().find(|(bit, _)| *bit == row.format)?;
            Some(LegalityChange {
                format: format.clone(),
                from: LegalityStatus::from_number(row.before),
                to: LegalityStatus::from_number(row.after),
                observed_at: row.observed_at,
            })
        };
        Ok(rows.iter().filter_map(change).collect())
    }

    /// What was officially said of how it works, the newest first.
    async fn rulings(&self, ctx: &Context<'_>) -> Result<Vec<Ruling>> {
        let rows = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(RulingsKey(self.0.id))).await?;
        Ok(rows.unwrap_or_default().iter().map(Ruling::from).collect())
    }

    /// How many printings it has in this catalogue.
    async fn printing_count(&self) -> i32 {
        self.0.printing_count
    }

    /// The printing that stands for the card: the newest in English on paper that is no promo.
    async fn default_printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        match self.0.default_printing_id {
            Some(id) => Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PrintingKey(id))).await?),
            None => Ok(None),
        }
    }

    /// Its printings, newest first.
    async fn printings(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last printing of the page before.")] after: Option<String>,
    ) -> Result<Connection<PrintingCursor, Printing, EmptyFields, EmptyFields>> {
        let page = Page::parse(first, after.as_deref())?;
        let rows = boxed(ops::printings_of_card(ctx.data_unchecked(), self.0.id, &page)).await?;
        boxed(connection(ctx, &page, rows)).await
    }

    /// Cards that do what this one does, the most similar first.
    async fn similar(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "similar::FIRST", desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last card of the page before.")] after: Option<String>,
        #[graphql(desc = "Only such cards.")] filter: Option<SimilarCardsFilter>,
    ) -> Result<SimilarCardConnection> {
        boxed(similar::connection(ctx, self.clone(), (first, after), filter)).await
    }

    /// The newest articles that name it.
    async fn news(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 5, desc = "How many, 1 to 20.")] first: i32,
    ) -> Result<Vec<Article>> {
        Ok(boxed(news::of_card(ctx.data_unchecked(), self.0.id, first)).await?)
    }

    /// In how many decks of recent tournaments it is, by format, the most first. Data provided by
    /// TopDeck.gg.
    async fn tournament_decks(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 30, desc = "Of tournaments of so many days, 1 to 365.")] days: i32,
    ) -> Result<Vec<TournamentPlay>> {
        let rows = boxed(tournaments::played_in(ctx.data_unchecked(), self.0.id, days)).await?;
        Ok(rows.into_iter().map(TournamentPlay::from).collect())
    }

    /// What EDHREC says of it in Commander; null if its page and those that list it were not read yet.
    async fn edhrec(&self, ctx: &Context<'_>) -> Result<Option<EdhrecStats>> {
        Ok(boxed(edhrec::stats(ctx.data_unchecked(), self.0.id)).await?)
    }
}
