use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};

use crate::events::Hub;
use crate::limits::Limiter;
use crate::{Error, Result};

/// What a process holds for its whole life.
pub struct App {
    /// Connections for queries.
    pub db: Pool<AsyncPgConnection>,
    /// Where the database is: for connections of their own (imports, the relay).
    pub database_url: String,
    /// Live events.
    pub hub: Hub,
    /// What callers may spend.
    pub limiter: Limiter,
    queue: Queue,
}

/// Operations that wait for a connection. Beyond some the wait would end in vain, so it does not begin.
struct Queue {
    waiting: AtomicUsize,
    limit: usize,
}

impl Queue {
    /// How many may wait for each connection: some milliseconds' work.
    const EACH: usize = 8;

    fn enter(&self) -> Option<Waiting<'_>> {
        let step = |n: usize| (n < self.limit).then_some(n + 1);
        self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).ok().map(|_| Waiting(self))
    }
}

struct Waiting<'a>(&'a Queue);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where the stores are and how hard to use them.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Postgres, as a URL or a key-value string.
    pub database_url: String,
    /// Redis, as a URL (`redis://` or `redis+unix://`).
    pub redis_url: String,
    /// Prefix of all Redis keys and channels: installations may share a server.
    pub redis_prefix: String,
    /// Connections in the pool.
    pub pool_size: u32,
}

impl App {
    /// Makes the pool and starts the hub. Neither store needs to be up yet.
    pub fn start(settings: &Settings) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            db: crate::db::pool(&settings.database_url, settings.pool_size),
            database_url: settings.database_url.clone(),
            hub: Hub::start(&settings.redis_url, &settings.redis_prefix)?,
            limiter: Limiter::open(&settings.redis_url, &settings.redis_prefix)?,
            queue: Queue {
                waiting: AtomicUsize::new(0),
                limit: Queue::EACH * usize::try_from(settings.pool_size)?,
            },
        }))
    }
}

/// On whose behalf an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody in particular: public reads.
    Anonymous,
    /// The platform itself: a job, an import, an operator's command.
    Service,
}

/// The first argument of every domain operation: the process, the actor and the moment.
/// The api makes one a request, jobs one a run, the bot one a command.
#[derive(Clone)]
pub struct Ctx {
    app: Arc<App>,
    actor: Actor,
    now: DateTime<Utc>,
}

impl Ctx {
    /// A context for an operation that starts now.
    pub fn new(app: Arc<App>, actor: Actor) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place where an operation learns the time")]
        let now = Utc::now();
        Self { app, actor, now }
    }

    /// The same process and actor, a moment later: for each event of a long subscription.
    pub fn renewed(&self) -> Self {
        Self::new(self.app.clone(), self.actor)
    }

    /// The same process and actor at another moment: replays and simulated markets have their own time.
    pub fn at(&self, now: DateTime<Utc>) -> Self {
        Self { now, ..self.clone() }
    }

    /// When the operation began.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The process.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Live events.
    pub fn hub(&self) -> &Hub {
        &self.app.hub
    }

    /// A connection of the pool. Waits a bounded time, and not at all behind too many others, then fails
    /// as `Unavailable`.
    pub async fn conn(&self) -> Result<PooledConnection<'_, AsyncPgConnection>> {
        let _waiting = self.app.queue.enter().ok_or(Error::Unavailable("the database"))?;
        self.app.db.get().await.map_err(|error| {
            tracing::warn!(%error, "no database connection");
            Error::Unavailable("the database")
        })
    }

    /// Refuses everybody but the platform itself.
    pub fn require_service(&self) -> Result<()> {
        match self.actor {
            Actor::Service => Ok(()),
            Actor::Anonymous => Err(Error::NotFound("operation")),
        }
    }
}
