//! Conditions that hold of one printing.

use ::search::{Attribute, Compare, DateValue, Flag, Pattern, PriceField, PriceValue, Term, TextField};

use super::card::{folded, matches};
use super::{Scope, Sql, anywhere, lots, operator, traits};

/// Adds the condition; the ones of cards are added elsewhere.
pub(super) fn condition(sql: &mut Sql, term: &Term, scope: Scope) {
    match term {
        Term::Text(TextField::Flavor, Pattern::Contains(text)) => {
            sql.push("lower(p.flavor_text COLLATE \"C\") LIKE ").text(anywhere(text).replace('-', "_"));
        }
        Term::Text(TextField::Flavor, Pattern::Regex(regex)) => matches(sql, "p.flavor_text", regex),
        Term::Text(_, Pattern::Contains(text)) => {
            // Artists are few: each one's name is folded once, not once for every printing.
            sql.push("p.artist IN (SELECT artist FROM (SELECT DISTINCT artist FROM printings OFFSET 0) known WHERE ");
            folded(sql, "artist").push(" LIKE ").text(anywhere(text)).push(")");
        }
        Term::Set(code) => {
            sql.push("p.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE code = ").text(code);
            sql.push(" OR lower(name) = ").text(code).push("))");
        }
        Term::SetType(word) => {
            sql.push("p.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE set_type = ").text(*word).push("))");
        }
        Term::Block(name) => {
            sql.push("p.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE lower(block) = ").text(name);
            sql.push(" OR block_code IN (")
                .text(name)
                .push(", (SELECT block_code FROM mtg_sets WHERE code = ");
            sql.text(name).push("))))");
        }
        Term::CollectorNumber(text) => drop(sql.push("lower(p.collector_number) = ").text(text)),
        Term::Rarity(compare, rarity) => {
            sql.push("p.rarity").push(operator(*compare)).integer(*rarity as i32);
        }
        Term::Price(field, compare, value) => {
            let price = |field| scope.lots.and_then(|_| lots::price(field)).unwrap_or_else(|| price(field));
            sql.push(price(*field)).push(operator(*compare));
            match value {
                PriceValue::Literal(minor) => sql.big(*minor),
                PriceValue::Field(other) => sql.push(price(*other)),
            };
        }
        Term::Cheapest(field) => cheapest(sql, *field),
        Term::Is(flag) => of_printing(sql, *flag),
        Term::Has(attribute) => drop(sql.push(has(*attribute))),
        Term::Language(code) => drop(sql.push("p.lang = ").text(*code)),
        Term::Game(game) => drop(sql.push("p.games & ").integer(*game as i32).push(" <> 0")),
        Term::Border(word) => drop(sql.push("p.border_color = ").text(*word)),
        Term::Frame(word) => {
            sql.push("p.frame = ").text(*word).push(" OR ").text(*word).push(" = ANY(p.frame_effects)");
        }
        Term::Stamp(word) => drop(sql.push("p.security_stamp = ").text(*word)),
        Term::Watermark(name) => drop(sql.push("lower(p.watermark) = ").text(name)),
        Term::Released(compare, date) => released(sql, *compare, date, scope),
        // `lang:any`, and what is a condition of cards.
        _ => drop(sql.push("true")),
    }
}

fn price(field: PriceField) -> &'static str {
    match field {
        PriceField::Usd => "r.usd",
        PriceField::UsdFoil => "r.usd_foil",
        PriceField::UsdEtched => "r.usd_etched",
        PriceField::Eur => "r.eur",
        PriceField::EurFoil => "r.eur_foil",
        PriceField::Tix => "r.tix",
    }
}

fn cheapest(sql: &mut Sql, field: PriceField) {
    let column = price(field);
    sql.push("(p.card_id, ").push(column).push(") IN (SELECT q.card_id, min(").push(column);
    sql.push(") FROM printings q JOIN reference_prices r ON r.printing_id = q.id WHERE q.removed_at IS NULL");
    sql.push(" GROUP BY q.card_id)");
}

fn has(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Watermark => "p.watermark IS NOT NULL",
        Attribute::FlavorText => "p.flavor_text IS NOT NULL",
        Attribute::FlavorName => "p.flavor_name IS NOT NULL",
        Attribute::Stamp => "p.security_stamp IS NOT NULL",
        Attribute::Price(PriceField::Usd) => "r.usd IS NOT NULL",
        Attribute::Price(PriceField::UsdFoil) => "r.usd_foil IS NOT NULL",
        Attribute::Price(PriceField::UsdEtched) => "r.usd_etched IS NOT NULL",
        Attribute::Price(PriceField::Eur) => "r.eur IS NOT NULL",
        Attribute::Price(PriceField::EurFoil) => "r.eur_foil IS NOT NULL",
        Attribute::Price(PriceField::Tix) => "r.tix IS NOT NULL",
    }
}

fn of_printing(sql: &mut Sql, flag: Flag) {
    match flag {
        Flag::Trait(member) => sql.push(traits::of_printing(member)),
        Flag::PromoType(word) => sql.text(word).push(" = ANY(p.promo_types)"),
        Flag::FrameEffect(word) => sql.text(word).push(" = ANY(p.frame_effects)"),
        Flag::Layout(_) | Flag::Nickname(_) => sql.push("true"),
    };
}

fn released(sql: &mut Sql, compare: Compare, date: &DateValue, scope: Scope) {
    sql.push("p.released_at").push(operator(compare));
    match date {
        DateValue::Day(day) => sql.date(*day),
        DateValue::Today => sql.date(scope.today),
        DateValue::Set(code) => {
            sql.push("(SELECT released_at FROM mtg_sets WHERE code = ").text(code).push(")")
        }
    };
}
