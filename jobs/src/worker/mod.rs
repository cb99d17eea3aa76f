//! Takes jobs and runs them, a bounded number at a time, until it is asked to stop.

mod ended;
mod held;
mod pulse;
mod run;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use domain::jobs::{self as queue, Claimed, Lane, Taker, Wake};
use domain::{App, Ctx, Result};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::Registry;
use ended::Ended;
use held::Held;

/// Results that wait to be written down.
const ENDED: usize = 2_000;
/// For what is left when time is up.
const LAST: Duration = Duration::from_secs(3);

/// How a worker works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its name, for operators; unique among the workers that run.
    pub name: String,
    /// What runs at the same time.
    pub places: usize,
    /// How long a job is its own without a word; it gives one three times as often.
    pub lease: Duration,
    /// The longest between two looks at the queue.
    pub poll: Duration,
    /// How long it may go on with what it has when it is asked to stop.
    pub drain: Duration,
}

impl Options {
    /// As in production, under a name.
    pub fn new(name: String) -> Self {
        Self {
            name,
            places: 8,
            lease: Duration::from_secs(60),
            poll: Duration::from_secs(1),
            drain: Duration::from_secs(25),
        }
    }
}

/// A process's worker.
pub struct Worker {
    pub(crate) ctx: Ctx,
    registry: Registry,
    options: Options,
    taker: Taker,
    lanes: Vec<Lane>,
    held: Arc<Held>,
    /// Places in use, by lane.
    used: Arc<Mutex<HashMap<&'static str, usize>>>,
    freed: Arc<Notify>,
    runs: TaskTracker,
}

impl Worker {
    /// A worker that can run what is in the registry.
    pub fn new(app: Arc<App>, registry: Registry, options: Options) -> Self {
        let ctx = Ctx::new(app, domain::Actor::Service);
        let kinds: Vec<String> = registry.announced().iter().map(|one| one.kind.to_owned()).collect();
        let taker =
            Taker { name: options.name.as_str().into(), kinds: kinds.into(), lease: span(options.lease) };
        Self {
            ctx,
            lanes: registry.lanes(),
            registry,
            options,
            taker,
            held: Arc::default(),
            used: Arc::default(),
            freed: Arc::default(),
            runs: TaskTracker::new(),
        }
    }

    /// Works until it is asked to stop; then it finishes what it has, or gives it back.
    pub async fn run(self, stop: CancellationToken) {
        let (results, writer, _pulse) = self.begin();
        let mut wake = Wake::new(self.ctx.app().database_url.clone());
        stop.run_until_cancelled(self.take(&results, &mut wake)).await;
        drop(results);
        self.finish().await;
        match tokio::time::timeout(LAST, writer).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "results of jobs were not written down"),
            Err(_) => tracing::error!("a job does not end; its lease runs out"),
        }
    }

    /// Runs what is due, and what that leads to, until nothing is: for tests and for commands. Returns
    /// how many jobs.
    pub async fn run_due(self) -> Result<usize> {
        let (results, writer, _pulse) = self.begin();
        self.announce().await;
        let mut ran = 0;
        loop {
            // Looked at first: what ends while the queue is read makes room, and may have left work.
            let idle = self.held.is_empty() && self.free() == self.options.places;
            let taken = self.round(&results).await?;
            ran += taken;
            // What was taken may not be all that there is, nor all that fits.
            if taken > 0 {
                continue;
            }
            if idle {
                break;
            }
            self.held.changed().await;
        }
        drop(results);
        // It ends when nobody has anything to write any more.
        writer.await.map_err(domain::Error::internal)?;
        Ok(ran)
    }

    fn begin(&self) -> (mpsc::Sender<Ended>, JoinHandle<()>, AbortOnDropHandle<()>) {
        let (sender, results) = mpsc::channel(ENDED);
        let writer = tokio::spawn(ended::write(self.ctx.clone(), self.held.clone(), results));
        let pulse = tokio::spawn(pulse::beat(self.ctx.clone(), self.held.clone(), self.options.lease));
        (sender, writer, AbortOnDropHandle::new(pulse))
    }

    async fn take(&self, results: &mpsc::Sender<Ended>, wake: &mut Wake) {
        self.announce().await;
        loop {
            let taken = match self.round(results).await {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::warn!(%error, "the queue cannot be read for a moment");
                    0
                }
            };
            // What was taken may not be all that there is.
            let more = taken > 0 && self.free() > 0;
            if more {
                continue;
            }
            tokio::select! {
                () = self.freed.notified() => {}
                cancelled = wake.next() => cancelled.into_iter().for_each(|id| self.held.cancel(id)),
                () = tokio::time::sleep(self.options.poll) => {}
            }
        }
    }

    /// Tells the installation what can be run here, as soon as the database hears it.
    async fn announce(&self) {
        while let Err(error) = queue::announce(&self.ctx.renewed(), &self.registry.announced()).await {
            tracing::warn!(%error, "a worker waits for the database");
            tokio::time::sleep(self.options.poll).await;
        }
    }

    /// Takes what is due and fits. Returns how many jobs.
    async fn round(&self, results: &mpsc::Sender<Ended>) -> Result<usize> {
        let mut taken = 0;
        if self.free() == 0 {
            return Ok(0);
        }
        for name in queue::ready(&self.ctx.renewed(), &self.lanes).await? {
            let Some(lane) = self.lanes.iter().find(|lane| lane.name == name) else { continue };
            let chunk = self.registry.chunk(lane.name);
            let places = self.free().min(self.share().saturating_sub(self.used(lane.name)));
            if places == 0 {
                continue;
            }
            let jobs = queue::claim(&self.ctx.renewed(), &self.taker, lane, places * chunk).await?;
            taken += jobs.len();
            self.start(lane.name, jobs, chunk, results);
        }
        Ok(taken)
    }

    /// Places that one lane may have, so that slow or hanging jobs never keep all others out.
    fn share(&self) -> usize {
        (self.options.places - self.options.places / 4).max(1)
    }

    fn used(&self, lane: &str) -> usize {
        self.places().get(lane).copied().unwrap_or(0)
    }

    fn free(&self) -> usize {
        self.options.places.saturating_sub(self.places().values().sum())
    }

    fn places(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, usize>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, lane: &'static str, jobs: Vec<Claimed>, chunk: usize, results: &mpsc::Sender<Ended>) {
        let mut runs: Vec<_> =
            jobs.into_iter().map(|job| self.held.hold(&self.ctx, &self.registry, job)).collect();
        while !runs.is_empty() {
            let part: Vec<_> = runs.drain(..chunk.min(runs.len())).collect();
            *self.places().entry(lane).or_default() += 1;
            let (used, freed, results) = (self.used.clone(), self.freed.clone(), results.clone());
            self.runs.spawn(async move {
                for one in part {
                    // The writer lives as long as anybody may send.
                    let _ = results.send(one.run().await).await;
                }
                let mut used = used.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(places) = used.get_mut(lane) {
                    *places -= 1;
                }
                drop(used);
                freed.notify_one();
            });
        }
    }

    /// Finishes what it has as long as it may, then gives back what is left.
    async fn finish(&self) {
        self.runs.close();
        self.held.begin_no_more();
        if tokio::time::timeout(self.options.drain, self.runs.wait()).await.is_err() {
            tracing::warn!(jobs = self.held.len(), "jobs are given back unfinished");
            self.held.stop_all();
            // One that does not even notice is left to its fate by the writer's limit.
            let _ = tokio::time::timeout(LAST, self.runs.wait()).await;
        }
    }
}

fn span(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
