//! Budgets in the shared Redis, against the real platform.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::limits::{self, Intent, Payer, Refusal, Tier};
use domain::{Actor, App};
use futures_util::future::join_all;
use serde_json::json;
use tests::TestApp;

use crate::http::Served;
use crate::ws::{Socket, code};

/// Costs 200 points.
const DEAR: &str = "{ __schema { queryType { name } } }";

fn stranger(address: &str) -> Payer {
    Payer::of(&Actor::Anonymous, address.parse().unwrap())
}

/// A tier as an operator sets it.
async fn set(app: &TestApp, tier: Tier, burst: i32, per_second: i32) {
    let update = "UPDATE rate_tiers SET burst = $1, per_second = $2 WHERE tier = $3 RETURNING 1";
    assert_eq!(app.sql(update, &[&burst, &per_second, &tier.name()]).await.len(), 1);
    limits::refresh(&app.app).await.unwrap();
}

async fn take(app: &App, payer: &Payer, points: u64) -> Result<u64, Refusal> {
    limits::charge(app, payer, points, Intent::Read).await.map(|budget| budget.unwrap().available)
}

#[tokio::test(flavor = "multi_thread")]
async fn tiers_are_data_and_known_to_the_code() {
    let app = TestApp::new().await;
    limits::refresh(&app.app).await.unwrap();
    assert_eq!(app.app.limiter.rate(Tier::Anonymous), limits::Rate::STRICT, "the seed and the code");
    let bursts: Vec<u32> = Tier::ALL.into_iter().map(|tier| app.app.limiter.rate(tier).burst).collect();
    assert!(bursts.is_sorted_by(|low, high| low < high), "every tier has a row of its own: {bursts:?}");
    set(&app, Tier::Store, 7, 1).await;
    let store = Payer { bucket: "user:1".to_owned(), tier: Tier::Store };
    assert_eq!(take(&app.app, &store, 3).await, Ok(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_draw_on_one_budget_and_no_point_is_spent_twice() {
    let one = TestApp::new().await;
    let other = App::start(&one.settings).unwrap();
    set(&one, Tier::Anonymous, 1000, 1).await;
    limits::refresh(&other).await.unwrap();
    let (payer, began) = (Arc::new(stranger("203.0.113.9")), Instant::now());
    let all = (0..300).map(|n| {
        let (app, payer) = (if n % 2 == 0 { one.app.clone() } else { other.clone() }, payer.clone());
        tokio::spawn(async move { take(&app, &payer, 10).await })
    });
    let all = join_all(all).await.into_iter().map(Result::unwrap);
    let paid = all.filter(Result::is_ok).count();
    let came_back = began.elapsed().as_secs() as usize / 10 + 1;
    assert!((100..=100 + came_back).contains(&paid), "{paid} of 300 requests of 10 points for 1000");
    assert!(take(&other, &stranger("203.0.113.10"), 10).await.is_ok(), "another address has its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_says_when_to_come_back_and_keeps_its_word() {
    let app = TestApp::new().await;
    set(&app, Tier::Anonymous, 100, 100).await;
    let payer = stranger("203.0.113.9");
    assert_eq!(take(&app.app, &payer, 100).await, Ok(0));
    let Err(Refusal::Exhausted(budget, wait)) = take(&app.app, &payer, 50).await else {
        panic!("an empty budget pays");
    };
    assert!(wait <= Duration::from_millis(500), "{wait:?}");
    assert!(budget.full_in <= Duration::from_secs(1) && budget.available < 50, "{budget:?}");
    let waited = until_paid(&app.app, &payer, 50).await;
    assert!(waited + Duration::from_millis(100) > wait, "too early: {waited:?} of {wait:?}");
    // What costs more than a full budget waits for a full one, and a smaller tier locks nobody out.
    set(&app, Tier::Anonymous, 40, 1_000).await;
    until_paid(&app.app, &payer, 5000).await;
}

async fn until_paid(app: &App, payer: &Payer, points: u64) -> Duration {
    let began = Instant::now();
    while take(app, payer, points).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(10), "it does not fill");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_much_is_told_on_every_transport() {
    let served = Served::new().await;
    set(&served.app, Tier::Anonymous, 1000, 1).await;
    // The socket costs nothing, what is asked over it does.
    let mut socket = Socket::open(&served).await;
    for n in 1..=5 {
        let answer = served.post(DEAR, &json!({})).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["ratelimit-policy"], "\"anonymous\";q=1000;qu=\"points\";w=1000");
        let left = answer.headers()["ratelimit"].to_str().unwrap();
        assert!(left.starts_with(&format!("\"anonymous\";r={}", (1000 - n * 200) / 10)), "{n}: {left}");
    }
    // Nor does another name help.
    for forged in ["198.51.100.1", "198.51.100.2"] {
        let answer = served.post(DEAR, &json!({})).header("x-forwarded-for", forged).send().await.unwrap();
        assert_eq!(answer.status(), 429);
        let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((150..=200).contains(&wait), "{wait}");
    }
    socket.say(json!({"id": "1", "type": "subscribe", "payload": {"query": DEAR}})).await;
    let message = socket.hear().await;
    assert_eq!(code(&message), "RATE_LIMITED", "{message}");
    let feed = "subscription { marketUpdated(currency: USD) { kind prices { kind printing { id } } } }";
    socket.say(json!({"id": "2", "type": "subscribe", "payload": {"query": feed}})).await;
    assert_eq!(code(&socket.hear().await), "RATE_LIMITED");
    let stream = served.post(feed, &json!({})).header("accept", "text/event-stream").send().await.unwrap();
    assert!(stream.text().await.unwrap().contains("\"RATE_LIMITED\""));
}
