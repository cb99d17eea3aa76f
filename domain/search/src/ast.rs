//! What a query means. Every list of words that the language closes is a type here.

use chrono::NaiveDate;

/// A query as understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What must hold of a printing; `None` holds of all.
    pub filter: Option<Expr>,
    /// How the results are shown, as far as the query says.
    pub settings: Settings,
}

/// What a query says about the way its results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub unique: Option<Unique>,
    pub prefer: Option<Prefer>,
    pub order: Option<Order>,
    pub direction: Option<Direction>,
    /// `include:extras`: tokens, emblems, art series and their like too.
    pub extras: bool,
}

/// A condition. `And` and `Or` have at least two members, none of their own kind; `Not` holds no `Not`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Term(Term),
}

impl Expr {
    /// All of them; `None` when there is none.
    pub(crate) fn all(members: Vec<Self>) -> Option<Self> {
        let flat = members.into_iter().flat_map(|member| match member {
            Self::And(inner) => inner,
            other => vec![other],
        });
        Self::several(flat.collect(), Self::And)
    }

    /// One of them at least; `None` when there is none.
    pub(crate) fn any(members: Vec<Self>) -> Option<Self> {
        let flat = members.into_iter().flat_map(|member| match member {
            Self::Or(inner) => inner,
            other => vec![other],
        });
        Self::several(flat.collect(), Self::Or)
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    fn several(mut members: Vec<Self>, group: fn(Vec<Self>) -> Self) -> Option<Self> {
        if members.len() > 1 { Some(group(members)) } else { members.pop() }
    }

    /// Whether a term that is not negated fulfils `wanted`.
    pub fn asserts(&self, wanted: &impl Fn(&Term) -> bool) -> bool {
        match self {
            Self::And(members) | Self::Or(members) => members.iter().any(|member| member.asserts(wanted)),
            Self::Not(_) => false,
            Self::Term(term) => wanted(term),
        }
    }

    /// Whether any term, negated or not, fulfils `wanted`.
    pub fn mentions(&self, wanted: &impl Fn(&Term) -> bool) -> bool {
        match self {
            Self::And(members) | Self::Or(members) => members.iter().any(|member| member.mentions(wanted)),
            Self::Not(inner) => inner.mentions(wanted),
            Self::Term(term) => wanted(term),
        }
    }
}

impl Expr {
    /// Without the terms that fulfil `unwanted`; `None` when nothing is left.
    pub fn without(self, unwanted: &impl Fn(&Term) -> bool) -> Option<Self> {
        let rest =
            |members: Vec<Self>| members.into_iter().filter_map(|member| member.without(unwanted)).collect();
        match self {
            Self::And(members) => Self::all(rest(members)),
            Self::Or(members) => Self::any(rest(members)),
            Self::Not(inner) => inner.without(unwanted).map(Self::negated),
            Self::Term(term) => (!unwanted(&term)).then_some(Self::Term(term)),
        }
    }
}

impl Term {
    /// Whether it matches a regular expression.
    pub fn is_regex(&self) -> bool {
        matches!(self, Self::Text(_, Pattern::Regex(_)))
    }

    /// Whether it is about somebody's own copies.
    pub fn is_owned(&self) -> bool {
        matches!(self, Self::Owned(_))
    }
}

/// One condition. Texts are folded, except where it is said.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// The text of a field contains or matches.
    Text(TextField, Pattern),
    /// `!name`: the whole name of the card or of a face.
    ExactName(String),
    Keyword(String),
    /// The colours compared as sets; a bit mask.
    Colors(ColorField, Compare, u8),
    /// How many colours.
    ColorCount(ColorField, Compare, u8),
    Mana(Compare, ManaCost),
    /// At least, exactly, … so many symbols that count as the colours of the mask.
    Devotion(Compare, u8, u8),
    Number(NumberField, Compare, NumberValue),
    /// Mana value even (or, if false, odd).
    EvenManaValue(bool),
    /// Code or name of a set.
    Set(String),
    SetType(&'static str),
    /// Code or name of a block, or code of a set in it.
    Block(String),
    /// The whole collector number.
    CollectorNumber(String),
    Rarity(Compare, Rarity),
    Legality(LegalityStatus, &'static str),
    Price(PriceField, Compare, PriceValue),
    /// The cheapest of the card's printings.
    Cheapest(PriceField),
    Is(Flag),
    Has(Attribute),
    /// Any printing of the card.
    In(Place),
    Language(&'static str),
    /// `lang:any`: true of all, but lets other languages in.
    AnyLanguage,
    Game(Game),
    Border(&'static str),
    /// A frame or a frame effect.
    Frame(&'static str),
    Stamp(&'static str),
    Watermark(String),
    Released(Compare, DateValue),
    /// Of copies that whoever searches owns.
    Owned(crate::owned::Owned),
}

/// A text that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    Name,
    Type,
    /// Rules text without reminder text.
    Oracle,
    /// Rules text with reminder text.
    FullOracle,
    Flavor,
    Artist,
}

/// How a text is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    Contains(String),
    /// As written, not folded; `translate_regex` accepts it.
    Regex(String),
}

/// `=`, `!=`, `<`, `<=`, `>`, `>=`; of sets of colours or mana `<=` is "contained in".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorField {
    Colors,
    Identity,
}

/// Bits of the colours in masks.
pub const COLOR_BITS: [(char, u8); 5] = [('w', 1), ('u', 2), ('b', 4), ('r', 8), ('g', 16)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberField {
    ManaValue,
    Power,
    Toughness,
    /// Power plus toughness.
    PowerToughness,
    Loyalty,
    Defense,
    /// The leading number of the collector number.
    CollectorNumber,
    /// Year of release.
    Year,
    Prints,
    PaperPrints,
    /// Sets that the card is printed in.
    Sets,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberValue {
    Literal(f64),
    Field(NumberField),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceField {
    Usd,
    UsdFoil,
    UsdEtched,
    Eur,
    EurFoil,
    Tix,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceValue {
    /// Minor units.
    Literal(i64),
    Field(PriceField),
}

/// Symbols of a mana cost: the generic part and each other symbol (upper case, without braces)
/// with its count, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManaCost {
    pub generic: u32,
    pub symbols: Vec<(String, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rarity {
    Common = 1,
    Uncommon = 2,
    Rare = 3,
    Mythic = 4,
    Special = 5,
    Bonus = 6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegalityStatus {
    /// Legal or restricted.
    Legal,
    Restricted,
    Banned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Game {
    Paper = 1,
    Mtgo = 2,
    Arena = 4,
    Astral = 8,
    Sega = 16,
}

/// What a printing can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    Watermark,
    FlavorText,
    FlavorName,
    Stamp,
    Price(PriceField),
}

/// Where a card has been printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Set(String),
    SetType(&'static str),
    Rarity(Rarity),
    Language(&'static str),
    Game(Game),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateValue {
    Day(NaiveDate),
    Today,
    /// The release of the set with this code.
    Set(String),
}

/// Words of `is:` and `not:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// A trait with a meaning of its own.
    Trait(Trait),
    /// One of Scryfall's promo types.
    PromoType(&'static str),
    /// One of Scryfall's frame effects.
    FrameEffect(&'static str),
    /// One of Scryfall's layouts.
    Layout(&'static str),
    /// A nickname for a list of cards; `Nickname::cards` has their folded names.
    Nickname(crate::nicknames::Nickname),
}

/// What is one row of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unique {
    Cards,
    Prints,
    Art,
}

/// Which printing stands for a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prefer {
    Newest,
    Oldest,
    UsdLow,
    UsdHigh,
    Promo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    Name,
    Set,
    Released,
    Rarity,
    Usd,
    Eur,
    Tix,
    ManaValue,
    Edhrec,
    Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// What one expects of the order: names up, prices down, …
    Auto,
    Asc,
    Desc,
}

/// Traits of `is:`. Each has one canonical word, and aliases in `words`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    Foil,
    Nonfoil,
    Etched,
    Promo,
    Reprint,
    Digital,
    FullArt,
    Borderless,
    Textless,
    Oversized,
    Booster,
    Variation,
    Funny,
    Masterpiece,
    OldFrame,
    NewFrame,
    UniversesBeyond,
    Reserved,
    GameChanger,
    Commander,
    DoubleFaced,
    ModalDoubleFaced,
    Token,
    Extra,
    SinglePrinting,
    Permanent,
    Spell,
    Historic,
    Party,
    Outlaw,
    Vanilla,
    Bear,
    Modal,
    Hybrid,
    Phyrexian,
    Partner,
    Companion,
    CreatureLand,
}
