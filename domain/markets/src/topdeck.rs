//! TopDeck.gg: tournaments that ended, with standings and decks. Names of players are not read: they are
//! people's.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::{Ask, Fetched, Session};
use crate::raw::Run;
use crate::{Part, Progress, Records, SourceError};

const WHAT: &str = "TopDeck.gg's tournaments";
const GAME: &str = "Magic: The Gathering";
/// Seconds of a request: there are no pages, so long times are asked for in parts.
const WINDOW: i64 = 7 * 24 * 60 * 60;

/// The API, version 2.
#[derive(Clone)]
pub struct TopDeck {
    /// `https://topdeck.gg/api/v2`, or a fake.
    pub base: String,
    /// The key.
    pub key: String,
    /// Formats in the service's words, such as `EDH`.
    pub formats: Vec<String>,
    /// How many days back.
    pub days: u32,
}

impl std::fmt::Debug for TopDeck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TopDeck").field("base", &self.base).finish_non_exhaustive()
    }
}

/// A tournament.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Tournament {
    /// The service's id.
    #[serde(rename = "TID")]
    pub id: String,
    /// Its name.
    #[serde(rename = "tournamentName")]
    pub name: String,
    /// When it began, in seconds of the Unix epoch.
    #[serde(rename = "startDate")]
    pub began: i64,
    /// Its format, in the service's words.
    pub format: String,
    /// How many went on to the final rounds.
    #[serde(rename = "topCut", default)]
    pub top_cut: Option<i32>,
    /// The final standings, the winner first.
    pub standings: Vec<Standing>,
}

impl Tournament {
    /// When it began.
    pub fn began_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.began, 0)
    }
}

/// How one deck did.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Standing {
    /// Matches won, drawn and lost.
    #[serde(default)]
    pub wins: i32,
    /// Matches drawn.
    #[serde(default)]
    pub draws: i32,
    /// Matches lost.
    #[serde(default)]
    pub losses: i32,
    /// The deck as text, or an address of it.
    #[serde(default)]
    pub decklist: Option<String>,
    #[serde(rename = "deckObj", default)]
    deck: Option<BTreeMap<String, Value>>,
}

impl Standing {
    /// The deck's cards where the service understood it: part of the deck, name, copies.
    pub fn cards(&self) -> Vec<(&str, &str, u32)> {
        let parts = self.deck.iter().flatten().filter(|(part, _)| *part != "metadata");
        let cards = parts.filter_map(|(part, cards)| Some((part.as_str(), cards.as_object()?)));
        let count = |card: &Value| u32::try_from(card["count"].as_u64()?).ok();
        cards
            .flat_map(|(part, cards)| cards.iter().map(move |(name, card)| (part, name.as_str(), card)))
            .filter_map(|(part, name, card)| Some((part, name, count(card)?)))
            .collect()
    }
}

impl Records for TopDeck {
    type Record = Tournament;

    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        let end = session.began().timestamp();
        let start = end - i64::from(self.days) * 24 * 60 * 60;
        let windows: Vec<i64> = (start..end).step_by(WINDOW as usize).collect();
        let total = (windows.len() * self.formats.len()) as u64;
        let mut done = 0;
        for (place, format) in self.formats.iter().enumerate() {
            for from in &windows {
                let body = json!({
                    "game": GAME, "format": format, "start": from, "end": end.min(from + WINDOW - 1),
                    "columns": ["decklist", "wins", "draws", "losses"], "rounds": false,
                });
                let ask = Ask::post(format!("{}/tournaments", self.base), body).authorization(&self.key);
                session.save(run, &format!("{place}-{from}"), &ask).await?;
                done += 1;
                progress.tell(Part::Fetch, done, Some(total));
            }
        }
        Ok(Fetched::New(session.taken().1))
    }

    fn read(&self, run: &Run) -> Result<Vec<Tournament>, SourceError> {
        let mut all: BTreeMap<String, Tournament> = BTreeMap::new();
        for name in run.names()? {
            let found: Vec<Tournament> = run.json(WHAT, &name)?;
            all.extend(found.into_iter().map(|tournament| (tournament.id.clone(), tournament)));
        }
        Ok(all.into_values().collect())
    }
}
