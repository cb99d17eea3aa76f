//! EDHREC's pages of commanders: which cards are played with them, and how much more than elsewhere.

use serde::Deserialize;
use serde_json::Value;

use crate::http::{Ask, Fetched, Session};
use crate::raw::Run;
use crate::{Fault, Part, Progress, Records, SourceError, Taken};

const WHAT: &str = "EDHREC's page";

/// The pages of some commanders.
#[derive(Clone, Debug)]
pub struct Edhrec {
    /// `https://json.edhrec.com/pages`, or a fake.
    pub base: String,
    /// The commanders, by name.
    pub commanders: Vec<String>,
}

/// The page of a commander.
#[derive(Clone, Debug, PartialEq)]
pub struct Commander {
    /// The commander, as it was asked for.
    pub name: String,
    /// How much people dislike to play against it.
    pub salt: Option<f64>,
    /// What is played with it.
    pub played: Vec<Played>,
}

/// How much a card is played with a commander.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// The card's name; of cards with two faces the front one's.
    pub card: String,
    /// The list that it is in, such as `highsynergycards`. Lists end at 50: absent is not unplayed.
    pub list: String,
    /// Decks with it.
    pub decks: i64,
    /// Decks that could have it.
    pub possible: i64,
    /// How much more often than in other decks of its colours, from -1 to 1.
    pub synergy: Option<f64>,
}

#[derive(Deserialize)]
struct Page {
    container: Container,
}

#[derive(Deserialize)]
struct Container {
    json_dict: Lists,
}

#[derive(Deserialize)]
struct Lists {
    cardlists: Vec<List>,
    card: Option<Facts>,
}

#[derive(Deserialize)]
struct Facts {
    salt: Option<f64>,
}

#[derive(Deserialize)]
struct List {
    tag: String,
    cardviews: Vec<Value>,
}

#[derive(Deserialize)]
struct View {
    name: String,
    synergy: Option<f64>,
    num_decks: i64,
    potential_decks: i64,
}

/// A name as the service writes it in addresses.
pub fn slug(name: &str) -> String {
    let front = name.split(" // ").next().unwrap_or(name);
    let kept = front.to_lowercase().replace('+', "plus-");
    let kept: String = kept.chars().filter(|c| !"',.:!?".contains(*c)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join("-")
}

impl Records for Edhrec {
    type Record = Commander;

    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        let mut new = false;
        for (done, name) in (1..).zip(&self.commanders) {
            let slug = slug(name);
            let ask = Ask::get(format!("{}/commanders/{slug}.json", self.base));
            let ask = ask.if_changed().forbidden_is_missing();
            match session.save(run, &slug, &ask).await {
                Ok(fetched) => new |= fetched != Fetched::NotModified,
                // It has no page for every legend.
                Err(error) if error.fault() == Fault::Missing => {
                    tracing::debug!(%error, "a commander without a page");
                }
                Err(error) => return Err(error),
            }
            progress.tell(Part::Fetch, done, Some(self.commanders.len() as u64));
        }
        Ok(if new { Fetched::New(session.taken().1) } else { Fetched::NotModified })
    }

    fn read(&self, run: &Run) -> Result<Taken<Commander>, SourceError> {
        let mut taken = Taken::default();
        for name in &self.commanders {
            let slug = slug(name);
            if !run.has(&slug) {
                continue;
            }
            let page: Page = run.json(WHAT, &slug)?;
            let lists = page.container.json_dict;
            let mut read = Taken::default();
            for list in lists.cardlists {
                for view in list.cardviews {
                    let view = serde_json::from_value::<View>(view);
                    read.add(view.map(|view| view.played(&list.tag)));
                }
            }
            let salt = lists.card.and_then(|card| card.salt).filter(|salt| salt.is_finite());
            taken.unread += read.unread;
            taken.reason = taken.reason.or(read.reason);
            if read.unread == 0 || !read.rows.is_empty() {
                taken.rows.push(Commander { name: name.clone(), salt, played: read.rows });
            }
        }
        taken.whole(WHAT)
    }
}

impl View {
    fn played(self, list: &str) -> Played {
        Played {
            card: self.name,
            list: list.to_owned(),
            decks: self.num_decks,
            possible: self.potential_decks,
            synergy: self.synergy.filter(|synergy| synergy.is_finite()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_become_addresses() {
        assert_eq!(slug("Atraxa, Praetors' Voice"), "atraxa-praetors-voice");
        assert_eq!(slug("Esika, God of the Tree // The Prismatic Bridge"), "esika-god-of-the-tree");
        assert_eq!(slug("+2 Mace"), "plus-2-mace");
    }
}
