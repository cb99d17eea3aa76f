//! How the platform stands: one reading of its stores, its work and its sources, for the dashboard, for
//! `/metrics` and for the doctor.

mod graphql;
mod metrics;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::Query;
pub use metrics::{Ended, Metrics, Open};
pub use model::{BreakerState, DatabaseFacts, Depth, Ledger, Pool, RedisFacts, SourceStanding, Standing};
pub(crate) use ops::Watched;
pub use ops::{exposition, ledger_at, standing};
