//! Names of columns that mean the same in most apps.

use crate::field::Field;

const COMMON: &[(Field, &[&str])] = &[
    (Field::Name, &["name", "card name", "card", "card_name", "cardname", "title", "product name"]),
    (Field::SetCode, &["set code", "setcode", "set_code", "edition code", "edition_code", "set id", "code"]),
    (Field::SetName, &["set name", "setname", "set_name", "edition name", "edition", "expansion", "set"]),
    (
        Field::Number,
        &[
            "collector number",
            "collector_number",
            "collector's number",
            "collector #",
            "card number",
            "set number",
            "number",
        ],
    ),
    (Field::Quantity, &["quantity", "qty", "count", "amount", "copies", "quantityx"]),
    (Field::NonfoilQuantity, &["reg qty"]),
    (Field::FoilQuantity, &["foil qty", "foil count"]),
    (Field::SpecialFoilQuantity, &["special foil count"]),
    (Field::ForTrade, &["tradelist count", "trade quantity", "for trade", "to trade"]),
    (Field::Finish, &["finish", "foil", "printing", "premium", "is_foil", "isfoil"]),
    (Field::Grade, &["condition"]),
    (Field::Language, &["language", "languange", "languages", "lang"]),
    (Field::ScryfallId, &["scryfall id", "scryfall_id", "scryfallid"]),
    (Field::OracleId, &["oracle id", "oracle_id", "scryfall oracle id"]),
    (Field::TcgplayerProduct, &["tcgplayer id", "tcgplayer product id", "tcg id", "tcgid"]),
    (Field::TcgplayerSku, &["sku", "tcgplayer sku"]),
    (Field::CardmarketProduct, &["idproduct", "cardmarket id", "cardmarket product id"]),
    (Field::MultiverseId, &["multiverse id", "multiverse_id", "multiverseid", "mvid"]),
    (Field::MtgoId, &["mtgo id", "mtgo_id", "id #"]),
    (
        Field::Cost,
        &["purchase price", "purchaseprice", "price bought", "acquired price", "my price", "price paid"],
    ),
    (Field::Currency, &["currency", "purchase price currency", "purchase currency"]),
    (
        Field::Acquired,
        &[
            "acquired date",
            "date acquired",
            "date bought",
            "date added",
            "purchasedate",
            "purchase date",
            "added",
        ],
    ),
    (Field::Binder, &["binder name", "binder", "folder name", "folder", "list name"]),
    (Field::BinderKind, &["binder type"]),
    (Field::Tags, &["tags"]),
    (Field::Notes, &["notes", "note", "comment", "comments"]),
    (Field::Signed, &["signed", "is_signed", "issigned"]),
    (Field::Altered, &["altered", "alter", "altered art", "alteration", "isaltered"]),
    (Field::Misprint, &["misprint"]),
    (Field::Proxy, &["proxy"]),
    (Field::Section, &["sideboarded", "section"]),
];

/// Facts of the card, and market prices: never what somebody paid.
const IGNORED: &[&str] = &[
    "rarity",
    "price",
    "low",
    "mid",
    "avg",
    "trend",
    "market",
    "price each",
    "price usd",
    "foil price",
    "single price",
    "single foil price",
    "total price",
    "price source",
    "estimated_price",
    "tcg market price",
    "tcg direct low",
    "tcg low price with shipping",
    "tcg low price",
    "cmc",
    "mana value",
    "mana cost",
    "mana_cost",
    "cost",
    "color",
    "colors",
    "identities",
    "color_identity",
    "color category",
    "type",
    "types",
    "sub-types",
    "super-types",
    "type_line",
    "card type",
    "author",
    "artist",
    "image url",
    "image back url",
    "photo url",
    "last modified",
    "last updated",
];

/// A column's name as it is compared.
pub(crate) fn fold(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What a column of this folded name means in most apps.
pub(crate) fn common(header: &str) -> Option<Field> {
    if IGNORED.contains(&header) || header.starts_with("price (") {
        return Some(Field::Ignored);
    }
    COMMON.iter().find(|(_, names)| names.contains(&header)).map(|(field, _)| *field)
}
