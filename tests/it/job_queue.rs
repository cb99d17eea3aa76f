//! The queue: what is enqueued is done, in order, within limits, and what fails is tried again or
//! waits for somebody to decide. Time is the test's own.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use domain::jobs::{
    self as queue, Claimed, Class, Enqueued, Job, JobFilter, JobState, Lane, Outcome, Priority, Settled,
    Taker,
};
use domain::{Ctx, Error, Page};
use jobs::{Failure, Options, Registry, Run, Task, Worker};
use serde::{Deserialize, Serialize};
use tests::TestApp;

/// What ran, in its order. Each test is a process of its own.
static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn log(text: impl Into<String>) {
    LOG.lock().unwrap().push(text.into());
}

fn logged() -> Vec<String> {
    std::mem::take(&mut LOG.lock().unwrap())
}

/// A job that does what it is told.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Unit {
    name: String,
    key: Option<String>,
    does: Does,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
enum Does {
    #[default]
    Well,
    Nothing,
    Little,
    Fails,
    FailsForGood,
    Panics,
    Hangs,
}

impl Unit {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn that(does: Does) -> Self {
        Self { name: format!("{does:?}"), does, key: None }
    }

    fn keyed(key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..Self::new(key) }
    }
}

impl Job for Unit {
    const KIND: &'static str = "unit";
    const MAX_ATTEMPTS: u16 = 3;
    const CAPACITY: usize = 20;

    fn unique_key(&self) -> Option<String> {
        self.key.clone()
    }
}

impl Task for Unit {
    const TIMEOUT: std::time::Duration = std::time::Duration::from_millis(200);
    const ROWS: u64 = 10;

    async fn run(self, _: &Run) -> Result<Outcome, Failure> {
        log(self.name);
        match self.does {
            Does::Well => Ok(Outcome::Done { rows: 10 }),
            Does::Little => Ok(Outcome::Done { rows: 9 }),
            Does::Nothing => Ok(Outcome::NothingToDo { why: "it is Sunday".to_owned() }),
            Does::Fails => {
                let cause = anyhow::anyhow!("connection refused").context("the source is away");
                Err(Failure::transient(cause))
            }
            Does::FailsForGood => Err(Failure::permanent(anyhow::anyhow!("no such card"))),
            Does::Panics => panic!("a bug"),
            Does::Hangs => std::future::pending().await,
        }
    }
}

/// One that goes before others.
#[derive(Debug, Serialize, Deserialize)]
struct Urgent {}

impl Job for Urgent {
    const KIND: &'static str = "urgent";
    const PRIORITY: Priority = Priority::High;
}

impl Task for Urgent {
    async fn run(self, _: &Run) -> Result<Outcome, Failure> {
        log("urgent");
        Ok(Outcome::Done { rows: 0 })
    }
}

/// One at a time.
#[derive(Debug, Serialize, Deserialize)]
struct Alone {
    n: u8,
}

impl Job for Alone {
    const KIND: &'static str = "alone";
    const LANE: Lane = Lane::of("alone", 1);
}

impl Task for Alone {
    async fn run(self, _: &Run) -> Result<Outcome, Failure> {
        Ok(Outcome::Done { rows: u64::from(self.n) })
    }
}

/// Two kinds that ask one source, which allows two at once.
const SOURCE: Lane = Lane::of("source", 2);

#[derive(Debug, Serialize, Deserialize)]
struct Ask {}

impl Job for Ask {
    const KIND: &'static str = "ask";
    const LANE: Lane = SOURCE;
}

#[derive(Debug, Serialize, Deserialize)]
struct AskMore {}

impl Job for AskMore {
    const KIND: &'static str = "ask_more";
    const LANE: Lane = SOURCE;
}

fn registry() -> Registry {
    Registry::default().with::<Unit>().with::<Urgent>()
}

/// A worker with one place runs one after the other.
async fn run(app: &TestApp) {
    let options = Options { places: 1, ..Options::new("test".to_owned()) };
    Worker::new(app.app.clone(), registry(), options).run_due().await.unwrap();
}

fn taker(name: &str, kinds: &[&str]) -> Taker {
    let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    Taker { name: name.into(), kinds: kinds.into(), lease: TimeDelta::seconds(60) }
}

async fn claim(ctx: &Ctx, name: &str, lane: Lane, limit: usize) -> Vec<Claimed> {
    queue::claim(ctx, &taker(name, &["unit", "ask", "ask_more"]), &lane, limit).await.unwrap()
}

async fn state(app: &TestApp, id: i64) -> JobState {
    queue::job(&app.ctx(), id).await.unwrap().unwrap().standing()
}

fn settled(job: &Claimed) -> Settled {
    Settled { lease: job.lease(), outcome: Outcome::Done { rows: 1 } }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_enqueued_in_a_change_happens_with_the_change_or_not_at_all() {
    let app = TestApp::new().await;
    let ctx = app.ctx();
    let mut conn = ctx.conn().await.unwrap();
    let undone: Result<(), Error> = conn
        .transaction(async |conn| {
            queue::enqueue(&ctx, conn, &Unit::new("undone")).await?;
            Err(Error::NotFound("reason"))
        })
        .await;
    assert!(undone.is_err());
    conn.transaction(async |conn| queue::enqueue(&ctx, conn, &Unit::new("done")).await).await.unwrap();
    drop(conn);
    run(&app).await;
    assert_eq!(logged(), ["done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_work_is_there_once_while_it_is_being_done() {
    let app = TestApp::new().await;
    let first = queue::submit(&app.ctx(), &Unit::keyed("a")).await.unwrap();
    assert!(matches!(first, Enqueued::New(_)));
    assert_eq!(queue::submit(&app.ctx(), &Unit::keyed("a")).await.unwrap(), Enqueued::Coalesced(first.id()));
    let [running] = &claim(&app.ctx(), "w", Unit::LANE, 9).await[..] else { panic!("one job") };
    assert_eq!(queue::submit(&app.ctx(), &Unit::keyed("a")).await.unwrap(), Enqueued::Coalesced(first.id()));
    assert_eq!(queue::settle(&app.ctx(), &[settled(running)]).await.unwrap(), [first.id()]);
    assert!(matches!(queue::submit(&app.ctx(), &Unit::keyed("a")).await.unwrap(), Enqueued::New(_)));
    let many = queue::submit_all(&app.ctx(), &[Unit::keyed("a"), Unit::keyed("b"), Unit::keyed("b")]).await;
    assert_eq!(many.unwrap().len(), 1, "b once, and a is waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_urgent_goes_first_and_then_what_came_first() {
    let app = TestApp::new().await;
    for name in ["one", "two"] {
        queue::submit(&app.ctx(), &Unit::new(name)).await.unwrap();
    }
    queue::submit(&app.ctx(), &Urgent {}).await.unwrap();
    run(&app).await;
    assert_eq!(logged(), ["urgent", "one", "two"]);
}

/// The second of a kind that runs alone can begin when the first has ended, which may be at any moment of the
/// worker's look at the queue.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_ends_leaves_nothing_that_is_due() {
    let app = TestApp::new().await;
    for _ in 0..60 {
        queue::submit_all(&app.ctx(), &[Alone { n: 1 }, Alone { n: 2 }, Alone { n: 3 }]).await.unwrap();
        let ran = jobs::run_due(app.app.clone(), Registry::default().with::<Alone>()).await.unwrap();
        assert_eq!(ran, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_as_green_as_what_it_brought() {
    let app = TestApp::new().await;
    let submit = async |does| queue::submit(&app.ctx(), &Unit::that(does)).await.unwrap().id();
    let (well, little, nothing) =
        (submit(Does::Well).await, submit(Does::Little).await, submit(Does::Nothing).await);
    run(&app).await;
    assert_eq!(state(&app, well).await, JobState::Succeeded);
    assert_eq!(state(&app, little).await, JobState::Degraded);
    assert_eq!(state(&app, nothing).await, JobState::NothingToDo);
    let job = queue::job(&app.ctx(), little).await.unwrap().unwrap();
    assert_eq!(job.note.as_deref(), Some("it brought 9 rows; 10 or more were expected"));
    assert_eq!(job.rows, Some(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_tried_again_later_and_at_last_waits_with_all_its_causes() {
    let app = TestApp::new().await;
    let id = queue::submit(&app.ctx(), &Unit::that(Does::Fails)).await.unwrap().id();
    run(&app).await;
    let job = queue::job(&app.ctx(), id).await.unwrap().unwrap();
    assert_eq!((job.standing(), job.attempts), (JobState::Retrying, 1));
    let wait = job.run_at - job.failures()[0].at;
    assert!((TimeDelta::seconds(12)..=TimeDelta::seconds(18)).contains(&wait), "{wait}");
    run(&app).await;
    assert_eq!(logged().len(), 1, "not before its time");

    // The second wait is twice as long; then the third attempt is the last.
    for attempt in 2..=3 {
        let now = app.ctx().now() + TimeDelta::hours(attempt);
        let [again] = &claim(&app.ctx().at(now), "w", Unit::LANE, 9).await[..] else { panic!("one job") };
        let chain = vec!["the source is away".to_owned(), "connection refused".to_owned()];
        let state = queue::fail(&app.ctx().at(now), again, Class::Transient, chain, None).await.unwrap();
        assert_eq!(state, Some(if attempt == 2 { JobState::Retrying } else { JobState::Dead }));
        let waits = queue::job(&app.ctx(), id).await.unwrap().unwrap().run_at - now;
        let longest = TimeDelta::seconds(18 * 2_i64.pow(u32::try_from(attempt).unwrap() - 1));
        assert!(waits <= longest && waits * 2 >= longest, "{waits}");
    }
    let dead = queue::job(&app.ctx(), id).await.unwrap().unwrap();
    let chains: Vec<_> = dead.failures().into_iter().map(|failed| (failed.attempt, failed.chain)).collect();
    let chain = vec!["the source is away".to_owned(), "connection refused".to_owned()];
    assert_eq!(chains, [(1, chain.clone()), (2, chain.clone()), (3, chain)]);

    assert_eq!(queue::retry(&app.ctx(), id).await.unwrap().attempts, 0);
    let refused = queue::retry(&app.ctx(), id).await.unwrap_err();
    assert_eq!((refused.code(), state(&app, id).await), ("CONFLICT", JobState::Queued));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_retry_mends_is_dead_at_once_and_can_be_given_up() {
    let app = TestApp::new().await;
    let id = queue::submit(&app.ctx(), &Unit::that(Does::FailsForGood)).await.unwrap().id();
    let garbled = "INSERT INTO jobs (kind, payload, lane, priority, state, run_at, max_attempts, created_at) \
                   VALUES ('unit', '[]', 'unit', 2, 1, now(), 3, now()) RETURNING id";
    let garbled: i64 = app.sql(garbled, &[]).await[0].get(0);
    run(&app).await;
    assert_eq!((state(&app, id).await, state(&app, garbled).await), (JobState::Dead, JobState::Dead));
    assert_eq!(queue::discard(&app.ctx(), id).await.unwrap().standing(), JobState::Discarded);
    assert_eq!(queue::discard(&app.ctx(), id).await.unwrap_err().code(), "CONFLICT");
    let wanted = JobFilter { states: Some(vec![JobState::Dead]), ..JobFilter::default() };
    let dead = queue::jobs(&app.ctx(), &wanted, &Page::new(10, None).unwrap()).await.unwrap();
    assert_eq!(dead.iter().map(|job| job.id).collect::<Vec<_>>(), [garbled]);
}

#[tokio::test(flavor = "multi_thread")]
async fn panics_and_hangs_fail_alone() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for does in [Does::Panics, Does::Hangs, Does::Well] {
        ids.push(queue::submit(&app.ctx(), &Unit::that(does)).await.unwrap().id());
    }
    run(&app).await;
    let said = |job: &queue::JobRow| job.failures().first().map(|failed| failed.chain[0].clone());
    let rows = queue::jobs_by_id(&app.ctx(), &ids).await.unwrap();
    assert_eq!(said(&rows[2]).unwrap(), "it panicked: a bug");
    assert_eq!(said(&rows[1]).unwrap(), "it took longer than 200ms");
    assert_eq!(rows[0].standing(), JobState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_here_can_run_waits() {
    let app = TestApp::new().await;
    queue::submit(&app.ctx(), &Ask {}).await.unwrap();
    run(&app).await;
    let left = app.sql("SELECT FROM jobs WHERE kind = 'ask' AND state = 1 AND attempts = 0", &[]).await;
    assert_eq!(left.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_and_coalesces() {
    let app = TestApp::new().await;
    queue::submit(&app.ctx(), &Unit::keyed("known")).await.unwrap();
    let more: Vec<_> = (1..20).map(|n| Unit::new(&n.to_string())).collect();
    queue::submit_all(&app.ctx(), &more).await.unwrap();
    let refused = queue::submit(&app.ctx(), &Unit::new("too much")).await.unwrap_err();
    assert_eq!(refused.code(), "QUEUE_FULL");
    assert!(matches!(queue::submit(&app.ctx(), &Unit::keyed("known")).await, Ok(Enqueued::Coalesced(_))));
    // Another process has not counted yet.
    let other = Ctx::new(app.another(), domain::Actor::Service);
    assert_eq!(queue::submit(&other, &Unit::new("too much")).await.unwrap_err().code(), "QUEUE_FULL");
    assert_eq!(app.sql("SELECT FROM jobs", &[]).await.len(), 20);
    run(&app).await;
    let later = app.ctx().at(app.ctx().now() + TimeDelta::seconds(1));
    assert!(queue::submit(&later, &Unit::new("fits")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_asked_by_so_many_at_once_whoever_asks() {
    let app = TestApp::new().await;
    queue::announce(&app.ctx(), &announced(SOURCE)).await.unwrap();
    for _ in 0..3 {
        queue::submit(&app.ctx(), &Ask {}).await.unwrap();
        queue::submit(&app.ctx(), &AskMore {}).await.unwrap();
    }
    let other = Ctx::new(app.another(), domain::Actor::Service);
    let (ctx, others) = (app.ctx(), other.clone());
    let (first, second) = tokio::join!(claim(&ctx, "a", SOURCE, 9), claim(&others, "b", SOURCE, 9));
    let mut running: Vec<Claimed> = first.into_iter().chain(second).collect();
    running.extend(claim(&app.ctx(), "a", SOURCE, 9).await);
    assert_eq!(running.len(), 2);
    queue::settle(&app.ctx(), &[settled(&running[0])]).await.unwrap();
    assert_eq!(claim(&other.renewed(), "b", SOURCE, 9).await.len(), 1);

    // And so far apart.
    let slow = Lane::open("slow").apart(TimeDelta::seconds(5));
    queue::announce(&app.ctx(), &announced(slow)).await.unwrap();
    app.sql("UPDATE jobs SET lane = 'slow' WHERE state = 1", &[]).await;
    let now = app.ctx().now();
    let after = async |seconds: i64| {
        let at: DateTime<Utc> = now + TimeDelta::seconds(seconds);
        claim(&app.ctx().at(at), "a", slow, 9).await.len()
    };
    assert_eq!([after(1).await, after(2).await, after(5).await, after(6).await], [1, 0, 0, 1]);
}

fn announced(lane: Lane) -> Vec<queue::Announced> {
    let expected = queue::Expected { rows: 0, within: None };
    let (priority, max_attempts, capacity) = (Priority::Normal, 3, 100);
    vec![queue::Announced { kind: "ask", lane, priority, max_attempts, capacity, expected }]
}

/// A worker that was paused for longer than its lease, and goes on as if nothing had happened.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_says_late_is_not_heard() {
    let app = TestApp::new().await;
    let id = queue::submit(&app.ctx(), &Unit::new("x")).await.unwrap().id();
    let old = claim(&app.ctx(), "old", Unit::LANE, 1).await.remove(0);
    assert_eq!(queue::reap(&app.ctx().at(app.ctx().now() + TimeDelta::seconds(50))).await.unwrap(), 0);
    let late = app.ctx().at(app.ctx().now() + TimeDelta::seconds(70));
    assert_eq!(queue::reap(&late).await.unwrap(), 1);
    assert_eq!(state(&app, id).await, JobState::Retrying);
    assert!(queue::settle(&late, &[settled(&old)]).await.unwrap().is_empty(), "between two owners");
    let new = claim(&late, "new", Unit::LANE, 1).await.remove(0);
    assert_eq!((new.id, new.attempts), (id, 2));

    assert!(queue::settle(&late, &[settled(&old)]).await.unwrap().is_empty());
    assert_eq!(queue::fail(&late, &old, Class::Transient, Vec::new(), None).await.unwrap(), None);
    assert!(!queue::end_cancelled(&late, old.lease()).await.unwrap());
    assert_eq!(queue::release(&late, &[old.lease()]).await.unwrap(), 0);
    let progress = [(old.lease(), queue::Progress::default())];
    assert!(queue::renew(&late, &progress, TimeDelta::seconds(60)).await.unwrap().is_empty());
    let mut conn = late.conn().await.unwrap();
    assert_eq!(queue::hold(&late, &mut conn, old.lease()).await.unwrap_err().code(), "CONFLICT");
    let effect = conn.transaction(async |conn| {
        queue::settle_in(&late, conn, old.lease(), Outcome::Done { rows: 1 }).await
    });
    assert_eq!(effect.await.unwrap_err().code(), "CONFLICT");
    drop(conn);
    assert_eq!(state(&app, id).await, JobState::Running);
    assert_eq!(queue::settle(&late, &[settled(&new)]).await.unwrap(), [id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_workers_dies_in_the_end() {
    let app = TestApp::new().await;
    let id = queue::submit(&app.ctx(), &Unit::new("poison")).await.unwrap().id();
    let mut now = app.ctx().now();
    for _ in 0..3 {
        assert_eq!(claim(&app.ctx().at(now), "w", Unit::LANE, 1).await.len(), 1);
        now += TimeDelta::seconds(61);
        assert_eq!(queue::reap(&app.ctx().at(now)).await.unwrap(), 1);
    }
    let dead = queue::job(&app.ctx(), id).await.unwrap().unwrap();
    assert_eq!((dead.standing(), dead.failures().len()), (JobState::Dead, 3));
    assert_eq!(dead.failures()[2].class, Class::Vanished);
}
