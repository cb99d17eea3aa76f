//! Decks as people write them down: a number and a name on each line, parts of the deck below headings.

/// Of one card in one deck.
const MOST_COPIES: u32 = 250;

/// A line of a deck: its part, the card's name, copies.
pub(crate) type Line = (&'static str, String, u32);

fn heading(line: &str) -> Option<&'static str> {
    let word = line.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    Some(match word.split(|c: char| !c.is_alphanumeric()).next()? {
        "commander" | "commanders" => "Commanders",
        "main" | "mainboard" | "maindeck" | "deck" => "Mainboard",
        "side" | "sideboard" | "companion" => "Sideboard",
        "maybeboard" | "considering" | "tokens" | "stickers" | "attractions" => "Other",
        _ => return None,
    })
}

/// What is said of the printing goes: `(NEO) 123`, `[NEO]`, `<462>`, `*F*`.
fn bare(name: &str) -> &str {
    let is_code =
        |text: &str| (2..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let mut name = name.trim();
    for (open, close) in [(" (", ')'), (" [", ']'), (" <", '>')] {
        if let Some((before, rest)) = name.split_once(open)
            && let Some((code, _)) = rest.split_once(close)
            && is_code(code)
        {
            name = before;
        }
    }
    name.split_once(" *").map_or(name, |(before, _)| before).trim()
}

fn card(line: &str) -> Option<(&str, u32)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let copies = line[..digits].parse().ok().filter(|copies| (1..=MOST_COPIES).contains(copies))?;
    let rest = &line[digits..];
    let rest = rest.strip_prefix(['x', 'X']).unwrap_or(rest);
    let name = bare(rest.strip_prefix(char::is_whitespace)?);
    (!name.is_empty()).then_some((name, copies))
}

/// The cards of a deck; lines that are none are passed over.
pub(crate) fn read(text: &str) -> Vec<Line> {
    let (mut part, mut lines) = ("Mainboard", Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let aside = line.strip_prefix("SB:").map(str::trim);
        match card(aside.unwrap_or(line)) {
            Some((name, copies)) => {
                lines.push((if aside.is_some() { "Sideboard" } else { part }, name.to_owned(), copies));
            }
            None => part = heading(line).unwrap_or(part),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn decks_are_read_as_people_write_them() {
        let text = "~~Commanders~~\n1 Atraxa, Praetors' Voice\n\n~~Mainboard~~\n4x Lightning Bolt (M10) 146 *F*\n\
                    1 Fire // Ice [APC]\n1 B.F.M. (Big Furry Monster)\n999 Too Many\nnonsense\n\nSIDEBOARD:\n2 Duress\nSB: 1 Ponder";
        let lines = read(text);
        let told: Vec<String> =
            lines.iter().map(|(part, name, copies)| format!("{part} {copies} {name}")).collect();
        assert_eq!(
            told,
            [
                "Commanders 1 Atraxa, Praetors' Voice",
                "Mainboard 4 Lightning Bolt",
                "Mainboard 1 Fire // Ice",
                "Mainboard 1 B.F.M. (Big Furry Monster)",
                "Sideboard 2 Duress",
                "Sideboard 1 Ponder",
            ]
        );
    }
}
