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

pub use binders::{binders, create_binder, delete_binder, rename_binder};
pub use book::InventoryChanged;
pub use export::{Export, export, format};
pub use facts::{Facts, Grade, Grading, Language, Paid};
pub(crate) use graphql::{
    InventoryChangeConnection, InventoryConnection, InventoryFilterInput, Mutation, Query, Subscription,
    changes_page, page,
};
pub use model::{
    Addition, Binder, Change, ChangeCursor, ChangeKind, Edit, Filter, Inventory, Lot, LotCursor, Movement,
    Outcome, Patch, Problem, ProblemCode, Refusal, Removal, Sale, SaleOf,
};
pub use ops::{add, changes, edit, inventory, lots, remove, sell, undo};
pub(crate) use queries::forget;
