//! Starts the servers, watches them, stops them.

use std::path::PathBuf;
use std::process::Child;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use tokio::sync::watch;

use crate::place::Place;
use crate::postgres::{self, Postgres};
use crate::redis::{self, Redis};
use crate::{Durability, Search, percent_encoded};

const WATCH: Duration = Duration::from_millis(200);
/// Restarts within `WINDOW` before the supervisor gives up.
const RESTARTS: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);

/// Which servers, where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that everything lives in.
    pub state: PathBuf,
    /// `XDG_RUNTIME_DIR`: for sockets, when `state` has too long a name.
    pub runtime_dir: Option<PathBuf>,
    /// Where the programs are.
    pub search: Search,
    /// What a crash may cost.
    pub durability: Durability,
    /// Whether a Postgres is wanted.
    pub postgres: bool,
    /// Whether a Redis is wanted.
    pub redis: bool,
}

/// Running servers. Dropping this stops them.
pub struct Stores {
    place: Arc<Place>,
    has_postgres: bool,
    versions: Vec<String>,
    failed: watch::Receiver<Option<String>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Stores {
    /// Starts what is wanted and returns when it answers.
    pub fn start(options: Options) -> anyhow::Result<Self> {
        let place = Arc::new(Place::prepare(&options.state, options.runtime_dir.as_deref())?);
        let (stop, stopped) = channel();
        let (started, answer) = channel();
        let (fail, failed) = watch::channel(None);
        let has_postgres = options.postgres;
        let theirs = place.clone();
        // The kernel ends the children with the thread that made them: it has to live as long as they.
        let thread = std::thread::Builder::new().name("stores".into()).spawn(move || {
            match Servers::start(theirs, &options) {
                Ok((servers, versions)) => {
                    if started.send(Ok(versions)).is_ok() {
                        servers.watch(&stopped, &fail);
                    }
                }
                // The caller waits for the answer.
                Err(error) => drop(started.send(Err(error))),
            }
        })?;
        let versions = answer.recv().context("the supervisor ended")??;
        Ok(Self { place, has_postgres, versions, failed, stop: Some(stop), thread: Some(thread) })
    }

    /// Where the private Postgres has this database.
    pub fn postgres_url(&self, database: &str) -> String {
        postgres::url(&self.place, database)
    }

    /// Where the private Redis is.
    pub fn redis_url(&self) -> String {
        format!("redis+unix://{}", percent_encoded(&redis::socket(&self.place)).replace("%2F", "/"))
    }

    /// Makes a database unless it exists.
    pub async fn ensure_database(&self, name: &str) -> anyhow::Result<()> {
        postgres::ensure_database(&self.postgres_url("postgres"), name).await
    }

    /// Whether a Postgres is among them.
    pub fn has_postgres(&self) -> bool {
        self.has_postgres
    }

    /// The folders in use.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Name and version of what runs.
    pub fn versions(&self) -> &[String] {
        &self.versions
    }

    /// Waits until a server can no longer be kept running; says why.
    pub async fn failure(&self) -> anyhow::Error {
        let mut failed = self.failed.clone();
        match failed.wait_for(Option::is_some).await {
            Ok(reason) => anyhow!(reason.clone().unwrap_or_default()),
            Err(_) => anyhow!("the supervisor of Postgres and Redis ended"),
        }
    }

    /// Stops the servers and waits for them.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the supervisor of Postgres and Redis panicked");
        }
    }
}

impl Drop for Stores {
    fn drop(&mut self) {
        self.end();
    }
}

type Restart = Box<dyn Fn(&Place) -> anyhow::Result<Child>>;

struct Server {
    name: &'static str,
    child: Child,
    restart: Restart,
    stop: fn(&mut Child),
    restarts: Vec<Instant>,
}

struct Servers {
    place: Arc<Place>,
    servers: Vec<Server>,
}

impl Servers {
    fn start(place: Arc<Place>, options: &Options) -> anyhow::Result<(Self, Vec<String>)> {
        let mut all = Self { place, servers: Vec::new() };
        let mut versions = Vec::new();
        if options.redis {
            let redis = Redis::prepare(&all.place, &options.search, options.durability)?;
            versions.push(format!("Redis {}", redis.found.version));
            all.add("Redis", redis::stop, Box::new(move |place| redis.start(place)))?;
        }
        if options.postgres {
            let postgres = Postgres::prepare(&all.place, &options.search, options.durability)?;
            versions.push(format!("Postgres {}", postgres.found.version));
            all.add("Postgres", postgres::stop, Box::new(move |place| postgres.start(place)))?;
        }
        Ok((all, versions))
    }

    fn add(&mut self, name: &'static str, stop: fn(&mut Child), restart: Restart) -> anyhow::Result<()> {
        let child = restart(&self.place)?;
        self.servers.push(Server { name, child, restart, stop, restarts: Vec::new() });
        Ok(())
    }

    /// Until the owner lets go: a server that ended is started again.
    fn watch(mut self, stopped: &Receiver<()>, fail: &watch::Sender<Option<String>>) {
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(WATCH) {
            for server in &mut self.servers {
                if let Err(error) = server.check(&self.place) {
                    tracing::error!(server = server.name, error = format!("{error:#}"), "gave up");
                    fail.send_replace(Some(format!("{error:#}")));
                    return;
                }
            }
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.servers.iter_mut().rev().for_each(|server| (server.stop)(&mut server.child));
    }
}

impl Server {
    fn check(&mut self, place: &Place) -> anyhow::Result<()> {
        let Some(status) = self.child.try_wait()? else { return Ok(()) };
        self.restarts.retain(|at| at.elapsed() < WINDOW);
        if self.restarts.len() >= RESTARTS {
            anyhow::bail!("{} ended {RESTARTS} times within a minute, at last with {status}", self.name);
        }
        self.restarts.push(Instant::now());
        tracing::warn!(server = self.name, %status, "ended; starting it again");
        self.child = (self.restart)(place)?;
        tracing::info!(server = self.name, "answers again");
        Ok(())
    }
}
