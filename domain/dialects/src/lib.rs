//! The collection files of two dozen apps: bytes in, lots out, and back. It knows no database, no
//! network and no clock.
//!
//! `Reader` finds out whose file it has (`detect`), and gives a `Row` for every row of it, none left
//! out: lots, or why there are none. `Writer` writes lots as another app reads them and tells what
//! got lost.

mod apps;
mod cell;
mod columns;
mod dates;
mod decklist;
mod detect;
mod dialect;
mod draft;
mod field;
mod grades;
mod held;
mod lines;
mod lot;
mod money;
mod own;
mod plan;
mod print;
mod read;
mod records;
mod row;
mod stores;
mod tables;
#[cfg(test)]
mod tests;
mod trackers;
mod vocabulary;
mod words;
mod write;

pub use cell::neutralise;
pub use decklist::deck;
pub use detect::{Container, Detected, HEAD, Mapping, Sure, Unrecognised, detect};
pub use dialect::Dialect;
pub use field::Field;
pub use lot::{Binder, BinderKind, Cost, Currency, Ids, Lot, MAX_CELL, SECTION};
pub use read::{Limits, ReadError, Reader};
pub use row::{Content, Note, NoteKind, Reason, Row, Skip};
pub use words::{Finish, Grade, Language};
pub use write::{WriteError, Writer, Written};
