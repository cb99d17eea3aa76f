//! Smaller trackers and deck sites.

use crate::dialect::Dialect;
use crate::field::Field;
use crate::grades::{NUMBERED_GRADES, SHORT_GRADES, TCGPLAYER_GRADES};
use crate::tables::{PLAIN, Shape, Table, WORDS};
use crate::vocabulary::{
    BLANK_FOIL, BLANK_ONE, LANGUAGE_CODES, NORMAL_FOIL, NUMBERED_LANGUAGES, Numbers, TRUE_FALSE, Words,
    YES_NO, ZERO_ONE,
};

pub(crate) static TRACKERS: [Table; 12] = [
    Table {
        dialect: Dialect::DelverLens,
        name: "Delver Lens",
        headers: &[
            "Name,Edition,Price,Language,Collector's number,Condition,Currency,Edition code,Foil,List name,\
             QuantityX,Scryfall ID",
            "Name,Edition,Price,Language,Collector's number,Condition,Currency,Edition code,Foil,List name,\
             Quantity,Scryfall ID",
        ],
        columns: &[("currency", Field::Ignored)],
        marks: &[&["quantityx"], &["collector's number"]],
        words: Words { grades: &TCGPLAYER_GRADES, finishes: &BLANK_FOIL, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Cardcastle,
        name: "CardCastle",
        headers: &[
            "Card Name,Set Name,Condition,Foil,Language,Multiverse ID,JSON ID,Price USD",
            "Count,Card Name,Set Name,Collector Number,Foil",
        ],
        columns: &[("json id", Field::ScryfallId)],
        marks: &[&["json id"]],
        words: Words {
            grades: &TCGPLAYER_GRADES,
            languages: &LANGUAGE_CODES,
            finishes: &TRUE_FALSE,
            ..WORDS
        },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Helvault,
        name: "Helvault",
        headers: &[
            "cmc,collector_number,color_identity,colors,estimated_price,extras,language,mana_cost,name,\
            oracle_id,quantity,rarity,scryfall_id,set_code,set_name,type_line",
        ],
        columns: &[("extras", Field::Finish)],
        marks: &[&["extras", "oracle_id"], &["extras", "scryfall_id"]],
        words: Words { languages: &LANGUAGE_CODES, finishes: &BLANK_FOIL, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Mtgo,
        name: "Magic Online",
        headers: &["Card Name,Quantity,ID #,Rarity,Set,Collector #,Premium,Sideboarded,Annotation"],
        columns: &[("set", Field::SetCode), ("annotation", Field::Raw)],
        marks: &[&["id #"]],
        words: Words { finishes: &YES_NO, flags: ["No", "Yes"], numbers: Numbers::OfTotal, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Deckstats,
        name: "Deckstats",
        headers: &["amount,card_name,is_foil,is_pinned,is_signed,set_id,set_code,collector_number,language,\
            condition,comment,added"],
        columns: &[("set_id", Field::Raw), ("is_pinned", Field::Raw)],
        marks: &[&["is_pinned"]],
        words: Words {
            grades: &SHORT_GRADES,
            languages: &LANGUAGE_CODES,
            finishes: &BLANK_ONE,
            flags: ["", "1"],
            capitals: true,
            ..WORDS
        },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::TappedOut,
        name: "TappedOut",
        headers: &["Qty,Name,Set,Set Number,Foil,Alter,Signed,Condition,Languange,Proxy"],
        columns: &[("set", Field::SetCode)],
        marks: &[&["languange"]],
        words: Words { grades: &SHORT_GRADES, finishes: &BLANK_FOIL, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::UrzasGatherer,
        name: "Urza's Gatherer",
        headers: &[
            "Name,Type,Color,Rarity,Author,Count,Foil count,Special foil count,Price,Foil price,Number,\
            Set,Set code,ID,Multiverse ID,Comments,To trade,Condition,Grading,Languages,TCG ID,Cardmarket ID,\
            Scryfall ID",
        ],
        columns: &[("count", Field::NonfoilQuantity), ("id", Field::Raw), ("grading", Field::Raw)],
        marks: &[&["special foil count"]],
        words: Words { grades: &TCGPLAYER_GRADES, ..WORDS },
        shape: Shape { announced: true, ..PLAIN },
    },
    Table {
        dialect: Dialect::DeckedBuilder,
        name: "Decked Builder",
        headers: &["Total Qty,Reg Qty,Foil Qty,Card,Set,Mana Cost,Card Type,Color,Rarity,Mvid,Single Price,\
            Single Foil Price,Total Price,Price Source,Notes"],
        columns: &[("total qty", Field::Ignored)],
        marks: &[&["mvid"]],
        words: WORDS,
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::MtgManager,
        name: "MTG Manager",
        headers: &["Quantity,Name,Code,PurchasePrice,Foil,Condition,Language,PurchaseDate"],
        columns: &[],
        marks: &[&["code", "purchaseprice", "purchasedate"]],
        words: Words {
            grades: &NUMBERED_GRADES,
            languages: &NUMBERED_LANGUAGES,
            finishes: &ZERO_ONE,
            capitals: true,
            ..WORDS
        },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::MtgStocks,
        name: "MTGStocks",
        headers: &["Card,Set,Quantity,Price,Condition,Language,Foil,Signed"],
        columns: &[],
        marks: &[],
        words: Words { grades: &TCGPLAYER_GRADES, languages: &LANGUAGE_CODES, finishes: &YES_NO, ..WORDS },
        shape: Shape { quoted: true, ..PLAIN },
    },
    Table {
        dialect: Dialect::MtgStudio,
        name: "MTG Studio",
        headers: &["Name,Edition,Qty,Foil"],
        columns: &[],
        marks: &[],
        words: Words { finishes: &YES_NO, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::CubeCobra,
        name: "CubeCobra",
        headers: &[
            "name,CMC,Type,Color,Set,Collector Number,Rarity,Color Category,status,Finish,maybeboard,\
            image URL,image Back URL,tags,Notes,MTGO ID",
        ],
        columns: &[("set", Field::SetCode), ("status", Field::Raw), ("maybeboard", Field::Raw)],
        marks: &[&["maybeboard"]],
        words: Words { finishes: &NORMAL_FOIL, ..WORDS },
        shape: PLAIN,
    },
];
