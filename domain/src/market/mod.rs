//! The market as a whole: what we know of it, what moves, and its live changes.

mod graphql;
mod live;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::{EventPosition, Query, SourceStatus, Subscription, UpdateKind};
pub use model::{Moved, MoverDirection, MoverWindow, MoversWanted, Overview};
pub use ops::{overview, top_movers};
