//! What comes of a row of a file.

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::lot::Lot;

/// A row of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line of the file that it begins on, from 1; in a workbook the row of the sheet.
    pub line: u64,
    /// What it holds.
    pub content: Content,
    /// What was not quite clear.
    pub notes: Vec<Note>,
}

/// What a row holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Lots: two if the row counts foils apart.
    Lots(Vec<Lot>),
    /// Nothing to keep.
    Skipped(Skip),
    /// Something that cannot be read.
    Refused {
        /// Where, if it is in one field.
        field: Option<Field>,
        /// What is written there, cut to 200 characters.
        value: String,
        /// Why it cannot be read.
        reason: Reason,
    },
}

/// Why a row is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// Nothing is written there.
    #[error("the row is blank")]
    Blank,
    /// There are no copies.
    #[error("the quantity is 0")]
    NoCopies,
    /// It belongs to another game.
    #[error("{0} is another game")]
    OtherGame(String),
    /// It is a sealed product.
    #[error("it is a sealed product, not a card")]
    Sealed,
    /// A heading or a comment of a decklist.
    #[error("the line is a heading or a comment")]
    Heading,
}

/// Why something cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Neither in UTF-8 nor in one old encoding throughout.
    #[error("the text is not in UTF-8")]
    NotUtf8,
    /// Longer than `MAX_CELL`; often a quote that never ends.
    #[error("a cell is longer than 10,000 bytes; is a quotation mark missing?")]
    TooLong,
    /// A NUL or another character that no one types.
    #[error("a control character")]
    ControlCharacter,
    /// A quantity that is no whole number.
    #[error("not a whole number of copies")]
    NotAQuantity,
    /// Nothing says how many.
    #[error("nothing says how many copies")]
    NoQuantity,
    /// Nothing says which card.
    #[error("nothing says which card it is")]
    NoCard,
    /// Not three letters.
    #[error("not a currency's code")]
    NotACurrency,
    /// Not the JSON of a lot.
    #[error("not the JSON of a lot")]
    NotALot,
    /// A line that is neither a card nor a heading.
    #[error("not a line of a decklist")]
    NotALine,
}

/// Something in a row that was not quite clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// In which field.
    pub field: Field,
    /// What is written there.
    pub value: String,
    /// What is unclear.
    pub kind: NoteKind,
}

/// What can be unclear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// A word that this app is not known to use: kept as text.
    #[error("the word is not known and is kept as text")]
    UnknownWord,
    /// The word stands for two grades; the lower was taken.
    #[error("the word stands for two grades; the lower was taken")]
    TwoGrades,
    /// Not an id: kept as text.
    #[error("not an id; kept as text")]
    NotAnId,
    /// Not a date that has one meaning: kept as text.
    #[error("not a date with one meaning; kept as text")]
    NotADate,
    /// Not an amount: kept as text.
    #[error("not an amount of money; kept as text")]
    NotAnAmount,
    /// The row was not in UTF-8 and was read as Windows-1252.
    #[error("not in UTF-8; read as Windows-1252")]
    OldEncoding,
    /// A playset was counted as four copies.
    #[error("a playset counts as four copies")]
    Playset,
    /// More copies are for trade than there are.
    #[error("more copies for trade than there are")]
    TooManyForTrade,
    /// The row has more cells than the header: kept as text.
    #[error("more cells than the header has; kept as text")]
    MoreCells,
}
