//! What happened to whose security: written in the transaction of the change, never changed.

mod graphql;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::{EventConnection, Query, events_of_viewer};
pub(crate) use model::Event;
pub use model::{EventCursor, EventKind, EventRow};
pub(crate) use ops::record;
pub use ops::{all_events, own_events};
