//! Shops: what their sellers and their buylists read and write.

use crate::dialect::Dialect;
use crate::field::Field;
use crate::grades::{CARDMARKET_GRADES, TCGPLAYER_GRADES};
use crate::tables::{PLAIN, Shape, Table, WORDS};
use crate::vocabulary::{
    BLANK_ONE, CARDMARKET_LANGUAGES, LANGUAGE_CODES, NAMED_FINISHES, SCRYFALL_FINISHES, TRUE_FALSE, Words,
};

pub(crate) static STORES: [Table; 5] = [
    Table {
        dialect: Dialect::TcgplayerApp,
        name: "TCGplayer app",
        headers: &[
            "Quantity,Name,Simple Name,Set,Card Number,Set Code,Printing,Condition,Language,Rarity,Product ID,SKU",
            "Quantity,Name,Simple Name,Set,Card Number,Set Code,External ID,Printing,Condition,Language,Rarity,\
             Product ID,SKU,Price,Price Each",
        ],
        columns: &[
            ("name", Field::Label),
            ("simple name", Field::Name),
            ("product id", Field::TcgplayerProduct),
            ("external id", Field::Raw),
        ],
        marks: &[&["simple name", "sku"], &["simple name", "external id"]],
        words: Words { grades: &TCGPLAYER_GRADES, finishes: &NAMED_FINISHES, capitals: true, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::TcgplayerSeller,
        name: "TCGplayer seller prices",
        headers: &["TCGplayer Id,Product Line,Set Name,Product Name,Title,Number,Rarity,Condition,\
            TCG Market Price,TCG Direct Low,TCG Low Price With Shipping,TCG Low Price,Total Quantity,\
            Add to Quantity,TCG Marketplace Price,Photo URL"],
        columns: &[
            ("tcgplayer id", Field::TcgplayerSku),
            ("product line", Field::Game),
            ("title", Field::Raw),
            ("total quantity", Field::Quantity),
            ("add to quantity", Field::Raw),
            ("tcg marketplace price", Field::Raw),
        ],
        marks: &[&["tcgplayer id", "product line"]],
        words: Words { grades: &TCGPLAYER_GRADES, finishes: &NAMED_FINISHES, composite: true, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::CardKingdom,
        name: "Card Kingdom sell list",
        headers: &["title,edition,foil,quantity"],
        columns: &[],
        marks: &[],
        words: Words { finishes: &TRUE_FALSE, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::StarCity,
        name: "Star City Games sell list",
        headers: &["quantity,productid,name,set_name,language,finish"],
        columns: &[("productid", Field::Raw)],
        marks: &[&["productid", "set_name", "finish"]],
        words: Words { languages: &LANGUAGE_CODES, finishes: &SCRYFALL_FINISHES, ..WORDS },
        shape: PLAIN,
    },
    Table {
        dialect: Dialect::Cardmarket,
        name: "Cardmarket stock",
        headers: &["idProduct,groupCount,price,idLanguage,condition,isFoil,isSigned,isAltered,isPlayset,\
            isReverseHolo,isFirstEd,isFullArt,isUberRare,isWithDie"],
        columns: &[
            ("groupcount", Field::Quantity),
            ("price", Field::Raw),
            ("idlanguage", Field::Language),
            ("isplayset", Field::Playset),
            ("isreverseholo", Field::Raw),
            ("isfirsted", Field::Raw),
            ("isfullart", Field::Raw),
            ("isuberrare", Field::Raw),
            ("iswithdie", Field::Raw),
        ],
        marks: &[&["idproduct", "idlanguage"]],
        words: Words {
            grades: &CARDMARKET_GRADES,
            languages: &CARDMARKET_LANGUAGES,
            finishes: &BLANK_ONE,
            flags: ["", "1"],
            ..WORDS
        },
        shape: Shape { delimiter: b';', ..PLAIN },
    },
];
