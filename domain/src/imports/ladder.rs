//! Which printing a row means: by an id, by set and number, by set and name, by the name alone. Whatever is
//! not said by the row but chosen here has its cause written down.

use dialects::{Field, Lot};

use super::cause::{Cause, Code};
use super::lots;
use super::model::MatchedBy;
use super::shelf::{Candidate, Shelf, ids, key, number_key, place, set_key};
use crate::prices::Finish;
use crate::{CardId, PrintingId};

/// A printing, and how it was found.
#[derive(Debug)]
pub(super) struct Found {
    pub printing: PrintingId,
    pub card: CardId,
    /// The finishes that it exists in, one bit each.
    pub finishes: i16,
    pub by: MatchedBy,
    pub causes: Vec<Cause>,
}

/// Codes of two letters that Gatherer once gave, and what some apps call sets of several codes.
const OLD_CODES: [(&str, &str); 44] = [
    ("1e", "lea"),
    ("2e", "leb"),
    ("2u", "2ed"),
    ("3e", "3ed"),
    ("4e", "4ed"),
    ("5e", "5ed"),
    ("6e", "6ed"),
    ("7e", "7ed"),
    ("an", "arn"),
    ("aq", "atq"),
    ("le", "leg"),
    ("dk", "drk"),
    ("fe", "fem"),
    ("hm", "hml"),
    ("ia", "ice"),
    ("al", "all"),
    ("mi", "mir"),
    ("vi", "vis"),
    ("wl", "wth"),
    ("te", "tmp"),
    ("st", "sth"),
    ("ex", "exo"),
    ("uz", "usg"),
    ("gu", "ulg"),
    ("cg", "uds"),
    ("mm", "mmq"),
    ("ne", "nem"),
    ("pr", "pcy"),
    ("in", "inv"),
    ("ps", "pls"),
    ("ap", "apc"),
    ("od", "ody"),
    ("po", "por"),
    ("p2", "p02"),
    ("pk", "ptk"),
    ("p3", "s99"),
    ("p4", "s00"),
    ("ch", "chr"),
    ("ug", "ugl"),
    ("dar", "dom"),
    ("legi", "leg"),
    ("plist", "plst"),
    ("list", "plst"),
    ("mps_akh", "mp2"),
];

/// The set's codes that a written one may stand for.
fn codes(written: &str) -> Vec<String> {
    let written = written.trim().to_lowercase();
    let old = OLD_CODES.iter().find(|(old, _)| *old == written).map(|(_, code)| (*code).to_owned());
    // Deckbox parts the Guild Kits by guild: `gk1_boros`.
    let part = written.split_once('_').map(|(set, _)| set.to_owned());
    [Some(written.clone()), old, part].into_iter().flatten().collect()
}

fn in_set(lot: &Lot, one: &Candidate) -> bool {
    let by_code = lot.set_code.as_deref().map(codes).unwrap_or_default();
    if by_code.iter().any(|code| one.codes.contains(code)) {
        return true;
    }
    let Some(name) = lot.set_name.as_deref() else { return false };
    // `Magic 2010 (M10)`
    let in_brackets = name.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    in_brackets.is_some_and(|code| one.codes.contains(&code.to_lowercase()))
        || set_key(name) == one.set_key
        || name.split_once(" (").is_some_and(|(bare, _)| set_key(bare) == one.set_key)
}

fn has_number(one: &Candidate, wanted: &str) -> bool {
    let number = number_key(&one.number);
    // On The List a card's number is that of its old set: `DDC-49`.
    number == wanted || number.rsplit_once('-').is_some_and(|(_, last)| number_key(last) == wanted)
}

/// The printing that fits best, and whether another one fits as well.
fn pick<'a>(lot: &Lot, among: &[&'a Candidate]) -> Option<(&'a Candidate, bool)> {
    let wanted = &lot.language.map(lots::language_code);
    let digital = lot.ids.mtgo.is_some();
    let fits = |one: &Candidate| {
        let language = wanted.as_ref().map_or(one.lang == "en", |wanted| one.lang == *wanted);
        let finish = lot.finish.map_or(Finish::Nonfoil, lots::finish);
        let finish = one.finishes & finish.number() != 0;
        (finish, language, one.lang == "en", one.digital == digital)
    };
    let best = among.iter().copied().max_by_key(|one| {
        (fits(one), one.plain, one.released, std::cmp::Reverse((one.number.len(), &one.number)), one.id)
    })?;
    let others = among.iter().filter(|one| one.id != best.id && fits(one) == fits(best));
    Some((best, others.count() > 0))
}

/// The printing that a row means, or why there is none.
pub(super) fn find(lot: &Lot, shelf: &Shelf) -> Result<Found, Vec<Cause>> {
    let mut causes = Vec::new();
    let named = shelf.named(&lot.name);
    let found = |one: &Candidate, by, causes| {
        Ok(Found { printing: one.id, card: one.card, finishes: one.finishes, by, causes })
    };
    for id in ids(lot) {
        if let Some((one, several)) = by_id(lot, &shelf.given(id)) {
            if several {
                causes.push(Cause::plain(Code::SeveralPrintings));
            }
            if !named.is_empty() && !named.contains(&one.card) {
                causes.push(Cause::new(Code::NameDiffers, Field::Name, &lot.name));
            }
            return found(one, MatchedBy::Id, causes);
        }
    }
    if let Some(field) = id_field(lot) {
        causes.push(Cause::new(Code::IdUnknown, field, ""));
    }
    let oracle = lot.ids.oracle.and_then(|oracle| shelf.card_of(oracle));
    let cards: Vec<CardId> = if named.is_empty() { oracle.into_iter().collect() } else { named };
    if cards.is_empty() {
        let placed = place(lot).and_then(|place| pick(lot, &shelf.at(&place)));
        let Some((one, _)) = placed else {
            causes.push(Cause::new(Code::NoSuchCard, Field::Name, &lot.name));
            return Err(causes);
        };
        if !lot.name.is_empty() && !one.other_names.contains(&key(&lot.name)) {
            causes.push(Cause::new(Code::NameDiffers, Field::Name, &lot.name));
        }
        return found(one, MatchedBy::SetAndNumber, causes);
    }
    let (one, by) = by_name(lot, &shelf.printings(&cards), &mut causes).ok_or_else(|| {
        // A card whose printings were all withdrawn.
        vec![Cause::new(Code::NoSuchCard, Field::Name, &lot.name)]
    })?;
    found(one, by, causes)
}

/// Of the printings with an id, the one whose set and number are the row's, if that tells them apart.
fn by_id<'a>(lot: &Lot, all: &[&'a Candidate]) -> Option<(&'a Candidate, bool)> {
    let number = lot.number.as_deref().map(number_key);
    let mut among: Vec<_> = all.iter().copied().filter(|one| in_set(lot, one)).collect();
    if let Some(number) = number {
        let numbered: Vec<_> = among.iter().copied().filter(|one| has_number(one, &number)).collect();
        among = if numbered.is_empty() { among } else { numbered };
    }
    if among.is_empty() { pick(lot, all) } else { pick(lot, &among) }
}

fn by_name<'a>(
    lot: &Lot,
    all: &[&'a Candidate],
    causes: &mut Vec<Cause>,
) -> Option<(&'a Candidate, MatchedBy)> {
    let number = lot.number.as_deref().map(number_key).filter(|number| !number.is_empty());
    let of_number = |among: &[&'a Candidate]| -> Vec<&'a Candidate> {
        let Some(number) = &number else { return Vec::new() };
        among.iter().copied().filter(|one| has_number(one, number)).collect()
    };
    let mut choose = |among: &[&'a Candidate], by| {
        let (one, several) = pick(lot, among)?;
        if several {
            causes.push(Cause::plain(Code::SeveralPrintings));
        }
        Some((one, by))
    };
    let set = lot.set_code.as_deref().map(|code| (Field::SetCode, code));
    let Some((field, set)) = set.or(lot.set_name.as_deref().map(|name| (Field::SetName, name))) else {
        return choose(all, MatchedBy::Name);
    };
    let in_set: Vec<_> = all.iter().copied().filter(|one| in_set(lot, one)).collect();
    if in_set.is_empty() {
        let (numbered, one) = (of_number(all), MatchedBy::Name);
        let chosen = if numbered.is_empty() { choose(all, one) } else { choose(&numbered, one) };
        causes.push(Cause::new(Code::SetUnknown, field, set));
        return chosen;
    }
    let numbered = of_number(&in_set);
    if !numbered.is_empty() {
        return choose(&numbered, MatchedBy::SetAndNumber);
    }
    let chosen = choose(&in_set, MatchedBy::SetAndName);
    if let Some(number) = lot.number.as_deref().filter(|_| number.is_some()) {
        causes.push(Cause::new(Code::NumberUnknown, Field::Number, number));
    }
    chosen
}

fn id_field(lot: &Lot) -> Option<Field> {
    let ids = &lot.ids;
    let fields = [
        (ids.scryfall.is_some(), Field::ScryfallId),
        (ids.tcgplayer_product.is_some(), Field::TcgplayerProduct),
        (ids.cardmarket_product.is_some(), Field::CardmarketProduct),
        (ids.mtgo.is_some(), Field::MtgoId),
    ];
    fields.into_iter().find_map(|(is_there, field)| is_there.then_some(field))
}

#[cfg(test)]
#[path = "ladder_tests.rs"]
mod tests;
