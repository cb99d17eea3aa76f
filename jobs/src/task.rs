//! What a kind of job does.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::doors::Doors;
use chrono::TimeDelta;
use domain::jobs::{Claimed, Class, Expected, Job, Lease, Outcome, Progress};
use domain::sources::Outside;
use domain::{Ctx, Error};
use tokio_util::sync::CancellationToken;

/// How a kind of job is run. It runs at least once: a process may die between the work and the word
/// that it was done. An effect happens once if it is guarded by a key of its own, or ends the job in its
/// transaction (`domain::jobs::settle_in`).
pub trait Task: Job {
    /// A run that takes longer failed.
    const TIMEOUT: Duration = Duration::from_secs(600);
    /// A run that brings fewer rows is degraded, whatever it says of itself.
    const ROWS: u64 = 0;
    /// The last good run of its schedule may be so old.
    const FRESH: Option<TimeDelta> = None;
    /// So many are taken at a time and run one after the other. More than one is for work of
    /// milliseconds, of which there is much.
    const CHUNK: usize = 1;

    /// Does it.
    fn run(self, run: &Run) -> impl Future<Output = Result<Outcome, Failure>> + Send;
}

/// One run of a job.
#[derive(Clone)]
pub struct Run {
    /// The platform itself, at the moment when the run began.
    pub ctx: Ctx,
    /// The right to work on the job.
    pub lease: Lease,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    pub(crate) meter: Arc<Meter>,
    pub(crate) stop: CancellationToken,
    pub(crate) doors: Option<Arc<Doors>>,
}

impl Run {
    /// The services outside; nothing if this installation does not go there.
    pub(crate) fn world(&self) -> Option<Arc<Outside>> {
        self.doors.as_ref().and_then(|doors| doors.world())
    }

    /// Says how far it is; shown to operators live.
    pub fn progress(&self, done: u64, total: Option<u64>) {
        self.meter.tell(done, total);
    }

    /// Cancelled when the run is over for the worker: somebody cancelled the job, it was taken away, or
    /// the process ends. Futures are dropped then; what runs in threads must look by itself.
    pub fn stopped(&self) -> &CancellationToken {
        &self.stop
    }

    pub(crate) fn new(ctx: Ctx, job: &Claimed, doors: Option<Arc<Doors>>) -> Self {
        let (meter, stop) = (Arc::new(Meter::default()), CancellationToken::new());
        Self { ctx, lease: job.lease(), attempt: job.attempts, meter, stop, doors }
    }
}

/// How far a run is.
#[derive(Debug)]
pub(crate) struct Meter {
    done: AtomicI64,
    /// Negative where it is not known.
    total: AtomicI64,
}

impl Default for Meter {
    fn default() -> Self {
        Self { done: AtomicI64::new(0), total: AtomicI64::new(-1) }
    }
}

impl Meter {
    pub(crate) fn tell(&self, done: u64, total: Option<u64>) {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.done.store(number(done), Ordering::Relaxed);
        self.total.store(total.map_or(-1, number), Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Progress {
        let total = self.total.load(Ordering::Relaxed);
        Progress { done: self.done.load(Ordering::Relaxed), total: (total >= 0).then_some(total) }
    }
}

/// Why a run failed, and whether another one may help.
#[derive(Debug)]
pub struct Failure {
    pub(crate) class: Class,
    pub(crate) after: Option<Duration>,
    pub(crate) error: anyhow::Error,
}

impl Failure {
    /// Later it may go better.
    pub fn transient(error: impl Into<anyhow::Error>) -> Self {
        Self { class: Class::Transient, after: None, error: error.into() }
    }

    /// The other side said when to come again.
    pub fn later(after: Duration, error: impl Into<anyhow::Error>) -> Self {
        Self { class: Class::Later, after: Some(after), error: error.into() }
    }

    /// No retry mends it.
    pub fn permanent(error: impl Into<anyhow::Error>) -> Self {
        Self { class: Class::Permanent, after: None, error: error.into() }
    }

    /// The error, then its cause, and so on.
    pub(crate) fn chain(&self) -> Vec<String> {
        self.error.chain().map(ToString::to_string).collect()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            // The cause is what operators need; its cover is for callers of the API.
            Error::Internal(cause) => Self::transient(anyhow::anyhow!("{cause:#}")),
            Error::Unavailable(_) | Error::QueueFull(_) | Error::Conflict(_) => Self::transient(error),
            Error::Outside(ref failure) if failure.needs_somebody() => Self::permanent(error),
            Error::Outside(ref failure) => match failure.retry_after() {
                Some(after) => Self::later(after, error),
                None => Self::transient(error),
            },
            Error::Invalid { .. } | Error::NotFound(_) | Error::Forbidden(_) | Error::Unauthenticated => {
                Self::permanent(error)
            }
        }
    }
}

pub(crate) fn expected<T: Task>() -> Expected {
    Expected { rows: T::ROWS, within: T::FRESH }
}
