//! TopDeck.gg: tournaments that ended, with standings and decks. Names of players are not read: they are
//! people's.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::decktext;
use crate::http::{Ask, Fetched, Session};
use crate::news::canonical;
use crate::raw::Run;
use crate::{Part, Progress, Records, SourceError, Taken};

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
    /// The deck's cards: part of the deck, name, copies. As the service understood them, else as they were
    /// written down.
    pub fn cards(&self) -> Vec<(&str, String, u32)> {
        let Some(deck) = &self.deck else {
            return self.text().map(decktext::read).unwrap_or_default();
        };
        let parts = deck.iter().filter(|(part, _)| *part != "metadata");
        let cards = parts.filter_map(|(part, cards)| Some((part.as_str(), cards.as_object()?)));
        let count = |card: &Value| u32::try_from(card["count"].as_u64()?).ok();
        cards
            .flat_map(|(part, cards)| cards.iter().map(move |(name, card)| (part, name.clone(), card)))
            .filter_map(|(part, name, card)| Some((part, name, count(card)?)))
            .collect()
    }

    /// Where the deck is, if it is elsewhere.
    pub fn deck_url(&self) -> Option<String> {
        canonical(self.decklist.as_deref()?).filter(|url| url.starts_with("https:"))
    }

    fn text(&self) -> Option<&str> {
        self.decklist.as_deref().filter(|text| canonical(text).is_none())
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

    fn read(&self, run: &Run) -> Result<Taken<Tournament>, SourceError> {
        let mut all: BTreeMap<String, Tournament> = BTreeMap::new();
        let mut taken = Taken::default();
        for name in run.names()? {
            let found: Vec<Value> = run.json(WHAT, &name)?;
            for value in found {
                match serde_json::from_value::<Tournament>(value) {
                    Ok(tournament) => drop(all.insert(tournament.id.clone(), tournament)),
                    Err(error) => taken.add(Err(error)),
                }
            }
        }
        taken.rows.extend(all.into_values());
        taken.whole(WHAT)
    }
}
