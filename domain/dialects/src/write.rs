//! Lots as files of other apps.

use std::io::Write;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::cell::neutralise;
use crate::decklist::{self, Decklist};
use crate::dialect::Dialect;
use crate::field::Field;
use crate::lot::Lot;
use crate::own;
use crate::plan::Plan;
use crate::print::{cell, differences};
use crate::row::Content;
use crate::tables::{self, Table};

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Files of this app are only read.
    #[error("{} is only read", .0.name())]
    OnlyRead(Dialect),
    /// The bytes do not go.
    #[error("the file cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// The lot has no JSON.
    #[error("a lot cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// What became of a lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is in the file. These fields would not come back if the file were read: the app has no
    /// column or no word for what they say.
    Without(Vec<Field>),
    /// It is not in the file, which could not say which card it is: a decklist without its name,
    /// Cardmarket's stock without its product.
    LeftOut,
}

enum Out<W: Write> {
    Table { csv: Box<csv::Writer<W>>, table: &'static Table, plan: Plan },
    Json { out: W, begun: bool },
    Lines(W),
}

/// Writes lots in an app's format, the header first. `finish` has to be called.
pub struct Writer<W: Write> {
    out: Out<W>,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    pub fn new(mut out: W, dialect: Dialect) -> Result<Self, WriteError> {
        if !Dialect::WRITTEN.contains(&dialect) {
            return Err(WriteError::OnlyRead(dialect));
        }
        let out = match dialect {
            Dialect::Decklist => Out::Lines(out),
            Dialect::OwnJson => {
                out.write_all(b"[")?;
                Out::Json { out, begun: false }
            }
            _ => {
                let table = tables::of(dialect);
                begin_table(out, table)?
            }
        };
        Ok(Self { out })
    }

    /// Writes a lot, and says what got lost.
    pub fn write(&mut self, lot: &Lot) -> Result<Written, WriteError> {
        let back = match &mut self.out {
            Out::Table { csv, table, plan } => {
                let cells: Vec<String> = table
                    .written()
                    .map(|(header, field)| neutralise(&cell(table, header, field, lot)).into_owned())
                    .collect();
                let back = only_lot(plan.row(&cells).0);
                if back.is_some() {
                    csv.write_record(&cells).map_err(std::io::Error::from)?;
                }
                back
            }
            Out::Json { out, begun } => {
                let text = serde_json::to_string(lot)?;
                let back = own::read(&text).ok();
                if back.is_some() {
                    write!(out, "{}\n{text}", if *begun { "," } else { "" })?;
                    *begun = true;
                }
                back
            }
            Out::Lines(out) => {
                let line = decklist::print(lot).unwrap_or_default();
                let back = only_lot(Decklist::new(&line).line(&line).0);
                if back.is_some() {
                    writeln!(out, "{line}")?;
                }
                back
            }
        };
        Ok(back.map_or(Written::LeftOut, |back| Written::Without(differences(lot, &back))))
    }

    /// Ends the file and gives its end back.
    pub fn finish(self) -> Result<W, WriteError> {
        match self.out {
            Out::Table { csv, .. } => csv.into_inner().map_err(|error| error.into_error().into()),
            Out::Json { mut out, .. } => {
                out.write_all(b"\n]\n")?;
                out.flush()?;
                Ok(out)
            }
            Out::Lines(mut out) => {
                out.flush()?;
                Ok(out)
            }
        }
    }
}

fn only_lot(content: Content) -> Option<Lot> {
    match content {
        Content::Lots(lots) => lots.into_iter().next(),
        _ => None,
    }
}

fn begin_table<W: Write>(mut out: W, table: &'static Table) -> Result<Out<W>, WriteError> {
    let shape = &table.shape;
    if shape.announced {
        let delimiter = char::from(shape.delimiter);
        write!(out, "\"sep={delimiter}\"{}", if shape.crlf { "\r\n" } else { "\n" })?;
    }
    let mut csv = WriterBuilder::new()
        .delimiter(shape.delimiter)
        .quote_style(if shape.quoted { QuoteStyle::Always } else { QuoteStyle::Necessary })
        .terminator(if shape.crlf { Terminator::CRLF } else { Terminator::Any(b'\n') })
        .from_writer(out);
    csv.write_record(table.written().map(|(header, _)| header)).map_err(std::io::Error::from)?;
    let columns = table.written().map(|(header, field)| (header.to_owned(), field)).collect();
    let plan = Plan { columns, words: &table.words, currency: None };
    Ok(Out::Table { csv: Box::new(csv), table, plan })
}
