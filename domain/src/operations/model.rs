use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz};

use crate::jobs::{JobState, QueueStatus};
use crate::replica;
use crate::sources::{Service, SourceState};

/// How everything stood at a moment.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The moment.
    pub taken_at: DateTime<Utc>,
    /// What the database says; nothing when it does not answer.
    pub ledger: Option<Ledger>,
    /// What Redis says; nothing when it does not answer.
    pub redis: Option<RedisFacts>,
    /// Live events flow into this process.
    pub events: bool,
    /// Budgets can be had by this process.
    pub limits: bool,
    /// The process's connections to the database.
    pub pool: Pool,
    /// The replica as the process sees it; nothing if the installation has none.
    pub replica: Option<replica::State>,
}

/// What the database says. The work and the sources are left out while tables are missing.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The moment at which it was asked.
    pub taken_at: DateTime<Utc>,
    /// Of the database itself.
    pub facts: DatabaseFacts,
    /// Migrations that have not run.
    pub pending: usize,
    /// Jobs that are not over, and dead ones, by kind and state.
    pub jobs: Vec<Depth>,
    /// Events that wait to be published.
    pub outbox: Depth,
    /// Every service, visited or not.
    pub sources: Vec<SourceStanding>,
}

/// The database as its server sees it.
#[derive(Clone, Debug, QueryableByName)]
pub struct DatabaseFacts {
    /// Version of the server.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// Its name there.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Bytes that it takes.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// Connections to it, of all processes.
    #[diesel(sql_type = BigInt)]
    pub connections: i64,
    /// Connections that the server takes in all.
    #[diesel(sql_type = BigInt)]
    pub max_connections: i64,
}

/// How many there are of something that waits, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Depth {
    /// The kind of job; nothing for the outbox.
    #[diesel(sql_type = Nullable<Text>)]
    pub kind: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub(super) state: Option<i16>,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// Since when the one that has waited longest could have been done.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub oldest: Option<DateTime<Utc>>,
}

impl Depth {
    /// The state of the jobs.
    pub fn state(&self) -> Option<JobState> {
        self.state.and_then(JobState::of)
    }

    /// For how long the oldest has waited.
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        self.oldest.map_or(TimeDelta::zero(), |oldest| (now - oldest).max(TimeDelta::zero()))
    }
}

impl Ledger {
    /// The whole queue.
    pub fn queue(&self) -> QueueStatus {
        let mut queue = QueueStatus::default();
        for depth in &self.jobs {
            match depth.state() {
                Some(JobState::Queued) => queue.queued += depth.count,
                Some(JobState::Retrying) => queue.retrying += depth.count,
                Some(JobState::Running) => queue.running += depth.count,
                Some(JobState::Dead) => queue.dead += depth.count,
                _ => {}
            }
            queue.oldest_due = [queue.oldest_due, depth.oldest].into_iter().flatten().min();
        }
        queue
    }
}

/// The process's connections to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The most that it may open.
    pub limit: u32,
    /// Open ones.
    pub open: u32,
    /// Open ones that nobody uses.
    pub idle: u32,
    /// Operations that wait for one.
    pub waiting: usize,
}

/// Redis as it sees itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedisFacts {
    /// Its version.
    pub version: String,
    /// Bytes that it holds.
    pub bytes: Option<i64>,
    /// Connections to it, of all processes.
    pub clients: Option<i64>,
}

impl RedisFacts {
    /// Reads the answer to `INFO`.
    pub(super) fn of(info: &str) -> Self {
        let value = |key: &str| {
            let line = info.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
            line.map(str::trim)
        };
        let number = |key: &str| value(key).and_then(|text| text.parse().ok());
        Self {
            version: value("redis_version").unwrap_or("?").to_owned(),
            bytes: number("used_memory"),
            clients: number("connected_clients"),
        }
    }
}

/// Whether a service outside is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum BreakerState {
    /// It is asked.
    Closed,
    /// It failed too often: it is left alone for a while.
    Open,
    /// That while is over: the next answers decide.
    HalfOpen,
}

impl BreakerState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Closed, Self::Open, Self::HalfOpen];

    /// Its name in metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// A service, and what is known of it.
#[derive(Clone, Debug)]
pub struct SourceStanding {
    /// Which.
    pub service: Service,
    /// What is known; nothing if it was never visited.
    pub known: Option<SourceState>,
    /// The moment of the reading.
    pub taken_at: DateTime<Utc>,
}

impl SourceStanding {
    /// Whether it is asked.
    pub fn breaker(&self) -> BreakerState {
        match self.known.as_ref().and_then(|known| known.open_until) {
            None => BreakerState::Closed,
            Some(until) if until > self.taken_at => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// How long ago the last visit was that did not fail.
    pub fn age(&self) -> Option<TimeDelta> {
        Some(self.taken_at - self.known.as_ref()?.succeeded_at?)
    }

    /// Whether it was visited, but not with success for twice as long as its schedule wants.
    pub fn is_stale(&self) -> bool {
        let Some(known) = &self.known else { return false };
        // One without its key is not visited at all, and one that is bought by the piece has no schedule.
        let Some(every) = self.service.every() else { return false };
        let last = known.succeeded_at.unwrap_or(DateTime::UNIX_EPOCH);
        self.taken_at - last > every * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_redis_says_of_itself() {
        let facts =
            RedisFacts::of("# Server\r\nredis_version:7.0.15\r\nused_memory:123\r\nused_memory_human:1\r\n");
        assert_eq!(facts, RedisFacts { version: "7.0.15".to_owned(), bytes: Some(123), clients: None });
        assert_eq!(RedisFacts::of("").version, "?");
    }
}
