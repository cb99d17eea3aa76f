//! A streaming replica of Postgres that answers queries in the primary's place. Only while it is reachable
//! and at most ten seconds behind, and only for callers whose last write it has: what a person changed,
//! they see. Everything else (mutations, jobs, subscriptions, logins) asks the primary.
//!
//! How far the replica has come is sampled by [`watch`], not asked by requests. Where a caller's last
//! write is in the primary's log is kept in Redis for as long as it can matter, so that it holds on every
//! process.

mod marks;
mod model;
mod ops;
mod probe;
mod queries;

pub use model::{Replica, State};
pub use ops::{inspect, reading, state, wrote};
pub use probe::watch;
