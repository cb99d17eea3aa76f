use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, SubsecRound, Utc};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};

use crate::accounts::{Auth, AuthSettings};
use crate::actor::{Actor, Origin};
use crate::events::Hub;
use crate::jobs::Backlog;
use crate::limits::Limiter;

use crate::operations::{self, Metrics, Watched};
use crate::replica::Replica;
use crate::similar::Neighbours;
use crate::{Error, Result, SignedIn, UserId};

/// What a process holds for its whole life.
pub struct App {
    /// Connections for queries.
    pub db: Pool<AsyncPgConnection>,
    /// Where the database is: for connections of their own (imports, the relay).
    pub database_url: String,
    /// Live events.
    pub hub: Hub,
    /// What logins need: keys, the pool that hashes passwords.
    pub auth: Auth,
    /// What callers may spend.
    pub limiter: Limiter,
    replica: Option<Replica>,
    /// What it counts as it works.
    pub metrics: Arc<Metrics>,
    pub(crate) watched: Watched,
    pub(crate) backlog: Backlog,
    pub(crate) similar: Neighbours,
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
    /// A streaming replica of it that queries may be read from.
    pub replica_url: Option<String>,
    /// Redis, as a URL (`redis://` or `redis+unix://`).
    pub redis_url: String,
    /// Prefix of all Redis keys and channels: installations may share a server.
    pub redis_prefix: String,
    /// Connections in the pool.
    pub pool_size: u32,
    /// Of logins and tokens.
    pub auth: AuthSettings,
}

impl App {
    /// Makes the pool and starts the hub. Neither store needs to be up yet.
    pub fn start(settings: &Settings) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            db: crate::db::pool(&settings.database_url, settings.pool_size),
            database_url: settings.database_url.clone(),
            hub: Hub::start(&settings.redis_url, &settings.redis_prefix)?,
            auth: Auth::new(settings.auth.clone())?,
            limiter: Limiter::open(&settings.redis_url, &settings.redis_prefix)?,
            replica: settings.replica_url.as_ref().map(|url| Replica::new(url, settings.pool_size)),
            metrics: Arc::default(),
            watched: Watched::default(),
            backlog: Backlog::default(),
            similar: Neighbours::default(),
            queue: Queue {
                waiting: AtomicUsize::new(0),
                limit: Queue::EACH * usize::try_from(settings.pool_size)?,
            },
        }))
    }

    /// What queries may be read from beside the primary.
    pub fn replica(&self) -> Option<&Replica> {
        self.replica.as_ref()
    }
}

impl App {
    /// How its connections are used.
    pub(crate) fn pool(&self) -> operations::Pool {
        let state = self.db.state();
        operations::Pool {
            limit: u32::try_from(self.queue.limit / Queue::EACH).unwrap_or(u32::MAX),
            open: state.connections,
            idle: state.idle_connections,
            waiting: self.queue.waiting.load(Ordering::Relaxed),
        }
    }
}

/// The first argument of every domain operation: the process, the actor and the moment.
/// The api makes one a request, jobs one a run, the bot one a command.
#[derive(Clone)]
pub struct Ctx {
    app: Arc<App>,
    actor: Actor,
    origin: Option<Arc<Origin>>,
    now: DateTime<Utc>,
    reads_replica: bool,
    let_in: Arc<OnceLock<UserId>>,
}

impl Ctx {
    /// A context for an operation that starts now.
    pub fn new(app: Arc<App>, actor: Actor) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place where an operation learns the time")]
        let now = Utc::now();
        // As exact as Postgres keeps it, so that what was stored compares equal.
        let now = now.trunc_subsecs(6);
        Self { app, actor, origin: None, now, reads_replica: false, let_in: Arc::default() }
    }

    /// The same, from somewhere in particular.
    pub fn with_origin(self, origin: Arc<Origin>) -> Self {
        Self { origin: Some(origin), ..self }
    }

    /// The same process and actor, a moment later: for each event of a long subscription.
    pub fn renewed(&self) -> Self {
        Self { now: Self::new(self.app.clone(), self.actor).now, ..self.clone() }
    }

    /// The same process and actor at another moment: replays and simulated markets have their own time.
    pub fn at(&self, now: DateTime<Utc>) -> Self {
        Self { now, ..self.clone() }
    }

    /// The same, reading from the replica or not.
    pub fn with_replica(self, reads_replica: bool) -> Self {
        Self { reads_replica, ..self }
    }

    /// Whether it reads from the replica.
    pub fn reads_replica(&self) -> bool {
        self.reads_replica
    }

    /// Notes whom an operation of nobody's lets in.
    pub(crate) fn lets_in(&self, user: UserId) {
        // One operation opens one session.
        self.let_in.get_or_init(|| user);
    }

    /// Whom an operation of nobody's has let in.
    pub(crate) fn let_in(&self) -> Option<UserId> {
        self.let_in.get().copied()
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

    /// A connection of the primary's pool, or of the replica's if this may read from it. Waits a bounded time, and not at all behind too many others, then fails
    /// as `Unavailable`.
    pub async fn conn(&self) -> Result<PooledConnection<'_, AsyncPgConnection>> {
        let _waiting = self.app.queue.enter().ok_or(Error::Unavailable("the database"))?;
        if let Some(replica) = self.app.replica.as_ref().filter(|_| self.reads_replica)
            && let Some(conn) = replica.conn().await
        {
            return Ok(conn);
        }
        self.app.db.get().await.map_err(|error| {
            tracing::warn!(%error, "no database connection");
            Error::Unavailable("the database")
        })
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Where the operation came from; nothing for the platform's own work.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_deref()
    }

    /// What logins need.
    pub(crate) fn auth(&self) -> &Auth {
        &self.app.auth
    }

    /// A person who is logged in.
    pub fn signed_in(&self) -> Result<SignedIn> {
        self.actor.signed_in()
    }

    /// The user whose things may be read.
    pub fn reader(&self) -> Result<UserId> {
        self.actor.reader()
    }

    /// The user whose things may be changed.
    pub fn writer(&self) -> Result<UserId> {
        self.actor.writer()
    }

    /// Those who run the platform: an admin in person, or the platform itself.
    pub fn require_operator(&self) -> Result<()> {
        self.actor.require_operator()
    }

    /// Refuses everybody but the platform itself.
    pub fn require_service(&self) -> Result<()> {
        self.actor.require_service()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_wait_for_a_connection_and_not_one_more() {
        let queue = Queue { waiting: AtomicUsize::new(0), limit: 2 * Queue::EACH };
        let mut waiting: Vec<_> = (0..16).map(|_| queue.enter().unwrap()).collect();
        assert!(queue.enter().is_none());
        waiting.pop();
        waiting.push(queue.enter().unwrap());
        assert!(queue.enter().is_none());
        drop(waiting);
        assert_eq!(queue.waiting.load(Ordering::Relaxed), 0);
    }
}
