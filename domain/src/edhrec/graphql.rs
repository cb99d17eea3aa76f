use async_graphql::{Context, Object, Result};
use chrono::{DateTime, Utc};

use super::model::{EdhrecStats, Play};
use super::ops;
use crate::CardId;
use crate::catalog::{Card, CardKey};
use crate::reader::boxed;
use crate::{Error, ReaderLoader};

/// What EDHREC says of a card in Commander. Its figures are of the commanders whose pages were read: the
/// most played first, a few every day. Whoever shows them names EDHREC.
#[Object]
impl EdhrecStats {
    /// Place among the cards most played in Commander; 1 is the most played.
    async fn rank(&self) -> Option<i32> {
        self.rank
    }

    /// How much people dislike to play against it, from 0 to about 4; known of commanders.
    async fn salt(&self) -> Option<f32> {
        self.salt
    }

    /// Whether it leads decks of its own.
    async fn is_commander(&self) -> bool {
        self.is_commander
    }

    /// Decks with it, of the commanders whose pages were read and list it.
    async fn decks(&self) -> i64 {
        self.decks
    }

    /// Decks of those commanders in all.
    async fn possible_decks(&self) -> i64 {
        self.possible
    }

    /// The share of those decks with it, from 0 to 1; null if no page lists it.
    async fn inclusion(&self) -> Option<f64> {
        (self.possible > 0).then(|| self.decks as f64 / self.possible as f64)
    }

    /// When a page that tells of it was last read.
    async fn visited_at(&self) -> Option<DateTime<Utc>> {
        self.visited_at
    }

    /// The commanders that it is played with in most decks.
    async fn commanders(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10, desc = "How many, 1 to 50.")] first: i32,
    ) -> Result<Vec<EdhrecPlay>> {
        let rows = boxed(ops::plays(ctx.data_unchecked(), self.card_id, false, first)).await?;
        Ok(rows.into_iter().map(|row| EdhrecPlay(row.other(false), row)).collect())
    }

    /// The cards that set it apart as a commander: those of the highest synergy.
    async fn cards(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10, desc = "How many, 1 to 50.")] first: i32,
    ) -> Result<Vec<EdhrecPlay>> {
        let rows = boxed(ops::plays(ctx.data_unchecked(), self.card_id, true, first)).await?;
        Ok(rows.into_iter().map(|row| EdhrecPlay(row.other(true), row)).collect())
    }
}

/// How much a card is played with a commander.
pub struct EdhrecPlay(CardId, Play);

/// How much a card is played with a commander.
#[Object]
impl EdhrecPlay {
    /// The commander, or the card that is played with it.
    async fn card(&self, ctx: &Context<'_>) -> Result<Card> {
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(CardKey(self.0))).await?;
        Ok(found.ok_or(Error::NotFound("card"))?)
    }

    /// EDHREC's list that it is in, an open list: `highsynergycards`, `topcards`, `creatures` …
    async fn list(&self) -> &str {
        &self.1.list
    }

    /// Decks of the commander with the card.
    async fn decks(&self) -> i32 {
        self.1.decks
    }

    /// Decks of the commander that could have it.
    async fn possible_decks(&self) -> i32 {
        self.1.possible
    }

    /// The share of those decks with it, from 0 to 1.
    async fn inclusion(&self) -> f64 {
        f64::from(self.1.decks) / f64::from(self.1.possible.max(1))
    }

    /// How much more often than in other decks of the same colours, from -1 to 1.
    async fn synergy(&self) -> Option<f32> {
        self.1.synergy
    }
}
