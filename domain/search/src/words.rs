//! The words of the language. In each list the first word of a member is the one that is printed.

use crate::ast::{
    Attribute, ColorField, Direction, Flag, Game, LegalityStatus, NumberField, Order, Prefer, PriceField,
    Rarity, TextField, Trait, Unique,
};
use crate::lists::{BORDERS, FLAG_LAYOUTS, FRAME_EFFECTS, FRAMES, PROMO_TYPES, SET_TYPES, STAMPS};
use crate::nicknames::Nickname;

pub(crate) type Words<T> = &'static [(T, &'static [&'static str])];

fn find<T: Copy>(words: Words<T>, word: &str) -> Option<T> {
    words.iter().find(|(_, names)| names.contains(&word)).map(|(member, _)| *member)
}

fn word_of<T: PartialEq>(words: Words<T>, member: &T) -> &'static str {
    words.iter().find(|(other, _)| other == member).map_or("", |(_, names)| names[0])
}

/// The member of a closed list that has no type of its own.
fn listed(list: &'static [&'static str], word: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| *known == word)
}

/// A type whose members have words.
pub(crate) trait Worded: Copy + PartialEq + 'static {
    const WORDS: Words<Self>;

    fn find(word: &str) -> Option<Self> {
        find(Self::WORDS, word)
    }

    fn word(&self) -> &'static str {
        word_of(Self::WORDS, self)
    }
}

/// What stands before an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Text(TextField),
    Color(ColorField),
    Number(NumberField),
    Price(PriceField),
    Legality(LegalityStatus),
    Keyword,
    Mana,
    Devotion,
    Set,
    SetType,
    Block,
    CollectorNumber,
    Rarity,
    Is,
    Not,
    Has,
    In,
    Language,
    Game,
    Border,
    Frame,
    Stamp,
    Watermark,
    Date,
    Cheapest,
    Have,
    Quantity,
    Binder,
    State,
    Tag,
    Order,
    Direction,
    Unique,
    Prefer,
    Include,
    /// Scryfall or the platform knows it, this catalogue does not (yet).
    Unsupported,
}

impl Worded for Key {
    const WORDS: Words<Self> = &[
        (Key::Text(TextField::Name), &["name", "n"]),
        (Key::Text(TextField::Type), &["t", "type"]),
        (Key::Text(TextField::Oracle), &["o", "oracle"]),
        (Key::Text(TextField::FullOracle), &["fo", "fulloracle"]),
        (Key::Text(TextField::Flavor), &["ft", "flavor", "flavour"]),
        (Key::Text(TextField::Artist), &["a", "artist"]),
        (Key::Color(ColorField::Colors), &["c", "color", "colors", "colour", "colours"]),
        (Key::Color(ColorField::Identity), &["id", "identity", "ci", "commander", "coloridentity"]),
        (Key::Number(NumberField::ManaValue), &["mv", "cmc", "manavalue"]),
        (Key::Number(NumberField::Power), &["pow", "power"]),
        (Key::Number(NumberField::Toughness), &["tou", "toughness"]),
        (Key::Number(NumberField::PowerToughness), &["pt", "powtou"]),
        (Key::Number(NumberField::Loyalty), &["loy", "loyalty"]),
        (Key::Number(NumberField::Defense), &["def", "defense", "defence"]),
        (Key::Number(NumberField::Year), &["year"]),
        (Key::Number(NumberField::Prints), &["prints"]),
        (Key::Number(NumberField::PaperPrints), &["paperprints"]),
        (Key::Number(NumberField::Sets), &["sets"]),
        (Key::Price(PriceField::Usd), &["usd"]),
        (Key::Price(PriceField::UsdFoil), &["usd_foil", "usdfoil"]),
        (Key::Price(PriceField::UsdEtched), &["usd_etched", "usdetched"]),
        (Key::Price(PriceField::Eur), &["eur"]),
        (Key::Price(PriceField::EurFoil), &["eur_foil", "eurfoil"]),
        (Key::Price(PriceField::Tix), &["tix"]),
        (Key::Legality(LegalityStatus::Legal), &["f", "format", "legal"]),
        (Key::Legality(LegalityStatus::Banned), &["banned"]),
        (Key::Legality(LegalityStatus::Restricted), &["restricted"]),
        (Key::Keyword, &["kw", "keyword"]),
        (Key::Mana, &["m", "mana"]),
        (Key::Devotion, &["devotion"]),
        (Key::Set, &["s", "set", "e", "edition"]),
        (Key::SetType, &["st", "settype"]),
        (Key::Block, &["b", "block"]),
        (Key::CollectorNumber, &["cn", "number"]),
        (Key::Rarity, &["r", "rarity"]),
        (Key::Is, &["is"]),
        (Key::Not, &["not"]),
        (Key::Has, &["has"]),
        (Key::In, &["in"]),
        (Key::Language, &["lang", "language"]),
        (Key::Game, &["game"]),
        (Key::Border, &["border"]),
        (Key::Frame, &["frame"]),
        (Key::Stamp, &["stamp"]),
        (Key::Watermark, &["wm", "watermark"]),
        (Key::Date, &["date"]),
        (Key::Cheapest, &["cheapest"]),
        (Key::Have, &["have"]),
        (Key::Quantity, &["qty", "quantity"]),
        (Key::Binder, &["binder"]),
        (Key::State, &["cond", "condition"]),
        (Key::Tag, &["tag"]),
        (Key::Order, &["order", "sort"]),
        (Key::Direction, &["dir", "direction"]),
        (Key::Unique, &["unique"]),
        (Key::Prefer, &["prefer"]),
        (Key::Include, &["include"]),
        (Key::Unsupported, &UNSUPPORTED),
    ];
}

const UNSUPPORTED: [&str; 26] = [
    "art",
    "arttag",
    "artists",
    "asof",
    "atag",
    "buy",
    "chg1d",
    "chg7d",
    "chg30d",
    "cube",
    "deck",
    "display",
    "finish",
    "function",
    "illustrations",
    "new",
    "on",
    "oracletag",
    "otag",
    "price",
    "produces",
    "ratio",
    "spread",
    "store",
    "trade",
    "want",
];

impl Worded for Trait {
    const WORDS: Words<Self> = &[
        (Trait::Foil, &["foil"]),
        (Trait::Nonfoil, &["nonfoil"]),
        (Trait::Etched, &["etched"]),
        (Trait::Promo, &["promo"]),
        (Trait::Reprint, &["reprint"]),
        (Trait::Digital, &["digital"]),
        (Trait::FullArt, &["fullart", "full"]),
        (Trait::Borderless, &["borderless"]),
        (Trait::Textless, &["textless"]),
        (Trait::Oversized, &["oversized"]),
        (Trait::Booster, &["booster"]),
        (Trait::Variation, &["variation"]),
        (Trait::Funny, &["funny"]),
        (Trait::Masterpiece, &["masterpiece"]),
        (Trait::OldFrame, &["old"]),
        (Trait::NewFrame, &["new"]),
        (Trait::UniversesBeyond, &["universesbeyond", "ub"]),
        (Trait::Reserved, &["reserved"]),
        (Trait::GameChanger, &["gamechanger"]),
        (Trait::Commander, &["commander"]),
        (Trait::DoubleFaced, &["dfc", "doublefaced"]),
        (Trait::ModalDoubleFaced, &["mdfc", "modaldfc"]),
        (Trait::Token, &["token"]),
        (Trait::Extra, &["extra"]),
        (Trait::SinglePrinting, &["unique"]),
        (Trait::Permanent, &["permanent"]),
        (Trait::Spell, &["spell"]),
        (Trait::Historic, &["historic"]),
        (Trait::Party, &["party"]),
        (Trait::Outlaw, &["outlaw"]),
        (Trait::Vanilla, &["vanilla"]),
        (Trait::Bear, &["bear"]),
        (Trait::Modal, &["modal"]),
        (Trait::Hybrid, &["hybrid"]),
        (Trait::Phyrexian, &["phyrexian"]),
        (Trait::Partner, &["partner"]),
        (Trait::Companion, &["companion"]),
        (Trait::CreatureLand, &["creatureland", "manland"]),
    ];
}

impl Flag {
    pub(crate) fn find(word: &str) -> Option<Self> {
        Trait::find(word)
            .map(Self::Trait)
            .or_else(|| Nickname::find(word).map(Self::Nickname))
            .or_else(|| listed(FLAG_LAYOUTS, word).map(Self::Layout))
            .or_else(|| listed(FRAME_EFFECTS, word).map(Self::FrameEffect))
            .or_else(|| listed(PROMO_TYPES, word).map(Self::PromoType))
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Trait(member) => member.word(),
            Self::PromoType(word) | Self::FrameEffect(word) | Self::Layout(word) => word,
            Self::Nickname(nickname) => nickname.word(),
        }
    }
}

pub(crate) fn set_type(word: &str) -> Option<&'static str> {
    listed(SET_TYPES, word).or_else(|| {
        SET_TYPES.iter().copied().find(|known| known.replace('_', "") == word.replace([' ', '-'], ""))
    })
}

pub(crate) fn border(word: &str) -> Option<&'static str> {
    listed(BORDERS, word)
}

pub(crate) fn stamp(word: &str) -> Option<&'static str> {
    listed(STAMPS, word)
}

pub(crate) fn frame(word: &str) -> Option<&'static str> {
    match word {
        "modern" => Some("2003"),
        "m15" => Some("2015"),
        _ => listed(FRAMES, word).or_else(|| listed(FRAME_EFFECTS, word)),
    }
}

const LANGUAGES: Words<&str> = &[
    ("en", &["en", "english"]),
    ("es", &["es", "spanish", "sp"]),
    ("fr", &["fr", "french"]),
    ("de", &["de", "german"]),
    ("it", &["it", "italian"]),
    ("pt", &["pt", "portuguese"]),
    ("ja", &["ja", "japanese", "jp"]),
    ("ko", &["ko", "korean", "kr"]),
    ("ru", &["ru", "russian"]),
    ("zhs", &["zhs", "simplified chinese", "cs"]),
    ("zht", &["zht", "traditional chinese", "ct"]),
    ("he", &["he", "hebrew"]),
    ("la", &["la", "latin"]),
    ("grc", &["grc", "ancient greek"]),
    ("ar", &["ar", "arabic"]),
    ("sa", &["sa", "sanskrit"]),
    ("ph", &["ph", "phyrexian"]),
    ("qya", &["qya", "quenya"]),
];

pub(crate) fn language(word: &str) -> Option<&'static str> {
    find(LANGUAGES, word)
}

const FORMATS: Words<&str> = &[
    ("standard", &["standard"]),
    ("future", &["future"]),
    ("historic", &["historic"]),
    ("timeless", &["timeless"]),
    ("gladiator", &["gladiator"]),
    ("pioneer", &["pioneer"]),
    ("explorer", &["explorer"]),
    ("modern", &["modern"]),
    ("legacy", &["legacy"]),
    ("pauper", &["pauper"]),
    ("vintage", &["vintage"]),
    ("penny", &["penny", "pennydreadful", "pd"]),
    ("commander", &["commander", "edh"]),
    ("oathbreaker", &["oathbreaker"]),
    ("standardbrawl", &["standardbrawl"]),
    ("brawl", &["brawl"]),
    ("historicbrawl", &["historicbrawl"]),
    ("competitivebrawl", &["competitivebrawl"]),
    ("alchemy", &["alchemy"]),
    ("paupercommander", &["paupercommander", "pdh", "pauperedh"]),
    ("duel", &["duel", "duelcommander", "frenchcommander"]),
    ("oldschool", &["oldschool", "93/94", "oldschool93/94"]),
    ("premodern", &["premodern"]),
    ("predh", &["predh"]),
    ("frontier", &["frontier"]),
    ("tlr", &["tlr"]),
];

pub(crate) fn format(word: &str) -> Option<&'static str> {
    find(FORMATS, word)
}

impl Worded for Rarity {
    const WORDS: Words<Self> = &[
        (Rarity::Common, &["common", "c"]),
        (Rarity::Uncommon, &["uncommon", "u"]),
        (Rarity::Rare, &["rare", "r"]),
        (Rarity::Mythic, &["mythic", "m", "mythicrare"]),
        (Rarity::Special, &["special", "s"]),
        (Rarity::Bonus, &["bonus", "b"]),
    ];
}

impl Worded for Game {
    const WORDS: Words<Self> = &[
        (Game::Paper, &["paper"]),
        (Game::Mtgo, &["mtgo", "magiconline"]),
        (Game::Arena, &["arena", "mtga"]),
        (Game::Astral, &["astral"]),
        (Game::Sega, &["sega"]),
    ];
}

impl Worded for Attribute {
    const WORDS: Words<Self> = &[
        (Attribute::Watermark, &["watermark", "wm"]),
        (Attribute::FlavorText, &["flavor", "flavour", "flavortext", "ft"]),
        (Attribute::FlavorName, &["flavorname"]),
        (Attribute::Stamp, &["stamp", "securitystamp", "security_stamp"]),
        (Attribute::Price(PriceField::Usd), &["usd"]),
        (Attribute::Price(PriceField::UsdFoil), &["usd_foil"]),
        (Attribute::Price(PriceField::UsdEtched), &["usd_etched"]),
        (Attribute::Price(PriceField::Eur), &["eur"]),
        (Attribute::Price(PriceField::EurFoil), &["eur_foil"]),
        (Attribute::Price(PriceField::Tix), &["tix"]),
    ];
}

impl Worded for Unique {
    const WORDS: Words<Self> = &[
        (Unique::Cards, &["cards", "card"]),
        (Unique::Prints, &["prints", "print", "printings"]),
        (Unique::Art, &["art", "arts", "artworks"]),
    ];
}

impl Worded for Prefer {
    const WORDS: Words<Self> = &[
        (Prefer::Newest, &["newest", "new"]),
        (Prefer::Oldest, &["oldest", "old"]),
        (Prefer::UsdLow, &["usd-low", "usdlow"]),
        (Prefer::UsdHigh, &["usd-high", "usdhigh"]),
        (Prefer::Promo, &["promo"]),
    ];
}

impl Worded for Order {
    const WORDS: Words<Self> = &[
        (Order::Name, &["name"]),
        (Order::Set, &["set"]),
        (Order::Released, &["released", "release"]),
        (Order::Rarity, &["rarity"]),
        (Order::Usd, &["usd"]),
        (Order::Eur, &["eur"]),
        (Order::Tix, &["tix"]),
        (Order::ManaValue, &["cmc", "mv", "manavalue", "mana_value"]),
        (Order::Edhrec, &["edhrec"]),
        (Order::Color, &["color", "colour"]),
    ];
}

impl Worded for Direction {
    const WORDS: Words<Self> = &[
        (Direction::Auto, &["auto"]),
        (Direction::Asc, &["asc", "ascending"]),
        (Direction::Desc, &["desc", "descending"]),
    ];
}

const COLOR_NICKNAMES: &[(u8, &[&str])] = &[
    (1, &["white"]),
    (2, &["blue"]),
    (4, &["black"]),
    (8, &["red"]),
    (16, &["green"]),
    (3, &["azorius"]),
    (6, &["dimir"]),
    (12, &["rakdos"]),
    (24, &["gruul"]),
    (17, &["selesnya"]),
    (5, &["orzhov", "silverquill"]),
    (10, &["izzet", "prismari"]),
    (20, &["golgari", "witherbloom"]),
    (9, &["boros", "lorehold"]),
    (18, &["simic", "quandrix"]),
    (19, &["bant", "brokers"]),
    (7, &["esper", "obscura"]),
    (14, &["grixis", "maestros"]),
    (28, &["jund", "riveteers"]),
    (25, &["naya", "cabaretti"]),
    (21, &["abzan"]),
    (11, &["jeskai"]),
    (22, &["sultai"]),
    (13, &["mardu"]),
    (26, &["temur"]),
    (30, &["chaos", "glint", "glinteye"]),
    (29, &["aggression", "dune", "dunebrood"]),
    (27, &["altruism", "ink", "inktreader"]),
    (23, &["growth", "witch", "witchmaw"]),
    (15, &["artifice", "yore", "yoretiller"]),
    (31, &["rainbow", "fivecolor", "fivecolour", "wubrg"]),
];

/// The mask of a colour's, guild's, shard's, wedge's, college's or four-colour name.
pub(crate) fn color_nickname(word: &str) -> Option<u8> {
    COLOR_NICKNAMES.iter().find(|(_, names)| names.contains(&word)).map(|(mask, _)| *mask)
}
