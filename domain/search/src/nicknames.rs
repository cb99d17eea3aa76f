//! Nicknames for lists of cards, from `data/nicknames.txt`.

use std::sync::LazyLock;

use crate::fold;

struct Entry {
    words: Vec<&'static str>,
    cards: Vec<String>,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let lines = include_str!("../data/nicknames.txt").lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| line.split_once(':')).map(|(words, cards)| Entry {
        words: words.split(',').map(str::trim).collect(),
        cards: cards.split(';').map(|card| fold(card.trim())).collect(),
    });
    entries.collect()
});

/// A nickname for a list of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nickname(usize);

impl Nickname {
    pub(crate) fn find(word: &str) -> Option<Self> {
        ENTRIES.iter().position(|entry| entry.words.contains(&word)).map(Self)
    }

    /// The word that stands for it.
    pub fn word(self) -> &'static str {
        ENTRIES[self.0].words[0]
    }

    /// The folded names of its cards.
    pub fn cards(self) -> &'static [String] {
        &ENTRIES[self.0].cards
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_a_word_and_different_cards() {
        assert!(ENTRIES.len() >= 20);
        for entry in ENTRIES.iter() {
            let mut cards = entry.cards.clone();
            cards.sort();
            cards.dedup();
            assert_eq!(cards.len(), entry.cards.len(), "{:?}", entry.words);
            assert!(cards.iter().all(|card| !card.is_empty()), "{:?}", entry.words);
        }
        let fetches = Nickname::find("fetch").unwrap();
        assert_eq!((fetches.word(), fetches.cards().len()), ("fetchland", 10));
    }
}
