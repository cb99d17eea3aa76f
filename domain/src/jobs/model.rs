use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tables::{jobs, schedules};

use super::retry::{Class, FailedAttempt};
use super::state::JobState;

/// Who goes first in a lane, and which lane goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i16)]
pub enum Priority {
    /// Somebody waits for it.
    High = 1,
    /// The usual.
    Normal = 2,
    /// When nothing else is to do.
    Low = 3,
}

/// What jobs queue behind. Jobs of one lane share its limits, over all processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Its name: a source of data, or a kind of job.
    pub name: &'static str,
    /// So many of its jobs run at the same time; without, as many as workers have room for.
    pub at_once: Option<u16>,
    /// From the start of one job to the start of the next.
    pub gap: TimeDelta,
}

impl Lane {
    /// A lane without limits.
    pub const fn open(name: &'static str) -> Self {
        Self { name, at_once: None, gap: TimeDelta::zero() }
    }

    /// A lane in which so many run at the same time.
    pub const fn of(name: &'static str, at_once: u16) -> Self {
        Self { name, at_once: Some(at_once), gap: TimeDelta::zero() }
    }

    /// The same with a time between two starts.
    pub const fn apart(mut self, gap: TimeDelta) -> Self {
        self.gap = gap;
        self
    }

    /// Whether taking from it needs its row.
    pub fn is_limited(&self) -> bool {
        self.at_once.is_some() || self.gap > TimeDelta::zero()
    }
}

/// What a job is called and told. How it runs is the business of the `jobs` crate.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, for ever: it is in the database.
    const KIND: &'static str;
    /// What it queues behind.
    const LANE: Lane = Lane::open(Self::KIND);
    /// Who goes first.
    const PRIORITY: Priority = Priority::Normal;
    /// After so many failures it is dead.
    const MAX_ATTEMPTS: u16 = 12;
    /// So many may wait; more are refused with `QUEUE_FULL`.
    const CAPACITY: usize = 10_000;

    /// Jobs of the kind with the same key are the same work: while one waits or runs, another one is
    /// not made. Work that must see what changes during a run needs a key that changes with it.
    fn unique_key(&self) -> Option<String> {
        None
    }
}

/// The number of a job.
pub type JobId = i64;

/// What came of enqueuing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// A new job.
    New(JobId),
    /// The same work was waiting or running.
    Coalesced(JobId),
}

impl Enqueued {
    /// The job that does the work.
    pub fn id(self) -> JobId {
        match self {
            Self::New(id) | Self::Coalesced(id) => id,
        }
    }
}

/// What a run of a kind should bring; less is `DEGRADED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Rows at least.
    pub rows: u64,
    /// The last good run of its schedule may be so old.
    pub within: Option<TimeDelta>,
}

/// A kind of job that a worker can run.
#[derive(Clone, Debug)]
pub struct Announced {
    /// Its name.
    pub kind: &'static str,
    /// What it queues behind.
    pub lane: Lane,
    /// Who goes first.
    pub priority: Priority,
    /// After so many failures it is dead.
    pub max_attempts: u16,
    /// So many may wait.
    pub capacity: usize,
    /// What a run should bring.
    pub expected: Expected,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it should.
    Done {
        /// Rows that it brought.
        rows: u64,
    },
    /// It ended with less than it should have brought; what was there before stays.
    Degraded {
        /// Rows that it brought all the same.
        rows: u64,
        /// What is wrong, in words.
        why: String,
    },
    /// There was nothing to do.
    NothingToDo {
        /// Why, in words.
        why: String,
    },
}

impl Outcome {
    /// The state of a job that came to it.
    pub fn state(&self) -> JobState {
        self.parts().0
    }

    pub(super) fn parts(&self) -> (JobState, Option<i64>, Option<&str>) {
        let count = |rows: u64| Some(i64::try_from(rows).unwrap_or(i64::MAX));
        match self {
            Self::Done { rows } => (JobState::Succeeded, count(*rows), None),
            Self::Degraded { rows, why } => (JobState::Degraded, count(*rows), Some(why)),
            Self::NothingToDo { why } => (JobState::NothingToDo, None, Some(why)),
        }
    }
}

/// The right to work on a job, until somebody else takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job.
    pub id: JobId,
    /// Which taking of it.
    pub fence: i64,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Units done.
    pub done: i64,
    /// Units in all, where that is known.
    pub total: Option<i64>,
}

/// A lease that was renewed.
#[derive(Clone, Copy, Debug)]
pub struct Renewed {
    /// Which job.
    pub id: JobId,
    /// Somebody wants it to end.
    pub cancel_requested: bool,
}

/// What ended in a batch.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Whose run.
    pub lease: Lease,
    /// How.
    pub outcome: Outcome,
}

/// A job that a worker took.
#[derive(Clone, Debug, QueryableByName)]
pub struct Claimed {
    /// Its number.
    #[diesel(sql_type = BigInt)]
    pub id: JobId,
    /// Which taking of it this is.
    #[diesel(sql_type = BigInt)]
    pub fence: i64,
    /// What it is.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// What it was told.
    #[diesel(sql_type = Jsonb)]
    pub payload: Value,
    /// Which attempt this is, from 1.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// After so many it is dead.
    #[diesel(sql_type = Integer)]
    pub max_attempts: i32,
    /// The trace in which it was asked for.
    #[diesel(sql_type = Nullable<Text>)]
    pub traceparent: Option<String>,
}

impl Claimed {
    /// The right to work on it.
    pub fn lease(&self) -> Lease {
        Lease { id: self.id, fence: self.fence }
    }
}

/// A job as operators see it.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = jobs)]
pub struct JobRow {
    /// Its number.
    pub id: JobId,
    /// What it is.
    pub kind: String,
    /// What it was told.
    pub payload: Value,
    /// What it queues behind.
    pub lane: String,
    pub(super) priority: i16,
    pub(super) state: i16,
    /// When it may run.
    pub run_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// After so many it is dead.
    pub max_attempts: i32,
    /// Who has it, or had it last.
    pub worker: Option<String>,
    pub(super) heartbeat_at: Option<DateTime<Utc>>,
    pub(super) cancel_requested: bool,
    /// Units done.
    pub done: i64,
    /// Units in all, where that is known.
    pub total: Option<i64>,
    /// What it brought.
    pub rows: Option<i64>,
    /// What came of it, in words.
    pub note: Option<String>,
    pub(super) errors: Value,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its last attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    pub(super) traceparent: Option<String>,
}

impl JobRow {
    /// How it stands.
    pub fn standing(&self) -> JobState {
        // The database has no other numbers: a constraint says so.
        JobState::of(self.state).unwrap_or(JobState::Dead)
    }

    /// Its failures, oldest first; at most twelve.
    pub fn failures(&self) -> Vec<FailedAttempt> {
        serde_json::from_value(self.errors.clone()).unwrap_or_else(|error| {
            let chain = vec![format!("the record of failures cannot be read: {error}")];
            vec![FailedAttempt { at: self.created_at, attempt: 0, class: Class::Permanent, chain }]
        })
    }
}

/// The place of a job in the list of all, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobCursor(pub JobId);

/// Which jobs are wanted.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    /// Only in these states.
    pub states: Option<Vec<JobState>>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only of this lane.
    pub lane: Option<String>,
}

/// Something that runs by the clock.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = schedules)]
pub struct ScheduleRow {
    /// Its name, which is the kind of its jobs.
    pub name: String,
    /// When, in UTC: minute, hour, day, month, day of the week.
    pub cron: String,
    /// What it does.
    pub description: String,
    /// Whether the clock may start it.
    pub enabled: bool,
    pub(super) ticked_until: DateTime<Utc>,
    pub(super) good_at: Option<DateTime<Utc>>,
}
