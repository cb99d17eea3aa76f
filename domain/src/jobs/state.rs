use serde::{Deserialize, Serialize};

/// How a job stands. The numbers are in the database and must never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[repr(i16)]
pub enum JobState {
    /// It waits for its time, or for a worker.
    Queued = 1,
    /// It failed and is tried again at `runAt`.
    Retrying = 2,
    /// A worker has it.
    Running = 3,
    /// It brought what it should.
    Succeeded = 4,
    /// It ended, but brought less than it should; what was there before stays.
    Degraded = 5,
    /// It found nothing to do.
    NothingToDo = 6,
    /// It failed too often, or in a way that no retry mends. It waits for `retryJob` or `discardJob`.
    Dead = 7,
    /// Somebody cancelled it.
    Cancelled = 8,
    /// It was dead, and somebody gave it up.
    Discarded = 9,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Retrying,
        Self::Running,
        Self::Succeeded,
        Self::Degraded,
        Self::NothingToDo,
        Self::Dead,
        Self::Cancelled,
        Self::Discarded,
    ];

    /// The number in the database.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The state of a number in the database.
    pub fn of(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as i16 == number)
    }

    /// Whether nothing more happens by itself.
    pub const fn is_over(self) -> bool {
        self as i16 > Self::Running as i16
    }

    /// Whether it waits for a worker.
    pub const fn is_waiting(self) -> bool {
        (self as i16) < Self::Running as i16
    }
}
