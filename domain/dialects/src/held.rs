//! Files that have to be held in memory whole: workbooks, decks of Magic Online, JSON.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader as _, Xlsx};
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::value::RawValue;

use crate::field::Field;
use crate::read::{Limits, ReadError};

/// A row and the line it begins on.
pub(crate) type Lined<T> = (u64, T);

/// Cells of a row that are told apart; one cell far to the right must not cost the room of all before it.
const MAX_COLUMNS: usize = 500;

/// How much larger a workbook may be than its file's limit when it is unpacked.
const UNPACKED: u64 = 3;

pub(crate) const DEK_COLUMNS: [(&str, Field); 5] = [
    ("Quantity", Field::Quantity),
    ("Name", Field::Name),
    ("CatID", Field::MtgoId),
    ("Sideboard", Field::Section),
    ("Annotation", Field::Raw),
];

fn broken(error: impl std::fmt::Display) -> ReadError {
    ReadError::Broken(error.to_string())
}

/// The rows of a workbook's first sheet.
pub(crate) fn workbook(bytes: Vec<u8>, limits: Limits) -> Result<Vec<Lined<Vec<String>>>, ReadError> {
    check_unpacked(&bytes, limits)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = book.sheet_names();
    let Some(first) = sheets.first() else { return Ok(Vec::new()) };
    let mut cells = book.worksheet_cells_reader(first).map_err(broken)?;
    let mut rows: Vec<Lined<Vec<String>>> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let (line, column) = (u64::from(row) + 1, (column as usize).min(MAX_COLUMNS));
        if rows.last().is_none_or(|(last, _)| *last != line) {
            // The header is one more.
            if rows.len() as u64 > limits.rows {
                return Err(ReadError::TooManyRows(limits.rows));
            }
            rows.push((line, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column] = cell_text(cell.get_value());
        }
    }
    Ok(rows)
}

/// A small file can unpack to more than there is memory.
fn check_unpacked(bytes: &[u8], limits: Limits) -> Result<(), ReadError> {
    let most = limits.bytes.saturating_mul(UNPACKED);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut sum = 0;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(broken)?;
        let mut file = file.take(most + 1 - sum);
        sum += std::io::copy(&mut file, &mut std::io::sink()).map_err(broken)?;
        if sum > most {
            return Err(ReadError::TooLarge(most));
        }
    }
    Ok(())
}

fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(time) => {
            time.as_datetime().map_or_else(|| time.as_f64().to_string(), |time| time.date().to_string())
        }
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// The cards of a deck of Magic Online.
pub(crate) fn dek(text: &str) -> Result<Vec<Lined<Vec<String>>>, ReadError> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1, 0);
    loop {
        let event = reader.read_event().map_err(broken)?;
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len()).min(text.len());
        let element = match event {
            Event::Start(element) | Event::Empty(element) => element,
            Event::Eof => return Ok(rows),
            _ => continue,
        };
        line += text.as_bytes()[counted..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = at;
        if element.local_name().as_ref() != "Cards" {
            continue;
        }
        let mut cells = vec![String::new(); DEK_COLUMNS.len()];
        for attribute in element.attributes() {
            let attribute = attribute.map_err(broken)?;
            let name = attribute.key.as_ref();
            if let Some(column) = DEK_COLUMNS.iter().position(|(known, _)| *known == name) {
                let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(broken)?;
                cells[column] = value.into_owned();
            }
        }
        rows.push((line, cells));
    }
}

/// The objects of a JSON array, or one a line.
pub(crate) fn json(text: &str) -> Result<Vec<Lined<String>>, ReadError> {
    if !text.trim_start().starts_with('[') {
        let lines = text.lines().enumerate().map(|(at, line)| (at as u64 + 1, line.trim().to_owned()));
        return Ok(lines.filter(|(_, line)| !line.is_empty()).collect());
    }
    let objects: Vec<&RawValue> = serde_json::from_str(text).map_err(broken)?;
    let (mut line, mut counted) = (1, 0);
    let mut rows = Vec::with_capacity(objects.len());
    for object in objects {
        // Each is a part of the text, so its address says where it stands.
        let at = (object.get().as_ptr() as usize)
            .saturating_sub(text.as_ptr() as usize)
            .clamp(counted, text.len());
        line += text.as_bytes()[counted..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = at;
        rows.push((line, object.get().to_owned()));
    }
    Ok(rows)
}
