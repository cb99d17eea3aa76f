//! Every kind of job that this program can run.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::jobs::{Announced, Lane, Outcome};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::doors::Doors;
use crate::task::{Failure, Run, Task, expected};
use crate::tasks;

type Handler = fn(Value, Run) -> BoxFuture<'static, Result<Outcome, Failure>>;

/// A kind of job and how it runs.
pub(crate) struct Entry {
    pub announced: Announced,
    pub timeout: Duration,
    pub chunk: usize,
    handler: Handler,
}

impl Entry {
    /// Runs a job. Less than it should bring is no success.
    pub async fn run(&self, payload: Value, run: Run) -> Result<Outcome, Failure> {
        let wanted = self.announced.expected.rows;
        match (self.handler)(payload, run).await? {
            Outcome::Done { rows } if rows < wanted => {
                let why = format!("it brought {rows} rows; {wanted} or more were expected");
                Ok(Outcome::Degraded { rows, why })
            }
            outcome => Ok(outcome),
        }
    }
}

/// What can be run.
#[derive(Default, Clone)]
pub struct Registry {
    entries: HashMap<&'static str, Arc<Entry>>,
    doors: Option<Arc<Doors>>,
}

impl Registry {
    /// Everything. A schedule whose name is not among these kinds is not built yet, and says so.
    pub fn all() -> Self {
        Self::default()
            .with::<domain::accounts::ExportAccount>()
            .with::<domain::accounts::EraseAccount>()
            .with::<domain::imports::ReadImport>()
            .with::<domain::imports::EnterImport>()
            .with::<domain::portfolio::PortfolioBackfill>()
            .with::<tasks::PortfolioSnapshots>()
            .with::<domain::alerts::CheckAlerts>()
            .with::<domain::saved::CheckSearches>()
            .with::<tasks::BulkRefresh>()
            .with::<tasks::MarketCollection>()
            .with::<tasks::BuylistCollection>()
            .with::<tasks::Visit>()
            .with::<tasks::PriceCollection>()
            .with::<tasks::OwnedVisit>()
            .with::<domain::similar::RefreshEmbeddings>()
            .with::<tasks::EdhrecCollection>()
            .with::<tasks::FxCollection>()
            .with::<tasks::NewsCollection>()
            .with::<tasks::TournamentCollection>()
            .with::<tasks::PartitionMaintenance>()
            .with::<tasks::Retention>()
            .with::<tasks::OutboxCleanup>()
            .with::<tasks::TokenCleanup>()
    }

    /// The same, with ways to outside services.
    pub fn reaching(self, doors: Doors) -> Self {
        Self { doors: Some(Arc::new(doors)), ..self }
    }

    pub(crate) fn doors(&self) -> Option<Arc<Doors>> {
        self.doors.clone()
    }

    /// One more.
    pub fn with<T: Task>(mut self) -> Self {
        let announced = Announced {
            kind: T::KIND,
            lane: T::LANE,
            priority: T::PRIORITY,
            max_attempts: T::MAX_ATTEMPTS,
            capacity: T::CAPACITY,
            expected: expected::<T>(),
        };
        let entry = Entry { announced, timeout: T::TIMEOUT, chunk: T::CHUNK.max(1), handler: handle::<T> };
        self.entries.insert(T::KIND, Arc::new(entry));
        self
    }

    /// What operators are told.
    pub fn announced(&self) -> Vec<Announced> {
        self.entries.values().map(|entry| entry.announced.clone()).collect()
    }

    pub(crate) fn entry(&self, kind: &str) -> Option<Arc<Entry>> {
        self.entries.get(kind).cloned()
    }

    /// The lanes, each once. A lane that several kinds share has one set of limits.
    pub(crate) fn lanes(&self) -> Vec<Lane> {
        let mut lanes: Vec<Lane> = self.entries.values().map(|entry| entry.announced.lane).collect();
        lanes.sort_by_key(|lane| lane.name);
        lanes.dedup_by_key(|lane| lane.name);
        lanes
    }

    /// How many jobs of a lane a worker takes for each place that is free.
    pub(crate) fn chunk(&self, lane: &str) -> usize {
        let of_lane = self.entries.values().filter(|entry| entry.announced.lane.name == lane);
        of_lane.map(|entry| entry.chunk).min().unwrap_or(1)
    }
}

fn handle<T: Task>(payload: Value, run: Run) -> BoxFuture<'static, Result<Outcome, Failure>> {
    async move {
        // What cannot be read today cannot be read tomorrow.
        let task: T = serde_json::from_value(payload).map_err(Failure::permanent)?;
        task.run(&run).await
    }
    .boxed()
}
