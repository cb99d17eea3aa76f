//! What the catalogue has of the cards that a file names: read set by set, kept while the file is read.

use std::collections::{HashMap, HashSet};

use dialects::Lot;
use diesel_async::AsyncPgConnection;
use search::fold;
use uuid::Uuid;

use super::queries::candidates as queries;
use crate::{CardId, PrintingId};

/// An id that a shop or app gave to a printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum GivenId {
    Scryfall(Uuid),
    Tcgplayer(i32),
    Cardmarket(i32),
    Mtgo(i32),
}

/// A printing that a row may mean.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub id: PrintingId,
    pub card: CardId,
    /// Keys of what is printed on it, where that is not the card's name.
    pub other_names: Vec<String>,
    /// The set's code and what Magic Online and Arena call it, in small letters.
    pub codes: Vec<String>,
    pub set_key: String,
    pub number: String,
    pub lang: String,
    /// One bit each.
    pub finishes: i16,
    pub digital: bool,
    /// Neither a promo nor a variation: what a name means when nothing else is said.
    pub plain: bool,
    /// Days since an epoch; the newest is preferred.
    pub released: i32,
}

/// The catalogue as far as a file needs it.
#[derive(Default)]
pub(super) struct Shelf {
    names: HashMap<String, Vec<CardId>>,
    by_oracle: HashMap<Uuid, CardId>,
    by_card: HashMap<CardId, Vec<Candidate>>,
    by_id: HashMap<GivenId, Vec<(CardId, PrintingId)>>,
    by_place: HashMap<(String, String), Vec<(CardId, PrintingId)>>,
}

/// What a name is known by: its letters and digits, without accents, in small letters. A name without any, such
/// as that of the card `_____`, is known by what it is.
pub(super) fn key(name: &str) -> String {
    let folded = fold(name);
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { folded.trim().to_owned() } else { letters }
}

/// What a set's name is known by: its words in order, so that `Commander: Kaldheim` is `Kaldheim Commander`.
pub(super) fn set_key(name: &str) -> String {
    const SAY_NOTHING: [&str; 5] = ["universes", "beyond", "extras", "edition", "the"];
    let folded = fold(name).replace(['\'', '’'], "");
    let mut words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !SAY_NOTHING.contains(word))
        .collect();
    words.sort_unstable();
    words.concat()
}

/// A collector number as it is compared: `007/350` and `7`, `12*` and `12★` are the same.
pub(super) fn number_key(number: &str) -> String {
    let number = number.trim().to_lowercase().replace('*', "★");
    let first = number.split('/').next().unwrap_or_default().trim();
    let bare = first.trim_start_matches('0');
    if bare.is_empty() { first.to_owned() } else { bare.to_owned() }
}

pub(super) fn ids(lot: &Lot) -> Vec<GivenId> {
    let small = |id: Option<u64>| id.and_then(|id| i32::try_from(id).ok());
    let ids = &lot.ids;
    [
        ids.scryfall.map(GivenId::Scryfall),
        small(ids.tcgplayer_product).map(GivenId::Tcgplayer),
        small(ids.cardmarket_product).map(GivenId::Cardmarket),
        small(ids.mtgo).map(GivenId::Mtgo),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Set and number as a row names them.
pub(super) fn place(lot: &Lot) -> Option<(String, String)> {
    Some((lot.set_code.as_ref()?.to_lowercase(), number_key(lot.number.as_ref()?)))
}

impl Shelf {
    /// All names of all cards.
    pub async fn open(conn: &mut AsyncPgConnection) -> diesel::QueryResult<Self> {
        let mut shelf = Self::default();
        for (card, name) in queries::card_names(conn).await? {
            shelf.name(key(&name), card);
            for face in name.split(" // ").filter(|face| face.len() < name.len()) {
                shelf.name(key(face), card);
            }
        }
        for (card, name) in queries::other_names(conn).await? {
            shelf.name(key(&name), card);
        }
        Ok(shelf)
    }

    fn name(&mut self, key: String, card: CardId) {
        if key.is_empty() {
            return;
        }
        let cards = self.names.entry(key).or_default();
        if !cards.contains(&card) {
            cards.push(card);
        }
    }

    /// Reads what some rows name, as far as it has not been read. A fixed number of statements.
    pub async fn stock(&mut self, conn: &mut AsyncPgConnection, lots: &[&Lot]) -> diesel::QueryResult<()> {
        let mut wanted: HashSet<CardId> = HashSet::new();
        let given: HashSet<GivenId> = lots.iter().flat_map(|lot| ids(lot)).collect();
        let given: Vec<_> = given.into_iter().filter(|id| !self.by_id.contains_key(id)).collect();
        for (id, card, printing) in queries::by_id(conn, &given).await? {
            self.by_id.entry(id).or_default().push((card, printing));
            wanted.insert(card);
        }
        let oracles: HashSet<Uuid> = lots.iter().filter_map(|lot| lot.ids.oracle).collect();
        for (oracle, card) in queries::by_oracle(conn, &Vec::from_iter(oracles)).await? {
            self.by_oracle.insert(oracle, card);
            wanted.insert(card);
        }
        // Where a card is printed is asked for only where its name says nothing.
        let nameless = lots.iter().filter(|lot| self.named(&lot.name).is_empty());
        let places: HashSet<_> = nameless.filter_map(|lot| place(lot)).collect();
        let places: Vec<_> = places.into_iter().filter(|place| !self.by_place.contains_key(place)).collect();
        for (place, card, printing) in queries::by_place(conn, &places).await? {
            self.by_place.entry(place).or_default().push((card, printing));
            wanted.insert(card);
        }
        wanted.extend(lots.iter().flat_map(|lot| self.named(&lot.name)));
        wanted.retain(|card| !self.by_card.contains_key(card));
        for card in &wanted {
            self.by_card.insert(*card, Vec::new());
        }
        for candidate in queries::of_cards(conn, &Vec::from_iter(wanted)).await? {
            self.by_card.entry(candidate.card).or_default().push(candidate);
        }
        Ok(())
    }

    /// The cards of a name, in any spelling: `Clue Token` is also `Clue`, `Forest (Full Art)` a `Forest`.
    pub fn named(&self, name: &str) -> Vec<CardId> {
        let whole = key(name);
        if whole.is_empty() {
            return Vec::new();
        }
        let bare = || name.split([' ', '\u{a0}']).collect::<Vec<_>>().join(" ");
        let cut = |mark: &str| bare().split(mark).next().map(key).filter(|cut| *cut != whole);
        let token = || whole.strip_suffix("token").map(str::to_owned);
        let tried = [Some(whole.clone()), cut(" ("), cut(" ["), cut(" //"), cut(" - "), token()];
        let found =
            tried.into_iter().flatten().filter(|key| !key.is_empty()).find_map(|key| self.names.get(&key));
        found.cloned().unwrap_or_default()
    }

    pub fn card_of(&self, oracle: Uuid) -> Option<CardId> {
        self.by_oracle.get(&oracle).copied()
    }

    pub fn printings(&self, cards: &[CardId]) -> Vec<&Candidate> {
        cards.iter().filter_map(|card| self.by_card.get(card)).flatten().collect()
    }

    pub fn given(&self, id: GivenId) -> Vec<&Candidate> {
        self.these(self.by_id.get(&id))
    }

    pub fn at(&self, place: &(String, String)) -> Vec<&Candidate> {
        self.these(self.by_place.get(place))
    }

    fn these(&self, found: Option<&Vec<(CardId, PrintingId)>>) -> Vec<&Candidate> {
        let pairs = found.map(Vec::as_slice).unwrap_or_default();
        let one = |(card, id): &(CardId, PrintingId)| {
            self.by_card.get(card).and_then(|all| all.iter().find(|one| one.id == *id))
        };
        pairs.iter().filter_map(one).collect()
    }

    #[cfg(test)]
    pub fn of(cards: &[(&str, &[Candidate])]) -> Self {
        let mut shelf = Self::default();
        for (name, printings) in cards {
            let card = printings[0].card;
            shelf.name(key(name), card);
            for face in name.split(" // ") {
                shelf.name(key(face), card);
            }
            for one in *printings {
                let place = (one.codes[0].clone(), number_key(&one.number));
                shelf.by_place.entry(place).or_default().push((card, one.id));
                shelf.by_id.entry(GivenId::Cardmarket(one.id.0)).or_default().push((card, one.id));
            }
            shelf.by_card.insert(card, printings.to_vec());
        }
        shelf
    }
}
