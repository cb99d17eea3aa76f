//! Files in every form that spreadsheets and people give them.

use std::io::Read;

use crate::{
    Content, Dialect, Field, Finish, Grade, Limits, Lot, Mapping, NoteKind, ReadError, Reader, Reason, Row,
    Skip, Sure, detect,
};

fn rows(bytes: &[u8]) -> Vec<Row> {
    Reader::open(bytes, None, Limits::default()).unwrap().map(Result::unwrap).collect()
}

fn lots(bytes: &[u8]) -> Vec<Lot> {
    let lots = |row: Row| match row.content {
        Content::Lots(lots) => lots,
        _ => Vec::new(),
    };
    rows(bytes).into_iter().flat_map(lots).collect()
}

fn refusal(row: &Row) -> (Option<Field>, Reason) {
    match &row.content {
        Content::Refused { field, reason, .. } => (*field, *reason),
        other => panic!("{other:?}"),
    }
}

const MOXFIELD: &str = "Count,Name,Edition,Collector Number,Foil,Condition,Language,Purchase Price\n";

#[test]
fn marks_line_ends_and_delimiters_make_no_difference() {
    let plain = format!("{MOXFIELD}2,\"Aragorn, the Uniter\",ltr,192,foil,Near Mint,English,1.50\n");
    let expected = lots(plain.as_bytes());
    assert_eq!(
        (expected.len(), expected[0].quantity, expected[0].name.as_str()),
        (1, 2, "Aragorn, the Uniter")
    );
    let semicolons = "Count;Name;Edition;Collector Number;Foil;Condition;Language;Purchase Price\r\n\
        2;Aragorn, the Uniter;ltr;192;foil;Near Mint;English;1,50\r\n";
    for text in [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        plain.replace('\n', "\r"),
        plain.trim_end().to_owned(),
        semicolons.to_owned(),
        format!("sep=;\r\n{semicolons}"),
        format!("\u{feff}\"sep=;\"\r\n\r\n{semicolons}"),
        semicolons.replace(';', "\t"),
        format!("sep=|\n{}", semicolons.replace(';', "|")),
        plain.replace("Count,Name", " COUNT , name "),
    ] {
        assert_eq!(lots(text.as_bytes()), expected, "{text:?}");
    }
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(lots(&wide), expected, "what spreadsheets call Unicode text");
    let wide: Vec<u8> =
        [0xfe, 0xff].into_iter().chain(plain.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    assert_eq!(lots(&wide), expected);
}

#[test]
fn every_row_says_what_became_of_it() {
    let long = "x".repeat(10_001);
    let text = format!(
        "{MOXFIELD}2,Duress,khm,92,,Near Mint,English,\n\n,,,,,,,\n0,Duress,khm,92,,,,\nmany,Duress,khm,92,,,,\n\
         ,Duress,khm,92,,,,\n1,,,,,,,\n1,Du\u{0}ress,khm,92,,,,\n1,{long},khm,92,,,,\n1,Duress,khm\n\
         1,Duress,khm,92,,Near Mint,English,,extra\n1,Duress,khm,92,sparkly,rather nice,Klingon,cheap\n"
    );
    let rows = rows(text.as_bytes());
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), (2..=13).collect::<Vec<_>>());
    assert_eq!(rows[1].content, Content::Skipped(Skip::Blank));
    assert_eq!(rows[2].content, Content::Skipped(Skip::Blank));
    assert_eq!(rows[3].content, Content::Skipped(Skip::NoCopies));
    assert_eq!(refusal(&rows[4]), (Some(Field::Quantity), Reason::NotAQuantity));
    assert_eq!(refusal(&rows[5]), (Some(Field::Quantity), Reason::NoQuantity));
    assert_eq!(refusal(&rows[6]), (None, Reason::NoCard));
    assert_eq!(refusal(&rows[7]), (Some(Field::Name), Reason::ControlCharacter));
    assert_eq!(refusal(&rows[8]), (Some(Field::Name), Reason::TooLong));
    let Content::Lots(short) = &rows[9].content else { panic!("{:?}", rows[9]) };
    assert_eq!((short[0].set_code.as_deref(), short[0].finish), (Some("khm"), None));
    assert_eq!(rows[10].notes[0].kind, NoteKind::MoreCells);
    let Content::Lots(strange) = &rows[11].content else { panic!("{:?}", rows[11]) };
    let lot = &strange[0];
    assert_eq!(
        (lot.finish, lot.grade, lot.language, lot.cost),
        (None, None, None, None),
        "nothing is guessed"
    );
    assert_eq!(
        (lot.finish_text.as_deref(), lot.condition_text.as_deref()),
        (Some("sparkly"), Some("rather nice"))
    );
    assert_eq!(lot.rest["Language"], "Klingon");
    assert_eq!(lot.rest["Purchase Price"], "cheap");
    assert_eq!(rows[11].notes.len(), 4);
}

#[test]
fn rows_that_are_alike_stay_apart_and_names_stay_as_they_are() {
    let text = format!(
        "{MOXFIELD}1,Jötun Grunt,csp,10,,,,\n1,Jötun Grunt,csp,10,,,,\n1,Fire/Ice,apc,128,,,,\n1,Æther Vial,dst,91,,,,\n\
         1,Clue,tmh2,14,,,,\n1,Delver of Secrets,isd,51,,,,\n1,Forest,7ed,1*,,,,\n"
    );
    let names: Vec<String> = lots(text.as_bytes()).into_iter().map(|lot| lot.name).collect();
    assert_eq!(names[..4], ["Jötun Grunt", "Jötun Grunt", "Fire/Ice", "Æther Vial"]);
    assert_eq!(lots(text.as_bytes())[6].number.as_deref(), Some("1★"));
}

#[test]
fn old_encodings_are_read_and_told() {
    let mut bytes = format!("{MOXFIELD}1,J").into_bytes();
    bytes.extend(b"\xf6tun Grunt,csp,10,,,,\n");
    let rows = rows(&bytes);
    assert_eq!(rows[0].notes[0].kind, NoteKind::OldEncoding);
    assert_eq!(lots(&bytes)[0].name, "Jötun Grunt");
    let mut mixed = format!("{MOXFIELD}1,Jötun Grunt,csp,10,,,,\n1,J").into_bytes();
    mixed.extend(b"\xf6tun Grunt,csp,10,,,,\n1,Duress,khm,92,,,,\n");
    let rows = self::rows(&mixed);
    assert_eq!(refusal(&rows[1]), (None, Reason::NotUtf8), "the row, not the file");
    assert_eq!(lots(&mixed).len(), 2);
    let deck = b"4 Duress\n1 J\xf6tun Grunt\n";
    assert_eq!(lots(deck)[1].name, "Jötun Grunt");
    assert_eq!(self::rows(deck)[1].notes[0].kind, NoteKind::OldEncoding);
}

#[test]
fn a_mark_wins_over_likeness_and_likeness_is_never_sure() {
    let shield = "Folder Name,Quantity,Trade Quantity,Card Name,Set Code,Set Name,Card Number,Condition,Printing,Language,Count,Name,Edition\n";
    assert_eq!(detect(shield.as_bytes()).unwrap().dialect, Dialect::DragonShield);
    for header in ["Count,Tradelist Count,Name,Edition\n", "Quantity,Name,Set,Condition,Foil\n", "Name\n"] {
        let found = detect(header.as_bytes()).unwrap();
        assert_eq!((found.dialect, found.sure), (Dialect::Unknown, Sure::Names), "{header}");
    }
    let codes = detect(b"Qty,Card,Set\n1,Duress,KHM\n2,Ponder,LRW\n").unwrap();
    assert_eq!(codes.columns[2].1, Field::SetCode, "all of them look like codes");
    let names = detect(b"Qty,Card,Set\n1,Duress,KHM\n2,Ponder,Lorwyn Eclipsed\n").unwrap();
    assert_eq!(names.columns[2].1, Field::SetName);
    assert_eq!(detect(b"foo,bar,baz\n1,2,3\n").unwrap().sure, Sure::Nothing);
    for nothing in
        [&b""[..], b"hello", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"<html><body></body></html>", b"{\"a\":1}"]
    {
        assert!(detect(nothing).is_err(), "{nothing:?}");
    }
}

#[test]
fn a_person_says_what_the_columns_of_an_unknown_table_mean() {
    let text = "Karte;Stück;Zustand;Sprache;Preis\nDuress;3;LP;DE;1,25\n";
    assert_eq!(detect(text.as_bytes()).unwrap().sure, Sure::Nothing);
    let mapping: Mapping = serde_json::from_str(
        r#"{"columns": {"karte": "name", "STÜCK": "quantity", "Zustand": "grade", "Sprache": "language",
            "Preis": "cost"}, "words": "cardmarket", "currency": "EUR"}"#,
    )
    .unwrap();
    let reader = Reader::open(text.as_bytes(), Some(&mapping), Limits::default()).unwrap();
    let rows: Vec<Row> = reader.map(Result::unwrap).collect();
    let Content::Lots(found) = &rows[0].content else { panic!("{rows:?}") };
    let lot = &found[0];
    assert_eq!((lot.name.as_str(), lot.quantity, lot.grade), ("Duress", 3, Some(Grade::LightPlayed)));
    let cost = lot.cost.unwrap();
    assert_eq!((cost.minor, cost.currency.unwrap().to_string().as_str()), (125, "EUR"));
    // Without these words nobody knows whose LP it is.
    let american = Mapping { words: Dialect::Unknown, ..mapping };
    let reader = Reader::open(text.as_bytes(), Some(&american), Limits::default()).unwrap();
    let notes: Vec<NoteKind> = reader.flat_map(|row| row.unwrap().notes).map(|note| note.kind).collect();
    assert_eq!(notes, [NoteKind::UnknownWord]);
    let again: Mapping = serde_json::from_str(&serde_json::to_string(&american).unwrap()).unwrap();
    assert_eq!(again, american);
}

#[test]
fn limits_hold() {
    let limits = Limits { rows: 3, bytes: 200 };
    let text = format!("{MOXFIELD}{}", "1,Duress,khm,92,,,,\n".repeat(5));
    let found: Vec<Result<Row, ReadError>> = Reader::open(text.as_bytes(), None, limits).unwrap().collect();
    assert_eq!(found.len(), 4, "three rows and the end");
    assert!(matches!(found[3], Err(ReadError::TooManyRows(3))));
    let deck = "1 Duress\n".repeat(100);
    assert!(matches!(Reader::open(deck.as_bytes(), None, limits), Err(ReadError::TooLarge(200))));
    // A table comes row by row: what is behind the limit is not asked for.
    let endless = Endless(b"1,Duress,khm,92,,,,\n".iter().cycle());
    let reader =
        Reader::open(MOXFIELD.as_bytes().chain(endless), None, Limits { rows: 10, bytes: 10 }).unwrap();
    assert!(matches!(reader.last(), Some(Err(ReadError::TooManyRows(10)))));
}

struct Endless(std::iter::Cycle<std::slice::Iter<'static, u8>>);

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        Ok(out.iter_mut().zip(&mut self.0).map(|(to, from)| *to = *from).count())
    }
}

#[test]
fn decks_of_magic_online() {
    let text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Deck>\r\n  <NetDeckID>0</NetDeckID>\r\n\
        <Cards CatID=\"7001\" Quantity=\"4\" Sideboard=\"false\" Name=\"Lim-D&#251;l&apos;s Vault\" Annotation=\"0\" />\r\n\
        <Cards CatID=\"7002\" Quantity=\"2\" Sideboard=\"true\" Name=\"Duress\"/>\r\n</Deck>";
    let rows = rows(text.as_bytes());
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 5]);
    let found = lots(text.as_bytes());
    assert_eq!(
        (found[0].name.as_str(), found[0].ids.mtgo, found[0].quantity),
        ("Lim-Dûl's Vault", Some(7001), 4)
    );
    assert_eq!(found[1].rest[crate::SECTION], "Sideboard");
    let broken = "<Deck><Cards CatID=\"1\" </Deck>";
    assert!(matches!(Reader::open(broken.as_bytes(), None, Limits::default()), Err(ReadError::Broken(_))));
}

#[test]
fn our_json_is_read_as_an_array_or_line_by_line_and_each_object_for_itself() {
    let array = "[\n  {\"name\": \"Duress\", \"quantity\": 2,\n   \"finish\": \"foil\"},\n  {\"nmae\": \"Ponder\", \"quantity\": 1}\n]";
    let rows = rows(array.as_bytes());
    assert_eq!((rows[0].line, rows[1].line), (2, 4));
    assert_eq!(lots(array.as_bytes())[0].finish, Some(Finish::Foil));
    assert_eq!(refusal(&rows[1]), (None, Reason::NotALot), "a misspelt field is not dropped");
    let lines = "{\"name\":\"Duress\",\"quantity\":2}\n\n{\"quantity\":2}\n{\"name\":\"Ponder\",\"quantity\":0}\n{\"name\":\"A\\u0000\",\"quantity\":1}\n";
    let rows = self::rows(lines.as_bytes());
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3, 4, 5]);
    assert_eq!(refusal(&rows[1]), (None, Reason::NoCard));
    assert_eq!(rows[2].content, Content::Skipped(Skip::NoCopies));
    assert_eq!(refusal(&rows[3]), (Some(Field::Name), Reason::ControlCharacter));
}

#[test]
fn a_decklist_is_one_even_with_commas() {
    let text = "About\n\nDeck\n4 Jace, the Mind Sculptor (WWK) 31\n1 Aragorn, the Uniter (LTR) 192 *F*\n\nSideboard\n2 Duress\n";
    assert_eq!(detect(text.as_bytes()).unwrap().dialect, Dialect::Decklist);
    let found = lots(text.as_bytes());
    assert_eq!(found.iter().map(|lot| lot.quantity).sum::<u32>(), 7);
    assert_eq!((found[1].finish, found[1].set_code.as_deref()), (Some(Finish::Foil), Some("ltr")));
    assert_eq!(found[2].rest[crate::SECTION], "Sideboard");
}
