//! Mana costs as people write them: `2WW`, `{2}{w/u}`, `xrr`.

use crate::ast::{COLOR_BITS, ManaCost};

/// Reads a cost; `None` if it is none. Symbols of one letter may go without braces.
pub(crate) fn cost(text: &str) -> Option<ManaCost> {
    let text = text.to_ascii_uppercase();
    let mut cost = ManaCost::default();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let symbol = match first {
            '{' => {
                let (symbol, after) = rest[1..].split_once('}')?;
                rest = after;
                symbol
            }
            '0'..='9' => {
                let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let (symbol, after) = rest.split_at(length);
                rest = after;
                symbol
            }
            _ => {
                let (symbol, after) = rest.split_at(first.len_utf8());
                rest = after;
                symbol
            }
        };
        add(&mut cost, symbol)?;
    }
    cost.symbols.sort();
    (!text.is_empty()).then_some(cost)
}

fn add(cost: &mut ManaCost, symbol: &str) -> Option<()> {
    if symbol.starts_with(|c: char| c.is_ascii_digit()) && symbol.bytes().all(|b| b.is_ascii_digit()) {
        let generic = symbol.parse::<u32>().ok().filter(|generic| *generic <= 1_000_000)?;
        cost.generic = cost.generic.checked_add(generic)?;
        return Some(());
    }
    let symbol = canonical(symbol)?;
    match cost.symbols.iter_mut().find(|(known, _)| *known == symbol) {
        Some((_, count)) => *count += 1,
        None => cost.symbols.push((symbol, 1)),
    }
    Some(())
}

/// Scryfall's spelling of a symbol: `U/W` is `W/U`.
fn canonical(symbol: &str) -> Option<String> {
    const SINGLE: [&str; 12] = ["W", "U", "B", "R", "G", "C", "S", "X", "Y", "Z", "HW", "HR"];
    const PAIRS: [&str; 10] = ["W/U", "W/B", "U/B", "U/R", "B/R", "B/G", "R/W", "R/G", "G/W", "G/U"];
    if SINGLE.contains(&symbol) {
        return Some(symbol.to_owned());
    }
    let parts: Vec<&str> = symbol.split('/').collect();
    let colored = |part: &str| part.len() == 1 && "WUBRG".contains(part);
    let pair =
        |a: &str, b: &str| PAIRS.into_iter().find(|p| *p == format!("{a}/{b}") || *p == format!("{b}/{a}"));
    match parts[..] {
        ["2", color] | [color, "2"] if colored(color) => Some(format!("2/{color}")),
        ["C", color] | [color, "C"] if colored(color) => Some(format!("C/{color}")),
        ["P", color] | [color, "P"] if colored(color) => Some(format!("{color}/P")),
        [a, b, "P"] => pair(a, b).map(|pair| format!("{pair}/P")),
        [a, b] => pair(a, b).map(str::to_owned),
        _ => None,
    }
}

/// The one colour (or hybrid) that all symbols of a devotion have, and their number.
pub(crate) fn devotion(text: &str) -> Option<(u8, u8)> {
    let cost = cost(text).filter(|cost| cost.generic == 0)?;
    let [(symbol, count)] = &cost.symbols[..] else { return None };
    let colors = symbol.split('/').map(|part| {
        let color = part.to_ascii_lowercase();
        COLOR_BITS
            .iter()
            .find(|(letter, _)| color.starts_with(*letter) && color.len() == 1)
            .map(|(_, bit)| *bit)
    });
    let mask = colors.collect::<Option<Vec<u8>>>()?.into_iter().fold(0, |mask, bit| mask | bit);
    Some((mask, u8::try_from(*count).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(text: &str) -> Option<(u32, String)> {
        let cost = cost(text)?;
        Some((cost.generic, cost.symbols.iter().map(|(symbol, n)| format!("{symbol}{n} ")).collect()))
    }

    #[test]
    fn costs_are_read_in_every_spelling() {
        assert_eq!(symbols("2ww"), Some((2, "W2 ".to_owned())));
        assert_eq!(symbols("{1}{u/w}{W/U}x"), Some((1, "W/U2 X1 ".to_owned())));
        assert_eq!(symbols("12{g/p}"), Some((12, "G/P1 ".to_owned())));
        assert_eq!(symbols("0"), Some((0, String::new())));
        for wrong in ["", "q", "{w", "{w/q}", "{}", "é", "99999999999"] {
            assert_eq!(symbols(wrong), None, "{wrong}");
        }
        assert_eq!(devotion("{u/b}{u/b}"), Some((6, 2)));
        assert_eq!(devotion("wu"), None);
    }
}
