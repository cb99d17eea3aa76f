//! The search language: Scryfall's syntax as far as players use it, what a query means and how it
//! is written canonically. It knows no database.

mod ast;
#[cfg(test)]
mod grammar_tests;
mod lists;
mod mana;
mod nicknames;
mod owned;
mod parse;
mod print;
mod regex;
mod scan;
mod term;
mod text;
mod words;

pub use ast::{
    Attribute, COLOR_BITS, ColorField, Compare, DateValue, Direction, Expr, Flag, Game, LegalityStatus,
    ManaCost, NumberField, NumberValue, Order, Pattern, Place, Prefer, PriceField, PriceValue, Query, Rarity,
    Settings, Term, TextField, Trait, Unique,
};
pub use nicknames::Nickname;
pub use owned::{Mark, Owned, State};
pub use parse::{MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Parsed, TooMuch, Warning, parse};
pub use regex::translate_regex;
pub use text::{fold, oracle_plain};
