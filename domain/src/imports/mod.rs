//! Files of collections on their way into an inventory: taken in, read and matched row by row, looked at by
//! their owner, then entered as one change.

mod cause;
mod deck;
mod enter;
mod graphql;
mod ladder;
mod live;
mod lots;
mod model;
mod ops;
mod queries;
mod read;
mod receive;
mod shelf;

pub use cause::{Cause, Code};
pub(crate) use deck::{DeckLine, deck_lines};
pub use enter::{EnterImport, enter};
pub(crate) use graphql::{
    ImportConnection, InventoryImport, Mutation, Subscription, import_of_viewer, imports_page,
};
pub use live::ImportChanged;
pub use model::{Import, ImportCursor, ImportState, MatchedBy, Row, RowCursor, RowStatus};
pub use ops::{Said, discard, enter_later, import, imports, remap, resolve, rows, sweep};
pub(crate) use queries::forget;
pub use read::{ReadImport, read};
pub use receive::{MOST_BYTES, Ticket, receive, start};
