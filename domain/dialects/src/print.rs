//! From lots to cells, and what gets lost on the way.

use crate::field::Field;
use crate::lot::{BinderKind, Ids, Lot, SECTION};
use crate::money;
use crate::tables::Table;
use crate::vocabulary::{FinishRead, TagStyle};
use crate::words::Finish;

/// What stands in one column for a lot.
pub(crate) fn cell(table: &Table, header: &str, field: Field, lot: &Lot) -> String {
    let words = &table.words;
    let flag = |yes: bool| words.flags[usize::from(yes)].to_owned();
    match field {
        Field::Name | Field::Label => lot.name.clone(),
        Field::SetCode => {
            let code = lot.set_code.clone().unwrap_or_default();
            if words.capitals { code.to_uppercase() } else { code }
        }
        Field::SetName => lot.set_name.clone().unwrap_or_default(),
        Field::Number => lot.number.clone().unwrap_or_default(),
        Field::Quantity | Field::NonfoilQuantity | Field::FoilQuantity | Field::SpecialFoilQuantity => {
            copies(field, lot).to_string()
        }
        Field::ForTrade => lot.for_trade.to_string(),
        Field::TradeFlag => flag(lot.for_trade > 0 && lot.for_trade >= lot.quantity),
        Field::Finish => finish(table, lot),
        Field::FinishText => lot.finish_text.clone().unwrap_or_default(),
        Field::Grade => lot.grade.map_or("", |grade| words.grades.prints[grade as usize]).to_owned(),
        Field::ConditionText => lot.condition_text.clone().unwrap_or_default(),
        Field::Language => {
            lot.language.map_or("", |language| words.languages.prints[language as usize]).to_owned()
        }
        Field::ScryfallId
        | Field::OracleId
        | Field::TcgplayerProduct
        | Field::TcgplayerSku
        | Field::CardmarketProduct
        | Field::MultiverseId
        | Field::MtgoId => id(field, &lot.ids),
        Field::Cost if words.symbols => lot.cost.map(money::print_symbol).unwrap_or_default(),
        Field::Cost => lot.cost.map(money::print).unwrap_or_default(),
        Field::Currency => {
            lot.cost.and_then(|cost| cost.currency).map(|currency| currency.to_string()).unwrap_or_default()
        }
        Field::Acquired => {
            let time = if words.times { "T00:00:00.000Z" } else { "" };
            lot.acquired.map(|day| format!("{day}{time}")).unwrap_or_default()
        }
        Field::Binder => lot.binder.as_ref().map(|binder| binder.name.clone()).unwrap_or_default(),
        Field::BinderKind => binder_kind(lot).to_owned(),
        Field::Tags => tags(words.tags, lot),
        Field::Notes => lot.notes.clone().unwrap_or_default(),
        Field::Signed => flag(lot.signed),
        Field::Altered => flag(lot.altered),
        Field::Misprint => flag(lot.misprint),
        Field::Proxy => flag(lot.proxy),
        Field::Hidden => flag(lot.hidden),
        Field::Section => lot.rest.get(SECTION).cloned().unwrap_or_default(),
        Field::Game => "Magic".to_owned(),
        Field::Rest if lot.rest.is_empty() => String::new(),
        Field::Rest => serde_json::to_string(&lot.rest).unwrap_or_default(),
        Field::Raw => lot.rest.get(header).cloned().unwrap_or_default(),
        Field::Playset | Field::Ignored => String::new(),
    }
}

fn copies(field: Field, lot: &Lot) -> u32 {
    let foil = matches!(lot.finish, Some(Finish::Foil | Finish::Etched));
    match field {
        Field::Quantity => lot.quantity,
        Field::NonfoilQuantity if !foil => lot.quantity,
        Field::FoilQuantity if foil => lot.quantity,
        _ => 0,
    }
}

fn finish(table: &Table, lot: &Lot) -> String {
    let words = table.words.finishes;
    let Some(finish) = lot.finish else { return String::new() };
    let special = lot.finish_text.as_ref().filter(|text| words.read(text) == FinishRead::Special(finish));
    match special {
        Some(text) if words.special => text.clone(),
        _ => words.prints[finish as usize].to_owned(),
    }
}

fn id(field: Field, ids: &Ids) -> String {
    let number = match field {
        Field::ScryfallId => return ids.scryfall.map(|id| id.to_string()).unwrap_or_default(),
        Field::OracleId => return ids.oracle.map(|id| id.to_string()).unwrap_or_default(),
        Field::TcgplayerProduct => ids.tcgplayer_product,
        Field::TcgplayerSku => ids.tcgplayer_sku,
        Field::CardmarketProduct => ids.cardmarket_product,
        Field::MultiverseId => ids.multiverse,
        _ => ids.mtgo,
    };
    number.map(|id| id.to_string()).unwrap_or_default()
}

fn binder_kind(lot: &Lot) -> &'static str {
    match lot.binder.as_ref().and_then(|binder| binder.kind) {
        Some(BinderKind::Binder) => "binder",
        Some(BinderKind::Deck) => "deck",
        Some(BinderKind::List) => "list",
        None => "",
    }
}

fn tags(style: TagStyle, lot: &Lot) -> String {
    match style {
        _ if lot.tags.is_empty() => String::new(),
        TagStyle::Commas => lot.tags.join(","),
        TagStyle::Json => serde_json::to_string(&lot.tags).unwrap_or_default(),
    }
}

/// The fields in which two lots differ.
pub(crate) fn differences(one: &Lot, other: &Lot) -> Vec<Field> {
    let binder = |lot: &Lot| lot.binder.as_ref().map(|binder| binder.name.clone());
    let kind = |lot: &Lot| lot.binder.as_ref().and_then(|binder| binder.kind);
    let rest = |lot: &Lot| {
        let mut rest = lot.rest.clone();
        rest.remove(SECTION);
        rest
    };
    [
        (Field::Name, one.name == other.name),
        (Field::SetCode, one.set_code == other.set_code),
        (Field::SetName, one.set_name == other.set_name),
        (Field::Number, one.number == other.number),
        (Field::Quantity, one.quantity == other.quantity),
        (Field::ForTrade, one.for_trade == other.for_trade),
        (Field::Finish, one.finish == other.finish),
        (Field::FinishText, one.finish_text == other.finish_text),
        (Field::Grade, one.grade == other.grade),
        (Field::ConditionText, one.condition_text == other.condition_text),
        (Field::Language, one.language == other.language),
        (Field::ScryfallId, one.ids.scryfall == other.ids.scryfall),
        (Field::OracleId, one.ids.oracle == other.ids.oracle),
        (Field::TcgplayerProduct, one.ids.tcgplayer_product == other.ids.tcgplayer_product),
        (Field::TcgplayerSku, one.ids.tcgplayer_sku == other.ids.tcgplayer_sku),
        (Field::CardmarketProduct, one.ids.cardmarket_product == other.ids.cardmarket_product),
        (Field::MultiverseId, one.ids.multiverse == other.ids.multiverse),
        (Field::MtgoId, one.ids.mtgo == other.ids.mtgo),
        (Field::Cost, one.cost.map(|cost| cost.minor) == other.cost.map(|cost| cost.minor)),
        (Field::Currency, one.cost.map(|cost| cost.currency) == other.cost.map(|cost| cost.currency)),
        (Field::Acquired, one.acquired == other.acquired),
        (Field::Binder, binder(one) == binder(other)),
        (Field::BinderKind, kind(one) == kind(other)),
        (Field::Tags, one.tags == other.tags),
        (Field::Notes, one.notes == other.notes),
        (Field::Signed, one.signed == other.signed),
        (Field::Altered, one.altered == other.altered),
        (Field::Misprint, one.misprint == other.misprint),
        (Field::Proxy, one.proxy == other.proxy),
        (Field::Hidden, one.hidden == other.hidden),
        (Field::Section, one.rest.get(SECTION) == other.rest.get(SECTION)),
        (Field::Rest, rest(one) == rest(other)),
    ]
    .into_iter()
    .filter_map(|(field, same)| (!same).then_some(field))
    .collect()
}
