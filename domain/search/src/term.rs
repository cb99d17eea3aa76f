//! What one term means: its key, operator and value.

use chrono::NaiveDate;

use crate::ast::{
    Attribute, COLOR_BITS, ColorField, Compare, DateValue, Direction, Expr, Flag, Game, LegalityStatus,
    NumberField, NumberValue, Order, Pattern, Place, Prefer, PriceField, PriceValue, Rarity, Settings, Term,
    TextField, Unique,
};
use crate::owned::{Mark, Owned, State};
use crate::scan::{Head, Operator, RawTerm, RawValue};
use crate::words::{self, Key, Worded};
use crate::{fold, mana, regex};

/// What a term adds to a query; `Nothing` is said by punctuation alone.
pub(crate) enum Meaning {
    Condition(Expr),
    Setting(Change),
    Nothing,
}

/// One setting that a term changes.
pub(crate) enum Change {
    Unique(Unique),
    Prefer(Prefer),
    Order(Order),
    Direction(Direction),
    Extras,
}

impl Change {
    pub fn apply(self, settings: &mut Settings) {
        match self {
            Self::Unique(unique) => settings.unique = Some(unique),
            Self::Prefer(prefer) => settings.prefer = Some(prefer),
            Self::Order(order) => settings.order = Some(order),
            Self::Direction(direction) => settings.direction = Some(direction),
            Self::Extras => settings.extras = true,
        }
    }
}

impl From<Term> for Meaning {
    fn from(term: Term) -> Self {
        Self::Condition(Expr::Term(term))
    }
}

/// The meaning, or what to tell the person who wrote it.
pub(crate) type Understood<T = Meaning> = Result<T, String>;

pub(crate) fn understand(raw: &RawTerm<'_>) -> Understood {
    match raw.head {
        Head::Bare => text(TextField::Name, raw.value),
        Head::Exact => Ok(match folded(raw.value) {
            name if name.is_empty() => Meaning::Nothing,
            name => Term::ExactName(name).into(),
        }),
        Head::Keyed(key, operator) => keyed(key, operator, raw.value),
    }
}

fn keyed(word: &str, operator: Operator, value: RawValue<'_>) -> Understood {
    let Some(key) = Key::find(&word.to_ascii_lowercase()) else {
        // The colon of “Circle of Protection: Red” belongs to a name.
        return match value {
            RawValue::Word("") => text(TextField::Name, RawValue::Word(word)),
            _ => Err(format!("“{word}” is not a keyword of the search")),
        };
    };
    if matches!(value, RawValue::Word("") | RawValue::Quoted { text: "", .. }) {
        return Err(format!("“{word}” needs a value"));
    }
    match key {
        Key::Text(field) => discrete(word, operator, text(field, value)?),
        Key::Unsupported => Err(format!("“{word}” is not supported here yet")),
        _ if matches!(value, RawValue::Regex(_)) => Err(format!("“{word}” takes no regular expression")),
        Key::Color(field) => color(field, operator, value),
        Key::Number(field) => number(field, operator, value),
        Key::Price(field) => price(field, operator, value),
        Key::Rarity => {
            let rarity = one_of::<Rarity>(word, value)?;
            Ok(Term::Rarity(compare(operator, Compare::Eq), rarity).into())
        }
        Key::Mana => {
            let cost = mana::cost(&folded(value)).ok_or_else(|| unknown(word, value))?;
            Ok(Term::Mana(compare(operator, Compare::Ge), cost).into())
        }
        Key::Devotion => {
            let (mask, count) = mana::devotion(&folded(value)).ok_or_else(|| unknown(word, value))?;
            Ok(Term::Devotion(compare(operator, Compare::Ge), mask, count).into())
        }
        Key::CollectorNumber => collector_number(operator, value),
        Key::Date => date(operator, value),
        Key::Have => copies(word, operator, value, Owned::Have),
        Key::Quantity => copies(word, operator, value, Owned::Quantity),
        Key::State => {
            let state = one_of::<State>(word, value)?;
            Ok(Term::Owned(Owned::State(compare(operator, Compare::Eq), state)).into())
        }
        _ => discrete(word, operator, simple(word, key, value)?),
    }
}

/// Keys whose values are equal or not.
fn simple(word: &str, key: Key, value: RawValue<'_>) -> Understood {
    let value_folded = folded(value);
    let name = value_folded.as_str();
    let wrong = || unknown(word, value);
    Ok(match key {
        Key::Legality(status) => legality(status, name).ok_or_else(wrong)?.into(),
        Key::Keyword => Term::Keyword(name.to_owned()).into(),
        Key::Set => Term::Set(name.to_owned()).into(),
        Key::SetType => Term::SetType(words::set_type(name).ok_or_else(wrong)?).into(),
        Key::Block => Term::Block(name.to_owned()).into(),
        Key::Is => is(name).ok_or_else(wrong)?.into(),
        Key::Not => Meaning::Condition(Expr::Term(is(name).ok_or_else(wrong)?).negated()),
        Key::Binder | Key::Tag if name.is_empty() => return Err(wrong()),
        Key::Binder if matches!(value, RawValue::Word(_)) && name == "none" => {
            Term::Owned(Owned::Binder(None)).into()
        }
        Key::Binder => Term::Owned(Owned::Binder(Some(value_folded))).into(),
        Key::Tag => Term::Owned(Owned::Tag(value_folded)).into(),
        Key::Has => Term::Has(Attribute::find(name).ok_or_else(wrong)?).into(),
        Key::In => Term::In(place(name)).into(),
        Key::Language if name == "any" => Term::AnyLanguage.into(),
        Key::Language => Term::Language(words::language(name).ok_or_else(wrong)?).into(),
        Key::Game => Term::Game(Game::find(name).ok_or_else(wrong)?).into(),
        Key::Border => Term::Border(words::border(name).ok_or_else(wrong)?).into(),
        Key::Frame => Term::Frame(words::frame(name).ok_or_else(wrong)?).into(),
        Key::Stamp => Term::Stamp(words::stamp(name).ok_or_else(wrong)?).into(),
        Key::Watermark => Term::Watermark(name.to_owned()).into(),
        Key::Cheapest => Term::Cheapest(price_field(name).ok_or_else(wrong)?).into(),
        Key::Order => Meaning::Setting(Change::Order(one_of(word, value)?)),
        Key::Direction => Meaning::Setting(Change::Direction(one_of(word, value)?)),
        Key::Unique => Meaning::Setting(Change::Unique(one_of(word, value)?)),
        Key::Prefer => Meaning::Setting(Change::Prefer(one_of(word, value)?)),
        Key::Include if name == "extras" => Meaning::Setting(Change::Extras),
        _ => return Err(wrong()),
    })
}

fn is(name: &str) -> Option<Term> {
    Flag::find(name).map(Term::Is).or_else(|| Mark::find(name).map(|mark| Term::Owned(Owned::Mark(mark))))
}

/// A number of copies; `yes` is one at least, `no` is none.
fn copies(
    word: &str,
    operator: Operator,
    value: RawValue<'_>,
    term: fn(Compare, i64) -> Owned,
) -> Understood {
    let name = folded(value);
    let (compare, copies) = match (name.as_str(), compare(operator, Compare::Eq)) {
        ("yes" | "any", Compare::Eq) => (Compare::Ge, 1),
        ("no" | "none", Compare::Eq) => (Compare::Eq, 0),
        (digits, compare) => {
            let short = digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
            let copies = digits.parse().ok().filter(|_| short);
            (compare, copies.ok_or_else(|| format!("“{name}” is not a value of “{word}”"))?)
        }
    };
    Ok(Term::Owned(term(compare, copies)).into())
}

/// `:` and `=` say yes, `!=` says no, the rest makes no sense.
fn discrete(word: &str, operator: Operator, meaning: Meaning) -> Understood {
    match (compare(operator, Compare::Eq), meaning) {
        (Compare::Eq, meaning) => Ok(meaning),
        (Compare::Ne, Meaning::Condition(expr)) => Ok(Meaning::Condition(expr.negated())),
        _ => Err(format!("“{word}” can only be compared with “:”, “=” or “!=”")),
    }
}

fn compare(operator: Operator, colon: Compare) -> Compare {
    match operator {
        Operator::Colon => colon,
        Operator::Compare(compare) => compare,
    }
}

/// The value in the spelling that texts are compared in.
fn folded(value: RawValue<'_>) -> String {
    let text = match value {
        RawValue::Word(text) | RawValue::Quoted { text, .. } | RawValue::Regex(text) => text,
    };
    // A folded quote could not be printed inside quotes again.
    let words = fold(text).replace('"', " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unknown(word: &str, value: RawValue<'_>) -> String {
    format!("“{}” is not a value of “{word}”", folded(value))
}

fn one_of<T: Worded>(word: &str, value: RawValue<'_>) -> Understood<T> {
    T::find(&folded(value)).ok_or_else(|| unknown(word, value))
}

fn text(field: TextField, value: RawValue<'_>) -> Understood {
    if let RawValue::Regex(pattern) = value {
        if field == TextField::Artist {
            return Err("“artist” takes no regular expression".to_owned());
        }
        regex::translate_regex(pattern).map_err(|why| format!("the regular expression {why}"))?;
        return Ok(Term::Text(field, Pattern::Regex(pattern.to_owned())).into());
    }
    let text = folded(value);
    let bare = field == TextField::Name && matches!(value, RawValue::Word(_));
    if text.is_empty() || bare && !text.contains(|c: char| c.is_alphanumeric() || "/&+!?_".contains(c)) {
        return Ok(Meaning::Nothing);
    }
    Ok(Term::Text(field, Pattern::Contains(text)).into())
}

fn color(field: ColorField, operator: Operator, value: RawValue<'_>) -> Understood {
    let name = folded(value);
    let colon = match field {
        ColorField::Colors => Compare::Ge,
        ColorField::Identity => Compare::Le,
    };
    if let Some(count) = name.parse::<u8>().ok().filter(|count| *count <= 5 && name.len() == 1) {
        return Ok(Term::ColorCount(field, compare(operator, Compare::Eq), count).into());
    }
    if matches!(name.as_str(), "m" | "multicolor" | "multicolour" | "multi" | "multicolored") {
        let many = Expr::Term(Term::ColorCount(field, Compare::Ge, 2));
        return match compare(operator, Compare::Eq) {
            Compare::Eq | Compare::Ge => Ok(Meaning::Condition(many)),
            Compare::Ne | Compare::Lt => Ok(Meaning::Condition(many.negated())),
            _ => Err("“multicolor” can only be asked for with “:”, “=” or “!=”".to_owned()),
        };
    }
    if matches!(name.as_str(), "c" | "colorless" | "colourless") {
        return Ok(Term::Colors(field, compare(operator, Compare::Eq), 0).into());
    }
    let plain: String = name.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
    let letters = || {
        let bits =
            plain.chars().map(|letter| COLOR_BITS.iter().find(|(c, _)| *c == letter).map(|(_, bit)| *bit));
        bits.collect::<Option<Vec<u8>>>().map(|bits| bits.into_iter().fold(0, |mask, bit| mask | bit))
    };
    let mask = words::color_nickname(&plain).or_else(letters).filter(|mask| *mask > 0);
    let mask = mask.ok_or_else(|| format!("“{name}” is not a colour or a name of colours"))?;
    Ok(Term::Colors(field, compare(operator, colon), mask).into())
}

fn number(field: NumberField, operator: Operator, value: RawValue<'_>) -> Understood {
    let name = folded(value);
    let operator = compare(operator, Compare::Eq);
    if let (NumberField::ManaValue, Compare::Eq, "even" | "odd") = (field, operator, name.as_str()) {
        return Ok(Term::EvenManaValue(name == "even").into());
    }
    let other = match Key::find(&name) {
        Some(Key::Number(other)) => Some(NumberValue::Field(other)),
        _ => literal(&name).map(NumberValue::Literal),
    };
    let value = other.ok_or_else(|| format!("“{name}” is not a number"))?;
    Ok(Term::Number(field, operator, value).into())
}

/// A number as printed on cards; a `*` counts as nothing.
fn literal(text: &str) -> Option<f64> {
    if text == "*" {
        return Some(0.0);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && digits.len() <= 9;
    plain.then(|| text.parse().ok()).flatten()
}

fn price_field(name: &str) -> Option<PriceField> {
    match Key::find(name) {
        Some(Key::Price(field)) => Some(field),
        _ => None,
    }
}

fn price(field: PriceField, operator: Operator, value: RawValue<'_>) -> Understood {
    let name = folded(value);
    let other = price_field(&name).map(PriceValue::Field);
    let value = other.or_else(|| minor_units(&name).map(PriceValue::Literal));
    let value = value.ok_or_else(|| format!("“{name}” is not a price"))?;
    Ok(Term::Price(field, compare(operator, Compare::Eq), value).into())
}

fn minor_units(text: &str) -> Option<i64> {
    let text = text.strip_prefix(['$', '€']).unwrap_or(text);
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole)
        || !digits(cents)
        || whole.len() + cents.len() == 0
        || whole.len() > 9
        || cents.len() > 2
    {
        return None;
    }
    format!("0{whole}{cents:0<2}").parse().ok()
}

fn collector_number(operator: Operator, value: RawValue<'_>) -> Understood {
    let name = folded(value);
    match compare(operator, Compare::Eq) {
        Compare::Eq => Ok(Term::CollectorNumber(name).into()),
        Compare::Ne => Ok(Meaning::Condition(Expr::Term(Term::CollectorNumber(name)).negated())),
        _ => number(NumberField::CollectorNumber, operator, value),
    }
}

fn legality(status: LegalityStatus, name: &str) -> Option<Term> {
    words::format(&name.replace([' ', '-', '_'], "")).map(|format| Term::Legality(status, format))
}

fn place(name: &str) -> Place {
    Game::find(name)
        .map(Place::Game)
        .or_else(|| (name.len() > 1).then(|| Rarity::find(name)).flatten().map(Place::Rarity))
        .or_else(|| words::language(name).map(Place::Language))
        .or_else(|| words::set_type(name).map(Place::SetType))
        .unwrap_or_else(|| Place::Set(name.to_owned()))
}

fn date(operator: Operator, value: RawValue<'_>) -> Understood {
    let name = folded(value);
    let looks_like_a_day = name.len() == 10 && name.as_bytes()[4] == b'-';
    let value = match name.as_str() {
        "now" | "today" => DateValue::Today,
        _ if looks_like_a_day => {
            let day = NaiveDate::parse_from_str(&name, "%Y-%m-%d")
                .map_err(|_| format!("“{name}” is not a date"))?;
            DateValue::Day(day)
        }
        code if code.len() <= 6 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            DateValue::Set(code.to_owned())
        }
        _ => return Err(format!("“{name}” is not a date (YYYY-MM-DD), “now” or the code of a set")),
    };
    Ok(Term::Released(compare(operator, Compare::Eq), value).into())
}
