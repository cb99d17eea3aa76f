//! The one spelling that names, texts and queries are compared in.

use unicode_normalization::UnicodeNormalization;

/// Folds a text for comparison: lower case, without accents, ligatures opened (`Æ` → `ae`),
/// typographic apostrophes, quotes, dashes and spaces replaced by the ones on a keyboard.
/// Folding twice changes nothing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    // A letter may hide a capital (ᴭ is an Æ), and a small letter may hide an accent (i̇).
    let lower = text.nfkd().flat_map(char::to_lowercase).nfkd();
    // Only Latin, Greek and Cyrillic accents go: a kana or a Hangul syllable stays what it is.
    for letter in lower.filter(|letter| !is_accent(*letter)) {
        match plain(letter) {
            Some(plain) => folded.push_str(plain),
            None => folded.push(letter),
        }
    }
    if folded.is_ascii() { folded } else { folded.nfc().collect() }
}

/// The rules text that `o:` searches: folded, without the reminder text in parentheses. The
/// faces of a card are to be joined by newlines before.
pub fn oracle_plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let Some(length) = reminder_length(&rest[open..]) else { break };
        plain.push_str(&rest[..open]);
        rest = &rest[open + length..];
    }
    plain.push_str(rest);
    let folded = fold(&plain);
    let lines =
        folded.lines().map(|line| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>());
    lines.filter(|words| !words.is_empty()).map(|words| words.join(" ")).collect::<Vec<_>>().join("\n")
}

/// Bytes from an opening parenthesis to its closing one; `None` if it is never closed.
fn reminder_length(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at + 1),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// What normalisation leaves alone although a keyboard types it differently.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ß' => "ss",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        '‘' | '’' | '‚' | '‛' | 'ʼ' | '′' | '`' | '´' => "'",
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '⁄' => "/",
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_fold_to_what_a_keyboard_types() {
        let folds = [
            ("Lim-Dûl's Vault", "lim-dul's vault"),
            ("Æther Vial", "aether vial"),
            ("Jötun Grunt", "jotun grunt"),
            ("Urza’s Tower", "urza's tower"),
            ("Fire // Ice", "fire // ice"),
            ("Ratonhnhaké:ton", "ratonhnhake:ton"),
            ("Creature — Bird", "creature - bird"),
            ("Déjà Vu", "deja vu"),
            ("ガイアの揺籃の地", "ガイアの揺籃の地"),
            ("İstanbul", "istanbul"),
            ("ᴭther", "aether"),
            ("Little Girl ½", "little girl 1/2"),
        ];
        for (name, folded) in folds {
            assert_eq!(fold(name), folded);
        }
    }

    #[test]
    fn reminder_text_is_not_searched() {
        assert_eq!(
            oracle_plain(
                "Flying (It can’t be blocked except by flyers.)\nCycling {2} ({2}, Discard: Draw a card.)"
            ),
            "flying\ncycling {2}"
        );
        assert_eq!(oracle_plain("({T}: Add {G}.)\nDraw (a (nested) note) two cards."), "draw two cards.");
        assert_eq!(oracle_plain("An open ( stays"), "an open ( stays");
        assert_eq!(oracle_plain("a) b (c) d"), "a) b d");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
