//! The table of the demo: facts by hand, one line each, tabs between the fields.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::{Error, Result};

const SETS: &str = include_str!("sets.tsv");
const CARDS: &str = include_str!("cards.tsv");
const PRINTINGS: [&str; 2] = [include_str!("printings_to_2003.tsv"), include_str!("printings_from_2003.tsv")];

/// A set.
#[derive(Debug)]
pub struct Set {
    pub code: &'static str,
    pub name: &'static str,
    pub kind: &'static str,
    pub released: NaiveDate,
    pub border: &'static str,
}

/// A card. Where it has two faces, fields hold both, with ` // ` between.
#[derive(Debug)]
pub struct Card {
    pub name: &'static str,
    pub layout: &'static str,
    pub mana: &'static str,
    pub type_line: &'static str,
    /// `2/1`, or `[3]` for loyalty.
    pub stats: &'static str,
    /// A letter a format: `L`egal, `B`anned, `R`estricted or `-`.
    pub legal: &'static str,
    /// `R`eserved, `G`ame changer, `O`lder printings exist; small letters: colours that no cost tells.
    pub flags: &'static str,
    pub keywords: &'static str,
    pub text: String,
}

/// A printing.
#[derive(Debug)]
pub struct Printing {
    pub set: &'static Set,
    pub number: &'static str,
    pub card: &'static str,
    pub rarity: &'static str,
    pub nonfoil: bool,
    pub foil: bool,
    /// The level that its simulated price moves around, in US cents.
    pub price: f64,
    pub artist: Option<&'static str>,
}

/// The whole of it.
#[derive(Debug)]
pub struct Table {
    pub cards: HashMap<&'static str, Card>,
    pub printings: Vec<Printing>,
}

/// Lines of a table, without the heading, as so many fields each.
fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = Result<[&'static str; N]>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        fields.try_into().map_err(|_| wrong(line))
    })
}

fn wrong(line: &str) -> Error {
    Error::internal(anyhow::anyhow!("the demo's table has a line that cannot be read: {line}"))
}

impl Table {
    /// Reads it; it is small.
    pub fn read() -> Result<Self> {
        static TABLE_SETS: std::sync::OnceLock<HashMap<&'static str, Set>> = std::sync::OnceLock::new();
        let sets = match TABLE_SETS.get() {
            Some(sets) => sets,
            None => {
                let sets = rows(SETS).map(|row| set(row?)).collect::<Result<HashMap<_, _>>>()?;
                TABLE_SETS.get_or_init(|| sets)
            }
        };
        let cards = rows(CARDS).map(|row| Ok(card(row?))).collect::<Result<HashMap<_, _>>>()?;
        let printings = PRINTINGS.into_iter().flat_map(rows).map(|row| printing(sets, &cards, row?));
        Ok(Self { printings: printings.collect::<Result<_>>()?, cards })
    }

    /// The sets, oldest first.
    pub fn sets(&self) -> Vec<(&'static Set, i32)> {
        let mut counts: HashMap<&str, (&'static Set, i32)> = HashMap::new();
        for printing in &self.printings {
            counts.entry(printing.set.code).or_insert((printing.set, 0)).1 += 1;
        }
        let mut sets: Vec<_> = counts.into_values().collect();
        sets.sort_by_key(|(set, _)| (set.released, set.code));
        sets
    }
}

fn set(row: [&'static str; 5]) -> Result<(&'static str, Set)> {
    let [code, name, kind, released, border] = row;
    let released = released.parse().map_err(|_| wrong(code))?;
    Ok((code, Set { code, name, kind, released, border }))
}

fn card(row: [&'static str; 9]) -> (&'static str, Card) {
    let [name, layout, mana, type_line, stats, legal, flags, keywords, text] = row;
    let text = text.replace("\\n", "\n");
    (name, Card { name, layout, mana, type_line, stats, legal, flags, keywords, text })
}

fn printing(
    sets: &'static HashMap<&'static str, Set>,
    cards: &HashMap<&'static str, Card>,
    row: [&'static str; 7],
) -> Result<Printing> {
    let [set, number, card, rarity, finishes, price, artist] = row;
    let rarity = match rarity {
        "c" => "common",
        "u" => "uncommon",
        "r" => "rare",
        "m" => "mythic",
        _ => return Err(wrong(&row.join(" "))),
    };
    let set = sets.get(set).ok_or_else(|| wrong(&row.join(" ")))?;
    let price: f64 = price.parse().map_err(|_| wrong(&row.join(" ")))?;
    if !cards.contains_key(card) || !finishes.chars().all(|f| "nf".contains(f)) || price < 0.05 {
        return Err(wrong(&row.join(" ")));
    }
    let artist = Some(artist).filter(|artist| !artist.is_empty());
    let (nonfoil, foil) = (finishes.contains('n'), finishes.contains('f'));
    Ok(Printing { set, number, card, rarity, nonfoil, foil, price: price * 100.0, artist })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_reads_and_repeats_nothing() {
        let table = Table::read().unwrap();
        assert!(table.printings.len() >= 300);
        let numbers: HashSet<_> = table.printings.iter().map(|p| (p.set.code, p.number)).collect();
        assert_eq!(numbers.len(), table.printings.len());
        let printed: HashSet<_> = table.printings.iter().map(|p| p.card).collect();
        assert_eq!(printed.len(), table.cards.len(), "every card has a printing");
        for card in table.cards.values() {
            let faces = card.name.split(" // ").count();
            assert_eq!(card.type_line.split(" // ").count(), faces, "{}", card.name);
            assert_eq!(card.legal.len(), 7, "{}", card.name);
        }
    }
}
