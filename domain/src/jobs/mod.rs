//! Work that must happen: rows that are written in the transaction of their reason, taken by
//! workers under a lease, and tried until they succeed or are given up. The `jobs` crate runs them.

mod backlog;
mod cron;
mod graphql;
mod leader;
mod live;
mod model;
mod news;
mod ops;
mod queries;
mod retry;
mod state;
mod wake;

pub(crate) use backlog::Backlog;
pub(crate) use graphql::{Mutation, Query, Subscription};
pub use leader::Leader;
pub use model::{
    Announced, Claimed, Enqueued, Expected, Job, JobCursor, JobFilter, JobId, JobRow, Lane, Lease, Outcome,
    Priority, Progress, Renewed, ScheduleRow, Settled,
};
pub use news::JobsChanged;
pub use ops::*;
pub use retry::{Class, FailedAttempt, backoff};
pub use state::JobState;
pub use wake::Wake;
