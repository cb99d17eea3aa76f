use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Ctx;
use domain::jobs::{Claimed, JobId, Lease, Progress, Renewed};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::run::Runnable;
use crate::Registry;
use crate::task::Run;

/// Why a run must end before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Somebody cancelled the job.
    Cancelled,
    /// It was taken away: nothing that this worker says of it counts.
    Lost,
    /// The process ends.
    Draining,
}

/// The jobs that this worker has.
#[derive(Default)]
pub(crate) struct Held {
    jobs: Mutex<HashMap<JobId, Holding>>,
    draining: AtomicBool,
    changed: Notify,
}

struct Holding {
    run: Run,
    shown: Progress,
    /// When it can no longer be believed that the run goes on: then the lease is let go.
    deadline: Option<Instant>,
    why: Option<Why>,
    timeout: std::time::Duration,
}

impl Held {
    /// Takes a job into the books.
    pub(super) fn hold(self: &Arc<Self>, ctx: &Ctx, registry: &Registry, job: Claimed) -> Runnable {
        let run = Run::new(ctx.renewed(), &job, registry.doors());
        let entry = registry.entry(&job.kind);
        let timeout = entry.as_ref().map(|entry| entry.timeout).unwrap_or_default();
        let holding =
            Holding { run: run.clone(), shown: Progress::default(), deadline: None, why: None, timeout };
        self.lock().insert(job.id, holding);
        Runnable { job, run, entry, held: self.clone() }
    }

    /// A run begins; false when it must not.
    pub(super) fn begin(&self, lease: Lease, grace: std::time::Duration) -> bool {
        if self.draining.load(Ordering::Relaxed) {
            return false;
        }
        let mut jobs = self.lock();
        let Some(holding) = jobs.get_mut(&lease.id).filter(|h| h.run.lease == lease) else { return false };
        holding.deadline = Some(Instant::now() + holding.timeout + grace);
        holding.why.is_none()
    }

    /// Why a run was stopped.
    pub(super) fn why(&self, lease: Lease) -> Why {
        let jobs = self.lock();
        let holding = jobs.get(&lease.id).filter(|holding| holding.run.lease == lease);
        match holding {
            Some(holding) => holding.why.unwrap_or(Why::Draining),
            None => Why::Lost,
        }
    }

    /// Strikes jobs off the books.
    pub(super) fn let_go(&self, leases: impl IntoIterator<Item = Lease>) {
        let mut jobs = self.lock();
        for lease in leases {
            if jobs.get(&lease.id).is_some_and(|holding| holding.run.lease == lease) {
                jobs.remove(&lease.id);
            }
        }
        drop(jobs);
        self.changed.notify_waiters();
        self.changed.notify_one();
    }

    /// All, or only those whose progress nobody was shown, with how far they are. One that runs far
    /// over its time is left out: its lease is not to be kept.
    pub(super) fn to_show(&self, all: bool) -> Vec<(Lease, Progress)> {
        let now = Instant::now();
        let mut jobs = self.lock();
        let living =
            jobs.values_mut().filter(|holding| holding.deadline.is_none_or(|deadline| now < deadline));
        living
            .filter_map(|holding| {
                let progress = holding.run.meter.read();
                (all || progress != holding.shown).then(|| {
                    holding.shown = progress;
                    (holding.run.lease, progress)
                })
            })
            .collect()
    }

    /// What the database says of jobs that were to be kept.
    pub(super) fn renewed(&self, asked: &[(Lease, Progress)], renewed: &[Renewed]) {
        for (lease, _) in asked {
            match renewed.iter().find(|one| one.id == lease.id) {
                Some(one) if one.cancel_requested => self.stop(*lease, Why::Cancelled),
                Some(_) => {}
                None => self.stop(*lease, Why::Lost),
            }
        }
    }

    /// Somebody cancelled a job.
    pub(super) fn cancel(&self, id: JobId) {
        let lease = self.lock().get(&id).map(|holding| holding.run.lease);
        if let Some(lease) = lease {
            self.stop(lease, Why::Cancelled);
        }
    }

    /// Begun runs go on; no other begins.
    pub(super) fn begin_no_more(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Ends everything.
    pub(super) fn stop_all(&self) {
        let leases: Vec<Lease> = self.lock().values().map(|holding| holding.run.lease).collect();
        leases.into_iter().for_each(|lease| self.stop(lease, Why::Draining));
    }

    fn stop(&self, lease: Lease, why: Why) {
        let mut jobs = self.lock();
        if let Some(holding) = jobs.get_mut(&lease.id).filter(|holding| holding.run.lease == lease) {
            holding.why.get_or_insert(why);
            holding.run.stop.cancel();
        }
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits until something was struck off, at most a moment.
    pub(super) async fn changed(&self) {
        if !self.is_empty() {
            let moment = std::time::Duration::from_millis(100);
            let _ = tokio::time::timeout(moment, self.changed.notified()).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, Holding>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
