//! What terms of printings mean where rows are lots: a lot has one finish and one language.

use ::search::{Flag, Owned, PriceField, Term, Trait};

use super::{Scope, Sql};

/// Numbers of languages, as lots have them.
pub(crate) type Languages = fn(&str) -> Option<i16>;

/// Adds the condition, if it means something else of a lot than of its printing.
pub(super) fn condition(sql: &mut Sql, term: &Term, scope: Scope) -> bool {
    let Some(number) = scope.lots else { return false };
    let finish = |member| match member {
        Trait::Nonfoil => Some("i.finish = 1"),
        Trait::Foil => Some("i.finish = 2"),
        Trait::Etched => Some("i.finish = 4"),
        _ => None,
    };
    match term {
        Term::Language(code) => match number(code) {
            Some(number) => drop(sql.push("i.language = ").integer(number)),
            None => drop(sql.push("false")),
        },
        Term::Is(Flag::Trait(member)) => match finish(*member) {
            Some(condition) => drop(sql.push(condition)),
            None => return false,
        },
        _ => return false,
    }
    true
}

/// Whether the condition of a lot reads neither `p` nor `c`.
pub(crate) fn is_about_copies(term: &Term) -> bool {
    match term {
        Term::Owned(owned) => !matches!(owned, Owned::Have(..)),
        Term::Is(Flag::Trait(member)) => matches!(member, Trait::Nonfoil | Trait::Foil | Trait::Etched),
        Term::Price(..) | Term::Language(_) => true,
        _ => false,
    }
}

/// The price of a copy like those of the lot, where one is asked for without a finish.
pub(super) fn price(field: PriceField) -> Option<&'static str> {
    match field {
        PriceField::Usd => Some(USD),
        PriceField::Eur => Some(EUR),
        _ => None,
    }
}

/// One copy's price in US dollars, in its finish.
pub(crate) const USD: &str = "(CASE i.finish WHEN 2 THEN r.usd_foil WHEN 4 THEN r.usd_etched ELSE r.usd END)";
/// One copy's price in euros, in its finish; nobody tells one of etched copies.
pub(crate) const EUR: &str = "(CASE i.finish WHEN 2 THEN r.eur_foil WHEN 1 THEN r.eur END)";
