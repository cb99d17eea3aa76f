//! What people own: lots of copies that are alike in every fact, kept by a ledger of movements. A fact is
//! changed by moving copies to the lot that has the new one, so that the movements tell everything and any
//! change can be undone.

mod binders;
mod book;
mod check;
mod export;
mod facts;
mod graphql;
mod live;
mod loader;
mod model;
mod ops;
mod plan;
mod queries;
mod shown;
mod words;

pub(crate) use binders::{binder_in, binders_named};
pub use binders::{binders, create_binder, delete_binder, rename_binder};
pub use book::InventoryChanged;
pub(crate) use book::enter_in;
pub(crate) use check::{LONGEST_NOTES, LONGEST_TAG, LONGEST_TEXT, MOST_COPIES, MOST_TAGS};
pub(crate) use export::{CERTIFICATE, GRADER, GRADER_GRADE};
pub use export::{Export, export, format};
pub use facts::{Facts, Grade, Grading, Language, Paid};
pub(crate) use graphql::{
    InventoryChangeConnection, InventoryConnection, InventoryFilterInput, Listed, Mutation, Query,
    Subscription, changes_page, page,
};
pub(crate) use graphql::{InventoryError, printing_id, settle};
pub use model::{
    Addition, Binder, Change, ChangeCursor, ChangeKind, Edit, Filter, Inventory, Lot, LotCursor, LotOrder,
    Movement, Outcome, Patch, Problem, ProblemCode, Refusal, Removal, Sale, SaleOf, Sorted,
};
pub use ops::{add, changes, edit, inventory, lots, remove, sell, undo};
pub(crate) use ops::{finishes_of, lots_by_id};
pub(crate) use plan::Wanted;
pub(crate) use queries::{forget, lock};
pub(crate) use shown::{Shown, shown, shown_lots};
pub(crate) use words::paid;
