use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::TimeDelta;
use prometheus_client::encoding::text::{encode, encode_registry};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry, Unit};

use super::model::{BreakerState, Standing};
use crate::jobs::JobState;
use crate::replica;

const PREFIX: &str = "dualcaster";

/// Seconds of a request, or of an operation of GraphQL.
const QUICK: [f64; 11] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Seconds of a job's run.
const LONG: [f64; 8] = [0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0];

/// How a run of a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// With a result: `SUCCEEDED`, `DEGRADED` or `NOTHING_TO_DO`.
    As(JobState),
    /// By an error.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// Not finished, given back or taken away.
    Released,
}

impl EncodeLabelValue for Ended {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> Result<(), std::fmt::Error> {
        let word = match self {
            Self::As(JobState::Succeeded) => "succeeded",
            Self::As(JobState::Degraded) => "degraded",
            Self::As(JobState::NothingToDo) => "nothing_to_do",
            Self::As(_) => "other",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Released => "released",
        };
        EncodeLabelValue::encode(&word, encoder)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Way {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    operation: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Finished {
    task: &'static str,
    outcome: Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Task {
    task: &'static str,
}

type Timed<L> = Family<L, Histogram, fn() -> Histogram>;

fn quick() -> Histogram {
    Histogram::new(QUICK)
}

fn long() -> Histogram {
    Histogram::new(LONG)
}

/// What this process counts as it works. Labels come from lists in the program, never from callers.
pub struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    request_seconds: Timed<Way>,
    operations: Family<Answered, Counter>,
    operation_seconds: Timed<Operation>,
    sockets: Gauge,
    subscriptions: Gauge,
    finished: Family<Finished, Counter>,
    run_seconds: Timed<Task>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut made = Self {
            registry: Registry::with_prefix(PREFIX),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(quick),
            operations: Family::default(),
            operation_seconds: Family::new_with_constructor(quick),
            sockets: Gauge::default(),
            subscriptions: Gauge::default(),
            finished: Family::default(),
            run_seconds: Family::new_with_constructor(long),
        };
        let r = &mut made.registry;
        r.register("http_requests", "Requests, by the route that took them", made.requests.clone());
        let help = "Time until the head of the answer";
        r.register_with_unit("http_request", help, Unit::Seconds, made.request_seconds.clone());
        let help = "GraphQL operations by type; the outcome is ok, errors, or the code of the refusal";
        r.register("graphql_operations", help, made.operations.clone());
        let help = "Execution of queries and mutations";
        r.register_with_unit("graphql_operation", help, Unit::Seconds, made.operation_seconds.clone());
        r.register("sockets", "Open WebSockets and event streams", made.sockets.clone());
        r.register("subscriptions", "Subscriptions that are followed", made.subscriptions.clone());
        r.register("job_runs", "Runs of jobs that ended in this process", made.finished.clone());
        r.register_with_unit("job_run", "Runs of jobs", Unit::Seconds, made.run_seconds.clone());
        made
    }
}

/// One more for as long as it lives.
pub struct Open(Gauge);

impl Open {
    fn of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// A request was answered. The route is the router's own pattern.
    pub fn request(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let way = Way { method, route: route.to_owned() };
        self.request_seconds.get_or_create(&way).observe(took.as_secs_f64());
        self.requests.get_or_create(&Asked { method, route: way.route, status }).inc();
    }

    /// An operation of GraphQL was executed or refused.
    pub fn operation(&self, operation: &'static str, outcome: &'static str) {
        self.operations.get_or_create(&Answered { operation, outcome }).inc();
    }

    /// How long its execution took.
    pub fn executed(&self, operation: &'static str, took: Duration) {
        self.operation_seconds.get_or_create(&Operation { operation }).observe(took.as_secs_f64());
    }

    /// A socket is open.
    pub fn socket(&self) -> Open {
        Open::of(&self.sockets)
    }

    /// A subscription is followed.
    pub fn subscription(&self) -> Open {
        Open::of(&self.subscriptions)
    }

    /// A run of a job ended.
    pub fn ran(&self, task: &'static str, outcome: Ended, took: Duration) {
        self.finished.get_or_create(&Finished { task, outcome }).inc();
        self.run_seconds.get_or_create(&Task { task }).observe(took.as_secs_f64());
    }

    /// All that was counted, and how everything stands, in the text format of OpenMetrics.
    pub(super) fn render(&self, standing: &Standing) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode(&mut text, &Moment::of(standing).0)?;
        Ok(text)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Waiting {
    task: String,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Source {
    source: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Breaker {
    source: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Used {
    state: &'static str,
}

type Seconds = Gauge<f64, AtomicU64>;

/// Gauges of one reading.
struct Moment(Registry);

impl Moment {
    fn of(standing: &Standing) -> Self {
        let mut made = Self(Registry::with_prefix(PREFIX));
        made.stores(standing);
        if let Some(ledger) = &standing.ledger {
            let bytes = Gauge::<i64>::default();
            bytes.set(ledger.facts.bytes);
            made.0.register_with_unit("database_size", "Size of the database", Unit::Bytes, bytes);
            made.plain("database_connections", "Connections of all processes", ledger.facts.connections);
            made.plain("migrations_pending", "Migrations that have not run", count(ledger.pending));
            made.work(standing, ledger);
            made.sources(ledger);
        }
        made
    }

    fn plain(&mut self, name: &str, help: &str, value: i64) {
        let gauge = Gauge::<i64>::default();
        gauge.set(value);
        self.0.register(name, help, gauge);
    }

    fn family<L>(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (L, i64)>)
    where
        L: Clone + Eq + std::hash::Hash + EncodeLabelSet + std::fmt::Debug + Send + Sync + 'static,
    {
        let family = Family::<L, Gauge>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).set(value);
        }
        self.0.register(name, help, family);
    }

    fn seconds<L>(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (L, TimeDelta)>)
    where
        L: Clone + Eq + std::hash::Hash + EncodeLabelSet + std::fmt::Debug + Send + Sync + 'static,
        Family<L, Seconds>: Metric,
    {
        let family = Family::<L, Seconds>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).set(value.as_seconds_f64());
        }
        self.0.register_with_unit(name, help, Unit::Seconds, family);
    }

    fn stores(&mut self, standing: &Standing) {
        let pool = standing.pool;
        self.plain("database_up", "The database answers", standing.ledger.is_some().into());
        self.plain("redis_up", "Redis answers", standing.redis.is_some().into());
        self.plain("live_events_up", "Live events flow into this process", standing.events.into());
        self.plain("budgets_up", "Budgets can be had by this process", standing.limits.into());
        self.plain("database_pool_limit", "The most connections that this process opens", pool.limit.into());
        let used = i64::from(pool.open) - i64::from(pool.idle);
        if let Some(state) = &standing.replica {
            let (used, lag) = match state {
                replica::State::InUse(lag) => (true, Some(lag)),
                replica::State::Lagging(lag) => (false, Some(lag)),
                replica::State::Away(_) => (false, None),
            };
            self.plain("replica_in_use", "Queries are read from the replica", used.into());
            if let Some(lag) = lag {
                let help = "How far the replica is behind the primary";
                let known = Seconds::default();
                known.set(lag.as_secs_f64());
                self.0.register_with_unit("replica_lag", help, Unit::Seconds, known);
            }
        }
        let states = [("idle", pool.idle.into()), ("used", used)];
        let help = "Open connections of this process";
        self.family("database_pool_connections", help, states.map(|(state, n)| (Used { state }, n)));
        let help = "Operations of this process that wait for a connection";
        self.plain("database_pool_waiting", help, count(pool.waiting));
    }

    fn work(&mut self, standing: &Standing, ledger: &super::Ledger) {
        let label = |depth: &super::Depth| {
            let state = match depth.state()? {
                JobState::Queued => "queued",
                JobState::Retrying => "retrying",
                JobState::Running => "running",
                JobState::Dead => "dead",
                _ => return None,
            };
            Some(Waiting { task: depth.kind.clone()?, state })
        };
        let jobs = || ledger.jobs.iter().filter_map(|depth| Some((label(depth)?, depth)));
        self.family("queue_jobs", "Jobs that are not over, and dead ones", jobs().map(|(l, d)| (l, d.count)));
        let due = jobs().filter(|(_, depth)| depth.oldest.is_some());
        let ages = due.map(|(label, depth)| (label, depth.age(ledger.taken_at)));
        self.seconds("queue_oldest_age", "For how long the oldest has been due", ages);
        let queue = ledger.queue();
        self.plain("dead_letters", "Jobs that wait for an operator", queue.dead);
        self.plain("outbox_events", "Events that wait to be published", ledger.outbox.count);
        let lag = Seconds::default();
        lag.set(ledger.outbox.age(standing.taken_at).as_seconds_f64());
        self.0.register_with_unit("outbox_lag", "Age of the oldest event that waits", Unit::Seconds, lag);
    }

    fn sources(&mut self, ledger: &super::Ledger) {
        let visited = || ledger.sources.iter().filter(|source| source.known.is_some());
        let ages = visited().filter_map(|one| Some((Source { source: one.service.name() }, one.age()?)));
        self.seconds("source_last_success_age", "Since the last visit that did not fail", ages);
        let breakers = visited().flat_map(|one| {
            let (source, now) = (one.service.name(), one.breaker());
            BreakerState::ALL.map(|state| (Breaker { source, state: state.word() }, (state == now).into()))
        });
        self.family("source_breaker", "1 for the state that a source's breaker is in", breakers);
        let unmatched = visited()
            .filter_map(|one| Some((Source { source: one.service.name() }, one.known.as_ref()?.unmatched)));
        self.family("source_unmatched", "Products of the last visit without a printing", unmatched);
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
