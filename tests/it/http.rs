//! The real schema behind the real transport.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::{App, Settings};
use serde_json::{Value, json};
use tests::TestApp;
use tokio_util::sync::CancellationToken;

/// A platform that serves.
pub struct Served {
    pub app: Arc<TestApp>,
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
        Self::set_up(change, |_| {}).await
    }

    /// The same with other settings of the transport, too.
    pub async fn set_up(
        change: impl FnOnce(&mut Settings),
        transport: impl FnOnce(&mut api::Settings),
    ) -> Self {
        let app = Arc::new(TestApp::with(change).await);
        let process = app.app.clone();
        let mut settings = api::Settings::default();
        transport(&mut settings);
        Self::start(app, process, settings).await
    }

    /// Another process over the same stores.
    pub async fn over(first: &Self) -> Self {
        let process = App::start(&first.app.settings).expect("a second process");
        Self::start(first.app.clone(), process, api::Settings::default()).await
    }

    async fn start(app: Arc<TestApp>, process: Arc<App>, settings: api::Settings) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let stop = CancellationToken::new();
        let backend = Arc::new(api::Platform::new(process));
        tokio::spawn(api::serve_on(listener, backend, settings, stop.clone()));
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self { app, address, client, stop }
    }

    pub fn post(&self, query: &str, variables: &Value) -> reqwest::RequestBuilder {
        let body = json!({ "query": query, "variables": variables });
        let request = self.client.post(format!("http://{}/graphql", self.address));
        request.header("content-type", "application/json").body(body.to_string())
    }

    /// Waits until something is so.
    pub async fn until(&self, so: impl AsyncFn() -> bool) {
        let wait = async {
            while !so().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(15), wait).await.expect("it becomes so");
    }

    /// Answers somebody: the whole response.
    pub async fn send(&self, bearer: Option<&str>, query: &str, variables: Value) -> Value {
        let request = self.post(query, &variables);
        let request = match bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
    }

    pub async fn ask(&self, query: &str) -> Value {
        let answer = self.post(query, &json!({})).send().await.expect("an answer");
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
    }
}

impl Drop for Served {
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
    assert_eq!(answer["extensions"]["cost"], json!({"requested": 7, "limit": 1000}));
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
