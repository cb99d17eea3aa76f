use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use tables::{inventory_import_rows, inventory_imports};

use crate::prices::coded_enum;
use crate::{ChangeId, ImportId, PrintingId, UserId};

coded_enum! {
    /// How far an import is.
    ImportState {
        /// Its file has not come yet.
        Waiting = 1,
        /// Its file is read and matched.
        Reading = 2,
        /// What it would do can be looked at; nothing has been done yet.
        Ready = 3,
        /// It is entered.
        Entering = 4,
        /// It is in the inventory, as one change.
        Done = 5,
        /// It could not be done; `problem` says why.
        Failed = 6,
    }
}

coded_enum! {
    /// What came of a row.
    RowStatus {
        /// It names one printing.
        Exact = 1,
        /// A printing was chosen, or something was not quite clear; `causes` say what.
        Approximate = 2,
        /// No card of the catalogue is what it names.
        Unmatched = 3,
        /// It cannot be read.
        Refused = 4,
        /// There is nothing to enter.
        Skipped = 5,
    }
}

coded_enum! {
    /// By what a printing was found.
    MatchedBy {
        /// An id of Scryfall, TCGplayer, Cardmarket or Magic Online.
        Id = 1,
        /// Its set and its collector number.
        SetAndNumber = 2,
        /// Its set and its name.
        SetAndName = 3,
        /// Its name alone.
        Name = 4,
        /// Its owner chose it.
        Owner = 5,
    }
}

/// A file of somebody's collection on its way into their inventory.
#[derive(Clone, Debug, PartialEq, HasQuery)]
#[diesel(table_name = inventory_imports)]
pub struct Import {
    /// Which import.
    pub id: ImportId,
    /// Whose.
    pub user_id: UserId,
    /// What its owner calls the file.
    pub file_name: String,
    pub(super) state: i16,
    /// Size of the file as it came.
    pub bytes: i64,
    pub(super) detected: Option<Value>,
    pub(super) mapping: Option<Value>,
    /// Rows of the file that were read.
    pub rows: i32,
    /// Entries that name one printing.
    pub exact: i32,
    /// Entries that are not quite clear.
    pub approximate: i32,
    /// Entries that name no card of the catalogue.
    pub unmatched: i32,
    /// Rows that cannot be read.
    pub refused: i32,
    /// Rows with nothing to enter.
    pub skipped: i32,
    /// Copies of exact and approximate entries.
    pub copies: i64,
    /// Of these, copies that earlier imports brought.
    pub before: i64,
    /// Approximate entries are entered, too.
    pub take_approximate: bool,
    /// What earlier imports brought is entered again.
    pub take_again: bool,
    /// The change that it became.
    pub change_id: Option<ChangeId>,
    /// Why it failed.
    pub problem: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it last went on.
    pub changed_at: DateTime<Utc>,
}

impl Import {
    /// How far it is.
    pub fn state(&self) -> ImportState {
        // Only what a newer version wrote is unknown, and that is best left alone.
        ImportState::from_number(self.state).unwrap_or(ImportState::Failed)
    }
}

/// Where a page of imports ended.
#[derive(Clone, Copy, Debug)]
pub struct ImportCursor(pub ImportId);

/// Where a page of rows ended.
#[derive(Clone, Copy, Debug)]
pub struct RowCursor(pub i32);

/// An entry of a file: a row of it, or one of two if the row counts foils apart.
#[derive(Clone, Debug, PartialEq, HasQuery)]
#[diesel(table_name = inventory_import_rows)]
pub struct Row {
    /// Whose file it is in.
    pub import_id: ImportId,
    /// Its place among the entries, from 1.
    pub n: i32,
    /// The line of the file.
    pub line: i32,
    pub(super) status: i16,
    pub(super) lot: Option<Value>,
    /// What it was matched to.
    pub printing_id: Option<PrintingId>,
    pub(super) finish: Option<i16>,
    pub(super) matched_by: Option<i16>,
    pub(super) causes: Value,
    /// Copies.
    pub copies: i32,
    /// Of these, copies that earlier imports brought.
    pub before: i32,
    /// Copies that are in the inventory because of it.
    pub entered: i32,
}

impl Row {
    /// What came of it.
    pub fn status(&self) -> RowStatus {
        RowStatus::from_number(self.status).unwrap_or(RowStatus::Refused)
    }

    /// What the file says, where it could be read.
    pub fn lot(&self) -> Option<dialects::Lot> {
        self.lot.as_ref().and_then(|lot| serde_json::from_value(lot.clone()).ok())
    }
}
