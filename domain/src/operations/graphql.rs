use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::model::{BreakerState, DatabaseFacts, Ledger, RedisFacts, SourceStanding, Standing};
use super::ops;
use crate::jobs::{self, QueueStatus, Schedule};
use crate::{Ctx, replica};

/// The database, and the connections of the process that answers.
#[derive(SimpleObject)]
pub struct DatabaseHealth {
    /// Whether it answers.
    reachable: bool,
    /// Version of the server; null when it does not answer.
    version: Option<String>,
    /// The database's name there.
    name: Option<String>,
    /// Bytes that it takes.
    bytes: Option<f64>,
    /// Connections to it, of all processes.
    connections: Option<i64>,
    /// Connections that the server takes in all.
    max_connections: Option<i64>,
    /// Migrations that have not run; null when it does not answer.
    migrations_pending: Option<i32>,
    /// Connections that the process which answers has open.
    pool_open: i32,
    /// Those of them that nobody uses.
    pool_idle: i32,
    /// The most that it may open.
    pool_limit: i32,
    /// Operations of it that wait for a connection.
    pool_waiting: i32,
}

/// Whether queries are read from the replica.
#[derive(Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum ReplicaState {
    /// They are, where it has what their caller wrote.
    InUse,
    /// They are not: it is too far behind.
    Lagging,
    /// They are not: it does not answer, or follows another primary.
    Away,
}

/// The streaming replica of the database, as the process that answers sees it.
#[derive(SimpleObject)]
pub struct ReplicaHealth {
    /// Whether queries are read from it.
    state: ReplicaState,
    /// Seconds that it is behind the primary: at most while it is in use, at least while it lags. Null when
    /// it is away.
    lag_seconds: Option<f64>,
    /// Why it is away.
    reason: Option<String>,
}

impl From<replica::State> for ReplicaHealth {
    fn from(state: replica::State) -> Self {
        let (state, lag, reason) = match state {
            replica::State::InUse(lag) => (ReplicaState::InUse, Some(lag), None),
            replica::State::Lagging(lag) => (ReplicaState::Lagging, Some(lag), None),
            replica::State::Away(reason) => (ReplicaState::Away, None, Some(reason)),
        };
        Self { state, lag_seconds: lag.map(|lag| lag.as_secs_f64()), reason }
    }
}

/// Redis: live events, budgets and locks.
#[derive(SimpleObject)]
pub struct RedisHealth {
    /// Whether it answers.
    reachable: bool,
    /// Its version; null when it does not answer.
    version: Option<String>,
    /// Bytes that it holds.
    bytes: Option<f64>,
    /// Connections to it, of all processes.
    clients: Option<i64>,
    /// Whether live events flow into the process that answers.
    events: bool,
    /// Whether that process can have budgets; without them dear requests and writes are refused.
    limits: bool,
}

/// Events on their way from the database to Redis.
#[derive(SimpleObject)]
pub struct OutboxHealth {
    /// How many wait.
    waiting: i64,
    /// Since when the oldest waits; null when none does.
    oldest_at: Option<DateTime<Utc>>,
}

/// Jobs of a kind that are not over, or dead.
#[derive(SimpleObject)]
pub struct TaskBacklog {
    /// The kind.
    task: String,
    /// How they stand.
    state: jobs::JobState,
    /// How many.
    count: i64,
    /// Since when the one has been due that has waited longest; null when none is due.
    oldest_due: Option<DateTime<Utc>>,
}

/// A service outside: how fresh what we have of it is.
#[Object(name = "SourceHealth")]
impl SourceStanding {
    /// Its short name, as commands know it.
    async fn name(&self) -> &str {
        self.service.name()
    }

    /// When the last visit began; null before the first.
    async fn visited_at(&self) -> Option<DateTime<Utc>> {
        Some(self.known.as_ref()?.visited_at)
    }

    /// When a visit last did not fail.
    async fn succeeded_at(&self) -> Option<DateTime<Utc>> {
        self.known.as_ref()?.succeeded_at
    }

    /// When a visit last failed.
    async fn failed_at(&self) -> Option<DateTime<Utc>> {
        self.known.as_ref()?.failed_at
    }

    /// When the service said what we have of it.
    async fn observed_at(&self) -> Option<DateTime<Utc>> {
        self.known.as_ref()?.observed_at
    }

    /// Of what kind the last failure was, in a word; null once a visit has succeeded since.
    async fn fault(&self) -> Option<&str> {
        self.known.as_ref()?.fault.as_deref()
    }

    /// What happened then.
    async fn error(&self) -> Option<&str> {
        self.known.as_ref()?.error.as_deref()
    }

    /// Why the last visit brought less than it should have, though it did not fail.
    async fn degraded(&self) -> Option<&str> {
        self.known.as_ref()?.degraded.as_deref()
    }

    /// Whether no visit has succeeded for twice as long as its schedule wants. Never of what was never visited.
    async fn stale(&self) -> bool {
        self.is_stale()
    }

    /// Whether it is asked.
    #[graphql(name = "breaker")]
    async fn breaker_state(&self) -> BreakerState {
        self.breaker()
    }

    /// Until when it is left alone, while its breaker is open.
    async fn open_until(&self) -> Option<DateTime<Utc>> {
        self.known.as_ref()?.open_until
    }

    /// Failures in a row.
    async fn failures(&self) -> i32 {
        self.known.as_ref().map_or(0, |known| known.failures)
    }

    /// Rows of the last visit that brought any.
    async fn rows(&self) -> i64 {
        self.known.as_ref().map_or(0, |known| known.rows)
    }

    /// Those that were matched.
    async fn matched(&self) -> i64 {
        self.known.as_ref().map_or(0, |known| known.matched)
    }

    /// Products that belong to no printing of ours.
    async fn unmatched(&self) -> i64 {
        self.known.as_ref().map_or(0, |known| known.unmatched)
    }

    /// Rows that changed something.
    async fn changed(&self) -> i64 {
        self.known.as_ref().map_or(0, |known| known.changed)
    }
}

pub struct SystemHealth(Arc<Standing>);

impl SystemHealth {
    fn ledger(&self) -> Option<&Ledger> {
        self.0.ledger.as_ref()
    }

    /// The ledger, once it has the work and the sources in it.
    fn whole(&self) -> Option<&Ledger> {
        self.ledger().filter(|ledger| ledger.pending == 0)
    }
}

/// How the platform stands: a reading of its stores, its work and its sources, a few seconds old at most.
#[Object(name = "SystemHealth")]
impl SystemHealth {
    /// The moment of the reading.
    async fn taken_at(&self) -> DateTime<Utc> {
        self.0.taken_at
    }

    /// The database.
    async fn database(&self) -> DatabaseHealth {
        let (facts, pool) = (self.ledger().map(|ledger| ledger.facts.clone()), self.0.pool);
        let reachable = facts.is_some();
        let (version, name, bytes, connections, max_connections) = match facts {
            Some(DatabaseFacts { version, name, bytes, connections, max_connections }) => {
                (Some(version), Some(name), Some(bytes as f64), Some(connections), Some(max_connections))
            }
            None => Default::default(),
        };
        DatabaseHealth {
            reachable,
            version,
            name,
            bytes,
            connections,
            max_connections,
            migrations_pending: self.ledger().map(|ledger| number(ledger.pending)),
            pool_open: number(pool.open),
            pool_idle: number(pool.idle),
            pool_limit: number(pool.limit),
            pool_waiting: number(pool.waiting),
        }
    }

    /// The database's replica; null if the installation has none.
    async fn replica(&self) -> Option<ReplicaHealth> {
        self.0.replica.clone().map(Into::into)
    }

    /// Redis.
    async fn redis(&self) -> RedisHealth {
        let facts = self.0.redis.clone();
        let reachable = facts.is_some();
        let RedisFacts { version, bytes, clients } = facts.unwrap_or_default();
        let (events, limits) = (self.0.events, self.0.limits);
        let (version, bytes) = (reachable.then_some(version), bytes.map(|bytes| bytes as f64));
        RedisHealth { reachable, version, bytes, clients, events, limits }
    }

    /// The queue; null when the database does not tell.
    async fn queue(&self) -> Option<QueueStatus> {
        self.whole().map(Ledger::queue)
    }

    /// The queue by kind and state; empty when nothing waits.
    async fn backlog(&self) -> Vec<TaskBacklog> {
        let jobs = self.whole().map(|ledger| ledger.jobs.as_slice()).unwrap_or_default();
        let backlog = |depth: &super::Depth| {
            let (task, state) = (depth.kind.clone()?, depth.state()?);
            Some(TaskBacklog { task, state, count: depth.count, oldest_due: depth.oldest })
        };
        jobs.iter().filter_map(backlog).collect()
    }

    /// Events on their way to those who listen; null when the database does not tell.
    async fn outbox(&self) -> Option<OutboxHealth> {
        let outbox = &self.whole()?.outbox;
        Some(OutboxHealth { waiting: outbox.count, oldest_at: outbox.oldest })
    }

    /// Every service outside, visited or not; empty when the database does not tell.
    async fn sources(&self) -> &[SourceStanding] {
        self.whole().map(|ledger| ledger.sources.as_slice()).unwrap_or_default()
    }

    /// Everything that runs by the clock, with its last run; null when the database does not tell.
    async fn schedules(&self, ctx: &Context<'_>) -> Option<Vec<Schedule>> {
        self.whole()?;
        let schedules = jobs::schedules(ctx.data_unchecked::<Ctx>()).await;
        crate::error::soft(ctx, schedules.map(Some))
    }
}

fn number(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}

/// Reads of how the platform stands.
#[derive(Default)]
pub struct Query;

#[Object(name = "OperationsQuery")]
impl Query {
    /// How the platform stands: stores, queue, sources, schedules. Answers even when a store is away. For admins.
    async fn system_health(&self, ctx: &Context<'_>) -> Result<SystemHealth> {
        Ok(SystemHealth(ops::standing(ctx.data_unchecked()).await?))
    }
}
