//! What a file is, by its beginning.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::columns::{common, fold};
use crate::decklist;
use crate::dialect::Dialect;
use crate::field::Field;
use crate::lot::Currency;
use crate::plan::Plan;
use crate::records::{Record, Records};
use crate::tables::{self, Table};

/// Bytes of a file's beginning that `detect` wants.
pub const HEAD: usize = 65_536;

/// Rows that are looked at to see what their columns hold.
const SAMPLES: usize = 20;

/// How a file holds its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// Delimited text.
    Table,
    /// An Office Open XML workbook: what it holds is known when `Reader` has opened it.
    Workbook,
    /// XML.
    Xml,
    /// JSON.
    Json,
    /// Plain lines.
    Lines,
}

/// How sure it is which app a file is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// No column is known; a person has to say what they mean.
    Nothing,
    /// Columns have known names; a person should confirm what they mean.
    Names,
    /// A column tells that only this app has, or the file's form does.
    Marker,
    /// Exactly the columns that this app writes.
    Exact,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detected {
    /// Whose file it is.
    pub dialect: Dialect,
    /// How sure that is.
    pub sure: Sure,
    /// How it holds its rows.
    pub container: Container,
    /// What divides its cells, if it is delimited text.
    pub delimiter: Option<char>,
    /// Its columns in their order, with what they mean.
    pub columns: Vec<(String, Field)>,
    /// In whose words its cells are.
    pub words: Dialect,
    /// What its money is in, if a person said so and the file does not.
    pub currency: Option<Currency>,
}

/// The file is nothing that holds cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a table with a header row, a decklist, a workbook nor a deck of Magic Online")]
pub struct Unrecognised;

/// What a person says about a table: what its columns mean and in whose words its cells are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the columns of these names mean; the others keep what they were taken for.
    pub columns: BTreeMap<String, Field>,
    /// The app whose words for grades, languages and finishes are used, whose dates and whose numbers.
    pub words: Dialect,
    /// What money is in, where the file does not say.
    #[serde(default)]
    pub currency: Option<Currency>,
}

impl Detected {
    fn whole(dialect: Dialect, container: Container, sure: Sure) -> Self {
        Self {
            dialect,
            sure,
            container,
            delimiter: None,
            columns: Vec::new(),
            words: dialect,
            currency: None,
        }
    }

    /// What was found, as something that a person can change.
    pub fn mapping(&self) -> Mapping {
        Mapping {
            columns: self.columns.iter().cloned().collect(),
            words: self.words,
            currency: self.currency,
        }
    }

    /// Reads the file as a person says.
    pub fn apply(&mut self, mapping: &Mapping) {
        let said: BTreeMap<String, Field> =
            mapping.columns.iter().map(|(header, field)| (fold(header), *field)).collect();
        for (header, field) in &mut self.columns {
            if let Some(meant) = said.get(&fold(header)) {
                *field = *meant;
            }
        }
        self.words = mapping.words;
        self.currency = mapping.currency;
    }

    pub(crate) fn plan(&self) -> Plan {
        Plan { columns: self.columns.clone(), words: &tables::of(self.words).words, currency: self.currency }
    }
}

/// What a file is that begins so (`HEAD` bytes of it are enough).
pub fn detect(head: &[u8]) -> Result<Detected, Unrecognised> {
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Detected::whole(Dialect::Unknown, Container::Workbook, Sure::Nothing));
    }
    let unmarked = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = String::from_utf8_lossy(unmarked);
    let start = text.trim_start();
    if start.starts_with('<') {
        let deck = start.contains("<Cards ") || start.contains("<Deck");
        let found = Detected::whole(Dialect::MtgoDek, Container::Xml, Sure::Marker);
        return if deck { Ok(found) } else { Err(Unrecognised) };
    }
    let object = start.strip_prefix('[').map_or(start, str::trim_start);
    if object.starts_with('{') && start.contains("\"quantity\"") {
        return Ok(Detected::whole(Dialect::OwnJson, Container::Json, Sure::Marker));
    }
    let table = delimited(unmarked);
    match table {
        Some(table) if table.sure > Sure::Nothing => Ok(table),
        _ if text.contains('\0') => Err(Unrecognised),
        _ if decklist::looks_like(&text) => {
            Ok(Detected::whole(Dialect::Decklist, Container::Lines, Sure::Marker))
        }
        Some(table) if table.columns.len() > 1 => Ok(table),
        _ => Err(Unrecognised),
    }
}

/// The best way to divide the text into a table.
fn delimited(head: &[u8]) -> Option<Detected> {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let announced = announced(&String::from_utf8_lossy(line));
    let delimiters = announced.map_or_else(|| vec![b',', b';', b'\t'], |delimiter| vec![delimiter]);
    let rank = |found: &Detected| {
        let known = found.columns.iter().filter(|(_, field)| *field != Field::Raw).count();
        (found.sure, known, found.columns.len())
    };
    let found = delimiters.into_iter().filter_map(|delimiter| {
        let rows = first_rows(head, delimiter);
        let (header, samples) = rows.split_first()?;
        let mut found = recognise(header, samples);
        found.delimiter = Some(char::from(delimiter));
        Some(found)
    });
    found.reduce(|best, other| if rank(&other) > rank(&best) { other } else { best })
}

/// What a first line like `sep=;` says.
fn announced(line: &str) -> Option<u8> {
    let line = line.trim().trim_matches('"');
    let mark = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="))?;
    mark.bytes().next().filter(|mark| mark.is_ascii() && !mark.is_ascii_alphanumeric() && *mark != b'"')
}

/// Whether this row only says which delimiter follows.
pub(crate) fn announces(cells: &[String]) -> bool {
    cells.first().is_some_and(|cell| cell.trim_matches('"').to_lowercase().starts_with("sep="))
}

fn first_rows(head: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut records = Records::new(head, delimiter);
    let mut rows = Vec::new();
    while rows.len() <= SAMPLES {
        match records.next() {
            Ok(Some(Record::Cells { cells, .. })) if rows.is_empty() && is_preamble(&cells) => {}
            Ok(Some(Record::Cells { cells, .. })) => rows.push(cells),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => break,
        }
    }
    rows
}

/// Whether a row stands before the header.
pub(crate) fn is_preamble(cells: &[String]) -> bool {
    announces(cells) || cells.iter().all(|cell| cell.trim().is_empty())
}

/// Whose table has this header, and what its columns mean.
pub(crate) fn recognise(header: &[String], samples: &[Vec<String>]) -> Detected {
    let folded: Vec<String> = header.iter().map(|name| fold(name)).collect();
    let (table, sure) = match exact(&folded) {
        Some(table) => (Some(table), Sure::Exact),
        None => (marked(&folded), Sure::Marker),
    };
    let mut found = Detected::whole(Dialect::Unknown, Container::Table, sure);
    if let Some(table) = table {
        (found.dialect, found.words) = (table.dialect, table.dialect);
    }
    for (at, name) in header.iter().enumerate() {
        let field = table.map_or_else(|| common(&folded[at]), |table| table.field(name));
        let once = |field: &Field| {
            matches!(field, Field::Raw | Field::Ignored)
                || found.columns.iter().all(|(_, other)| other != field)
        };
        let name = Some(name.trim()).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| format!("Column {}", at + 1), str::to_owned);
        found.columns.push((name, field.filter(once).unwrap_or(Field::Raw)));
    }
    if table.is_none() {
        prefer_codes(&mut found.columns, samples);
        let names = found.columns.iter().any(|(_, field)| {
            matches!(field, Field::Name | Field::ScryfallId | Field::CardmarketProduct | Field::TcgplayerSku)
        });
        found.sure = if names { Sure::Names } else { Sure::Nothing };
    }
    found
}

fn exact(folded: &[String]) -> Option<&'static Table> {
    let mut columns: Vec<&str> = folded.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    columns.sort_unstable();
    tables::all().find(|table| {
        table.headers.iter().any(|header| {
            let mut known: Vec<String> = header.split(',').map(fold).collect();
            known.sort_unstable();
            known == columns
        })
    })
}

/// The table whose marks are there; of several the one that knows most columns, if it is one.
fn marked(folded: &[String]) -> Option<&'static Table> {
    let has = |name: &str| folded.iter().any(|column| column == name);
    let known = |table: &Table| {
        let names = |name: &String| {
            table.headers.iter().any(|header| header.split(',').any(|known| fold(known) == *name))
        };
        folded.iter().filter(|name| names(name)).count()
    };
    let mut found: Vec<(usize, &'static Table)> = tables::all()
        .filter(|table| table.marks.iter().any(|mark| mark.iter().all(|name| has(name))))
        .map(|table| (known(table), table))
        .collect();
    found.sort_by_key(|(known, _)| std::cmp::Reverse(*known));
    match found.as_slice() {
        [(first, _), (second, _), ..] if first == second => None,
        [(_, table), ..] => Some(*table),
        [] => None,
    }
}

/// A column `Set` that holds only short codes is taken for codes.
fn prefer_codes(columns: &mut [(String, Field)], samples: &[Vec<String>]) {
    let is_code =
        |cell: &str| (2..=6).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if columns.iter().any(|(_, field)| *field == Field::SetCode) {
        return;
    }
    let Some(at) = columns.iter().position(|(_, field)| *field == Field::SetName) else { return };
    let mut cells = samples.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim()).peekable();
    if cells.peek().is_some() && cells.all(is_code) {
        columns[at].1 = Field::SetCode;
    }
}
