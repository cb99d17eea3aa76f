//! A store that goes away for real, and comes back.

use domain::accounts::{AuthSettings, Secrets};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use domain::limits::{self, Intent, Payer, Refusal};
use domain::{Actor, App};
use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::{Value, json};
use stores::{Durability, Options, Stores};
use tests::{OwnRedis, TestApp};

use crate::http::{Door, Served};
use crate::ws::{Socket, code};

/// A Postgres of one test, which stops and starts when it says so.
struct Private {
    options: Options,
    running: Option<Stores>,
}

impl Private {
    fn new() -> Self {
        let state = PathBuf::from(format!("/tmp/dualcaster-outage-{}", uuid::Uuid::now_v7().simple()));
        let (search, durability) = (tests::search(), Durability::Scratch);
        let options = Options { state, runtime_dir: None, search, durability, postgres: true, redis: false };
        let mut made = Self { options, running: None };
        made.start();
        made
    }

    fn start(&mut self) {
        let started = tokio::task::block_in_place(|| Stores::start(self.options.clone()));
        self.running = Some(started.unwrap());
    }

    fn stop(&mut self) {
        tokio::task::block_in_place(|| drop(self.running.take()));
    }

    fn stores(&self) -> &Stores {
        self.running.as_ref().unwrap()
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.stop();
        std::fs::remove_dir_all(&self.options.state).ok();
    }
}

/// Asks for readiness until it says so; how long that took.
async fn until(door: &Door, member: &str, value: impl Into<Value>) -> Duration {
    let (began, value) = (Instant::now(), value.into());
    loop {
        let (_, body) = door.health("ready").await;
        if body[member] == value {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{member} is not {value}: {body}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

const CHEAP: &str = "{ dataStatus { origin } }";
/// Costs 200 points.
const DEAR: &str = "{ __schema { queryType { name } } }";
const FEED: &str = "subscription { marketUpdated(currency: USD) { kind } }";
/// Costs more than 100 points.
const DEAR_FEED: &str = "subscription { marketUpdated(currency: USD) { kind prices { kind } } }";

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_nothing_is_unlimited_and_its_return_is_noticed() {
    let mut redis = OwnRedis::start();
    let served = Served::of(TestApp::with_redis(&redis).await).await;
    until(&served, "status", "ready").await;
    let mut socket = Socket::open(&served).await;
    assert!(served.ask(DEAR).await["extensions"]["cost"]["available"].is_u64());

    redis.stop();
    until(&served, "limits", false).await;
    assert_eq!(served.health("ready").await.1["status"], "degraded");
    let payer = Payer::of(&Actor::Anonymous, "203.0.113.9".parse().unwrap());
    let write = limits::charge(&served.app.app, &payer, 1, Intent::Write).await;
    assert_eq!(write, Err(Refusal::Unknown), "a write got through");
    let dear = served.post(DEAR, &json!({})).send().await.unwrap();
    assert_eq!((dear.status().as_u16(), &dear.headers()["retry-after"]), (503, &"1".parse().unwrap()));
    assert!(dear.text().await.unwrap().contains("\"RATE_LIMIT_UNAVAILABLE\""));
    socket.say(json!({"id": "1", "type": "subscribe", "payload": {"query": DEAR_FEED}})).await;
    assert_eq!(code(&socket.hear().await), "RATE_LIMIT_UNAVAILABLE");
    let (began, mut answered) = (Instant::now(), 0);
    for _ in 0..60 {
        let answer = served.post(CHEAP, &json!({})).send().await.unwrap();
        assert!([200, 503].contains(&answer.status().as_u16()));
        answered += usize::from(answer.status() == 200);
    }
    let most = 10 + began.elapsed().as_millis() as usize / 100 + 1;
    assert!((1..=most).contains(&answered), "{answered} cheap reads were answered, at most {most} may be");

    redis.resume();
    let took = until(&served, "status", "ready").await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(served.post(DEAR, &json!({})).send().await.unwrap().status(), 200);
    assert!(limits::charge(&served.app.app, &payer, 1, Intent::Write).await.is_ok());
    socket.say(json!({"id": "2", "type": "subscribe", "payload": {"query": FEED}})).await;
    assert_eq!(socket.hear().await["payload"]["data"]["marketUpdated"]["kind"], "SNAPSHOT");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgres_every_answer_is_typed_and_its_return_is_noticed() {
    let mut private = Private::new();
    private.stores().ensure_database("platform").await.unwrap();
    let settings = domain::Settings {
        database_url: private.stores().postgres_url("platform"),
        replica_url: None,
        redis_url: tests::variable("TEST_REDIS_URL").unwrap(),
        redis_prefix: uuid::Uuid::now_v7().simple().to_string(),
        pool_size: 4,
        auth: AuthSettings::new("http://localhost:8080".to_owned(), Secrets::random()),
    };
    let door = Door::open(App::start(&settings).unwrap()).await;
    assert_eq!(door.health("startup").await.0, 503, "never migrated");
    domain::db::migrate(&settings.database_url).await.unwrap();
    until(&door, "status", "ready").await;
    assert_eq!(door.health("startup").await.0, 200);
    let fresh = door.ask(CHEAP).await;
    assert!(fresh["errors"].is_null() && fresh["extensions"]["stale"].is_null());

    private.stop();
    let took = until(&door, "status", "unavailable").await;
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!((door.health("live").await.0, door.health("startup").await.0), (200, 200));
    for query in [
        "{ dataStatus { origin sources { stale } } }",
        "{ cards { nodes { id } } }",
        "{ search(query: \"t:elf\") { totalCount } }",
    ] {
        let began = Instant::now();
        let answer = door.post(query, &json!({})).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (503, &"1".parse().unwrap())
        );
        assert!(answer.text().await.unwrap().contains("\"UNAVAILABLE\""), "{query}");
        assert!(began.elapsed() < Duration::from_secs(2), "{query} took {:?}", began.elapsed());
    }
    // What was asked a moment ago is answered from memory, and says so.
    let answer = door.post(CHEAP, &json!({})).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["data"], fresh["data"]);
    assert!(answer["errors"].is_null() && answer["extensions"]["stale"]["ageSeconds"].is_u64(), "{answer}");

    private.start();
    let took = until(&door, "status", "ready").await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(door.ask(CHEAP).await["extensions"]["stale"].is_null());
    assert!(door.ask("{ cards { nodes { id } } }").await["errors"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_too_many_nobody_begins_to_wait_for_a_connection() {
    let app = TestApp::with(|settings| settings.pool_size = 1).await;
    let ctx = app.ctx();
    let held = ctx.conn().await.unwrap();
    let mut waiting: FuturesUnordered<_> = (0..8).map(|_| ctx.conn()).collect();
    assert!(waiting.next().now_or_never().is_none(), "all of them wait");
    // Waiting out the second that the others have would tell it nothing new.
    let refused = ctx.conn().now_or_never().expect("it does not wait");
    assert!(matches!(refused, Err(domain::Error::Unavailable(_))));
    drop(held);
    while let Some(got) = waiting.next().await {
        assert!(got.is_ok());
    }
    assert!(ctx.conn().await.is_ok());
}
