//! Finds the cards that a text names.

use std::sync::OnceLock;

use ::search::fold;
use aho_corasick::AhoCorasick;
use zxcvbn::matching::patterns::MatchPattern;

use crate::CardId;

/// Letters and digits of a name; with fewer it could be anything.
const SHORTEST: usize = 3;
/// A name of one word of so few letters is a word of everyday, whatever it is.
const SHORT: usize = 4;
/// Products that are cards too: whoever writes of them means the product.
const PRODUCTS: [&str; 3] = ["Arena", "Aether Revolt", "Conspiracy"];
/// Beyond this place in the list of a language's words a word is not one of everyday.
const EVERYDAY: usize = 20_000;
/// Words of a text that tell whether it is written Like This have so many letters.
const TELLING: usize = 4;

/// A card that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The card.
    pub card: CardId,
    /// Where its name begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

struct Name {
    card: CardId,
    printed: String,
    /// Whether it is made of everyday words only; looked up when it is first needed.
    everyday: OnceLock<bool>,
}

/// Knows the names of all cards.
pub struct Matcher {
    automaton: AhoCorasick,
    names: Vec<Name>,
}

/// A text in the one spelling that names are compared in, and where each byte of it came from.
struct Folded {
    text: String,
    from: Vec<usize>,
}

impl Folded {
    /// Letter by letter, so that places can be found again.
    fn of(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), from: Vec::new() };
        let mut letter = [0; 4];
        for (at, c) in text.char_indices() {
            folded.text.push_str(&fold(c.encode_utf8(&mut letter)));
            folded.from.resize(folded.text.len(), at);
        }
        folded.from.push(text.len());
        folded
    }
}

impl Matcher {
    /// Learns names.
    pub fn new<'a>(names: impl IntoIterator<Item = (&'a str, CardId)>) -> anyhow::Result<Self> {
        let mut patterns = Vec::new();
        let mut known = Vec::new();
        for (name, card) in names {
            if name.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST
                || !name.chars().any(char::is_alphabetic)
                || PRODUCTS.contains(&name)
            {
                continue;
            }
            let mut spellings = vec![name.to_owned()];
            if name.contains(" // ") {
                spellings.extend([name.replace(" // ", "/"), name.replace(" // ", " / ")]);
            }
            for printed in spellings {
                patterns.push(Folded::of(&printed).text);
                known.push(Name { card, printed, everyday: OnceLock::new() });
            }
        }
        Ok(Self { automaton: AhoCorasick::new(&patterns)?, names: known })
    }

    /// The cards that a text names, where it names them, in order. Of names that overlap the first counts,
    /// and of those that begin together the longest. A name is a word of its own: it does not begin or end
    /// within another.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        let folded = Folded::of(text);
        let found = self.automaton.find_overlapping_iter(&folded.text);
        let mut found: Vec<(Mention, usize)> = found
            .filter(|found| stands_alone(&folded.text, found.start(), found.end()))
            .filter_map(|found| {
                let (start, end) = (folded.from[found.start()], folded.from[found.end()]);
                let which = found.pattern().as_usize();
                // Half of a letter such as Æ is none.
                let whole = folded.from[found.end() - 1] < end
                    && (found.start() == 0 || folded.from[found.start() - 1] < start);
                // Folded, a letter may end in a mark that is none.
                let alone = || stands_alone(text, start, end);
                (whole && alone()).then(|| (Mention { card: self.names[which].card, start, end }, which))
            })
            .collect();
        found.sort_by_key(|(mention, _)| (mention.start, std::cmp::Reverse(mention.end)));
        let mut mentions: Vec<Mention> = Vec::new();
        for (mention, which) in found {
            let free = mentions.last().is_none_or(|last| last.end <= mention.start);
            if free && self.names[which].is_meant(text, mention) {
                mentions.push(mention);
            }
        }
        mentions
    }
}

impl Name {
    /// Whether the card is meant, and not what the words say. A name of everyday words must be written as
    /// on the card; one such word moreover where only a name is written so.
    fn is_meant(&self, text: &str, mention: Mention) -> bool {
        let written = &text[mention.start..mention.end];
        let as_printed = capitals(written) == capitals(&self.printed);
        let one_word = !self.printed.contains(|c: char| c.is_whitespace() || c == '-');
        if as_printed && !one_word || !self.is_everyday() {
            return true;
        }
        let (before, after) = (&text[..mention.start], &text[mention.end..]);
        as_printed && !begins_sentence(before) && !is_headline([before, after])
    }

    fn is_everyday(&self) -> bool {
        *self.everyday.get_or_init(|| {
            let folded = fold(&self.printed);
            let words: Vec<&str> =
                folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                [word] => word.chars().count() <= SHORT || is_everyday(word),
                words => words.iter().all(|word| word.chars().count() < SHORTEST || is_everyday(word)),
            }
        })
    }
}

/// Which of its words have a capital.
fn capitals(text: &str) -> Vec<bool> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter_map(|word| word.chars().next()).map(char::is_uppercase).collect()
}

/// Whether everybody uses the word. The judge of passwords knows which words are common, by their rank in
/// what people write and say.
fn is_everyday(word: &str) -> bool {
    let judged = zxcvbn::zxcvbn(word, &[]);
    let [only] = judged.sequence() else { return false };
    match &only.pattern {
        MatchPattern::Dictionary(found) => !found.reversed && !found.l33t && found.rank <= EVERYDAY,
        _ => false,
    }
}

/// Whether a name at a place of a folded text begins and ends where words do.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (before, name, after) = (&text[..start], &text[start..end], &text[end..]);
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    // What a hyphen joins is one word.
    let joined = |mut near: Box<dyn Iterator<Item = char> + '_>| {
        let first = near.next();
        word(first) || first == Some('-') && word(near.next())
    };
    let begins = !word(name.chars().next()) || !joined(Box::new(before.chars().rev()));
    let ends = !word(name.chars().next_back()) || !joined(Box::new(after.chars()));
    begins && ends
}

/// Whether what follows begins a sentence, where every word has a capital.
fn begins_sentence(before: &str) -> bool {
    let near = before.chars().rev().find(|c| !c.is_whitespace() && !"\"'“”‘’([*_".contains(*c));
    near.is_none_or(|c| !c.is_alphanumeric() && !",;/&".contains(c))
}

/// Whether a text is Written Like This, where every word has a capital.
fn is_headline<'a>(parts: impl IntoIterator<Item = &'a str>) -> bool {
    let words = parts
        .into_iter()
        .flat_map(|part| part.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’'));
    let (mut all, mut capital) = (0_usize, 0_usize);
    for word in words.filter(|word| word.chars().count() >= TELLING) {
        all += 1;
        capital += usize::from(word.chars().next().is_some_and(char::is_uppercase));
    }
    all == 0 || capital * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 16] = [
        "Sol Ring",
        "Lightning Bolt",
        "Bolt Bend",
        "Jace, the Mind Sculptor",
        "Lim-Dûl's Vault",
        "Æther Vial",
        "Fire // Ice",
        "Fire",
        "Shock",
        "Necropotence",
        "Island",
        "Island Sanctuary",
        "Dark Ritual",
        "Show and Tell",
        "_____",
        "Peek",
    ];

    fn matcher() -> Matcher {
        Matcher::new(NAMES.iter().zip(0..).map(|(name, id)| (*name, CardId(id)))).unwrap()
    }

    fn named(text: &str) -> Vec<&str> {
        let found = matcher().mentions(text);
        found.iter().map(|mention| &text[mention.start..mention.end]).collect()
    }

    #[test]
    fn names_are_found_in_any_spelling() {
        assert_eq!(named("Why sol ring is banned"), ["sol ring"]);
        assert_eq!(
            named("LIM-DUL’S VAULT, Aether Vial and Æther Vial"),
            ["LIM-DUL’S VAULT", "Aether Vial", "Æther Vial"]
        );
        assert_eq!(named("Jace, the Mind Sculptor's return"), ["Jace, the Mind Sculptor"]);
        assert_eq!(named("we like Fire/Ice and Fire // Ice"), ["Fire/Ice", "Fire // Ice"]);
        assert_eq!(named("Necropotence Is Back"), ["Necropotence"]);
    }

    #[test]
    fn the_first_and_longest_counts_and_words_stay_whole() {
        assert_eq!(named("Lightning Bolt Bend"), ["Lightning Bolt"]);
        assert_eq!(named("he plays Island Sanctuary there"), ["Island Sanctuary"]);
        assert_eq!(named("he has an Island Sanctuaryless deck"), ["Island"]);
        assert_eq!(named("Sol Rings, xSol Ring, Pre-Sol Ring"), [""; 0]);
        // One letter that folds into a letter and a mark.
        assert_eq!(named("\u{a33}Sol Ring"), [""; 0]);
        assert_eq!(named("_____ and a sneak peek"), [""; 0]);
    }

    #[test]
    fn everyday_words_are_no_cards_unless_they_look_like_one() {
        assert_eq!(named("a shock to all: Shock value. Shock! The Fire Is Here"), [""; 0]);
        assert_eq!(named("Ten Cards That Shock The World"), [""; 0]);
        assert_eq!(named("they cast Shock and burn the rest"), ["Shock"]);
        assert_eq!(named("a show and tell for kids"), [""; 0]);
        assert_eq!(named("a Show and Tell deck"), ["Show and Tell"]);
    }
}
