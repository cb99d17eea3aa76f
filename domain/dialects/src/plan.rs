//! From the cells of a row to lots: which column means what, in whose words.

use crate::cell;
use crate::draft::Draft;
use crate::field::Field;
use crate::lot::Currency;
use crate::row::{Content, Note, NoteKind, Reason, Skip};
use crate::vocabulary::Words;

/// Characters of a value that are told.
const TOLD: usize = 200;

/// How the rows of one file are read.
pub(crate) struct Plan {
    pub columns: Vec<(String, Field)>,
    pub words: &'static Words,
    /// What money is in when the file does not say.
    pub currency: Option<Currency>,
}

/// A cell that makes its row unreadable.
pub(crate) struct Refusal {
    pub field: Option<Field>,
    pub value: String,
    pub reason: Reason,
}

impl Refusal {
    pub(crate) fn new(field: Field, value: &str, reason: Reason) -> Self {
        Self { field: Some(field), value: told(value), reason }
    }

    pub(crate) fn row(value: &str, reason: Reason) -> Self {
        Self { field: None, value: told(value), reason }
    }
}

impl From<Refusal> for Content {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { field: refusal.field, value: refusal.value, reason: refusal.reason }
    }
}

/// The beginning of a value, without control characters.
pub(crate) fn told(value: &str) -> String {
    value.chars().take(TOLD).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

impl Plan {
    /// Whether a column has this meaning.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|(_, other)| *other == field)
    }

    /// What the cells of a row say.
    pub(crate) fn row(&self, cells: &[String]) -> (Content, Vec<Note>) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return (Content::Skipped(Skip::Blank), Vec::new());
        }
        let mut draft = Draft::new(self);
        let content = match self.fill(&mut draft, cells) {
            Ok(Some(skip)) => Content::Skipped(skip),
            Ok(None) => draft.finish().unwrap_or_else(Content::from),
            Err(refusal) => refusal.into(),
        };
        (content, draft.notes)
    }

    fn fill(&self, draft: &mut Draft, cells: &[String]) -> Result<Option<Skip>, Refusal> {
        for ((header, field), cell) in self.columns.iter().zip(cells) {
            let text = cell::clean(*field, cell).map_err(|reason| Refusal::new(*field, cell, reason))?;
            if let Some(skip) = draft.take(header, *field, text)? {
                return Ok(Some(skip));
            }
        }
        for (at, cell) in cells.iter().enumerate().skip(self.columns.len()) {
            let text =
                cell::clean(Field::Raw, cell).map_err(|reason| Refusal::new(Field::Raw, cell, reason))?;
            if !text.is_empty() {
                draft.note(Field::Raw, text, NoteKind::MoreCells);
                draft.keep(&format!("Column {}", at + 1), text);
            }
        }
        Ok(None)
    }
}
