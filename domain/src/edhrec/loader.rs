use std::collections::{BTreeMap, HashMap};

use async_graphql::dataloader::Loader;

use super::model::{EdhrecStats, Play};
use super::queries;
use crate::{CardId, Error, Reader, Result};

/// What EDHREC says of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StatsKey(pub CardId);

impl Loader<StatsKey> for Reader {
    type Value = Option<EdhrecStats>;
    type Error = Error;

    async fn load(&self, keys: &[StatsKey]) -> Result<HashMap<StatsKey, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = queries::stats(&mut *self.0.conn().await?, &ids).await?;
        let mut all: HashMap<_, _> = keys.iter().map(|key| (*key, None)).collect();
        all.extend(found.into_iter().map(|stats| (StatsKey(stats.card_id), Some(stats))));
        Ok(all)
    }
}

/// With what a card is played most: as a commander with cards, else with commanders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PlaysKey {
    pub card: CardId,
    pub as_commander: bool,
    pub most: i64,
}

impl Loader<PlaysKey> for Reader {
    type Value = Vec<Play>;
    type Error = Error;

    async fn load(&self, keys: &[PlaysKey]) -> Result<HashMap<PlaysKey, Vec<Play>>> {
        let mut by_list: BTreeMap<(bool, i64), Vec<CardId>> = BTreeMap::new();
        for key in keys {
            by_list.entry((key.as_commander, key.most)).or_default().push(key.card);
        }
        // Also of nothing there is an answer: what is missing would be asked for again.
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for ((as_commander, most), cards) in by_list {
            let mut conn = self.0.conn().await?;
            let plays = match as_commander {
                true => queries::cards(&mut conn, &cards, most).await?,
                false => queries::commanders(&mut conn, &cards, most).await?,
            };
            for play in plays {
                let card = if as_commander { play.commander_id } else { play.card_id };
                found.entry(PlaysKey { card, as_commander, most }).or_default().push(play);
            }
        }
        Ok(found)
    }
}
