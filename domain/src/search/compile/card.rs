//! Conditions that hold of a card, whichever printing.

use ::search::{
    ColorField, Compare, LegalityStatus, ManaCost, NumberField, NumberValue, Pattern, Place, Term, TextField,
    translate_regex,
};

use super::traits;
use super::{Scope, Sql, anywhere, operator};

/// Rules text with reminder text; of all faces where the card itself has none.
const FULL_TEXT: &str = "coalesce(c.oracle_text, (SELECT string_agg(face->>'oracle_text', E'\\n') \
     FROM jsonb_array_elements(c.faces) face), '')";
/// Null or empty where there is none.
const COST: &str = "c.mana_cost";
/// A text in the spelling that texts are compared in, as far as Latin letters go. Collation "C"
/// lowers bytes, which is many times faster than letters.
const FOLDED: [&str; 2] = [
    "lower(translate(",
    ", 'àáâãäåāăąçćčďèéêëēęěìíîïīñńňòóôõöøōőŕřśšşťùúûüūůűýÿźżžÀÁÂÃÄÅÇĆČÈÉÊËÌÍÎÏÑÒÓÔÕÖØŚŠÙÚÛÜÝŹŻŽ’‘`—–', \
     'aaaaaaaaacccdeeeeeeeiiiiinnnoooooooorrsssstuuuuuuuyyzzzaaaaaaccceeeeiiiinooooooss\
      uuuuyzzz--') COLLATE \"C\")",
];

/// Adds the condition if it is one of a card.
pub(super) fn condition(sql: &mut Sql, term: &Term, scope: Scope) -> bool {
    match term {
        Term::Text(field, pattern) => return text(sql, *field, pattern, scope),
        Term::ExactName(name) => exact_name(sql, name, scope),
        Term::Keyword(word) => {
            sql.push("EXISTS (SELECT FROM unnest(c.keywords) word WHERE lower(word) = ").text(word).push(")");
        }
        Term::Colors(field, compare, mask) => colors(sql, *field, *compare, *mask),
        Term::ColorCount(field, compare, count) => {
            sql.push(match field {
                ColorField::Colors => "length(replace(c.colors::int::bit(5)::text, '0', ''))",
                ColorField::Identity => "length(replace(c.color_identity::int::bit(5)::text, '0', ''))",
            });
            sql.push(operator(*compare)).integer(*count);
        }
        Term::Mana(compare, cost) => mana(sql, *compare, cost),
        Term::Devotion(compare, mask, count) => devotion(sql, *compare, *mask, *count),
        Term::Number(field, compare, value) => number(sql, *field, *compare, *value),
        Term::EvenManaValue(even) => {
            sql.push("mod(c.mana_value::numeric, 2) = ").integer(if *even { 0 } else { 1 });
        }
        Term::Legality(status, format) => legality(sql, *status, format),
        Term::In(place) => in_place(sql, place),
        Term::Is(flag) => return traits::of_card(sql, *flag),
        _ => return false,
    }
    true
}

fn text(sql: &mut Sql, field: TextField, pattern: &Pattern, scope: Scope) -> bool {
    match (field, pattern) {
        (TextField::Name, Pattern::Contains(text)) => name(sql, text, scope),
        (TextField::Type, Pattern::Contains(text)) => {
            // The dash of “Creature — Elf” is folded in the query; any one letter matches it.
            sql.push("lower(c.type_line COLLATE \"C\") LIKE ").text(anywhere(text).replace('-', "_"));
        }
        (TextField::Oracle, Pattern::Contains(text)) => oracle(sql, text),
        (TextField::FullOracle, Pattern::Contains(text)) => {
            let pattern = anywhere(text).replace('-', "_");
            // Only reminder text, in parentheses, can hold what the plain text does not.
            sql.push("c.oracle_plain LIKE ").text(pattern.clone());
            sql.push(" OR strpos(").push(FULL_TEXT).push(", '(') > 0 AND lower(").push(FULL_TEXT);
            sql.push(" COLLATE \"C\") LIKE ").text(pattern);
        }
        (TextField::Name, Pattern::Regex(regex)) => matches(sql, "c.name_folded", regex),
        (TextField::Type, Pattern::Regex(regex)) => matches(sql, "c.type_line", regex),
        (TextField::Oracle, Pattern::Regex(regex)) if regex.contains('~') => {
            matches(sql, "replace(c.oracle_plain, c.name_folded, '~')", regex);
        }
        (TextField::Oracle, Pattern::Regex(regex)) => matches(sql, "c.oracle_plain", regex),
        (TextField::FullOracle, Pattern::Regex(regex)) => matches(sql, FULL_TEXT, regex),
        (TextField::Flavor | TextField::Artist, _) => return false,
    }
    true
}

/// Adds a match with a regular expression. One that cannot be translated was refused before.
pub(super) fn matches(sql: &mut Sql, column: &'static str, regex: &str) {
    match translate_regex(regex) {
        // `(?n)`: `^` and `$` are the ends of a line, which abilities are written in.
        Ok(regex) => sql.push(column).push(" ~* ").text(format!("(?n){regex}")),
        Err(_) => sql.push("false"),
    };
}

/// Both faces are in the folded name. “urzas” finds “Urza's” too.
fn name(sql: &mut Sql, text: &str, scope: Scope) {
    let mut patterns = vec![anywhere(text)];
    if let Some(owner) = text.strip_suffix('s').filter(|owner| owner.len() > 2 && !owner.ends_with('\'')) {
        patterns.push(anywhere(&format!("{owner}'s")));
    }
    let of_card = |sql: &mut Sql| {
        for (index, pattern) in patterns.iter().enumerate() {
            sql.push(if index == 0 { "c.name_folded LIKE " } else { " OR c.name_folded LIKE " })
                .text(pattern);
        }
    };
    any_name(sql, of_card, " LIKE ", &patterns[0], scope);
}

fn exact_name(sql: &mut Sql, name: &str, scope: Scope) {
    let of_card = |sql: &mut Sql| {
        sql.push("c.name_folded LIKE ").text(anywhere(name)).push(" AND ").text(name);
        sql.push(" = ANY(c.name_folded || string_to_array(c.name_folded, ' // '))");
    };
    any_name(sql, of_card, " = ", name, scope);
}

/// Adds a condition on the card's name or on the names that single printings have. Cards are
/// looked up by index first; among printings the ones that have the name themselves remain.
fn any_name(sql: &mut Sql, of_card: impl Fn(&mut Sql), operator: &'static str, value: &str, scope: Scope) {
    let of_printing = |sql: &mut Sql| {
        sql.push("(p.flavor_name IS NOT NULL OR p.printed_name IS NOT NULL) AND (");
        folded(sql, "p.flavor_name").push(operator).text(value).push(" OR ");
        folded(sql, "p.printed_name").push(operator).text(value).push(")");
    };
    sql.push("c.id IN (SELECT c.id FROM cards c WHERE ");
    of_card(sql);
    sql.push(" UNION ALL SELECT p.card_id FROM printings p WHERE p.removed_at IS NULL AND ");
    of_printing(sql);
    sql.push(")");
    if !scope.by_card {
        sql.push(" AND (");
        of_card(sql);
        sql.push(" OR ");
        of_printing(sql);
        sql.push(")");
    }
}

/// Adds a column in the spelling that texts are compared in.
pub(super) fn folded<'a>(sql: &'a mut Sql, column: &'static str) -> &'a mut Sql {
    sql.push(FOLDED[0]).push(column).push(FOLDED[1])
}

/// `~` stands for the card's own name, its short form, or “this creature” and the like.
fn oracle(sql: &mut Sql, text: &str) {
    if !text.contains('~') {
        sql.push("c.oracle_plain LIKE ").text(anywhere(text));
        return;
    }
    // What surrounds the name is compared first: that is cheap and leaves few.
    sql.push("c.oracle_plain LIKE ").text(anywhere(text).replace('~', "%")).push(" AND (");
    let names = [
        "split_part(c.name_folded, ' // ', 1)",
        "split_part(c.name_folded, ' // ', 2)",
        "split_part(split_part(c.name_folded, ' // ', 1), ',', 1)",
    ];
    for name in names {
        sql.push("(").push(name).push(" <> '' AND strpos(c.oracle_plain, replace(").text(text);
        sql.push(", '~', ").push(name).push(")) > 0) OR ");
    }
    let this = "this (creature|land|artifact|enchantment|aura|equipment|vehicle|spell|permanent|card|token|\
                planeswalker|saga|siege|class|case|room)";
    sql.push("strpos(regexp_replace(c.oracle_plain, ").text(this).push(", '~', 'g'), ").text(text);
    sql.push(") > 0)");
}

fn colors(sql: &mut Sql, field: ColorField, compare: Compare, mask: u8) {
    let column = match field {
        ColorField::Colors => "c.colors",
        ColorField::Identity => "c.color_identity",
    };
    let contains = |sql: &mut Sql| {
        sql.push(column).push(" & ").integer(mask).push(" = ").integer(mask);
    };
    let fits = |sql: &mut Sql| {
        sql.push(column).push(" | ").integer(mask).push(" = ").integer(mask);
    };
    match compare {
        Compare::Eq | Compare::Ne => drop(sql.push(column).push(operator(compare)).integer(mask)),
        Compare::Ge => contains(sql),
        Compare::Le => fits(sql),
        Compare::Gt => {
            contains(sql);
            sql.push(" AND ").push(column).push(" <> ").integer(mask);
        }
        Compare::Lt => {
            fits(sql);
            sql.push(" AND ").push(column).push(" <> ").integer(mask);
        }
    }
}

/// Costs are compared as multisets of symbols; the generic part as a number.
fn mana(sql: &mut Sql, compare: Compare, cost: &ManaCost) {
    sql.push(COST).push(" <> '' AND ");
    match compare {
        Compare::Ge => each_symbol(sql, Compare::Ge, cost),
        Compare::Le => within(sql, cost),
        Compare::Eq => same(sql, cost),
        Compare::Ne => {
            sql.push("NOT (");
            same(sql, cost);
            sql.push(")");
        }
        Compare::Gt | Compare::Lt => {
            if compare == Compare::Gt {
                each_symbol(sql, Compare::Ge, cost)
            } else {
                within(sql, cost)
            }
            sql.push(" AND NOT (");
            same(sql, cost);
            sql.push(")");
        }
    }
}

fn each_symbol(sql: &mut Sql, compare: Compare, cost: &ManaCost) {
    sql.push("coalesce(substring(").push(COST).push(" from '\\{(\\d+)\\}')::bigint, 0)");
    sql.push(operator(compare)).big(cost.generic.into());
    for (symbol, count) in &cost.symbols {
        sql.push(" AND ");
        count_of(sql, symbol);
        sql.push(operator(compare)).big((*count).into());
    }
}

fn count_of(sql: &mut Sql, symbol: &str) {
    let braced = format!("{{{symbol}}}");
    let length = i32::try_from(braced.len()).unwrap_or(i32::MAX);
    sql.push("(length(").push(COST).push(") - length(replace(").push(COST).push(", ").text(braced);
    sql.push(", ''))) / ").integer(length);
}

/// All symbols but the generic one.
fn symbols(sql: &mut Sql) {
    sql.push("length(").push(COST).push(") - length(replace(").push(COST).push(", '{', '')) - (");
    sql.push(COST).push(" ~ '\\{\\d+\\}')::int");
}

fn same(sql: &mut Sql, cost: &ManaCost) {
    each_symbol(sql, Compare::Eq, cost);
    sql.push(" AND ");
    symbols(sql);
    sql.push(" = ").big(cost.symbols.iter().map(|(_, count)| i64::from(*count)).sum());
}

fn within(sql: &mut Sql, cost: &ManaCost) {
    each_symbol(sql, Compare::Le, cost);
    sql.push(" AND ");
    symbols(sql);
    sql.push(" = 0");
    for (symbol, _) in &cost.symbols {
        sql.push(" + ");
        count_of(sql, symbol);
    }
}

/// Symbols with any of the colours, hybrid ones too.
fn devotion(sql: &mut Sql, compare: Compare, mask: u8, count: u8) {
    let colors: String =
        ::search::COLOR_BITS.iter().filter(|(_, bit)| mask & bit != 0).map(|(c, _)| *c).collect();
    sql.push("(SELECT count(*) FROM regexp_matches(").push(COST).push(", ");
    sql.text(format!("\\{{[^}}]*[{}][^}}]*\\}}", colors.to_ascii_uppercase())).push(", 'g'))");
    sql.push(operator(compare)).big(count.into());
}

fn number(sql: &mut Sql, field: NumberField, compare: Compare, value: NumberValue) {
    if let (NumberField::PaperPrints | NumberField::Sets, NumberValue::Literal(number)) = (field, value)
        && matches!(compare, Compare::Eq | Compare::Gt | Compare::Ge)
    {
        // A card has no more of them than printings: that spares most of the counting.
        sql.push("c.printing_count >= ").double(number).push(" AND ");
    }
    sql.push(numeric(field)).push(operator(compare));
    match value {
        NumberValue::Literal(number) => sql.double(number),
        NumberValue::Field(other) => sql.push(numeric(other)),
    };
}

fn numeric(field: NumberField) -> &'static str {
    match field {
        NumberField::ManaValue => "c.mana_value::float8",
        NumberField::Power => "c.power_value::float8",
        NumberField::Toughness => "c.toughness_value::float8",
        NumberField::PowerToughness => "(c.power_value + c.toughness_value)::float8",
        NumberField::Loyalty => "c.loyalty_value::float8",
        NumberField::Defense => "c.defense_value::float8",
        NumberField::CollectorNumber => "p.number_value::float8",
        NumberField::Year => "extract(year FROM p.released_at)::float8",
        NumberField::Prints => "c.printing_count::float8",
        NumberField::PaperPrints => {
            "(SELECT count(*) FROM printings q WHERE q.card_id = c.id AND q.removed_at IS NULL AND q.games & 1 <> 0)"
        }
        NumberField::Sets => {
            "(SELECT count(DISTINCT q.set_id) FROM printings q WHERE q.card_id = c.id AND q.removed_at IS NULL)"
        }
    }
}

fn legality(sql: &mut Sql, status: LegalityStatus, format: &str) {
    sql.push(match status {
        LegalityStatus::Legal => "(c.legal | c.restricted)",
        LegalityStatus::Restricted => "c.restricted",
        LegalityStatus::Banned => "c.banned",
    });
    sql.push(" & coalesce((SELECT 1::bigint << bit::int FROM formats WHERE name = ").text(format);
    sql.push("), 0) <> 0");
}

fn in_place(sql: &mut Sql, place: &Place) {
    sql.push("c.id IN (SELECT q.card_id FROM printings q WHERE q.removed_at IS NULL AND ");
    match place {
        Place::Set(code) => {
            sql.push("q.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE code = ").text(code).push("))")
        }
        Place::SetType(word) => {
            sql.push("q.set_id = ANY(ARRAY(SELECT id FROM mtg_sets WHERE set_type = ").text(*word).push("))")
        }
        Place::Rarity(rarity) => sql.push("q.rarity = ").integer(*rarity as i32),
        Place::Language(code) => sql.push("q.lang = ").text(*code),
        Place::Game(game) => sql.push("q.games & ").integer(*game as i32).push(" <> 0"),
    };
    sql.push(")");
}

/// Adds whether the folded name is one of a list.
pub(super) fn named(sql: &mut Sql, names: &[String]) {
    sql.push("c.name_folded = ANY(").texts(names).push(")");
}
