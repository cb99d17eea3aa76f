//! The background work as an admin sees it, live.

use std::time::Duration;

use async_graphql::{Request, Variables};
use domain::events::Relay;
use domain::jobs::{self as queue, Job, JobState, Outcome};
use domain::{Actor, App, Ctx, Reader, Role, Roles, SessionId, SignedIn, Tier, UserId};
use futures_util::{Stream, StreamExt};
use jobs::{Failure, Options, Registry, Run, Task, Worker};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use tests::TestApp;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Steps that the job of a test may take. Each test is a process of its own.
static STEPS: Semaphore = Semaphore::const_new(0);
const IN_ALL: u64 = 3;

/// A job that goes on when the test says so.
#[derive(Debug, Serialize, Deserialize)]
struct Walk {}

impl Job for Walk {
    const KIND: &'static str = "walk";
}

impl Task for Walk {
    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        for done in 1..=IN_ALL {
            STEPS.acquire().await.map_err(Failure::permanent)?.forget();
            run.progress(done, Some(IN_ALL));
        }
        STEPS.acquire().await.map_err(Failure::permanent)?.forget();
        Ok(Outcome::Done { rows: IN_ALL })
    }
}

fn admin(app: &Arc<App>) -> Ctx {
    let roles = Roles::default().with(Role::Admin);
    let (id, session) = (UserId(1), SessionId(1));
    Ctx::new(app.clone(), Actor::User(SignedIn { id, session, roles, tier: Tier::User, version: 1 }))
}

async fn ask(app: &TestApp, query: &str) -> Value {
    let ctx = admin(&app.app);
    let request = Request::new(query).data(Reader::loader(ctx.clone())).data(ctx);
    let answer = domain::root::schema().finish().execute(request).await;
    serde_json::to_value(answer).unwrap()
}

fn follow(app: &TestApp, query: &str, id: i64) -> impl Stream<Item = Value> + Unpin + use<> {
    let ctx = admin(&app.app);
    let variables = Variables::from_json(json!({ "id": id.to_string() }));
    let request = Request::new(query).variables(variables).data(Reader::live_loader(ctx.clone())).data(ctx);
    let schema = domain::root::schema().finish();
    let answers = async_stream(schema, request);
    Box::pin(answers)
}

fn async_stream(schema: domain::root::Roots, request: Request) -> impl Stream<Item = Value> {
    let stream = schema.execute_stream(request);
    stream.map(|answer| serde_json::to_value(answer).unwrap()["data"].clone())
}

/// The first message that shows what is waited for.
async fn until(
    stream: &mut (impl Stream<Item = Value> + Unpin),
    what: &str,
    so: impl Fn(&Value) -> bool,
) -> Value {
    let mut last = Value::Null;
    let wait = async {
        loop {
            last = stream.next().await.expect("a message");
            if so(&last) {
                return;
            }
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), wait).await;
    assert!(waited.is_ok(), "waited in vain until {what}: {last}");
    last
}

fn work(app: &TestApp, stop: &CancellationToken) {
    let options = Options { lease: Duration::from_secs(3), ..Options::new("test".to_owned()) };
    let worker = Worker::new(app.app.clone(), Registry::default().with::<Walk>(), options);
    tokio::spawn(worker.run(stop.clone()));
    tokio::spawn(Relay::new(app.app.hub.clone(), app.app.database_url.clone()).run());
}

const ONE: &str = "subscription ($id: ID!) { jobUpdated(id: $id) { kind job { state done total rows } } }";
const ALL: &str = "subscription { jobsUpdated { kind changed jobs { id state } } }";

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_seen_as_it_is_made() {
    let (app, stop) = (TestApp::new().await, CancellationToken::new());
    let id = queue::submit(&app.ctx(), &Walk {}).await.unwrap().id();
    let (mut one, mut all) = (follow(&app, ONE, id), follow(&app, ALL, id));
    let first = one.next().await.unwrap();
    assert_eq!(first["jobUpdated"]["kind"], "SNAPSHOT");
    assert_eq!(first["jobUpdated"]["job"]["state"], "QUEUED");
    assert_eq!(all.next().await.unwrap()["jobsUpdated"]["jobs"][0]["state"], "QUEUED");
    work(&app, &stop);
    until(&mut one, "it runs", |m| m["jobUpdated"]["job"]["state"] == "RUNNING").await;
    for done in 1..=IN_ALL {
        STEPS.add_permits(1);
        let shown = until(&mut one, "it goes on", |m| m["jobUpdated"]["job"]["done"] == done).await;
        assert_eq!(shown["jobUpdated"]["job"]["total"], IN_ALL);
    }
    STEPS.add_permits(1);
    let end = until(&mut one, "it is done", |m| m["jobUpdated"]["job"]["state"] == "SUCCEEDED").await;
    assert_eq!(end["jobUpdated"]["job"]["rows"], IN_ALL);
    let of_all = json!([{ "id": id.to_string(), "state": "SUCCEEDED" }]);
    until(&mut all, "all see it", |m| m["jobsUpdated"]["jobs"] == of_all).await;
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_is_cancelled_at_once_and_a_waiting_one_never_begins() {
    let (app, stop) = (TestApp::new().await, CancellationToken::new());
    let later = app.ctx().now() + chrono::TimeDelta::hours(1);
    let waiting = {
        let ctx = app.ctx();
        let mut conn = ctx.conn().await.unwrap();
        queue::enqueue_at(&ctx, &mut conn, &Walk {}, later).await.unwrap().id()
    };
    let cancelled =
        ask(&app, &format!("mutation {{ cancelJob(id: {waiting}) {{ job {{ state }} }} }}")).await;
    assert_eq!(cancelled["data"]["cancelJob"]["job"]["state"], "CANCELLED");

    let running = queue::submit(&app.ctx(), &Walk {}).await.unwrap().id();
    let mut news = follow(&app, ONE, running);
    work(&app, &stop);
    until(&mut news, "it runs", |m| m["jobUpdated"]["job"]["state"] == "RUNNING").await;
    let asked =
        ask(&app, &format!("mutation {{ cancelJob(id: {running}) {{ job {{ cancelRequested }} }} }}")).await;
    assert_eq!(asked["data"]["cancelJob"]["job"]["cancelRequested"], true, "{asked}");
    until(&mut news, "it is cancelled", |m| m["jobUpdated"]["job"]["state"] == "CANCELLED").await;
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sees_the_queue_and_decides_about_the_dead() {
    let app = TestApp::new().await;
    queue::announce(&app.ctx(), &Registry::all().announced()).await.unwrap();
    let insert = "INSERT INTO jobs (kind, payload, lane, priority, state, run_at, attempts, max_attempts, created_at, errors) \
                  VALUES ('walk', '{\"n\": 1}', 'walk', 2, 7, now(), 3, 3, now(), $1::text::jsonb), \
                         ('other', '{}', 'walk', 2, 1, now(), 0, 3, now(), '[]') RETURNING id";
    let errors = json!([{ "at": "2026-11-08T00:00:00Z", "attempt": 3, "class": "Transient", "chain": ["away", "refused"] }]);
    let id: i64 = app.sql(insert, &[&errors.to_string()]).await[0].get(0);
    let seen = ask(
        &app,
        "{ jobQueue { queued dead running oldestDue } jobs(filter: { states: [DEAD], kind: \"walk\" }) { nodes {
            id kind payload state attempts errors { attempt class chain } } } }",
    )
    .await;
    let seen = &seen["data"];
    assert_eq!((&seen["jobQueue"]["queued"], &seen["jobQueue"]["dead"]), (&json!(1), &json!(1)));
    assert!(seen["jobQueue"]["oldestDue"].is_string());
    let node = json!({ "id": id.to_string(), "kind": "walk", "payload": "{\"n\":1}", "state": "DEAD", "attempts": 3,
        "errors": [{ "attempt": 3, "class": "TRANSIENT", "chain": ["away", "refused"] }] });
    assert_eq!(seen["jobs"]["nodes"], json!([node]));
    let retried =
        ask(&app, &format!("mutation {{ retryJob(id: {id}) {{ job {{ state attempts }} }} }}")).await;
    assert_eq!(retried["data"]["retryJob"]["job"], json!({ "state": "QUEUED", "attempts": 0 }));
    let triggered =
        ask(&app, "mutation { triggerSchedule(name: \"retention\") { job { kind state } } }").await;
    assert_eq!(
        triggered["data"]["triggerSchedule"]["job"],
        json!({ "kind": "retention", "state": "QUEUED" })
    );
    let schedules = ask(&app, "{ schedules { name status nextRunAt lastResult } }").await;
    let schedules = schedules["data"]["schedules"].as_array().unwrap().clone();
    let of = |name: &str| schedules.iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!(
        (&of("retention")["status"], &of("retention")["lastResult"]),
        (&json!("ACTIVE"), &json!("QUEUED"))
    );
    let unbuilt = of("prediction_signals");
    assert_eq!((&unbuilt["status"], &unbuilt["nextRunAt"]), (&json!("NOT_BUILT_YET"), &Value::Null));
    assert_eq!(queue::job(&app.ctx(), id).await.unwrap().unwrap().standing(), JobState::Queued);
}
