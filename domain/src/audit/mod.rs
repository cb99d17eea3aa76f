//! What happened to whose security: written in the transaction of the change, never changed. Each event
//! is a link of a chain of hashes, so that a change behind our back is found; what is personal about it
//! lies apart, so that a person can be erased and the chain still holds.

mod graphql;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::{EventConnection, Query, events_of_viewer};
pub(crate) use model::Event;
pub use model::{EventCursor, EventKind, EventRow};
pub use ops::{Verified, all_events, own_events, verify, verify_at};
pub(crate) use ops::{forget, record};
pub use queries::{Flaw, Head};
