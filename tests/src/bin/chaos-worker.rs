//! A worker and a scheduler to be killed: the queue's chaos test starts several and ends them by
//! SIGKILL, again and again. Its jobs leave their effects where the test counts them.

use std::time::Duration;

use anyhow::Context;
use diesel::sql_types::{BigInt, Integer, Text};
use diesel_async::{AsyncConnection, RunQueryDsl};
use domain::accounts::{AuthSettings, Secrets};
use domain::jobs::{self as queue, Job, Lane, Outcome};
use domain::{Actor, App, Ctx, Error, Settings};
use jobs::{Failure, Options, Registry, Run, Task, Worker};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

/// A unit of work with one effect.
#[derive(Debug, Serialize, Deserialize)]
struct Unit {
    number: i32,
}

impl Job for Unit {
    const KIND: &'static str = "chaos_unit";
    const MAX_ATTEMPTS: u16 = 1_000;
}

impl Task for Unit {
    const CHUNK: usize = 5;

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        // Long enough to be killed in, and different from others.
        let work = Duration::from_millis(10 + u64::from(self.number.unsigned_abs()) % 100);
        effect(run, work, "unit", self.number).await?;
        tokio::time::sleep(Duration::from_millis(u64::from(self.number.unsigned_abs()) % 7)).await;
        Ok(Outcome::Done { rows: 1 })
    }
}

/// What the clock starts each second.
#[derive(Debug, Serialize, Deserialize)]
struct Tick {}

impl Job for Tick {
    const KIND: &'static str = "chaos_tick";
    const MAX_ATTEMPTS: u16 = 1_000;
    const LANE: Lane = Lane::of(Self::KIND, 1);
}

impl Task for Tick {
    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        effect(run, Duration::ZERO, "tick", i32::try_from(run.lease.id).map_err(Failure::permanent)?).await?;
        Ok(Outcome::Done { rows: 1 })
    }
}

/// Goes on when the run is stopped, as a thread would: only the fence keeps it from happening twice. What
/// was refused is counted.
async fn effect(run: &Run, work: Duration, kind: &'static str, number: i32) -> Result<(), Failure> {
    let run = run.clone();
    let deaf = tokio::spawn(async move {
        tokio::time::sleep(work).await;
        let done = try_effect(&run, kind, number).await;
        if let Err(Error::Conflict(_)) = &done {
            let mut conn = run.ctx.conn().await?;
            diesel::sql_query("INSERT INTO chaos_refused (job) VALUES ($1)")
                .bind::<BigInt, _>(run.lease.id)
                .execute(&mut conn)
                .await?;
        }
        done
    });
    Ok(deaf.await.map_err(Failure::transient)??)
}

/// Nothing but the job's own end in the same transaction keeps it from happening twice.
async fn try_effect(run: &Run, kind: &str, number: i32) -> Result<(), Error> {
    let mut conn = run.ctx.conn().await?;
    conn.transaction(async |conn| {
        diesel::sql_query("INSERT INTO chaos_effects (kind, number, job, fence) VALUES ($1, $2, $3, $4)")
            .bind::<Text, _>(kind)
            .bind::<Integer, _>(number)
            .bind::<BigInt, _>(run.lease.id)
            .bind::<BigInt, _>(run.lease.fence)
            .execute(conn)
            .await?;
        queue::settle_in(&run.ctx.renewed(), conn, run.lease, Outcome::Done { rows: 1 }).await
    })
    .await
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [database_url, redis_url, name] = &arguments[..] else {
        anyhow::bail!("chaos-worker DATABASE REDIS NAME")
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(work(database_url, redis_url, name)).context("the worker")
}

async fn work(database_url: &str, redis_url: &str, name: &str) -> anyhow::Result<()> {
    let app = App::start(&Settings {
        database_url: database_url.to_owned(),
        replica_url: None,
        redis_url: redis_url.to_owned(),
        redis_prefix: "chaos".to_owned(),
        pool_size: 6,
        auth: AuthSettings::new("http://localhost:8080".to_owned(), Secrets::random()),
    })?;
    let registry = Registry::default().with::<Unit>().with::<Tick>();
    // Short, so that a test sees many leases end.
    let lease = Duration::from_secs(2);
    let options = Options { lease, poll: Duration::from_millis(200), ..Options::new(name.to_owned()) };
    let ctx = Ctx::new(app.clone(), Actor::Service);
    let worker = Worker::new(app, registry, options);
    tokio::join!(worker.run(CancellationToken::new()), jobs::schedule(&ctx));
    Ok(())
}
