use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};

use super::model::{DeckCard, PlayedIn, Standing, Tournament};
use super::queries;
use crate::{CardId, Error, Reader, Result, TournamentId};

/// A tournament by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TournamentKey(pub TournamentId);

impl Loader<TournamentKey> for Reader {
    type Value = Tournament;
    type Error = Error;

    async fn load(&self, keys: &[TournamentKey]) -> Result<HashMap<TournamentKey, Tournament>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = queries::tournaments(&mut *self.0.conn().await?, &ids).await?;
        Ok(found.into_iter().map(|tournament| (TournamentKey(tournament.0.id), tournament)).collect())
    }
}

/// Places of a tournament.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StandingsKey {
    pub tournament: TournamentId,
    pub from: i32,
    pub to: i32,
}

impl StandingsKey {
    /// So many places after one.
    pub fn of(tournament: TournamentId, first: i32, after: i32) -> Self {
        Self { tournament, from: after.saturating_add(1), to: after.saturating_add(first) }
    }
}

impl Loader<StandingsKey> for Reader {
    type Value = Vec<Standing>;
    type Error = Error;

    async fn load(&self, keys: &[StandingsKey]) -> Result<HashMap<StandingsKey, Vec<Standing>>> {
        let mut by_places: BTreeMap<(i32, i32), Vec<TournamentId>> = BTreeMap::new();
        for key in keys {
            by_places.entry((key.from, key.to)).or_default().push(key.tournament);
        }
        // Also of nothing there is an answer: what is missing would be asked for again.
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for ((from, to), tournaments) in by_places {
            for standing in queries::standings(&mut *self.0.conn().await?, &tournaments, from, to).await? {
                let key = StandingsKey { tournament: standing.tournament_id, from, to };
                found.entry(key).or_default().push(standing);
            }
        }
        Ok(found)
    }
}

/// The cards of a deck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DeckCardsKey(pub i32);

impl Loader<DeckCardsKey> for Reader {
    type Value = Arc<Vec<DeckCard>>;
    type Error = Error;

    async fn load(&self, keys: &[DeckCardsKey]) -> Result<HashMap<DeckCardsKey, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for card in queries::deck_cards(&mut *self.0.conn().await?, &ids).await? {
            found.entry(DeckCardsKey(card.decklist_id)).or_default().push(card);
        }
        Ok(found.into_iter().map(|(key, cards)| (key, Arc::new(cards))).collect())
    }
}

/// In how many decks a card is since a moment, by format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PlayedInKey {
    pub card: CardId,
    pub since: DateTime<Utc>,
}

impl Loader<PlayedInKey> for Reader {
    type Value = Vec<PlayedIn>;
    type Error = Error;

    async fn load(&self, keys: &[PlayedInKey]) -> Result<HashMap<PlayedInKey, Vec<PlayedIn>>> {
        let mut by_moment: BTreeMap<DateTime<Utc>, Vec<CardId>> = BTreeMap::new();
        for key in keys {
            by_moment.entry(key.since).or_default().push(key.card);
        }
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for (since, cards) in by_moment {
            for played in queries::played(&mut *self.0.conn().await?, &cards, since).await? {
                found.entry(PlayedInKey { card: played.card_id, since }).or_default().push(played);
            }
        }
        Ok(found)
    }
}
