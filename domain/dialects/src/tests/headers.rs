//! Header rows tell the app.

use crate::{Dialect, Sure, detect};

/// As the apps' users have posted them.
const HEADERS: [(Dialect, &str); 34] = [
    (
        Dialect::Own,
        "Quantity,For Trade,Name,Set Code,Set Name,Collector Number,Finish,Finish Text,Condition,Condition Text,Language,Scryfall ID,Oracle ID,TCGplayer Product ID,TCGplayer SKU,Cardmarket Product ID,Multiverse ID,MTGO ID,Purchase Price,Purchase Currency,Acquired Date,Binder,Binder Type,Tags,Notes,Signed,Altered,Misprint,Proxy,Dualcaster Rest",
    ),
    (
        Dialect::Manabox,
        "Name,Set code,Set name,Collector number,Foil,Rarity,Quantity,ManaBox ID,Scryfall ID,Purchase price,Misprint,Altered,Condition,Language,Purchase price currency",
    ),
    (
        Dialect::Manabox,
        "Binder Name,Binder Type,Name,Set code,Set name,Collector number,Foil,Rarity,Quantity,ManaBox ID,Scryfall ID,Purchase price,Misprint,Altered,Signed,Condition,Language,Proxy,Purchase price currency,Added",
    ),
    (
        Dialect::Moxfield,
        "\"Count\",\"Tradelist Count\",\"Name\",\"Edition\",\"Condition\",\"Language\",\"Foil\",\"Tags\",\"Last Modified\",\"Collector Number\",\"Alter\",\"Proxy\",\"Purchase Price\"",
    ),
    (Dialect::Moxfield, "Count,Name,Edition,Collector Number,Foil,Condition,Language,Purchase Price"),
    (
        Dialect::Archidekt,
        "Quantity,Name,Finish,Condition,Date Added,Language,Purchase Price,Tags,Edition Name,Edition Code,Multiverse Id,Scryfall ID,Collector Number",
    ),
    (
        Dialect::Archidekt,
        "Quantity,Name,Finish,Condition,Date Added,Language,Purchase Price,Tags,Edition Name,Edition Code,Multiverse Id,Scryfall ID,MTGO ID,Collector Number,Mana Value,Colors,Identities,Mana cost,Types,Sub-types,Super-types,Rarity,Price (Card Kingdom),Price (TCG Player),Price (Star City Games),Price (Card Hoarder),Price (Card Market),Scryfall Oracle ID",
    ),
    (
        Dialect::Deckbox,
        "Count,Tradelist Count,Name,Edition,Card Number,Condition,Language,Foil,Signed,Artist Proof,Altered Art,Misprint,Promo,Textless,My Price",
    ),
    (
        Dialect::Deckbox,
        "Count,Tradelist Count,Name,Edition,Edition Code,Card Number,Condition,Language,Foil,Signed,Artist Proof,Altered Art,Misprint,Promo,Textless,Printing Id,Printing Note,Tags,My Price",
    ),
    (
        Dialect::Deckbox,
        "Count,Tradelist Count,Decks Count Built,Decks Count All,Name,Edition,Edition Code,Card Number,Condition,Language,Foil,Signed,Artist Proof,Altered Art,Misprint,Promo,Textless,Printing Id,Printing Note,Tags,My Price,Type,Cost,Rarity,Price,Image URL,Last Updated,TcgPlayer ID,Scryfall ID",
    ),
    (
        Dialect::DragonShield,
        "\"sep=,\"\r\nFolder Name,Quantity,Trade Quantity,Card Name,Set Code,Set Name,Card Number,Condition,Printing,Language,Price Bought,Date Bought,LOW,MID,MARKET",
    ),
    (
        Dialect::DragonShield,
        "Folder Name,Quantity,Trade Quantity,Card Name,Set Code,Set Name,Card Number,Condition,Printing,Language,Price Bought,Date Bought,AVG,LOW,TREND",
    ),
    (
        Dialect::DelverLens,
        "Name,Edition,Price,Language,Collector's number,Condition,Currency,Edition code,Foil,List name,QuantityX,Scryfall ID",
    ),
    (
        Dialect::DelverLens,
        "Name;Edition;Price;Language;Collector's number;Condition;Currency;Edition code;Foil;List name;Quantity;Scryfall ID",
    ),
    (Dialect::EchoMtg, "Reg Qty,Foil Qty,Name,Set,Acquired,Language"),
    (
        Dialect::EchoMtg,
        "Reg Qty,Foil Qty,Name,Set,Rarity,Acquired,Language,Date Acquired,Set Code,Collector Number,Condition,Marked as Trade,note,echo_inventory_id,tcgid,echoid",
    ),
    (
        Dialect::TcgplayerApp,
        "Quantity,Name,Simple Name,Set,Card Number,Set Code,Printing,Condition,Language,Rarity,Product ID,SKU",
    ),
    (
        Dialect::TcgplayerApp,
        "Quantity,Name,Simple Name,Set,Card Number,Set Code,External ID,Printing,Condition,Language,Rarity,Product ID,SKU,Price,Price Each",
    ),
    (
        Dialect::TcgplayerSeller,
        "TCGplayer Id,Product Line,Set Name,Product Name,Title,Number,Rarity,Condition,TCG Market Price,TCG Direct Low,TCG Low Price With Shipping,TCG Low Price,Total Quantity,Add to Quantity,TCG Marketplace Price,Photo URL",
    ),
    (Dialect::Cardcastle, "Card Name,Set Name,Condition,Foil,Language,Multiverse ID,JSON ID,Price USD"),
    (Dialect::Cardcastle, "Count,Card Name,Set Name,Collector Number,Foil"),
    (Dialect::Helvault, "extras,language,name,oracle_id,quantity,scryfall_id,set_code,set_name"),
    (Dialect::MtgGoldfish, "Card,Set ID,Set Name,Quantity,Foil,Variation"),
    (
        Dialect::Cardsphere,
        "Count,Tradelist Count,Name,Edition,Condition,Language,Foil,Tags,Scryfall ID,Last Modified",
    ),
    (Dialect::Mtgo, "Card Name,Quantity,ID #,Rarity,Set,Collector #,Premium,Sideboarded,Annotation"),
    (
        Dialect::TopDecked,
        "QUANTITY,\"NAME\",SETCODE,\"SETNAME\",\"COLLECTOR NUMBER\",FINISH,PRICE,RARITY,ID,ACQUIRED DATE,ACQUIRED PRICE,LANG,PRICE SALE,SIGNING,ALTERATION,CONDITION,NOTES,TAGS",
    ),
    (
        Dialect::Deckstats,
        "amount,card_name,is_foil,is_pinned,is_signed,set_id,set_code,collector_number,language,condition,comment,added",
    ),
    (Dialect::TappedOut, "Qty,Name,Set,Set Number,Foil,Alter,Signed,Condition,Languange,Proxy"),
    (
        Dialect::UrzasGatherer,
        "\"sep=,\"\nName,Type,Color,Rarity,Author,Power,Count,Foil count,Special foil count,Price,Foil price,Number,Set,ID,Multiverse ID,Comments,To trade,Condition,Grading,Languages,TCG ID,Cardmarket ID",
    ),
    (
        Dialect::DeckedBuilder,
        "Total Qty,Reg Qty,Foil Qty,Card,Set,Mana Cost,Card Type,Color,Rarity,Mvid,Single Price,Single Foil Price,Total Price,Price Source,Notes",
    ),
    (Dialect::MtgManager, "Quantity,Name,Code,PurchasePrice,Foil,Condition,Language,PurchaseDate"),
    (
        Dialect::CubeCobra,
        "name,CMC,Type,Color,Set,Collector Number,Rarity,Color Category,status,Finish,maybeboard,image URL,image Back URL,tags,Notes,MTGO ID",
    ),
    (Dialect::CardKingdom, "Title,Edition,Foil,Quantity"),
    (Dialect::Cardmarket, "idProduct;groupCount;price;idLanguage;condition;isFoil"),
];

#[test]
fn headers_tell_the_app_and_in_any_case() {
    for (dialect, header) in HEADERS {
        for header in [header.to_owned(), header.to_uppercase().replace("SEP=", "sep=")] {
            let found = detect(header.as_bytes()).unwrap();
            assert_eq!(found.dialect, dialect, "{header}");
            assert!(found.sure >= Sure::Marker, "{header}");
        }
    }
    for (dialect, header) in [
        (
            Dialect::MtgStocks,
            "\"Card\",\"Set\",\"Quantity\",\"Price\",\"Condition\",\"Language\",\"Foil\",\"Signed\"",
        ),
        (Dialect::MtgStudio, "Name,Edition,Qty,Foil"),
        (Dialect::StarCity, "quantity,productid,name,set_name,language,finish"),
    ] {
        assert_eq!(detect(header.as_bytes()).unwrap().dialect, dialect);
    }
}
