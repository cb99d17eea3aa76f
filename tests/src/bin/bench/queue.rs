//! A hundred thousand small jobs, in and out, against bare SQL on the same table: one insertion a
//! thousand rows, and `SELECT … FOR UPDATE SKIP LOCKED` batches that are marked as done.

use std::time::{Duration, Instant};

use domain::jobs::{self as queue, Job, Outcome, Taker};
use domain::{Actor, App, Ctx};
use jobs::{Failure, Options, Registry, Run, Task, Worker};
use serde::{Deserialize, Serialize};
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::Size;
use crate::platform::Platform;
use crate::report::{Figures, Report, percentile};

const BATCH: usize = 1_000;
/// Rows of one batch of the bare drain, and of one claim of ours.
const DRAIN: i64 = 500;
/// Claims that are timed.
const CLAIMS: usize = 50;
/// Jobs that come one by one while a worker waits for them, and how far apart.
const SINGLE: usize = 300;
const APART: Duration = Duration::from_millis(10);

/// A job of no work.
#[derive(Debug, Serialize, Deserialize)]
struct Nothing {
    number: u32,
}

impl Job for Nothing {
    const KIND: &'static str = "bench";
    const CAPACITY: usize = 1_000_000;
}

impl Task for Nothing {
    const CHUNK: usize = 250;

    async fn run(self, _: &Run) -> Result<Outcome, Failure> {
        Ok(Outcome::Done { rows: u64::from(self.number) })
    }
}

/// Measures, and leaves nothing behind.
pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let app = App::start(&platform.settings())?;
    let ctx = Ctx::new(app.clone(), Actor::Service);
    let sql = platform.sql().await?;
    let mut figures = Figures::default();
    let jobs: Vec<Nothing> = (0..size.jobs).map(|number| Nothing { number }).collect();
    let count = f64::from(size.jobs);

    tidy(&sql).await?;
    let raw_in = enqueue_bare(&sql, size.jobs).await?;
    tidy(&sql).await?;
    let raw_out = drain_bare(&sql).await?;
    empty(&sql).await?;
    tidy(&sql).await?;

    let began = Instant::now();
    for part in jobs.chunks(BATCH) {
        queue::submit_all(&ctx.renewed(), part).await?;
    }
    let ours_in = began.elapsed().as_secs_f64();
    tidy(&sql).await?;

    let taker = Taker {
        name: "bench".into(),
        kinds: vec![Nothing::KIND.to_owned()].into(),
        lease: chrono::TimeDelta::seconds(60),
    };
    let mut claims = Vec::new();
    for _ in 0..CLAIMS {
        let began = Instant::now();
        let one = queue::claim(&ctx.renewed(), &taker, &Nothing::LANE, 1).await?;
        claims.push(began.elapsed().as_secs_f64() * 1_000.0);
        let leases: Vec<_> = one.iter().map(queue::Claimed::lease).collect();
        queue::release(&ctx.renewed(), &leases).await?;
    }
    claims.sort_by(f64::total_cmp);

    let registry = Registry::default().with::<Nothing>();
    let worker = Worker::new(app.clone(), registry.clone(), Options::new("bench".to_owned()));
    let began = Instant::now();
    let ran = worker.run_due().await?;
    let ours_out = began.elapsed().as_secs_f64();
    anyhow::ensure!(ran == jobs.len(), "{ran} of {} jobs ran", jobs.len());
    empty(&sql).await?;

    figures.add("jobs", count, "jobs");
    figures.add("enqueue, bare", count / raw_in, "jobs/s");
    figures.add("enqueue", count / ours_in, "jobs/s");
    figures.add("enqueue: times slower than bare", ours_in / raw_in, "x (aim < 2)");
    figures.add("drain, bare", count / raw_out, "jobs/s");
    figures.add("drain", count / ours_out, "jobs/s");
    figures.add("drain: times slower than bare", ours_out / raw_out, "x (aim < 2)");
    figures.add("claim of one with all queued, median", percentile(&claims, 0.5), "ms (aim < 5)");
    let waits =
        waits(&ctx, &app, registry, if size.jobs < 10_000 { SINGLE / 10 } else { SINGLE }, &sql).await?;
    figures.add("wait for a worker, median", percentile(&waits, 0.5), "ms");
    figures.add("wait for a worker, 99 of 100 within", percentile(&waits, 0.99), "ms (aim < 250)");
    empty(&sql).await?;
    report.write("queue", &figures)
}

/// Nothing of what was measured before is written to disk while the next is.
async fn tidy(sql: &Client) -> anyhow::Result<()> {
    sql.batch_execute("ANALYZE jobs").await?;
    Ok(sql.batch_execute("CHECKPOINT").await?)
}

async fn empty(sql: &Client) -> anyhow::Result<()> {
    sql.batch_execute("DELETE FROM outbox; DELETE FROM jobs").await?;
    Ok(sql.batch_execute("VACUUM (ANALYZE) jobs").await?)
}

async fn enqueue_bare(sql: &Client, jobs: u32) -> anyhow::Result<f64> {
    let insert = "INSERT INTO jobs (kind, lane, priority, max_attempts, run_at, created_at, state, payload) \
                  SELECT 'bench', 'bench', 2, 12, now(), now(), 1, jsonb_build_object('number', n) \
                  FROM unnest($1::int4[]) AS n";
    let insert = sql.prepare(insert).await?;
    let numbers: Vec<i32> = (0..i32::try_from(jobs)?).collect();
    let began = Instant::now();
    for part in numbers.chunks(BATCH) {
        sql.execute(&insert, &[&part]).await?;
    }
    Ok(began.elapsed().as_secs_f64())
}

async fn drain_bare(sql: &Client) -> anyhow::Result<f64> {
    let take = "SELECT id, kind, payload::text FROM jobs WHERE lane = 'bench' AND state <= 2 AND run_at <= now() \
                ORDER BY priority, run_at, id LIMIT $1 FOR UPDATE SKIP LOCKED";
    let done = "UPDATE jobs SET state = 4, attempts = 1, started_at = now(), finished_at = now() WHERE id = ANY ($1)";
    let (take, done) = (sql.prepare(take).await?, sql.prepare(done).await?);
    let began = Instant::now();
    loop {
        sql.batch_execute("BEGIN").await?;
        let rows = sql.query(&take, &[&DRAIN]).await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
        sql.execute(&done, &[&ids]).await?;
        sql.batch_execute("COMMIT").await?;
        if ids.is_empty() {
            return Ok(began.elapsed().as_secs_f64());
        }
    }
}

/// Milliseconds from each job's enqueuing to its beginning, sorted.
async fn waits(
    ctx: &Ctx,
    app: &std::sync::Arc<App>,
    registry: Registry,
    jobs: usize,
    sql: &Client,
) -> anyhow::Result<Vec<f64>> {
    let stop = CancellationToken::new();
    let worker = Worker::new(app.clone(), registry, Options::new("bench".to_owned()));
    let working = tokio::spawn(worker.run(stop.clone()));
    let mut clock = tokio::time::interval(APART);
    for number in 0..u32::try_from(jobs)? {
        clock.tick().await;
        queue::submit(&ctx.renewed(), &Nothing { number }).await?;
    }
    let open = "SELECT count(*) FROM jobs WHERE state <= 3";
    while sql.query_one(open, &[]).await?.get::<_, i64>(0) > 0 {
        clock.tick().await;
    }
    stop.cancel();
    working.await?;
    let waited = "SELECT extract(epoch FROM started_at - created_at)::float8 * 1000 FROM jobs ORDER BY 1";
    Ok(sql.query(waited, &[]).await?.iter().map(|row| row.get(0)).collect())
}
