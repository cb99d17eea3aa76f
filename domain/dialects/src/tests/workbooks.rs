//! Workbooks: tables that a spreadsheet has kept.

use std::io::{Cursor, Write};

use crate::{Container, Content, Dialect, Limits, Lot, ReadError, Reader, Reason, Row};

const HEADER: [&str; 8] =
    ["Count", "Name", "Edition", "Collector Number", "Foil", "Condition", "Language", "Purchase Price"];

fn rows(bytes: &[u8]) -> Vec<Row> {
    Reader::open(bytes, None, Limits::default()).unwrap().map(Result::unwrap).collect()
}

fn lots(row: &Row) -> &[Lot] {
    match &row.content {
        Content::Lots(lots) => lots,
        other => panic!("{other:?}"),
    }
}

fn workbook(sheet: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    for (name, text) in [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Cards\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet_row(line: usize, cells: &[&str]) -> String {
    let cell = |(column, text): (usize, &&str)| {
        let at = format!("{}{line}", char::from(b'A' + u8::try_from(column).unwrap()));
        match text.parse::<f64>() {
            Ok(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
            Err(_) => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    let cells: String = cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(cell).collect();
    format!("<row r=\"{line}\">{cells}</row>")
}

#[test]
fn workbooks_are_tables() {
    let sheet = [
        sheet_row(1, &HEADER),
        sheet_row(2, &["2", "Duress", "khm", "92", "foil", "Near Mint", "German", "0.25"]),
        sheet_row(4, &["many", "Ponder", "lrw", "79"]),
    ];
    let bytes = workbook(&sheet.concat());
    let reader = Reader::open(bytes.as_slice(), None, Limits::default()).unwrap();
    assert_eq!(
        (reader.detected().dialect, reader.detected().container),
        (Dialect::Moxfield, Container::Workbook)
    );
    let rows = rows(&bytes);
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4]);
    let lot = &lots(&rows[0])[0];
    assert_eq!(
        (lot.quantity, lot.number.as_deref(), lot.cost.map(|cost| cost.minor)),
        (2, Some("92"), Some(25))
    );
    assert!(matches!(rows[1].content, Content::Refused { reason: Reason::NotAQuantity, .. }));
    assert!(Reader::open(&bytes[..200], None, Limits::default()).is_err(), "half a file");
}

#[test]
fn a_workbook_that_unpacks_to_more_than_there_is_room_for_is_refused() {
    let bytes = workbook(&" ".repeat(20 << 20));
    let limits = Limits { rows: 1000, bytes: 1 << 20 };
    assert!(bytes.len() < 1 << 20);
    assert!(matches!(Reader::open(bytes.as_slice(), None, limits), Err(ReadError::TooLarge(_))));
    // Two cells that lie far apart are two cells.
    let far = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Name</t></is></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    assert_eq!(rows(&workbook(far)).len(), 1);
}
