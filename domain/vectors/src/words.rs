//! Rules text into words.

/// A word and how much it says: what is only a reminder of the rules says little.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    pub text: String,
    pub weight: f32,
}

/// Stands for a card's own name.
const SELF: &str = "~";
/// A reminder's share: it explains a keyword that is counted by itself.
const REMINDER: f32 = 0.25;
const NUMBERS: [(&str, u32); 10] = [
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
];

/// The words of a text of a card with these names, in order. Sentences are parted by a word without
/// letters, so that pairs of words do not reach over their ends.
pub fn words(text: &str, names: &[&str]) -> Vec<Word> {
    let mut text = text.to_lowercase();
    for name in names {
        let name = name.to_lowercase();
        text = text.replace(&name, SELF);
        // Legends are called by the beginning of their names.
        if let Some((short, _)) = name.split_once(',').filter(|(short, _)| short.len() > 3) {
            text = text.replace(short, SELF);
        }
    }
    let mut found = Vec::new();
    let (mut depth, mut place) = (0_u32, 1.0_f32);
    let mut word = String::new();
    for letter in text.chars() {
        let inside =
            letter.is_alphanumeric() || matches!(letter, '{' | '}' | '+' | '-' | '−' | '/' | '~' | '\'');
        if inside {
            word.push(letter);
            continue;
        }
        let weight = if depth > 0 { REMINDER } else { place };
        take(&mut found, &mut word, weight);
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '.' | '\n' | ':' | '—' => found.push(Word { text: String::new(), weight: 0.0 }),
            _ => {}
        }
        if depth == 0 && matches!(letter, '.' | '\n') {
            place = (place * NEXT).max(LEAST);
        }
    }
    take(&mut found, &mut word, if depth > 0 { REMINDER } else { place });
    found
}

fn take(found: &mut Vec<Word>, word: &mut String, weight: f32) {
    let text = std::mem::take(word);
    let text = text.trim_matches(['-', '\'', '/']).trim_end_matches("'s");
    for part in symbols(text) {
        found.push(Word { text: stem(part), weight });
    }
}

/// `{2}{r}{r}` is three words.
fn symbols(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('}').filter(|part| !part.is_empty())
}

/// How much of a sentence's weight the next one has: what a card does comes first, conditions and extras
/// come later.
const NEXT: f32 = 0.65;
/// No sentence has less.
const LEAST: f32 = 0.25;

/// Words that differ only by number or person become one.
fn stem(word: &str) -> String {
    if word.starts_with('{') || word.len() < 4 || !word.is_ascii() {
        return word.to_owned();
    }
    match word {
        _ if word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        _ if word.ends_with("ss") || word.ends_with("us") => word.to_owned(),
        _ if word.ends_with('s') => word[..word.len() - 1].to_owned(),
        _ => word.to_owned(),
    }
}

/// The number that a word says, if it says one.
pub fn number(word: &str) -> Option<u32> {
    let plain = word.trim_start_matches('{').trim_end_matches('}');
    let spelled = || NUMBERS.iter().find(|(name, _)| *name == plain).map(|(_, number)| *number);
    plain.parse().ok().or_else(spelled)
}

/// Numbers that play alike.
pub fn bucket(number: u32) -> &'static str {
    match number {
        0 => "0",
        1 => "1",
        2 => "2",
        3 => "3",
        4 => "4",
        5 => "5",
        6 | 7 => "6-7",
        8..=10 => "8-10",
        _ => "11+",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, names: &[&str]) -> Vec<String> {
        words(text, names).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_card_s_own_name_is_no_word() {
        let bolt = texts("Lightning Bolt deals 3 damage to any target.", &["Lightning Bolt"]);
        assert_eq!(bolt, ["~", "deal", "3", "damage", "to", "any", "target", ""]);
        let legend = texts("Whenever Jace deals damage, draw.", &["Jace, Vryn's Prodigy"]);
        assert_eq!(legend, ["whenever", "~", "deal", "damage", "draw", ""]);
    }

    #[test]
    fn reminders_weigh_little_and_symbols_stand_alone() {
        let all = words("Kicker {2}{R} (You may pay more.)", &[]);
        let kept: Vec<_> = all.iter().map(|word| (word.text.as_str(), word.weight)).collect();
        assert_eq!(kept[..3], [("kicker", 1.0), ("{2}", 1.0), ("{r}", 1.0)]);
        assert_eq!(kept[3], ("you", REMINDER));
    }

    #[test]
    fn numbers_are_read_and_put_together() {
        assert_eq!((number("three"), number("{2}"), number("x")), (Some(3), Some(2), None));
        assert_eq!(bucket(7), bucket(6));
        assert_ne!(bucket(2), bucket(3));
    }
}
