use serde::{Deserialize, Serialize};

/// What travels to those who watch the queue: which jobs changed. They are read anew, so that nobody
/// sees a state that was not committed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobsChanged {
    /// How many changed.
    pub changed: i64,
    /// Which, at most 100, the newest first.
    pub ids: Vec<i64>,
}
