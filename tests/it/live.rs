//! Live feeds when parts of the platform are away: what a subscriber holds in the end is what the
//! database holds.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::App;
use domain::events::Relay;
use serde_json::{Value, json};
use tests::{OwnRedis, TestApp};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::http::Served;
use crate::world::{at, card, import};
use crate::ws::Socket;

const FOLLOW: &str = "subscription ($since: EventPositionInput) { cardUpdated(cardId: \"bbbbbbbb-0000-4000-8000-000000000001\", since: $since) {
    kind position { epoch offset } prices { printing { collectorNumber } finish version money { amount } } } }";
const PATIENCE: Duration = Duration::from_secs(30);

/// Prices by printing and finish.
type State = BTreeMap<String, String>;

/// Two printings of a card; their prices in cents count up with the hour of an import.
async fn prices_of_hour(app: &TestApp, hour: u32) {
    let price = |number: u32| json!({ "prices": { "usd": format!("{number}.{hour:02}") } });
    let cards = [card(1, 1, &price(1)), card(2, 1, &price(2))];
    import(app, &cards, &format!("2026-11-01T{hour:02}:00:00Z")).await;
}

async fn in_the_database(app: &TestApp) -> State {
    let sql = "SELECT p.collector_number, s.amount FROM price_series s JOIN printings p ON p.id = s.printing_id \
               WHERE s.amount IS NOT NULL";
    app.sql(sql, &[]).await.iter().map(|row| (row.get(0), row.get::<_, i64>(1).to_string())).collect()
}

/// A client that does what the schema tells clients to do.
struct Follower {
    socket: Socket,
    state: State,
    kinds: Vec<String>,
    position: Value,
}

impl Follower {
    async fn start(address: SocketAddr, since: Value) -> Self {
        let mut socket = Socket::open_at(address).await;
        let payload = json!({ "query": FOLLOW, "variables": { "since": since } });
        socket.say(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
        Self { socket, state: State::new(), kinds: Vec::new(), position: Value::Null }
    }

    async fn step(&mut self) {
        let message = self.socket.hear().await;
        if message["type"] == "ping" {
            return self.socket.say(json!({ "type": "pong" })).await;
        }
        let update = &message["payload"]["data"]["cardUpdated"];
        let kind = update["kind"].as_str().unwrap_or_else(|| panic!("no update: {message}"));
        if kind != "DELTA" {
            self.state.clear();
        }
        for price in update["prices"].as_array().unwrap() {
            let key = price["printing"]["collectorNumber"].as_str().unwrap().to_owned();
            match price["money"]["amount"].as_str() {
                Some(amount) => self.state.insert(key, amount.replace('.', "")),
                None => self.state.remove(&key),
            };
        }
        self.kinds.push(kind.to_owned());
        self.position = update["position"].clone();
    }

    /// Listens until it knows what the database knows.
    async fn agree(&mut self, app: &TestApp) {
        let truth = in_the_database(app).await;
        let listen = async {
            while self.state != truth {
                self.step().await;
            }
        };
        if timeout(PATIENCE, listen).await.is_err() {
            panic!("{:?} is not {truth:?} after {:?}", self.state, self.kinds);
        }
    }
}

fn relay(app: &Arc<App>) -> AbortHandle {
    tokio::spawn(Relay::new(app.hub.clone(), app.database_url.clone()).run()).abort_handle()
}

async fn serve(app: Arc<App>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let backend = Arc::new(api::Platform::new(app));
    tokio::spawn(api::serve_on(listener, backend, api::Settings::default(), Default::default()));
    address
}

async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_be_away_for_ten_seconds() {
    let mut redis = OwnRedis::start();
    let served = Served::of(TestApp::with_redis(&redis).await).await;
    let app = &served.app;
    relay(&app.app);
    prices_of_hour(app, 1).await;
    let mut follower = Follower::start(served.address, Value::Null).await;
    follower.agree(app).await;
    prices_of_hour(app, 2).await;
    follower.agree(app).await;

    redis.stop();
    let away = Instant::now();
    until("the hub noticed", async || !app.app.hub.connected()).await;
    // Whoever comes now still gets the state.
    let mut late = Follower::start(served.address, Value::Null).await;
    late.agree(app).await;
    for hour in 3..8 {
        prices_of_hour(app, hour).await;
    }
    let waiting = app.sql("SELECT FROM outbox", &[]).await.len();
    assert!(waiting >= 5, "what nobody can be told waits: {waiting}");
    tokio::time::sleep_until(away + Duration::from_secs(10)).await;
    redis.resume();
    follower.agree(app).await;
    late.agree(app).await;
    until("the outbox was told", async || app.sql("SELECT FROM outbox", &[]).await.is_empty()).await;
    prices_of_hour(app, 9).await;
    follower.agree(app).await;
    late.agree(app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_behind_one_redis_tells_the_same() {
    let app = TestApp::new().await;
    let processes = [app.another(), app.another(), app.another()];
    prices_of_hour(&app, 1).await;
    let relays = [relay(&processes[0]), relay(&processes[1])];
    let mut followers = Vec::new();
    for process in &processes {
        followers.push(Follower::start(serve(process.clone()).await, Value::Null).await);
    }
    for follower in &mut followers {
        follower.agree(&app).await;
    }
    // Either relay may be the one that works; when it dies, the other takes over.
    for (hour, dying) in [(2, Some(&relays[0])), (3, None), (4, None)] {
        prices_of_hour(&app, hour).await;
        for follower in &mut followers {
            follower.agree(&app).await;
        }
        if let Some(dying) = dying {
            dying.abort();
        }
    }
    let kinds: Vec<_> = followers.iter().map(|follower| follower.kinds.clone()).collect();
    assert!(kinds.iter().all(|one| one[0] == "SNAPSHOT" && one.contains(&"DELTA".to_owned())), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_goes_on_where_it_was() {
    let served = Served::new().await;
    let app = &served.app;
    relay(&app.app);
    prices_of_hour(app, 1).await;
    let mut first = Follower::start(served.address, Value::Null).await;
    first.agree(app).await;
    prices_of_hour(app, 2).await;
    first.agree(app).await;
    let since = first.position.clone();
    drop(first);
    for hour in 3..6 {
        prices_of_hour(app, hour).await;
    }
    until("the events are out", async || app.sql("SELECT FROM outbox", &[]).await.is_empty()).await;

    let mut resumed = Follower::start(served.address, since.clone()).await;
    resumed.agree(app).await;
    assert_eq!(resumed.kinds, ["DELTA"; 3], "each missed event, and nothing else");

    let unknown = json!({ "epoch": "another", "offset": since["offset"] });
    let mut reset = Follower::start(served.address, unknown).await;
    reset.agree(app).await;
    assert_eq!(reset.kinds, ["RESET"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_prices_of_a_source_reach_who_listens_and_who_comes_back() {
    let served = Served::new().await;
    let app = &served.app;
    relay(&app.app);
    import(app, &[card(1, 1, &json!({})), card(2, 1, &json!({}))], "2026-10-01").await;
    let mut follower = Follower::start(served.address, Value::Null).await;
    follower.step().await;
    let since = follower.position.clone();
    prices_of_hour(app, 1).await;
    follower.agree(app).await;
    assert_eq!(follower.kinds, ["SNAPSHOT", "RESET"]);
    let mut resumed = Follower::start(served.address, since).await;
    resumed.agree(app).await;
    assert_eq!(resumed.kinds, ["RESET"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_is_known_as_it_was_known_then() {
    let app = TestApp::new().await;
    prices_of_hour(&app, 1).await;
    let then = app.ctx().now();
    prices_of_hour(&app, 2).await;
    let query = "query ($at: DateTime) { currentPrices(printingIds: [\"aaaaaaaa-0000-4000-8000-000000000001\"], asOf: $at) {
        money { amount } observedAt } }";
    let price = async |at: Value| {
        let answer = app.gql(query, json!({ "at": at })).await;
        answer["data"]["currentPrices"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
    };
    assert_eq!(price(Value::Null).await[0]["money"]["amount"], "1.02");
    assert_eq!(price(json!(then.to_rfc3339())).await[0]["money"]["amount"], "1.01");
    assert!(price(json!(at("2026-01-01").to_rfc3339())).await.is_empty(), "we knew nothing then");
}
