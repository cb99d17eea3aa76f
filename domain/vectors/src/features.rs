//! What a card is told apart by.

use std::collections::HashMap;

use xxhash_rust::xxh3::Xxh3;

use crate::words::{Word, bucket, number, words};

/// What a card says of itself: all that similarity knows of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardText {
    /// Its name; of several faces joined by ` // `.
    pub name: String,
    /// Mana cost, such as `{1}{R}`.
    pub mana_cost: String,
    /// Mana value.
    pub mana_value: f32,
    /// Type line; of several faces joined by ` // `.
    pub type_line: String,
    /// Rules text of all faces.
    pub oracle_text: String,
    /// Power, which may be `*`.
    pub power: Option<String>,
    /// Toughness, which may be `*`.
    pub toughness: Option<String>,
    /// Keyword abilities and actions.
    pub keywords: Vec<String>,
    /// Bits of the colours, white first.
    pub colors: i16,
    /// Bits of the colour identity, white first.
    pub color_identity: i16,
}

/// What a feature speaks of. Each part of a card has the same say, whatever its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Part {
    /// What the card does.
    Rules,
    /// What it is.
    Kind,
    /// What it costs, and how large it is.
    Body,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Rules, Self::Kind, Self::Body];

    /// How much the part counts.
    pub fn share(self) -> f32 {
        match self {
            Self::Rules => 1.0,
            Self::Kind => 0.55,
            Self::Body => 0.45,
        }
    }
}

/// A feature and how strongly a card has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Feature {
    pub part: Part,
    pub name: String,
    pub weight: f32,
}

const COLORS: [char; 5] = ['w', 'u', 'b', 'r', 'g'];
/// The longest text that a service is sent: well below what it takes.
const LONGEST: usize = 2_000;

impl CardText {
    /// Tells one text from another.
    pub fn hash(&self) -> i64 {
        let mut hash = Xxh3::new();
        let absent = "\u{1}";
        let texts = [&self.name, &self.mana_cost, &self.type_line, &self.oracle_text].map(String::as_str);
        let sizes = [&self.power, &self.toughness].map(|size| size.as_deref().unwrap_or(absent));
        for text in texts.into_iter().chain(sizes).chain(self.keywords.iter().map(String::as_str)) {
            hash.update(text.as_bytes());
            hash.update(&[0]);
        }
        hash.update(&self.mana_value.to_le_bytes());
        hash.update(&self.colors.to_le_bytes());
        hash.update(&self.color_identity.to_le_bytes());
        hash.digest() as i64
    }

    /// The card in words, for a model that was taught on words.
    pub fn prose(&self) -> String {
        let size = self.power.as_ref().zip(self.toughness.as_ref());
        let size = size.map(|(power, toughness)| format!("{power}/{toughness}")).unwrap_or_default();
        let lines = [self.name.as_str(), &self.mana_cost, &self.type_line, &size, &self.oracle_text];
        let text: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        text.join("\n").chars().take(LONGEST).collect()
    }

    /// All features, each once.
    pub(crate) fn features(&self) -> Vec<Feature> {
        let mut bag = Bag::default();
        self.rules(&mut bag);
        self.kind(&mut bag);
        self.body(&mut bag);
        bag.finish()
    }

    fn rules(&self, bag: &mut Bag) {
        let mut names: Vec<&str> = self.name.split(" // ").collect();
        names.push(&self.name);
        // A longer name may hold a shorter one.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let words = words(&self.oracle_text, &names);
        for word in words.iter().filter(|word| word.weight > 0.0) {
            bag.add(Part::Rules, format!("w:{}", plain(word)), word.weight);
            if let Some(number) = number(&word.text) {
                bag.add(Part::Rules, format!("n:{}", bucket(number)), 0.3 * word.weight);
            }
        }
        for (length, weight) in [(2, 1.0), (3, 0.7)] {
            for row in words.windows(length).filter(|row| row.iter().all(|word| word.weight > 0.0)) {
                let text: Vec<String> = row.iter().map(colorless).collect();
                let least = row.iter().map(|word| word.weight).fold(weight, f32::min);
                bag.add(Part::Rules, format!("w:{}", text.join(" ")), least * weight);
            }
        }
        for keyword in &self.keywords {
            bag.add(Part::Rules, format!("k:{}", keyword.to_lowercase()), 1.5);
        }
    }

    fn kind(&self, bag: &mut Bag) {
        for face in self.type_line.to_lowercase().split(" // ") {
            let (types, subtypes) = face.split_once(" — ").unwrap_or((face, ""));
            for word in types.split_whitespace() {
                bag.add(Part::Kind, format!("t:{word}"), 1.5);
            }
            if types.contains("instant") || types.contains("sorcery") {
                bag.add(Part::Kind, "t:spell".to_owned(), 1.5);
            }
            for word in subtypes.split_whitespace() {
                bag.add(Part::Kind, format!("s:{word}"), 0.5);
            }
        }
    }

    fn body(&self, bag: &mut Bag) {
        for (bit, color) in COLORS.iter().enumerate() {
            if self.color_identity >> bit & 1 == 1 {
                bag.add(Part::Body, format!("i:{color}"), 1.2);
            }
            if self.colors >> bit & 1 == 1 {
                bag.add(Part::Body, format!("c:{color}"), 1.2);
            }
        }
        if self.colors == 0 {
            bag.add(Part::Body, "c:none".to_owned(), 1.2);
        }
        if !self.mana_cost.is_empty() {
            bag.add(Part::Body, format!("m:{}", self.mana_cost.to_lowercase()), 0.3);
            bag.add(Part::Body, format!("v:{}", bucket(self.mana_value.max(0.0) as u32)), 0.8);
        }
        for (letter, size) in [("p", &self.power), ("q", &self.toughness)] {
            let Some(size) = size else { continue };
            let size = size.parse().map_or("star", bucket);
            bag.add(Part::Body, format!("{letter}:{size}"), 0.5);
        }
    }
}

/// A word in which one number is like another.
fn plain(word: &Word) -> String {
    let is_number = number(&word.text).is_some() && !word.text.starts_with('{');
    if is_number { "#".to_owned() } else { word.text.clone() }
}

/// A word in which one colour of mana is like another, too.
fn colorless(word: &Word) -> String {
    match word.text.as_str() {
        "{w}" | "{u}" | "{b}" | "{r}" | "{g}" => "{*}".to_owned(),
        "plains" | "plain" | "island" | "swamp" | "mountain" | "forest" => "*land".to_owned(),
        _ => plain(word),
    }
}

#[derive(Default)]
struct Bag(HashMap<(Part, String), f32>);

impl Bag {
    fn add(&mut self, part: Part, name: String, weight: f32) {
        *self.0.entry((part, name)).or_default() += weight;
    }

    /// What is said again says less than at first. Sorted, so that sums are always the same.
    fn finish(self) -> Vec<Feature> {
        let feature = |((part, name), weight): ((Part, String), f32)| {
            let weight = if weight > 1.0 { 1.0 + weight.ln() } else { weight };
            Feature { part, name, weight }
        };
        let mut all: Vec<Feature> = self.0.into_iter().map(feature).collect();
        all.sort_by(|a, b| (a.part, &a.name).cmp(&(b.part, &b.name)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bolt() -> CardText {
        CardText {
            name: "Lightning Bolt".to_owned(),
            mana_cost: "{R}".to_owned(),
            mana_value: 1.0,
            type_line: "Instant".to_owned(),
            oracle_text: "Lightning Bolt deals 3 damage to any target.".to_owned(),
            colors: 8,
            color_identity: 8,
            ..CardText::default()
        }
    }

    #[test]
    fn the_hash_knows_every_part() {
        let bolt = bolt();
        assert_eq!(bolt.hash(), bolt.clone().hash());
        let others = [
            CardText { power: Some(String::new()), ..bolt.clone() },
            CardText { mana_value: 2.0, ..bolt.clone() },
            CardText { color_identity: 9, ..bolt.clone() },
            CardText { keywords: vec!["Storm".to_owned()], ..bolt.clone() },
            CardText { oracle_text: String::new(), ..bolt.clone() },
        ];
        assert!(others.iter().all(|other| other.hash() != bolt.hash()));
    }

    #[test]
    fn a_bolt_is_told_by_what_it_does_and_not_by_its_name() {
        let names: Vec<String> = bolt().features().into_iter().map(|feature| feature.name).collect();
        for name in ["w:~ deal #", "w:damage to", "n:3", "t:instant", "c:r", "v:1", "m:{r}"] {
            assert!(names.iter().any(|known| known == name), "no {name} in {names:?}");
        }
        assert!(!names.iter().any(|name| name.contains("lightning")));
        assert_eq!(
            bolt().prose(),
            "Lightning Bolt\n{R}\nInstant\nLightning Bolt deals 3 damage to any target."
        );
    }
}
