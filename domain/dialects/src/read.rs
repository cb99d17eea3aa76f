//! Files, row by row.

use std::io::{Cursor, Read};

use crate::decklist::Decklist;
use crate::detect::{Container, Detected, HEAD, Mapping, Unrecognised, detect, is_preamble, recognise};
use crate::dialect::Dialect;
use crate::field::Field;
use crate::held::{self, Lined};
use crate::own;
use crate::plan::{Plan, Refusal};
use crate::records::{Record, Records};
use crate::row::{Content, Note, NoteKind, Reason, Row, Skip};

/// What a file may be at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows, blank ones too.
    pub rows: u64,
    /// Bytes of a file that is held in memory whole: workbooks, JSON, decklists, XML and UTF-16.
    /// Delimited text is read as it comes and has no such limit.
    pub bytes: u64,
}

impl Default for Limits {
    /// 200,000 rows, 32 MiB.
    fn default() -> Self {
        Self { rows: 200_000, bytes: 32 << 20 }
    }
}

/// Why a file cannot be read (further).
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is nothing that holds cards.
    #[error(transparent)]
    Unrecognised(#[from] Unrecognised),
    /// It has more rows than it may.
    #[error("more than {0} rows")]
    TooManyRows(u64),
    /// It is larger than it may be.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// Its form is damaged.
    #[error("the file is damaged: {0}")]
    Broken(String),
    /// Its bytes do not come.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

enum Source<R> {
    Stream(std::io::Chain<Cursor<Vec<u8>>, R>),
    Memory(Cursor<Vec<u8>>),
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Stream(stream) => stream.read(out),
            Self::Memory(memory) => memory.read(out),
        }
    }
}

impl<R: Read> Source<R> {
    /// All of it, if it is not too large.
    fn whole(self, limits: Limits) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        self.take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limits.bytes { Err(ReadError::TooLarge(limits.bytes)) } else { Ok(bytes) }
    }

    /// All of it as text, and whether that had to be read in an old encoding.
    fn text(self, limits: Limits) -> Result<(String, bool), ReadError> {
        let bytes = self.whole(limits)?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        Ok(match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), false),
            Err(_) => (encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), true),
        })
    }
}

enum Body<R: Read> {
    /// With whether the header is behind us.
    Stream(Box<Records<Source<R>>>, bool),
    Cells(std::vec::IntoIter<Lined<Vec<String>>>),
    Objects(std::vec::IntoIter<Lined<String>>),
    Lines(std::vec::IntoIter<Lined<String>>, Decklist),
    End,
}

/// Reads a file row by row. Delimited text is read as it comes; after an error there is no more.
pub struct Reader<R: Read> {
    detected: Detected,
    plan: Plan,
    body: Body<R>,
    limits: Limits,
    rows: u64,
    /// The whole text was in an old encoding.
    old: bool,
}

impl<R: Read> Reader<R> {
    /// Finds out what the file is; `mapping` says what a person knows better.
    pub fn open(input: R, mapping: Option<&Mapping>, limits: Limits) -> Result<Self, ReadError> {
        let (mut source, head) = begin(input, limits)?;
        let mut detected = detect(&head)?;
        let mut sheet = Vec::new();
        if detected.container == Container::Workbook {
            sheet = held::workbook(source.whole(limits)?, limits)?;
            detected = header_of(&mut sheet)?;
            source = Source::Memory(Cursor::default());
        }
        if detected.dialect == Dialect::MtgoDek {
            let columns = held::DEK_COLUMNS.iter().map(|(name, field)| ((*name).to_owned(), *field));
            detected.columns = columns.collect();
        }
        if let Some(mapping) = mapping {
            detected.apply(mapping);
        }
        let mut old = false;
        let mut text = |source: Source<R>| {
            let (text, windows) = source.text(limits)?;
            old = windows;
            Ok::<_, ReadError>(text)
        };
        let body = match detected.container {
            Container::Table => {
                let delimiter = detected.delimiter.and_then(|mark| u8::try_from(mark).ok()).unwrap_or(b',');
                Body::Stream(Box::new(Records::new(source, delimiter)), false)
            }
            Container::Workbook => Body::Cells(sheet.into_iter()),
            Container::Xml => Body::Cells(held::dek(&text(source)?)?.into_iter()),
            Container::Json => Body::Objects(held::json(&text(source)?)?.into_iter()),
            Container::Lines => {
                let text = text(source)?;
                let lines: Vec<Lined<String>> =
                    text.lines().enumerate().map(|(at, line)| (at as u64 + 1, line.to_owned())).collect();
                Body::Lines(lines.into_iter(), Decklist::new(&text))
            }
        };
        let plan = detected.plan();
        Ok(Self { detected, plan, body, limits, rows: 0, old })
    }

    /// What the file is and how it is read.
    pub fn detected(&self) -> &Detected {
        &self.detected
    }

    fn row(&mut self) -> Result<Option<Row>, ReadError> {
        let mut row = match &mut self.body {
            Body::Stream(records, begun) => loop {
                let record = match records.next() {
                    Ok(record) => record,
                    Err(error) => return Err(from_csv(error)),
                };
                match record {
                    Some(Record::Cells { cells, .. }) if !*begun => *begun = !is_preamble(&cells),
                    Some(Record::Garbled { .. }) if !*begun => *begun = true,
                    Some(Record::Blank(_)) if !*begun => {}
                    Some(record) => break Some(table_row(&self.plan, record)),
                    None => break None,
                }
            },
            Body::Cells(rows) => rows.next().map(|(line, cells)| {
                let (content, notes) = self.plan.row(&cells);
                Row { line, content, notes }
            }),
            Body::Objects(rows) => rows.next().map(|(line, text)| {
                let content = own::read(&text).map_or_else(Content::from, |lot| match lot.quantity {
                    0 => Content::Skipped(Skip::NoCopies),
                    _ => Content::Lots(vec![lot]),
                });
                Row { line, content, notes: Vec::new() }
            }),
            Body::Lines(rows, list) => rows.next().map(|(line, text)| {
                let (content, notes) = list.line(&text);
                Row { line, content, notes }
            }),
            Body::End => None,
        };
        self.rows += u64::from(row.is_some());
        if let Some(row) = row.as_mut().filter(|_| self.old) {
            row.notes.push(old_encoding());
        }
        if row.is_some() && self.rows > self.limits.rows {
            return Err(ReadError::TooManyRows(self.limits.rows));
        }
        Ok(row)
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.row().transpose();
        if !matches!(row, Some(Ok(_))) {
            self.body = Body::End;
        }
        row
    }
}

/// The source from its beginning, and its beginning; UTF-16 becomes UTF-8.
fn begin<R: Read>(mut input: R, limits: Limits) -> Result<(Source<R>, Vec<u8>), ReadError> {
    let mut head = Vec::with_capacity(HEAD);
    (&mut input).take(HEAD as u64).read_to_end(&mut head)?;
    let source = Source::Stream(Cursor::new(head.clone()).chain(input));
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if !wide {
        return Ok((source, head));
    }
    let bytes = source.whole(limits)?;
    let text = encoding_rs::UTF_16LE.decode(&bytes).0.into_owned().into_bytes();
    let head = text.iter().take(HEAD).copied().collect();
    Ok((Source::Memory(Cursor::new(text)), head))
}

/// Takes the header row of a sheet off and says what it means.
fn header_of(sheet: &mut Vec<Lined<Vec<String>>>) -> Result<Detected, ReadError> {
    let at = sheet.iter().position(|(_, cells)| !is_preamble(cells)).ok_or(Unrecognised)?;
    let header = sheet[at].1.clone();
    sheet.drain(..=at);
    let samples: Vec<Vec<String>> = sheet.iter().take(20).map(|(_, cells)| cells.clone()).collect();
    let mut detected = recognise(&header, &samples);
    detected.container = Container::Workbook;
    Ok(detected)
}

fn table_row(plan: &Plan, record: Record) -> Row {
    match record {
        Record::Blank(line) => Row { line, content: Content::Skipped(Skip::Blank), notes: Vec::new() },
        Record::Garbled { line, shown } => {
            let content = Refusal::row(&shown, Reason::NotUtf8).into();
            Row { line, content, notes: Vec::new() }
        }
        Record::Cells { line, cells, old } => {
            let (content, mut notes) = plan.row(&cells);
            if old {
                notes.push(old_encoding());
            }
            Row { line, content, notes }
        }
    }
}

fn old_encoding() -> Note {
    Note { field: Field::Raw, value: String::new(), kind: NoteKind::OldEncoding }
}

fn from_csv(error: csv::Error) -> ReadError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ReadError::Io(error),
        other => ReadError::Broken(format!("{other:?}")),
    }
}
