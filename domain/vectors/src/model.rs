//! Our own model: latent semantic analysis of a catalogue. Features that occur in the same cards come
//! to lie in the same directions, so that cards are alike though they say it in other words.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::DIM;
use crate::basis::{Sparse, basis};
use crate::features::{CardText, Part};
use crate::quantised::Quantised;

/// The features that are kept: those that most cards have.
const MOST_TERMS: usize = 16_384;
/// A feature that fewer cards have says nothing about others.
const FEWEST: usize = 2;
/// How much rarity counts: a feature of two cards would drown what many have.
const DAMPED: f32 = 0.7;
const MAGIC: &[u8; 4] = b"lsa1";
const LONGEST_NAME: usize = 1_000;

/// Bytes that are no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored model of similarity cannot be read")]
pub struct BadModel;

struct Term {
    /// How much having the feature says.
    weight: f32,
    direction: Quantised,
}

/// What was learned from a catalogue.
pub struct Model {
    terms: HashMap<String, Term>,
}

impl Model {
    /// Learns from cards. The same cards in any order give the same model.
    pub fn learn(cards: &[CardText]) -> Self {
        let mut order: Vec<(i64, &CardText)> = cards.iter().map(|card| (card.hash(), card)).collect();
        order.sort_by_key(|(hash, _)| *hash);
        let cards: Vec<&CardText> = order.into_iter().map(|(_, card)| card).collect();
        let names = vocabulary(&cards);
        let weight = |held: usize| (1.0 + cards.len() as f32 / held as f32).ln().powf(DAMPED);
        let weights: Vec<f32> = names.iter().map(|(_, held)| weight(*held)).collect();
        let places: HashMap<&str, u32> =
            names.iter().enumerate().map(|(place, (name, _))| (name.as_str(), place as u32)).collect();
        let known = |name: &str| places.get(name).map(|place| (*place, weights[*place as usize]));
        let rows: Vec<Sparse> = cards.iter().map(|card| row(card, known)).collect();
        let rank = DIM.min(names.len());
        let directions = basis(&rows, names.len(), rank);
        let term = |(place, (name, _)): (usize, (String, usize))| {
            let mut direction = vec![0.0_f32; DIM];
            for (into, from) in direction.iter_mut().zip(directions.column(place).iter()) {
                *into = *from as f32;
            }
            let length = direction.iter().map(|x| x * x).sum::<f32>().sqrt();
            let mut quantised = Quantised::of(&direction);
            quantised.scale *= length;
            (name, Term { weight: weights[place], direction: quantised })
        };
        Self { terms: names.into_iter().enumerate().map(term).collect() }
    }

    /// A card's vector. Of a card that has nothing which the model knows it points nowhere.
    pub fn embed(&self, card: &CardText) -> Vec<f32> {
        let known = |name: &str| self.terms.get(name).map(|term| (term, term.weight));
        let mut vector = vec![0.0_f32; DIM];
        for (term, value) in row(card, known) {
            let value = value * term.direction.scale;
            for (sum, code) in vector.iter_mut().zip(&term.direction.codes) {
                *sum += f32::from(*code) * value;
            }
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|x| *x /= length);
        }
        vector
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut names: Vec<&String> = self.terms.keys().collect();
        names.sort();
        let mut bytes = MAGIC.to_vec();
        for name in names {
            let term = &self.terms[name];
            // Longer ones were not learned.
            bytes.extend_from_slice(&(name.len() as u16).to_le_bytes());
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(&term.weight.to_le_bytes());
            bytes.extend_from_slice(&term.direction.to_bytes());
        }
        bytes
    }

    /// From what was stored.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadModel> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(BadModel)?;
        let mut terms = HashMap::new();
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<2>().ok_or(BadModel)?;
            let (name, after) = after.split_at_checked(u16::from_le_bytes(*length).into()).ok_or(BadModel)?;
            let (weight, after) = after.split_first_chunk::<4>().ok_or(BadModel)?;
            let (direction, after) = after.split_at_checked(Quantised::BYTES).ok_or(BadModel)?;
            let name = std::str::from_utf8(name).map_err(|_| BadModel)?.to_owned();
            let direction = Quantised::from_bytes(direction).ok_or(BadModel)?;
            terms.insert(name, Term { weight: f32::from_le_bytes(*weight), direction });
            rest = after;
        }
        Ok(Self { terms })
    }

    /// Tells one model from another.
    pub fn fingerprint(&self) -> u64 {
        xxh3_64(&self.to_bytes())
    }

    /// Features that it knows.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether it knows nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// The features that are worth knowing, by name, with the number of cards that have them.
fn vocabulary(cards: &[&CardText]) -> Vec<(String, usize)> {
    let mut held: HashMap<String, usize> = HashMap::new();
    for card in cards {
        for feature in card.features() {
            *held.entry(feature.name).or_default() += 1;
        }
    }
    let worth = |(name, held): &(String, usize)| *held >= FEWEST && name.len() <= LONGEST_NAME;
    let mut names: Vec<(String, usize)> = held.into_iter().filter(worth).collect();
    names.sort_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.cmp(b)));
    names.truncate(MOST_TERMS);
    names.sort();
    names
}

/// A card's known features. Each part of the card has its share, however many features it has.
fn row<T>(card: &CardText, known: impl Fn(&str) -> Option<(T, f32)>) -> Vec<(T, f32)> {
    let features = card.features();
    let mut all = Vec::with_capacity(features.len());
    for part in Part::ALL {
        let of_part = features.iter().filter(|feature| feature.part == part);
        let mut values: Vec<(T, f32)> = of_part
            .filter_map(|feature| {
                let (place, weight) = known(&feature.name)?;
                Some((place, weight * feature.weight))
            })
            .collect();
        let length = values.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            values.iter_mut().for_each(|(_, value)| *value *= part.share() / length);
        }
        all.append(&mut values);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, cost: &str, kind: &str, text: &str) -> CardText {
        let letters = ['W', 'U', 'B', 'R', 'G'];
        let colors = letters.iter().enumerate().filter(|(_, letter)| cost.contains(**letter));
        let colors = colors.map(|(bit, _)| 1 << bit).sum();
        CardText {
            name: name.to_owned(),
            mana_cost: cost.to_owned(),
            mana_value: cost.matches('{').count() as f32,
            type_line: kind.to_owned(),
            oracle_text: text.to_owned(),
            colors,
            color_identity: colors,
            ..CardText::default()
        }
    }

    fn cards() -> Vec<CardText> {
        vec![
            card("Bolt", "{R}", "Instant", "Bolt deals 3 damage to any target."),
            card("Shock", "{R}", "Instant", "Shock deals 2 damage to any target."),
            card("Chain", "{R}", "Sorcery", "Chain deals 3 damage to any target."),
            card("Counter", "{U}{U}", "Instant", "Counter target spell."),
            card("Cancel", "{U}{U}{U}", "Instant", "Counter target spell."),
            card("Elf", "{G}", "Creature — Elf Druid", "{T}: Add {G}."),
            card("Mystic", "{G}", "Creature — Elf Druid", "{T}: Add {G}."),
            card("Wrath", "{W}{W}", "Sorcery", "Destroy all creatures."),
            card("Day", "{W}{W}", "Sorcery", "Destroy all creatures."),
        ]
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn vectors_are_of_length_one_and_like_cards_are_near() {
        let cards = cards();
        let model = Model::learn(&cards);
        let vectors: Vec<Vec<f32>> = cards.iter().map(|card| model.embed(card)).collect();
        for vector in &vectors {
            assert!((cosine(vector, vector) - 1.0).abs() < 1e-4);
        }
        for (one, other, stranger) in [(0, 1, 3), (0, 2, 3), (3, 4, 0), (5, 6, 7), (7, 8, 2)] {
            let (near, far) =
                (cosine(&vectors[one], &vectors[other]), cosine(&vectors[one], &vectors[stranger]));
            assert!(near > far + 0.2, "{}: {near} and {far}", cards[one].name);
        }
    }

    #[test]
    fn the_order_does_not_matter_and_storing_changes_nothing() {
        let cards = cards();
        let model = Model::learn(&cards);
        let turned: Vec<CardText> = cards.iter().rev().cloned().collect();
        assert_eq!(Model::learn(&turned).fingerprint(), model.fingerprint());
        let read = Model::from_bytes(&model.to_bytes()).unwrap();
        assert!(cards.iter().all(|card| read.embed(card) == model.embed(card)));
        assert_eq!(read.len(), model.len());
        assert!(Model::from_bytes(&model.to_bytes()[..99]).is_err());
        assert!(Model::from_bytes(b"nothing").is_err());
    }

    #[test]
    fn an_unknown_card_points_nowhere() {
        let model = Model::learn(&[]);
        assert!(model.is_empty());
        assert!(model.embed(&cards()[0]).iter().all(|x| *x == 0.0));
    }
}
