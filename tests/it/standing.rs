//! How everything stands, as an admin and the doctor are told.

use std::sync::Arc;

use async_graphql::Request;
use domain::{Actor, App, Ctx, Reader, Role, Roles, SessionId, SignedIn, Tier, UserId, operations};
use serde_json::{Value, json};
use tests::TestApp;

const HEALTH: &str =
    "{ systemHealth { database { reachable migrationsPending poolLimit } redis { reachable events limits }
    queue { queued dead oldestDue } backlog { task state count } outbox { waiting } schedules { name }
    sources { name breaker stale failures unmatched error visitedAt } } }";

async fn health(app: Arc<App>) -> Value {
    let roles = Roles::default().with(Role::Admin);
    let admin = SignedIn { id: UserId(1), session: SessionId(1), roles, tier: Tier::User, version: 1 };
    let ctx = Ctx::new(app, Actor::User(admin));
    let request = Request::new(HEALTH).data(Reader::loader(ctx.clone())).data(ctx);
    let answer = domain::root::schema().finish().execute(request).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    answer.data.into_json().unwrap()["systemHealth"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn work_and_sources_are_told_as_they_are() {
    let app = TestApp::new().await;
    let job = "INSERT INTO jobs (kind, payload, lane, priority, state, run_at, max_attempts, created_at) \
               VALUES ('visit_market', '{}', 'x', 2, $1, now() - interval '1 h', 1, now())";
    app.sql(job, &[&1_i16]).await;
    app.sql(job, &[&7_i16]).await;
    let states = "INSERT INTO source_states (service, visited_at, succeeded_at, open_until, failures, unmatched, error) VALUES \
                  (1, now(), now() - interval '23 h', NULL, 0, 0, NULL), \
                  (2, now(), now() - interval '61 min', NULL, 1, 0, NULL), \
                  (3, now(), now() - interval '59 min', now() + interval '1 min', 5, 12, 'answered 503'), \
                  (4, now(), NULL, now() - interval '1 s', 5, 0, 'answered 503')";
    app.sql(states, &[]).await;
    let told = health(app.app.clone()).await;
    assert_eq!(told["database"], json!({ "reachable": true, "migrationsPending": 0, "poolLimit": 8 }));
    assert_eq!(told["redis"]["reachable"], true);
    assert_eq!((&told["queue"]["queued"], &told["queue"]["dead"]), (&json!(1), &json!(1)));
    assert_ne!(told["queue"]["oldestDue"], Value::Null);
    assert_eq!(told["backlog"].as_array().unwrap().len(), 2);
    assert!(told["schedules"].as_array().unwrap().len() > 20);
    let of = |name: &str| {
        let sources = told["sources"].as_array().unwrap();
        let source = sources.iter().find(|source| source["name"] == name).unwrap();
        (source["breaker"].as_str().unwrap().to_owned(), source["stale"].as_bool().unwrap())
    };
    assert_eq!(of("scryfall"), ("CLOSED".to_owned(), false));
    assert_eq!(of("cardmarket"), ("CLOSED".to_owned(), true));
    assert_eq!(of("cardkingdom"), ("OPEN".to_owned(), false));
    assert_eq!(of("manapool"), ("HALF_OPEN".to_owned(), true));
    assert_eq!(of("edhrec"), ("CLOSED".to_owned(), false), "what was never visited is not too old");

    let ledger = operations::ledger_at(&app.settings.database_url).await.unwrap();
    assert_eq!((ledger.queue().queued, ledger.queue().dead), (1, 1));
    assert!(ledger.jobs.iter().all(|depth| depth.kind.as_deref() == Some("visit_market")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_is_told_too() {
    let app = TestApp::new().await;
    let nowhere = || "postgres://nobody@127.0.0.1:1/nothing".to_owned();
    let settings = domain::Settings { database_url: nowhere(), ..app.settings.clone() };
    let told = health(App::start(&settings).unwrap()).await;
    assert_eq!(told["database"]["reachable"], false);
    assert_eq!(told["database"]["migrationsPending"], Value::Null);
    assert_eq!(told["redis"]["reachable"], true);
    assert_eq!(
        (&told["queue"], &told["outbox"], &told["schedules"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(told["sources"], json!([]));
}
