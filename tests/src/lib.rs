//! The platform in a test: a database of its own, cloned from a migrated template, and a Redis
//! prefix of its own, on servers that the whole run shares.

pub mod collector;
pub mod discord;
pub mod providers;
pub mod replica;
pub mod scryfall;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use domain::accounts::{AuthSettings, Secrets};
use domain::{Actor, App, Ctx, Reader, Settings};
use serde_json::Value;
use stores::{Durability, Options, Search, Stores};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

/// The database that tests copy. Nobody may connect to it.
pub const TEMPLATE: &str = "dualcaster_template";

/// One running platform.
pub struct TestApp {
    /// The process as `api` and `jobs` hold it.
    pub app: Arc<App>,
    /// Where its stores are.
    pub settings: Settings,
    database: Database,
    sql: Client,
}

impl TestApp {
    /// A platform with an empty, migrated database. Panics when the stores are not there: no test can go on.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start(change).await.expect("a platform to test")
    }

    /// Another process of the same installation.
    pub fn another(&self) -> Arc<App> {
        App::start(&self.settings).expect("another process")
    }

    /// As `new`, with a Redis that the test may stop.
    pub async fn with_redis(redis: &OwnRedis) -> Self {
        Self::with(|settings| settings.redis_url.clone_from(&redis.url)).await
    }

    async fn start(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let database = Database::create(Some(TEMPLATE)).await?;
        let mut settings = Settings {
            database_url: database.url.clone(),
            replica_url: None,
            redis_url: variable("TEST_REDIS_URL")?,
            redis_prefix: database.name.clone(),
            pool_size: 8,
            auth: AuthSettings::new("http://localhost:8080".to_owned(), Secrets::random()),
        };
        change(&mut settings);
        let app = App::start(&settings)?;
        let sql = domain::db::dedicated(&settings.database_url).await?;
        Ok(Self { app, settings, database, sql })
    }

    /// A context of the platform itself.
    pub fn ctx(&self) -> Ctx {
        Ctx::new(self.app.clone(), Actor::Service)
    }

    /// A context of an anonymous visitor.
    pub fn visitor(&self) -> Ctx {
        Ctx::new(self.app.clone(), Actor::Anonymous)
    }

    /// Answers a GraphQL request of an anonymous visitor: the whole response.
    pub async fn gql(&self, query: &str, variables: Value) -> Value {
        let schema = domain::root::schema().finish();
        let request = async_graphql::Request::new(query);
        let ctx = self.visitor();
        let request = request.variables(async_graphql::Variables::from_json(variables));
        let request = request.data(Reader::loader(ctx.clone())).data(ctx);
        serde_json::to_value(schema.execute(request).await).expect("a response is JSON")
    }

    /// Runs SQL beside the platform.
    pub async fn sql(&self, query: &str, parameters: &[&(dyn ToSql + Sync)]) -> Vec<Row> {
        self.sql.query(query, parameters).await.unwrap_or_else(|error| panic!("{query}: {error:?}"))
    }

    /// What a piece of work answers, and each SQL statement that it made, as often as it was run.
    /// Counted by Postgres for this database, so nothing escapes it; left out is what connections say
    /// for themselves: their settings, their questions about types, and the pool's `SELECT 1`.
    pub async fn statements<T>(&self, work: impl Future<Output = T>) -> Result<(T, Vec<String>)> {
        let columns = "s.query, s.calls";
        let (answer, rows) = self.counted(work, columns, "%").await?;
        let times = |row: &Row| usize::try_from(row.get::<_, i64>(1)).unwrap_or_default();
        let all = rows.iter().flat_map(|row| std::iter::repeat_n(row.get::<_, String>(0), times(row)));
        Ok((answer, all.collect()))
    }

    /// What a piece of work answers, and what its statements with some words in them cost: rows that they gave
    /// back, and blocks that Postgres looked at.
    pub async fn read_of<T>(&self, words: &str, work: impl Future<Output = T>) -> Result<(T, i64, i64)> {
        let columns = "s.rows, s.shared_blks_hit + s.shared_blks_read";
        let (answer, rows) = self.counted(work, columns, &format!("%{words}%")).await?;
        let sum = |column: usize| rows.iter().map(|row| row.get::<_, i64>(column)).sum();
        Ok((answer, sum(0), sum(1)))
    }

    async fn counted<T>(
        &self,
        work: impl Future<Output = T>,
        columns: &str,
        like: &str,
    ) -> Result<(T, Vec<Row>)> {
        let server = domain::db::dedicated(&variable("TEST_DATABASE_URL")?).await?;
        let database = "(SELECT oid FROM pg_database WHERE datname = $1)";
        let reset = format!("SELECT pg_stat_statements_reset(0, {database}, 0)::text");
        server.query(&reset, &[&self.database.name]).await?;
        let answer = work.await;
        let counted = format!(
            "SELECT {columns} FROM pg_stat_statements s WHERE s.dbid = {database} AND s.query LIKE $2 \
             AND s.query NOT LIKE 'SET %' AND s.query NOT LIKE '%pg_catalog.pg_type%' AND s.query <> 'SELECT $1' ORDER BY s.query"
        );
        Ok((answer, server.query(&counted, &[&self.database.name, &like]).await?))
    }
}

/// A database that is dropped with this.
pub struct Database {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
    server: String,
}

impl Database {
    /// A new database: empty, or a copy.
    pub async fn create(template: Option<&str>) -> Result<Self> {
        let server = variable("TEST_DATABASE_URL")?;
        let name = format!("t_{}", uuid::Uuid::now_v7().simple());
        let copy =
            template.map(|template| format!(" TEMPLATE {template} STRATEGY FILE_COPY")).unwrap_or_default();
        domain::db::dedicated(&server).await?.batch_execute(&format!("CREATE DATABASE {name}{copy}")).await?;
        let (base, _) = server.rsplit_once('/').context("TEST_DATABASE_URL has no database")?;
        Ok(Self { url: format!("{base}/{name}"), name, server })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, drop) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // A thread, because a runtime cannot be entered twice; the run's end removes what this leaves.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async { domain::db::dedicated(&server).await?.batch_execute(&drop).await })?;
            anyhow::Ok(())
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("{}: {error:#}", self.name);
        }
    }
}

/// A Redis of a test's own. Its data survives a stop.
pub struct OwnRedis {
    /// Where it is, running or not.
    pub url: String,
    folder: PathBuf,
    running: Option<Stores>,
}

impl OwnRedis {
    /// A new one. Call from a runtime with several threads, as the others.
    pub fn start() -> Self {
        let folder = PathBuf::from(format!("/tmp/dualcaster-redis-{}", uuid::Uuid::now_v7().simple()));
        let mut redis = Self { url: String::new(), folder, running: None };
        redis.resume();
        redis
    }

    /// Ends it: connections break, new ones are refused.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            blocking(|| running.stop());
        }
    }

    /// Starts it again where it was.
    pub fn resume(&mut self) {
        let options = Options {
            state: self.folder.clone(),
            runtime_dir: None,
            search: search(),
            durability: Durability::Durable,
            postgres: false,
            redis: true,
        };
        let running = blocking(|| Stores::start(options)).expect("a Redis");
        self.url = running.redis_url();
        self.running = Some(running);
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        self.stop();
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}

fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// The folder of the whole project.
pub fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Where Postgres and Redis programs are: as `dualcaster up` looks for them.
pub fn search() -> Search {
    Search {
        postgres: variable("DUALCASTER_PG_BIN").ok().map(PathBuf::from),
        redis: variable("DUALCASTER_REDIS_BIN").ok().map(PathBuf::from),
        path: variable("PATH").unwrap_or_default().into(),
        tools: project().join(".tools"),
    }
}

/// What the test run was told through its environment.
#[expect(clippy::disallowed_methods, reason = "the settings of a test run come from its environment")]
pub fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run the tests by `cargo nextest run`"))
}
