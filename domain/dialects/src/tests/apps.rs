//! A small file of every app, in its own words.

use crate::{
    BinderKind, Content, Dialect, Field, Finish, Grade, Language, Limits, Lot, NoteKind, Reader, Row, Skip,
    Sure,
};
use chrono::NaiveDate;

fn open(text: &str) -> Reader<&[u8]> {
    Reader::open(text.as_bytes(), None, Limits::default()).unwrap()
}

fn rows(text: &str) -> Vec<Row> {
    open(text).map(Result::unwrap).collect()
}

/// The lots of a file that is known to be of this app.
fn lots(dialect: Dialect, text: &str) -> Vec<Lot> {
    let reader = open(text);
    assert_eq!(reader.detected().dialect, dialect, "{text}");
    assert!(reader.detected().sure >= Sure::Marker, "{text}");
    reader
        .flat_map(|row| match row.unwrap().content {
            Content::Lots(lots) => lots,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

#[test]
fn manabox() {
    let text = "Binder Name,Binder Type,Name,Set code,Set name,Collector number,Foil,Rarity,Quantity,ManaBox ID,\
        Scryfall ID,Purchase price,Misprint,Altered,Condition,Language,Purchase price currency,Added\n\
        Trades,binder,Sol Ring,CMM,Commander Masters,400,etched,uncommon,2,86001,\
        11111111-2222-4333-8444-555555555555,1500,false,true,light_played,zh_CN,JPY,2024-05-01T10:00:00.000Z\n";
    let lot = &lots(Dialect::Manabox, text)[0];
    assert_eq!((lot.set_code.as_deref(), lot.number.as_deref(), lot.quantity), (Some("cmm"), Some("400"), 2));
    assert_eq!(
        (lot.finish, lot.grade, lot.language),
        (Some(Finish::Etched), Some(Grade::LightPlayed), Some(Language::Zhs))
    );
    let cost = lot.cost.unwrap();
    assert_eq!(
        (cost.minor, cost.currency.unwrap().to_string().as_str()),
        (1500, "JPY"),
        "yen have no decimals"
    );
    let binder = lot.binder.as_ref().unwrap();
    assert_eq!((binder.name.as_str(), binder.kind), ("Trades", Some(BinderKind::Binder)));
    assert_eq!((lot.acquired, lot.altered, lot.misprint), (day("2024-05-01"), true, false));
    assert_eq!(lot.rest.get("ManaBox ID").map(String::as_str), Some("86001"));
    assert_eq!(lot.condition_text.as_deref(), Some("light_played"));
}

#[test]
fn moxfield_and_deckbox_mean_different_things_by_edition() {
    let moxfield = "\"Count\",\"Tradelist Count\",\"Name\",\"Edition\",\"Condition\",\"Language\",\"Foil\",\"Tags\",\
        \"Last Modified\",\"Collector Number\",\"Alter\",\"Proxy\",\"Purchase Price\"\n\
        \"3\",\"1\",\"Duress\",\"khm\",\"Good (Lightly Played)\",\"Chinese\",\"etched\",\"cube,loan\",\
        \"2024-01-01 10:00:00.000000\",\"92\",\"False\",\"True\",\"0.25\"\n";
    let lot = &lots(Dialect::Moxfield, moxfield)[0];
    assert_eq!((lot.set_code.as_deref(), lot.set_name.as_deref()), (Some("khm"), None));
    assert_eq!((lot.quantity, lot.for_trade, lot.proxy, lot.altered), (3, 1, true, false));
    assert_eq!(
        (lot.grade, lot.language, lot.finish),
        (Some(Grade::Good), Some(Language::Zhs), Some(Finish::Etched))
    );
    assert_eq!(lot.tags, ["cube", "loan"]);
    assert_eq!(
        lot.cost.map(|cost| (cost.minor, cost.currency)),
        Some((25, None)),
        "nobody says which currency"
    );
    assert_eq!(lot.acquired, None, "a change is not a purchase");

    let deckbox = "Count,Tradelist Count,Name,Edition,Edition Code,Card Number,Condition,Language,Foil,Signed,\
        Artist Proof,Altered Art,Misprint,Promo,Textless,Printing Id,Printing Note,Tags,My Price,Cost,Rarity,Price,\
        TcgPlayer ID,Scryfall ID\n\
        1,0,Duress,The List,plist,49,Heavily Played,Traditional Chinese,foil,signed,proof,,,,,4711,DDC,,€2.50,{B},\
        Common,$0.35,203644,\n";
    let lot = &lots(Dialect::Deckbox, deckbox)[0];
    assert_eq!((lot.set_code.as_deref(), lot.set_name.as_deref()), (Some("plist"), Some("The List")));
    assert_eq!(lot.number.as_deref(), Some("49"), "the file's own number, for the matching to judge");
    assert_eq!((lot.grade, lot.language, lot.signed), (Some(Grade::Played), Some(Language::Zht), true));
    let cost = lot.cost.unwrap();
    assert_eq!(
        (cost.minor, cost.currency.unwrap().to_string().as_str()),
        (250, "EUR"),
        "not the market's 0.35"
    );
    assert_eq!(lot.rest.get("Printing Note").map(String::as_str), Some("DDC"));
    assert_eq!(lot.rest.get("Artist Proof").map(String::as_str), Some("proof"));
    assert_eq!(lot.ids.tcgplayer_product, Some(203_644));
}

#[test]
fn dragon_shield() {
    let text = "\"sep=,\"\r\nFolder Name,Quantity,Trade Quantity,Card Name,Set Code,Set Name,Card Number,Condition,\
        Printing,Language,Price Bought,Date Bought,LOW,MID,MARKET\r\n\
        Red,2,1,Clue Token,TMH2,Modern Horizons 2,14,LightPlayed,Surge Foil,Simplified Chinese,0.00,3/4/2021,0.1,0.2,0.3\r\n\
        Red,1,0,Duress,KHM,Kaldheim,92,NearMint,,Chinese,1.5,2021-12-26,0.1,0.2,0.3\r\n";
    let found = lots(Dialect::DragonShield, text);
    assert_eq!((found[0].finish, found[0].finish_text.as_deref()), (Some(Finish::Foil), Some("Surge Foil")));
    assert_eq!(
        (found[0].cost, found[0].acquired),
        (None, day("2021-03-04")),
        "0 is not known; months come first"
    );
    assert_eq!(
        found[0].binder.as_ref().map(|binder| (binder.name.as_str(), binder.kind)),
        Some(("Red", None))
    );
    assert_eq!(found[0].language, Some(Language::Zhs));
    assert_eq!(found[1].finish, None, "some rows leave it out");
    assert_eq!(found[1].cost.map(|cost| cost.minor), Some(150));
    // Dragon Shield itself takes this for English.
    assert_eq!(
        (found[1].language, found[1].rest.get("Language").map(String::as_str)),
        (None, Some("Chinese"))
    );
    let rows = rows(text);
    assert_eq!(rows[1].line, 4);
    assert_eq!((rows[1].notes[0].field, rows[1].notes[0].kind), (Field::Language, NoteKind::UnknownWord));
}

#[test]
fn echomtg_counts_foils_apart() {
    let text = "Reg Qty,Foil Qty,Name,Set,Rarity,Acquired,Language,Date Acquired,Set Code,Collector Number,\
        Condition,Marked as Trade,note,echo_inventory_id,tcgid,echoid\n\
        2.0,1.0,Duress,Kaldheim,Common,0.5,EN,12/26/2021,KHM,0092,LP,1,box 3,77,1234,88\n\
        0,0,Ponder,Lorwyn,Common,,EN,,LRW,0079,NM,0,,78,,\n";
    let rows = rows(text);
    let Content::Lots(found) = &rows[0].content else { panic!("{rows:?}") };
    assert_eq!(
        found.iter().map(|lot| (lot.quantity, lot.finish, lot.for_trade)).collect::<Vec<_>>(),
        [(2, Some(Finish::Nonfoil), 2), (1, Some(Finish::Foil), 1),]
    );
    assert_eq!((found[0].number.as_deref(), found[0].acquired), (Some("92"), day("2021-12-26")));
    assert_eq!(found[1].cost.map(|cost| cost.minor), Some(50));
    assert_eq!(rows[0].notes[0].kind, NoteKind::TwoGrades, "LP is excellent or good");
    assert_eq!(rows[1].content, Content::Skipped(Skip::NoCopies), "told, not dropped");
}

#[test]
fn tcgplayer() {
    let app = "Quantity,Name,Simple Name,Set,Card Number,Set Code,Printing,Condition,Language,Rarity,Product ID,SKU\n\
        1,Sol Ring (Extended Art),Sol Ring,The List Reprints,C16-272,LIST,Rainbow Foil,Near Mint Foil,English,Rare,203116,4267948\n";
    let lot = &lots(Dialect::TcgplayerApp, app)[0];
    assert_eq!((lot.name.as_str(), lot.number.as_deref()), ("Sol Ring", Some("C16-272")));
    assert_eq!((lot.finish_text.as_deref(), lot.grade), (Some("Rainbow Foil"), Some(Grade::NearMint)));
    assert_eq!((lot.ids.tcgplayer_product, lot.ids.tcgplayer_sku), (Some(203_116), Some(4_267_948)));
    assert_eq!(lot.rest.get("Label").map(String::as_str), Some("Sol Ring (Extended Art)"));

    let seller = "TCGplayer Id,Product Line,Set Name,Product Name,Title,Number,Rarity,Condition,TCG Market Price,\
        TCG Direct Low,TCG Low Price With Shipping,TCG Low Price,Total Quantity,Add to Quantity,\
        TCG Marketplace Price,Photo URL\n\
        \"11\",\"Magic\",\"Kaldheim\",\"Duress\",\"\",\"92\",\"C\",\"Near Mint Foil - Japanese\",\"0.06\",\"\",\"\",\"\",\"3\",\"0\",\"0.03\",\"\"\n\
        \"12\",\"Magic\",\"Kaldheim\",\"Ponder\",\"\",\"93\",\"C\",\"Near Mint\",\"0.06\",\"\",\"\",\"\",\"0\",\"0\",\"0.03\",\"\"\n\
        \"13\",\"Pokemon\",\"Base\",\"Zorua\",\"\",\"96\",\"C\",\"Near Mint\",\"0.06\",\"\",\"\",\"\",\"1\",\"0\",\"0.03\",\"\"\n\
        \"14\",\"Magic\",\"Kaldheim\",\"Kaldheim Bundle\",\"\",\"\",\"\",\"Unopened\",\"30\",\"\",\"\",\"\",\"1\",\"0\",\"29\",\"\"\n";
    let rows = rows(seller);
    let Content::Lots(found) = &rows[0].content else { panic!("{rows:?}") };
    let lot = &found[0];
    assert_eq!(
        (lot.finish, lot.language, lot.grade),
        (Some(Finish::Foil), Some(Language::Ja), Some(Grade::NearMint))
    );
    assert_eq!((lot.ids.tcgplayer_sku, lot.ids.tcgplayer_product, lot.cost), (Some(11), None, None));
    let skipped: Vec<&Content> = rows[1..].iter().map(|row| &row.content).collect();
    assert_eq!(
        skipped,
        [
            &Content::Skipped(Skip::NoCopies),
            &Content::Skipped(Skip::OtherGame("Pokemon".into())),
            &Content::Skipped(Skip::Sealed),
        ]
    );
}

#[test]
fn cardmarket_s_lp_is_not_the_american_one_and_a_playset_is_four() {
    let text = "idProduct;groupCount;price;idLanguage;condition;isFoil;isSigned;isAltered;isPlayset\n\
        416376;2;1,50;11;LP;1;;1;\n529302;1;3.00;1;5;;;;1\n";
    let rows = rows(text);
    let found = lots(Dialect::Cardmarket, text);
    assert_eq!(
        (found[0].grade, found[0].language, found[0].finish),
        (Some(Grade::LightPlayed), Some(Language::Zht), Some(Finish::Foil))
    );
    assert_eq!(
        (found[0].quantity, found[0].altered, found[0].cost),
        (2, true, None),
        "asking prices are not costs"
    );
    assert_eq!(found[0].ids.cardmarket_product, Some(416_376));
    assert_eq!((found[1].quantity, found[1].grade), (4, Some(Grade::LightPlayed)));
    assert_eq!(rows[1].notes[0].kind, NoteKind::Playset);
}

#[test]
fn smaller_trackers() {
    let helvault = "extras,language,name,oracle_id,quantity,scryfall_id,set_code,set_name,estimated_price\n\
        etchedFoil,ja,Sol Ring,aaaaaaaa-2222-4333-8444-555555555555,1,11111111-2222-4333-8444-555555555555,cmm,Commander Masters,2.5\n";
    let lot = &lots(Dialect::Helvault, helvault)[0];
    assert_eq!((lot.finish, lot.language, lot.cost), (Some(Finish::Etched), Some(Language::Ja), None));
    assert!(lot.ids.scryfall.is_some() && lot.ids.oracle.is_some());

    let castle = "Card Name,Set Name,Condition,Foil,Language,Multiverse ID,JSON ID,Price USD\n\
        Duress,Kaldheim,Heavily Played,true,tw,503700,11111111-2222-4333-8444-555555555555,0.35\n";
    let lot = &lots(Dialect::Cardcastle, castle)[0];
    assert_eq!(
        (lot.quantity, lot.grade, lot.language),
        (1, Some(Grade::Played), Some(Language::Zht)),
        "a row is a copy"
    );

    let mtgo = "Card Name,Quantity,ID #,Rarity,Set,Collector #,Premium,Sideboarded,Annotation\n\
        \"Counterspell\",4,7001,Common,MI,62/350,Yes,Yes,0\n";
    let lot = &lots(Dialect::Mtgo, mtgo)[0];
    assert_eq!(
        (lot.number.as_deref(), lot.ids.mtgo, lot.finish),
        (Some("62"), Some(7001), Some(Finish::Foil))
    );
    assert_eq!(lot.rest.get(crate::SECTION).map(String::as_str), Some("Sideboard"));

    let manager = "Quantity,Name,Code,PurchasePrice,Foil,Condition,Language,PurchaseDate\n1,Duress,KHM,0.25,1,3,6,2021-05-15\n";
    let lot = &lots(Dialect::MtgManager, manager)[0];
    assert_eq!(
        (lot.grade, lot.language, lot.finish),
        (Some(Grade::LightPlayed), Some(Language::Ja), Some(Finish::Foil))
    );
}

#[test]
fn trackers_that_count_in_their_own_way() {
    let delver = "Name,Edition,Price,Language,Collector's number,Condition,Currency,Edition code,Foil,List name,QuantityX,Scryfall ID\n\
        Duress,Kaldheim,0.35,English,92,Near Mint,USD,khm,,Box,2x,\n";
    let lot = &lots(Dialect::DelverLens, delver)[0];
    assert_eq!(
        (lot.quantity, lot.cost, lot.finish),
        (2, None, Some(Finish::Nonfoil)),
        "2x; the price is the market's"
    );

    let urza = "\"sep=,\"\nName,Count,Foil count,Special foil count,Number,Set,Set code,ID,To trade,Languages,Cardmarket ID\n\
        Duress,2,0,1,92,Kaldheim,KHM,5,1,English,529302\n";
    let found = lots(Dialect::UrzasGatherer, urza);
    assert_eq!((found[0].quantity, found[0].for_trade, found[1].for_trade), (2, 1, 0));
    assert_eq!(found[1].finish_text.as_deref(), Some("Special foil"));

    let builder = "Total Qty,Reg Qty,Foil Qty,Card,Set,Mvid,Single Price\n3,2,1,Duress,Kaldheim,503700,0.2\n";
    assert_eq!(lots(Dialect::DeckedBuilder, builder).iter().map(|lot| lot.quantity).sum::<u32>(), 3);
}

#[test]
fn deck_sites() {
    let goldfish = "Card,Set ID,Set Name,Quantity,Foil,Variation,Collector Number,Scryfall ID\n\
        Duress,KHM,Kaldheim,1,FOIL_ETCHED,Showcase,92,\n";
    let lot = &lots(Dialect::MtgGoldfish, goldfish)[0];
    assert_eq!(
        (lot.finish, lot.rest.get("Variation").map(String::as_str)),
        (Some(Finish::Etched), Some("Showcase"))
    );

    let tapped = "Qty,Name,Set,Set Number,Foil,Alter,Signed,Condition,Languange,Proxy\n1,Duress,KHM,92,foil,,,LP,EN,\n";
    assert_eq!(lots(Dialect::TappedOut, tapped)[0].language, Some(Language::En));

    let stats = "amount,card_name,is_foil,is_pinned,is_signed,set_id,set_code,collector_number,language,condition,comment,added\n\
        1,\"Duress\",1,,1,,\"KHM\",\"92\",\"de\",NM,\"two\nlines\",\n";
    let lot = &lots(Dialect::Deckstats, stats)[0];
    assert_eq!(
        (lot.signed, lot.notes.as_deref(), lot.language),
        (true, Some("two\nlines"), Some(Language::De))
    );

    let top = "QUANTITY,NAME,SETCODE,SETNAME,COLLECTOR NUMBER,FINISH,PRICE,RARITY,ID,ACQUIRED DATE,ACQUIRED PRICE,LANG,PRICE SALE,SIGNING,ALTERATION,CONDITION,NOTES,TAGS\n\
        1,Duress,khm,Kaldheim,92,nonfoil,€0.04,common,11111111-2222-4333-8444-555555555555,Fri May 15 2026 16:43:29 GMT+0200 (Central European Summer Time)\n";
    let lot = &lots(Dialect::TopDecked, top)[0];
    assert_eq!(
        (lot.acquired, lot.cost, lot.finish),
        (day("2026-05-15"), None, Some(Finish::Nonfoil)),
        "short rows are read as far as they go"
    );
}
