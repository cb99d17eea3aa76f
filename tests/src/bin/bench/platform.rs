//! The platform under test: private stores, and the real program as a process of its own.

use domain::accounts::{AuthSettings, Secrets};
use domain::jobs::JobState;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use stores::{Durability, Options, Stores};
use tokio_postgres::Client;

const DATABASE: &str = "bench";
/// The database that raw copies go to.
pub const COPIES: &str = "bench_copies";

/// Stores and processes that end with this.
pub struct Platform {
    stores: Stores,
    folder: Folder,
    program: PathBuf,
    port: u16,
    running: Vec<Child>,
}

/// What a finished process took.
pub struct Ran {
    pub seconds: f64,
    /// The most memory it held, in bytes.
    pub peak: u64,
}

impl Platform {
    /// Starts the stores and makes an empty, migrated database.
    pub async fn start() -> anyhow::Result<Self> {
        let own = std::env::current_exe()?;
        let program = own.with_file_name("dualcaster");
        ensure!(program.exists(), "{} is not built", program.display());
        let folder = std::env::temp_dir().join(format!("dualcaster-bench-{}", std::process::id()));
        let stores = Stores::start(Options {
            state: folder.clone(),
            runtime_dir: None,
            search: tests::search(),
            durability: Durability::Durable,
            postgres: true,
            redis: true,
        })?;
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        println!("{}\n", stores.versions().join(", "));
        let platform = Self { stores, folder: Folder(folder), program, port, running: Vec::new() };
        for database in [DATABASE, COPIES] {
            platform.database(database).await?;
        }
        // What is measured must not be what one address may spend.
        let limitless = "UPDATE rate_tiers SET burst = 2000000000, per_second = 1000000000";
        platform.sql().await?.batch_execute(limitless).await?;
        Ok(platform)
    }

    /// A folder for files of the run.
    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// Where the log of Postgres is.
    pub fn postgres_log(&self) -> PathBuf {
        self.stores.place().log("postgres")
    }

    /// A migrated database, made if it is not there. Returns where it is.
    pub async fn database(&self, name: &str) -> anyhow::Result<String> {
        self.stores.ensure_database(name).await?;
        let url = self.stores.postgres_url(name);
        domain::db::migrate(&url).await?;
        Ok(url)
    }

    /// Where a database is.
    pub fn database_url(&self, database: &str) -> String {
        self.stores.postgres_url(database)
    }

    /// A connection to the platform's database.
    pub async fn sql(&self) -> anyhow::Result<Client> {
        Ok(domain::db::dedicated(&self.database_url(DATABASE)).await?)
    }

    /// The platform in this process, over the same stores.
    pub fn settings(&self) -> domain::Settings {
        domain::Settings {
            database_url: self.database_url(DATABASE),
            replica_url: None,
            redis_url: self.stores.redis_url(),
            redis_prefix: "bench".to_owned(),
            pool_size: 4,
            auth: AuthSettings::new("http://localhost:8080".to_owned(), Secrets::random()),
        }
    }

    /// Where the API listens.
    pub fn address(&self) -> (&'static str, u16) {
        ("127.0.0.1", self.port)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env("DATABASE_URL", self.database_url(DATABASE))
            .env("REDIS_URL", self.stores.redis_url())
            .env("DUALCASTER_REDIS_PREFIX", "bench")
            .env("DUALCASTER_STATE_DIR", self.folder.0.join("state"))
            .env("PORT", self.port.to_string())
            .env("DUALCASTER_LOG", "warn")
            .env("DUALCASTER_OFFLINE", "true")
            .stdout(Stdio::null());
        command
    }

    /// Runs `dualcaster import` to its end.
    pub async fn import(&self, files: &[PathBuf]) -> anyhow::Result<Ran> {
        let began = Instant::now();
        let mut child = self.command().arg("import").args(files).spawn()?;
        let mut peak = 0;
        let status = loop {
            // The kernel keeps the highest value, so that only what comes after the last look is missed.
            peak = peak.max(memory(child.id(), "VmHWM").unwrap_or_default());
            if let Some(status) = child.try_wait()? {
                break status;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        ensure!(status.success(), "dualcaster import {files:?}: {status}");
        Ok(Ran { seconds: began.elapsed().as_secs_f64(), peak })
    }

    /// Starts the API and the workers, each a process, and waits until they answer.
    pub async fn serve(&mut self) -> anyhow::Result<()> {
        for role in ["jobs", "api"] {
            self.running.push(self.command().arg(role).spawn()?);
        }
        let ready = format!("http://127.0.0.1:{}/health/ready", self.port);
        let deadline = Instant::now() + Duration::from_secs(30);
        while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
            ensure!(Instant::now() < deadline, "the API does not get ready");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.idle().await
    }

    /// Waits until no job is due: what an import leaves to the workers would take a core from whatever
    /// is measured first.
    async fn idle(&self) -> anyhow::Result<()> {
        let sql = self.sql().await?;
        let due = "SELECT count(*) FROM jobs WHERE state <= $1 AND (run_at <= now() OR state = $1)";
        let running = JobState::Running as i16;
        let deadline = Instant::now() + Duration::from_secs(300);
        while sql.query_one(due, &[&running]).await?.get::<_, i64>(0) > 0 {
            ensure!(Instant::now() < deadline, "the workers do not come to rest");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Bytes that the API holds in memory now.
    pub fn api_memory(&self) -> anyhow::Result<u64> {
        let api = self.running.last().context("the API does not run")?;
        memory(api.id(), "VmRSS").context("no memory of the API's process can be read")
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        for child in &mut self.running {
            // It may have ended already; then there is nothing to end.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A folder that goes when the stores in it have ended.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("bench: {}: {error}", self.0.display());
        }
    }
}

/// A line of `/proc/<pid>/status`, in bytes; `None` where there is no such file.
fn memory(process: u32, line: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let value = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'))?;
    Some(value.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
