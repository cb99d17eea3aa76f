//! What is played in Commander, by EDHREC.

mod graphql;
mod loader;
mod model;
mod ops;
mod queries;

pub(crate) use loader::{PlaysKey, StatsKey};
pub use model::{EdhrecStats, Play};
pub(crate) use ops::{names, stats, store, wanted};
