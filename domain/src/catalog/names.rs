//! Cards by what they are called: for texts and lists that know no ids.

use std::collections::HashMap;

use ::search::fold;
use diesel_async::AsyncPgConnection;

use super::model::FaceRow;
use super::queries::{self, NameRow};
use crate::CardId;

/// What is printed like a card but is none that is named in a deck or in the news.
const NO_CARDS: [&str; 5] = ["token", "double_faced_token", "emblem", "art_series", "front_card"];

/// Every name of every card, its faces' too.
#[derive(Debug, Default)]
pub struct CardNames {
    by_key: HashMap<String, CardId>,
    spelled: Vec<(String, CardId)>,
}

/// The one way to write a name that may be written in several: sides are parted by ` // `, ` / ` or `/`.
fn key(name: &str) -> String {
    let folded = fold(name);
    let sides = folded.split('/').map(str::trim).filter(|side| !side.is_empty());
    sides.collect::<Vec<_>>().join(" // ")
}

impl CardNames {
    /// Reads them all.
    pub(crate) async fn load(conn: &mut AsyncPgConnection) -> diesel::QueryResult<Self> {
        Ok(Self::of(queries::names(conn).await?))
    }

    /// The best known card comes first among those of one name.
    fn of(rows: Vec<NameRow>) -> Self {
        let mut names = Self::default();
        let cards: Vec<NameRow> =
            rows.into_iter().filter(|row| !NO_CARDS.contains(&row.layout.as_str())).collect();
        for card in &cards {
            names.add(&card.name, card.id);
        }
        // A face's name is nobody's if it is also a card's.
        for card in cards {
            let faces: Vec<FaceRow> = serde_json::from_value(card.faces).unwrap_or_default();
            for face in faces {
                names.add(&face.name, card.id);
            }
        }
        names
    }

    fn add(&mut self, name: &str, card: CardId) {
        if let std::collections::hash_map::Entry::Vacant(free) = self.by_key.entry(key(name)) {
            free.insert(card);
            self.spelled.push((name.to_owned(), card));
        }
    }

    /// The card of a name, or of one of its faces, in any spelling.
    pub fn find(&self, name: &str) -> Option<CardId> {
        let key = key(name);
        let front = || key.split_once(" // ").map(|(front, _)| front);
        self.by_key.get(&key).or_else(|| self.by_key.get(front()?)).copied()
    }

    /// All names as they are printed, with their cards.
    pub fn all(&self) -> impl Iterator<Item = (&str, CardId)> {
        self.spelled.iter().map(|(name, card)| (name.as_str(), *card))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn card(id: i32, name: &str, layout: &str, faces: &[&str]) -> NameRow {
        let faces: Vec<_> = faces.iter().map(|name| json!({ "name": name, "colors": 0 })).collect();
        NameRow { id: CardId(id), name: name.to_owned(), layout: layout.to_owned(), faces: faces.into() }
    }

    #[test]
    fn a_card_is_found_by_any_spelling_and_by_its_faces() {
        let names = CardNames::of(vec![
            card(1, "Lim-Dûl's Vault", "normal", &[]),
            card(2, "Fire // Ice", "split", &["Fire", "Ice"]),
            card(3, "Goblin", "token", &[]),
            card(4, "Ice", "normal", &[]),
        ]);
        let find = |name| names.find(name).map(|card| card.0);
        assert_eq!(find("lim-dul’s vault"), Some(1));
        for spelled in ["Fire // Ice", "Fire/Ice", "fire / ice", "Fire", "Fire // Something"] {
            assert_eq!(find(spelled), Some(2), "{spelled}");
        }
        assert_eq!(find("Ice"), Some(4), "a card's own name goes before a face's");
        assert_eq!(find("Goblin"), None);
    }
}
