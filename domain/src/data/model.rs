use chrono::{DateTime, Utc};
use diesel::prelude::*;
use tables::data_loads;

/// What the catalogue is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum DataOrigin {
    /// Nothing yet.
    Empty,
    /// The built-in demo: true cards, simulated prices.
    Demo,
    /// Files of the real sources.
    Real,
}

/// How far a load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum LoadState {
    /// It goes on.
    Running,
    /// It ended well.
    Done,
    /// It ended with an error; what it wanted to change is unchanged.
    Failed,
}

impl LoadState {
    pub(super) const fn number(self) -> i16 {
        match self {
            Self::Running => 1,
            Self::Done => 2,
            Self::Failed => 3,
        }
    }

    pub(super) const fn from_number(number: i16) -> Self {
        match number {
            1 => Self::Running,
            2 => Self::Done,
            _ => Self::Failed,
        }
    }
}

/// One file, or one download, on its way into the catalogue.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = data_loads)]
pub struct LoadProgress {
    pub(super) name: String,
    pub(super) state: i16,
    pub(super) done: i64,
    pub(super) total: Option<i64>,
    pub(super) unit: String,
    pub(super) message: Option<String>,
    pub(super) started_at: DateTime<Utc>,
    pub(super) finished_at: Option<DateTime<Utc>>,
}
