//! The real schema behind the real transport.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{App, Settings};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::TestApp;
use tokio_util::sync::CancellationToken;

/// A platform that serves.
pub struct Served {
    pub app: Arc<TestApp>,
    door: Door,
}

/// The way in.
pub struct Door {
    pub address: SocketAddr,
    pub client: reqwest::Client,
    stop: CancellationToken,
}

impl Served {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::of(TestApp::with(change).await).await
    }

    /// The same with other settings of the transport, too.
    pub async fn set_up(
        change: impl FnOnce(&mut Settings),
        transport: impl FnOnce(&mut api::Settings),
    ) -> Self {
        let app = Arc::new(TestApp::with(change).await);
        let mut settings = api::Settings::default();
        transport(&mut settings);
        let door = Door::serving(app.app.clone(), settings).await;
        Self { app, door }
    }

    /// Another process over the same stores.
    pub async fn over(first: &Self) -> Self {
        let door = Door::open(first.app.another()).await;
        Self { app: first.app.clone(), door }
    }

    pub async fn of(app: TestApp) -> Self {
        let door = Door::open(app.app.clone()).await;
        Self { app: Arc::new(app), door }
    }
}

impl Deref for Served {
    type Target = Door;

    fn deref(&self) -> &Door {
        &self.door
    }
}

impl Door {
    pub async fn open(app: Arc<App>) -> Self {
        Self::serving(app, api::Settings::default()).await
    }

    async fn serving(app: Arc<App>, settings: api::Settings) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let stop = CancellationToken::new();
        let backend = Arc::new(api::Platform::new(app));
        tokio::spawn(api::serve_on(listener, backend, settings, stop.clone()));
        let mut door = Self::at(address);
        door.stop = stop;
        door
    }

    /// To a server that somebody else runs.
    pub fn at(address: SocketAddr) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { address, client, stop: CancellationToken::new() }
    }

    pub fn post(&self, query: &str, variables: &Value) -> reqwest::RequestBuilder {
        let body = json!({ "query": query, "variables": variables });
        self.request(body.to_string())
    }

    fn request(&self, body: String) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("http://{}/graphql", self.address));
        request.header("content-type", "application/json").body(body)
    }

    /// Waits until something is so.
    pub async fn until(&self, so: impl AsyncFn() -> bool) {
        let wait = async {
            while !so().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait).await.expect("it becomes so");
    }

    /// Answers somebody: the whole response.
    pub async fn ask_as(&self, bearer: Option<&str>, query: &str, variables: Value) -> Value {
        let request = self.post(query, &variables);
        let request = match bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
    }

    pub async fn ask(&self, query: &str) -> Value {
        self.send(json!({ "query": query }).to_string()).await
    }

    pub async fn send(&self, body: String) -> Value {
        let answer = self.request(body).send().await.expect("an answer");
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
    }

    /// What `/health/…` says.
    pub async fn health(&self, name: &str) -> (u16, Value) {
        let asked = self.client.get(format!("http://{}/health/{name}", self.address));
        let answer = asked.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON"))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[tokio::test]
async fn a_served_platform_is_ready_and_answers() {
    let served = Served::new().await;
    let ready = served.client.get(format!("http://{}/health/ready", served.address)).send().await.unwrap();
    assert_eq!(ready.status(), 200, "{}", ready.text().await.unwrap());
    let answer = served.ask("{ dataStatus { origin } cards(first: 5) { nodes { id } } }").await;
    assert_eq!(answer["data"], json!({"dataStatus": {"origin": "EMPTY"}, "cards": {"nodes": []}}));
    let cost = &answer["extensions"]["cost"];
    assert_eq!((&cost["requested"], &cost["limit"]), (&json!(7), &json!(1000)), "{answer}");
    assert!(cost["available"].is_u64() && cost["capacity"].is_u64() && cost["perSecond"].is_u64());
}

#[tokio::test]
async fn wrong_input_is_the_callers_and_says_so() {
    let served = Served::new().await;
    for (query, code) in [
        ("{ cards(first: 0) { nodes { id } } }", "BAD_USER_INPUT"),
        ("{ cards(first: 101) { nodes { id } } }", "BAD_USER_INPUT"),
        ("{ cards(after: \"nonsense\") { nodes { id } } }", "BAD_USER_INPUT"),
        ("{ topMovers(currency: USD, floor: \"much\") { changePercent } }", "BAD_USER_INPUT"),
        ("{ marketOverview(currency: YEN) { sets } }", "BAD_USER_INPUT"),
        ("{ cards(first: 1000000) { nodes { id } } }", "COST_LIMIT"),
    ] {
        let answer = served.ask(query).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query}: {answer}");
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_unready_and_503() {
    let served = Served::new().await;
    // Every connection of the pool is taken: nobody gets one in time.
    let mut held = Vec::new();
    for _ in 0..served.app.settings.pool_size {
        held.push(served.app.app.db.get().await.unwrap());
    }
    let ready = served.client.get(format!("http://{}/health/ready", served.address)).send().await.unwrap();
    assert_eq!(ready.status(), 503);
    let answer = served.post("{ cards { nodes { id } } }", &json!({})).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "1"));
    assert!(answer.text().await.unwrap().contains("\"UNAVAILABLE\""));
    drop(held);
    let answer = served.post("{ cards { nodes { id } } }", &json!({})).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

/// All connections busy, and two hundred more who want one.
#[tokio::test]
async fn a_crowd_at_the_pool_is_refused_in_time_and_leaves_nothing_behind() {
    let served = Served::new().await;
    let pool = &served.app.app.db;
    let mut held = Vec::new();
    for _ in 0..served.app.settings.pool_size {
        held.push(pool.get().await.unwrap());
    }
    let crowd = (0..200).map(|_| async {
        let began = Instant::now();
        let answer = served.post("{ cards(first: 1) { nodes { id } } }", &json!({})).send().await.unwrap();
        let retry = answer.headers()["retry-after"].to_str().unwrap().to_owned();
        assert_eq!((answer.status().as_u16(), retry.as_str()), (503, "1"));
        (began.elapsed(), answer.text().await.unwrap().contains("\"UNAVAILABLE\""))
    });
    let all = join_all(crowd).await;
    assert!(all.iter().all(|(_, typed)| *typed));
    let slowest = all.iter().map(|(took, _)| *took).max().unwrap();
    assert!(slowest < Duration::from_millis(2500), "{slowest:?}");
    // Eight wait for each connection, nobody else does.
    let at_once = all.iter().filter(|(took, _)| *took < Duration::from_millis(900)).count();
    assert!(at_once >= 200 - 8 * held.len() - 10, "{at_once} of 200 were refused at once");
    drop(held);
    let began = Instant::now();
    let answer = served.post("{ cards(first: 1) { nodes { id } } }", &json!({})).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(began.elapsed() < Duration::from_secs(2));
    let state = pool.state();
    assert_eq!(state.connections, state.idle_connections, "{state:?}");
}
