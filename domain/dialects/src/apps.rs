//! Apps that most collections live in, and our own table.

use crate::dates::Slashes;
use crate::dialect::Dialect;
use crate::field::Field;
use crate::grades::{
    ARCHIDEKT_GRADES, CARDSPHERE_GRADES, DECKBOX_GRADES, JOINED_GRADES, MOXFIELD_GRADES, SHORT_GRADES,
    SNAKE_GRADES, TOPDECKED_GRADES,
};
use crate::tables::{PLAIN, Shape, Table, WORDS};
use crate::vocabulary::{
    BLANK_FOIL, BLANK_FOIL_ONLY, GOLDFISH_FINISHES, LANGUAGE_CODES, LANGUAGE_NAMES, MANABOX_LANGUAGES,
    NAMED_FINISHES, NORMAL_FOIL, NORMAL_FOIL_ETCHED, Numbers, OWN_FINISHES, PLAIN_CHINESE, SCRYFALL_FINISHES,
    TagStyle, UPPER_CODES, Words,
};

pub(crate) static APPS: [Table; 10] = [
    Table {
        dialect: Dialect::Own,
        name: "Dualcaster CSV",
        headers: &[
            "Quantity,For Trade,Name,Set Code,Set Name,Collector Number,Finish,Finish Text,Condition,\
            Condition Text,Language,Scryfall ID,Oracle ID,TCGplayer Product ID,TCGplayer SKU,\
            Cardmarket Product ID,Multiverse ID,MTGO ID,Purchase Price,Purchase Currency,Acquired Date,Binder,\
            Binder Type,Tags,Notes,Signed,Altered,Misprint,Proxy,Hidden,Dualcaster Rest",
            // What was written before copies could be hidden.
            "Quantity,For Trade,Name,Set Code,Set Name,Collector Number,Finish,Finish Text,Condition,\
            Condition Text,Language,Scryfall ID,Oracle ID,TCGplayer Product ID,TCGplayer SKU,\
            Cardmarket Product ID,Multiverse ID,MTGO ID,Purchase Price,Purchase Currency,Acquired Date,Binder,\
            Binder Type,Tags,Notes,Signed,Altered,Misprint,Proxy,Dualcaster Rest",
        ],
        columns: &[
            ("finish text", Field::FinishText),
            ("condition text", Field::ConditionText),
            ("hidden", Field::Hidden),
            ("dualcaster rest", Field::Rest),
        ],
        marks: &[&["dualcaster rest"]],
        words: Words {
            grades: &SNAKE_GRADES,
            languages: &LANGUAGE_CODES,
            finishes: &OWN_FINISHES,
            tags: TagStyle::Json,
            ..WORDS
        },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Manabox,
        name: "ManaBox",
        headers: &[
            "Binder Name,Binder Type,Name,Set code,Set name,Collector number,Foil,Rarity,Quantity,ManaBox ID,\
             Scryfall ID,Purchase price,Misprint,Altered,Condition,Language,Purchase price currency,Added",
            "Binder Name,Binder Type,Name,Set code,Set name,Collector number,Foil,Rarity,Quantity,ManaBox ID,\
             Scryfall ID,Purchase price,Misprint,Altered,Condition,Language,Purchase price currency",
            "Name,Set code,Set name,Collector number,Foil,Rarity,Quantity,ManaBox ID,\
             Scryfall ID,Purchase price,Misprint,Altered,Condition,Language,Purchase price currency",
        ],
        columns: &[("manabox id", Field::Raw)],
        marks: &[&["manabox id"], &["binder name", "binder type", "set code", "foil"]],
        words: Words {
            grades: &SNAKE_GRADES,
            languages: &MANABOX_LANGUAGES,
            finishes: &NORMAL_FOIL,
            capitals: true,
            times: true,
            ..WORDS
        },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Moxfield,
        name: "Moxfield",
        headers: &[
            "Count,Tradelist Count,Name,Edition,Condition,Language,Foil,Tags,Last Modified,Collector Number,\
             Alter,Proxy,Purchase Price",
            "Count,Name,Edition,Collector Number,Foil,Condition,Language,Purchase Price",
            "Count,Tradelist Count,Name,Edition,Condition,Language,Foil,Tags,Alter,Proxy,Purchase Price",
        ],
        columns: &[("edition", Field::SetCode)],
        marks: &[
            &["tradelist count", "last modified", "proxy"],
            &["count", "edition", "collector number", "purchase price"],
        ],
        words: Words {
            grades: &MOXFIELD_GRADES,
            languages: &PLAIN_CHINESE,
            finishes: &BLANK_FOIL,
            flags: ["False", "True"],
            ..WORDS
        },
        shape: Shape { quoted: true, ..PLAIN },
    },
    Table {
        dialect: Dialect::Archidekt,
        name: "Archidekt",
        headers: &[
            "Quantity,Name,Finish,Condition,Date Added,Language,Purchase Price,Tags,Edition Name,Edition Code,\
             Multiverse Id,Scryfall ID,Collector Number",
            "Quantity,Name,Finish,Condition,Date Added,Language,Purchase Price,Tags,Edition Name,Edition Code,\
             Multiverse Id,Scryfall ID,MTGO ID,Collector Number,Mana Value,Colors,Identities,Mana cost,Types,\
             Sub-types,Super-types,Rarity,Price (Card Kingdom),Price (TCG Player),Price (Star City Games),\
             Price (Card Hoarder),Price (Card Market),Scryfall Oracle ID",
        ],
        columns: &[],
        marks: &[&["edition name", "date added"], &["edition name", "edition code", "finish"]],
        words: Words {
            grades: &ARCHIDEKT_GRADES,
            languages: &UPPER_CODES,
            finishes: &NORMAL_FOIL_ETCHED,
            ..WORDS
        },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Deckbox,
        name: "Deckbox",
        headers: &[
            "Count,Tradelist Count,Name,Edition,Edition Code,Card Number,Condition,Language,Foil,Signed,\
             Artist Proof,Altered Art,Misprint,Promo,Textless,Printing Id,Printing Note,Tags,My Price",
            "Count,Tradelist Count,Name,Edition,Card Number,Condition,Language,Foil,Signed,Artist Proof,\
             Altered Art,Misprint,Promo,Textless,My Price",
            "Count,Tradelist Count,Name,Edition,Edition Code,Card Number,Condition,Language,Foil,Signed,\
             Artist Proof,Altered Art,Misprint,Promo,Textless,Printing Id,Printing Note,Tags,My Price,\
             Cost,Rarity,Price,TcgPlayer ID,Scryfall ID",
            "Count,Tradelist Count,Decks Count Built,Decks Count All,Name,Edition,Edition Code,Card Number,\
             Condition,Language,Foil,Signed,Artist Proof,Altered Art,Misprint,Promo,Textless,Printing Id,\
             Printing Note,Tags,My Price,Type,Cost,Rarity,Price,Image URL,Last Updated,TcgPlayer ID,Scryfall ID",
        ],
        columns: &[
            ("artist proof", Field::Raw),
            ("promo", Field::Raw),
            ("textless", Field::Raw),
            ("printing id", Field::Raw),
            ("printing note", Field::Raw),
            ("decks count built", Field::Ignored),
            ("decks count all", Field::Ignored),
        ],
        marks: &[&["artist proof"], &["printing id"]],
        words: Words {
            grades: &DECKBOX_GRADES,
            languages: &PLAIN_CHINESE,
            finishes: &BLANK_FOIL_ONLY,
            flags: ["", "true"],
            symbols: true,
            ..WORDS
        },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::DragonShield,
        name: "Dragon Shield",
        headers: &[
            "Folder Name,Quantity,Trade Quantity,Card Name,Set Code,Set Name,Card Number,Condition,Printing,\
             Language,Price Bought,Date Bought,LOW,MID,MARKET",
            "Folder Name,Quantity,Trade Quantity,Card Name,Set Code,Set Name,Card Number,Condition,Printing,\
             Language,Price Bought,Date Bought,AVG,LOW,TREND",
            "Folder Name,Quantity,Trade Quantity,Card Name,Set Code,Set Name,Card Number,Condition,Printing,\
             Language,Price Bought,Date Bought",
        ],
        columns: &[],
        marks: &[&["folder name", "trade quantity"]],
        words: Words {
            grades: &JOINED_GRADES,
            languages: &LANGUAGE_NAMES,
            finishes: &NAMED_FINISHES,
            slashes: Slashes::MonthFirst,
            capitals: true,
            ..WORDS
        },
        shape: Shape { announced: true, crlf: true, ..PLAIN },
    },
    Table {
        dialect: Dialect::EchoMtg,
        name: "EchoMTG",
        headers: &[
            "Reg Qty,Foil Qty,Name,Set,Rarity,Acquired,Language,Date Acquired,Set Code,Collector Number,\
             Condition,Marked as Trade,note,echo_inventory_id,tcgid,echoid",
            "Reg Qty,Foil Qty,Name,Set,Acquired,Language",
        ],
        columns: &[
            ("acquired", Field::Cost),
            ("marked as trade", Field::TradeFlag),
            ("echo_inventory_id", Field::Raw),
            ("echoid", Field::Raw),
        ],
        marks: &[&["echo_inventory_id"], &["reg qty", "foil qty", "acquired"]],
        words: Words {
            grades: &SHORT_GRADES,
            languages: &UPPER_CODES,
            finishes: &BLANK_FOIL_ONLY,
            flags: ["0", "1"],
            slashes: Slashes::MonthFirst,
            capitals: true,
            numbers: Numbers::Padded,
            ..WORDS
        },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::MtgGoldfish,
        name: "MTGGoldfish",
        headers: &[
            "Card,Set ID,Set Name,Quantity,Foil,Variation,Collector Number,Scryfall ID",
            "Card,Set ID,Set Name,Quantity,Foil,Variation",
        ],
        columns: &[("variation", Field::Raw)],
        marks: &[&["set id", "variation"]],
        words: Words { finishes: &GOLDFISH_FINISHES, capitals: true, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Cardsphere,
        name: "Cardsphere",
        headers: &[
            "Count,Tradelist Count,Name,Edition,Condition,Language,Foil,Tags,Scryfall ID,Last Modified",
        ],
        columns: &[],
        marks: &[&["tradelist count", "scryfall id", "last modified"]],
        words: Words { grades: &CARDSPHERE_GRADES, finishes: &BLANK_FOIL_ONLY, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::TopDecked,
        name: "TopDecked",
        headers: &["QUANTITY,NAME,SETCODE,SETNAME,COLLECTOR NUMBER,FINISH,PRICE,RARITY,ID,ACQUIRED DATE,\
            ACQUIRED PRICE,LANG,PRICE SALE,SIGNING,ALTERATION,CONDITION,NOTES,TAGS"],
        columns: &[("id", Field::ScryfallId), ("price sale", Field::Raw), ("signing", Field::Signed)],
        marks: &[&["setcode", "setname", "collector number", "finish"]],
        words: Words {
            grades: &TOPDECKED_GRADES,
            languages: &LANGUAGE_CODES,
            finishes: &SCRYFALL_FINISHES,
            times: true,
            symbols: true,
            ..WORDS
        },
        shape: PLAIN,
    },
];
