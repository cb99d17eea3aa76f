//! Workers and schedulers that are killed and paused: everything is done, nothing twice, no tick fires
//! twice. Short by default; `CHAOS_SECONDS=600` is the long run.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use tests::TestApp;
use tokio::time::{Instant, sleep};

const WORKERS: usize = 2;
/// Units of each round: some more than the workers do until the next blow, so that it hits them at work.
const ROUND: i32 = 600;
/// Between two blows.
const BLOW: Duration = Duration::from_millis(2_500);
/// Longer than the workers' leases.
const PAUSE: Duration = Duration::from_millis(3_500);

/// What a worker that was paused may still say.
const LATE: Duration = Duration::from_millis(1_500);

#[derive(Debug, Serialize, Deserialize)]
struct Unit {
    number: i32,
}

impl domain::jobs::Job for Unit {
    const KIND: &'static str = "chaos_unit";
    const MAX_ATTEMPTS: u16 = 1_000;
}

struct Workers<'a> {
    app: &'a TestApp,
    running: Vec<Child>,
    started: usize,
}

impl Workers<'_> {
    fn start(&mut self) {
        self.started += 1;
        let settings = &self.app.settings;
        let child = Command::new(env!("CARGO_BIN_EXE_chaos-worker"))
            .args([&settings.database_url, &settings.redis_url, &format!("w{}", self.started)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.running.push(child);
    }

    fn oldest(&self) -> Pid {
        Pid::from_raw(self.running[0].id().try_into().unwrap())
    }

    fn end_oldest(&mut self) {
        let mut child = self.running.remove(0);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Workers<'_> {
    fn drop(&mut self) {
        while !self.running.is_empty() {
            self.end_oldest();
        }
    }
}

async fn number(app: &TestApp, sql: &str) -> i64 {
    app.sql(sql, &[]).await[0].get(0)
}

async fn submit(app: &TestApp, from: i32, count: i32) {
    let units: Vec<Unit> = (from..from + count).map(|number| Unit { number }).collect();
    assert_eq!(domain::jobs::submit_all(&app.ctx(), &units).await.unwrap().len(), units.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_paused_workers_do_everything_once() {
    let app = TestApp::new().await;
    app.sql("CREATE TABLE chaos_effects (kind text, number int, job bigint, fence bigint)", &[]).await;
    app.sql("CREATE TABLE chaos_refused (job bigint)", &[]).await;
    app.sql("INSERT INTO schedules (name, cron, description) VALUES ('chaos_tick', '* * * * * *', 'x')", &[])
        .await;
    let seconds = tests::variable("CHAOS_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(18);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut workers = Workers { app: &app, running: Vec::new(), started: 0 };
    (0..WORKERS).for_each(|_| workers.start());
    let (mut units, mut kills, mut pauses) = (0, 0, 0);
    while Instant::now() < end {
        submit(&app, units, ROUND).await;
        units += ROUND;
        sleep(BLOW).await;
        if kills % 3 == 2 {
            // It loses its jobs and its lead, and goes on as if nothing had happened.
            let paused = workers.oldest();
            kill(paused, Signal::SIGSTOP).unwrap();
            sleep(PAUSE).await;
            kill(paused, Signal::SIGCONT).unwrap();
            pauses += 1;
            sleep(LATE).await;
        }
        workers.end_oldest();
        workers.start();
        kills += 1;
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while number(&app, "SELECT count(*) FROM jobs WHERE kind = 'chaos_unit' AND state <> 4").await > 0 {
        assert!(Instant::now() < deadline, "units are left undone");
        sleep(Duration::from_millis(100)).await;
    }
    let effects = number(&app, "SELECT count(*) FROM chaos_effects WHERE kind = 'unit'").await;
    let distinct = number(&app, "SELECT count(DISTINCT number) FROM chaos_effects WHERE kind = 'unit'").await;
    assert_eq!((effects, distinct), (i64::from(units), i64::from(units)));
    let repeated = number(&app, "SELECT count(*) FROM jobs WHERE kind = 'chaos_unit' AND attempts > 1").await;
    let vanished =
        number(&app, "SELECT count(*) FROM jobs WHERE errors @> '[{\"class\": \"Vanished\"}]'").await;
    assert!(vanished > 0, "no worker was killed at its work: this test tests nothing");
    let refused = number(&app, "SELECT count(*) FROM chaos_refused").await;
    assert!(refused > 0, "nobody said anything late: this test tests no fence");

    let ticks = number(&app, "SELECT count(*) FROM schedule_ticks WHERE name = 'chaos_tick'").await;
    let runs = number(&app, "SELECT count(*) FROM jobs WHERE kind = 'chaos_tick'").await;
    let tick_effects = number(&app, "SELECT count(*) FROM chaos_effects WHERE kind = 'tick'").await;
    let twice = "SELECT count(*) FROM (SELECT FROM chaos_effects WHERE kind = 'tick' GROUP BY job HAVING count(*) > 1) d";
    assert_eq!(number(&app, twice).await, 0, "a tick's effect happened twice");
    assert!(
        ticks >= 3 && runs <= ticks && tick_effects <= runs,
        "{ticks} ticks, {runs} runs, {tick_effects} effects"
    );
    let terms = number(&app, "SELECT fence FROM scheduler_terms").await;
    println!(
        "{kills} kills, {pauses} pauses, {units} units, {repeated} tried again, {vanished} left behind, \
         {refused} said too late; {ticks} ticks in {terms} terms"
    );
}
