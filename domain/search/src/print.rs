//! The canonical form: reading it again gives the same query.

use std::fmt::{self, Display, Formatter, Write};

use crate::ast::{
    Attribute, COLOR_BITS, ColorField, Compare, DateValue, Expr, LegalityStatus, ManaCost, NumberField,
    NumberValue, Pattern, Place, PriceValue, Query, Settings, Term, TextField,
};
use crate::words::{Key, Worded};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.filter.as_ref().map(ToString::to_string));
        let settings = self.settings.to_string();
        parts.extend((!settings.is_empty()).then_some(settings));
        // Alternatives at the top need no parentheses: a setting is no condition.
        f.write_str(&parts.join(" "))
    }
}

impl Display for Settings {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let words = [
            self.extras.then_some(("include", "extras")),
            self.unique.map(|unique| ("unique", unique.word())),
            self.prefer.map(|prefer| ("prefer", prefer.word())),
            self.order.map(|order| ("order", order.word())),
            self.direction.map(|direction| ("dir", direction.word())),
        ];
        let words: Vec<_> = words.into_iter().flatten().map(|(key, word)| format!("{key}:{word}")).collect();
        f.write_str(&words.join(" "))
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => term.fmt(f),
            Self::Not(inner) => write!(f, "-{}", Grouped(inner)),
            Self::And(members) => join(f, members.iter().map(Grouped), " "),
            Self::Or(members) => join(f, members.iter(), " or "),
        }
    }
}

/// A member of a conjunction or a negation: in parentheses if it is not one thing.
struct Grouped<'a>(&'a Expr);

impl Display for Grouped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expr::And(_) | Expr::Or(_) => write!(f, "({})", self.0),
            one => one.fmt(f),
        }
    }
}

fn join(f: &mut Formatter<'_>, members: impl Iterator<Item = impl Display>, between: &str) -> fmt::Result {
    for (index, member) in members.enumerate() {
        f.write_str(if index > 0 { between } else { "" })?;
        member.fmt(f)?;
    }
    Ok(())
}

impl Display for Compare {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        })
    }
}

/// A text as a value: in quotes unless it is one plain word.
pub(crate) struct Value<'a>(pub &'a str);

impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_alphanumeric() || "',.-_/{}*+&".contains(c);
        if self.0.chars().all(plain) && !self.0.starts_with('/') {
            f.write_str(self.0)
        } else {
            write!(f, "\"{}\"", self.0)
        }
    }
}

/// A name without a key: more of it could be taken for something else.
struct Bare<'a>(&'a str);

impl Display for Bare<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_alphanumeric() || "',.-".contains(c);
        let word = self.0.chars().all(plain) && self.0.starts_with(char::is_alphanumeric) && self.0 != "or";
        if word { f.write_str(self.0) } else { write!(f, "\"{}\"", self.0) }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(TextField::Name, Pattern::Contains(text)) => Bare(text).fmt(f),
            Self::Text(TextField::Name, Pattern::Regex(pattern)) => write!(f, "/{pattern}/"),
            Self::Text(field, Pattern::Contains(text)) => {
                write!(f, "{}:{}", Key::Text(*field).word(), Value(text))
            }
            Self::Text(field, Pattern::Regex(pattern)) => {
                write!(f, "{}:/{pattern}/", Key::Text(*field).word())
            }
            Self::ExactName(name) => write!(f, "!\"{name}\""),
            Self::Keyword(name) => write!(f, "kw:{}", Value(name)),
            Self::Colors(field, compare, mask) => write!(f, "{}{compare}{}", key(*field), Colors(*mask)),
            Self::ColorCount(field, compare, count) => write!(f, "{}{compare}{count}", key(*field)),
            Self::Mana(compare, cost) => write!(f, "m{compare}{cost}"),
            Self::Devotion(compare, mask, count) => {
                write!(f, "devotion{compare}{}", devotion(*mask).repeat(usize::from(*count)))
            }
            Self::Number(field, compare, value) => number(f, *field, *compare, *value),
            Self::EvenManaValue(even) => write!(f, "mv:{}", if *even { "even" } else { "odd" }),
            Self::Set(code) => write!(f, "s:{}", Value(code)),
            Self::SetType(word) => write!(f, "st:{word}"),
            Self::Block(name) => write!(f, "b:{}", Value(name)),
            Self::CollectorNumber(text) => write!(f, "cn:{}", Value(text)),
            Self::Rarity(compare, rarity) => write!(f, "r{compare}{}", rarity.word()),
            Self::Legality(status, format) => write!(f, "{}:{format}", legality(*status)),
            _ => self.fmt_of_printing(f),
        }
    }
}

impl Term {
    fn fmt_of_printing(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Price(field, compare, value) => {
                write!(f, "{}{compare}{}", Key::Price(*field).word(), Price(*value))
            }
            Self::Cheapest(field) => write!(f, "cheapest:{}", Key::Price(*field).word()),
            Self::Is(flag) => write!(f, "is:{}", flag.word()),
            Self::Has(attribute) => write!(f, "has:{}", Attribute::word(attribute)),
            Self::In(place) => write!(f, "in:{place}"),
            Self::Language(code) => write!(f, "lang:{code}"),
            Self::AnyLanguage => f.write_str("lang:any"),
            Self::Game(game) => write!(f, "game:{}", game.word()),
            Self::Border(word) => write!(f, "border:{word}"),
            Self::Frame(word) => write!(f, "frame:{word}"),
            Self::Stamp(word) => write!(f, "stamp:{word}"),
            Self::Watermark(name) => write!(f, "wm:{}", Value(name)),
            Self::Owned(owned) => owned.fmt(f),
            Self::Released(compare, date) => write!(f, "date{compare}{date}"),
            // The others are written above.
            _ => Ok(()),
        }
    }
}

fn key(field: ColorField) -> &'static str {
    Key::Color(field).word()
}

fn legality(status: LegalityStatus) -> &'static str {
    Key::Legality(status).word()
}

struct Colors(u8);

impl Display for Colors {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("c");
        }
        let letters = COLOR_BITS.iter().filter(|(_, bit)| self.0 & bit != 0);
        letters.into_iter().try_for_each(|(letter, _)| f.write_char(*letter))
    }
}

fn devotion(mask: u8) -> String {
    let letters: Vec<_> = Colors(mask).to_string().chars().map(String::from).collect();
    format!("{{{}}}", letters.join("/"))
}

impl Display for ManaCost {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.generic > 0 || self.symbols.is_empty() {
            write!(f, "{{{}}}", self.generic)?;
        }
        let mut symbols = self.symbols.iter();
        symbols.try_for_each(|(symbol, count)| (0..*count).try_for_each(|_| write!(f, "{{{symbol}}}")))
    }
}

fn number(f: &mut Formatter<'_>, field: NumberField, compare: Compare, value: NumberValue) -> fmt::Result {
    let key = match field {
        NumberField::CollectorNumber => Key::CollectorNumber,
        other => Key::Number(other),
    };
    let key = key.word();
    match value {
        NumberValue::Literal(number) => write!(f, "{key}{compare}{number}"),
        NumberValue::Field(other) => write!(f, "{key}{compare}{}", Key::Number(other).word()),
    }
}

struct Price(PriceValue);

impl Display for Price {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            PriceValue::Field(field) => f.write_str(Key::Price(field).word()),
            PriceValue::Literal(minor) if minor % 100 == 0 => write!(f, "{}", minor / 100),
            PriceValue::Literal(minor) => write!(f, "{}.{:02}", minor / 100, minor % 100),
        }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(code) => Value(code).fmt(f),
            Self::SetType(word) | Self::Language(word) => f.write_str(word),
            Self::Rarity(rarity) => f.write_str(rarity.word()),
            Self::Game(game) => f.write_str(game.word()),
        }
    }
}

impl Display for DateValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Self::Today => f.write_str("now"),
            Self::Set(code) => f.write_str(code),
        }
    }
}
