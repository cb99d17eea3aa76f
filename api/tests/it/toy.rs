use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::{Backend, Health, Settings};
use async_graphql::{Object, Request, Response, Schema, SimpleObject, Subscription};
use domain::limits::{Budget, Intent, Payer, Rate, Refusal, Tier};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What tests see of the toy from outside.
pub struct Toy {
    pub writes: AtomicUsize,
    pub listeners: Arc<AtomicUsize>,
    pub ticks: broadcast::Sender<i32>,
    pub release: Notify,
    pub database: AtomicBool,
    pub events: AtomicBool,
    /// Points that everybody has left.
    pub points: AtomicU64,
    /// Whether budgets can be had.
    pub limits: AtomicBool,
    /// Who paid last.
    pub payer: Mutex<Option<Payer>>,
    schema: Roots,
}

type Roots = Schema<Query, Mutation, Subscriptions>;
type Shared = Arc<Toy>;

pub struct Query;
pub struct Mutation;
pub struct Subscriptions;

/// A row.
#[derive(SimpleObject)]
struct Row {
    id: i32,
    text: String,
}

struct Nested;

#[Object]
impl Nested {
    async fn inner(&self) -> Nested {
        Nested
    }
    async fn leaf(&self) -> i32 {
        1
    }
}

#[Object]
impl Query {
    async fn hello(&self) -> &'static str {
        "world"
    }
    async fn echo(&self, text: String) -> String {
        text
    }
    async fn nested(&self) -> Nested {
        Nested
    }
    async fn kids(&self, #[graphql(default = 20)] first: i32) -> Vec<Nested> {
        (0..first).map(|_| Nested).collect()
    }
    async fn missing(&self) -> domain::Result<Option<i32>> {
        Err(domain::Error::NotFound("card"))
    }
    async fn broken(&self) -> domain::Result<i32> {
        Err(domain::Error::internal(anyhow::anyhow!("relation \"secret\" does not exist")))
    }
    async fn leaking(&self) -> Result<i32, std::io::Error> {
        Err(std::io::Error::other("postgres: SELECT password FROM secret at src/db.rs"))
    }
    async fn loose(&self) -> async_graphql::Result<i32> {
        Err(async_graphql::Error::new("postgres said no in src/db.rs"))
    }
    async fn away(&self) -> domain::Result<i32> {
        Err(domain::Error::Unavailable("the database"))
    }
    async fn panics(&self, #[graphql(default = true)] really: bool) -> i32 {
        assert!(!really, "postgres panicked at src/db.rs");
        0
    }
    /// Keeps its thread busy.
    async fn burn(&self, milliseconds: u64) -> i32 {
        std::thread::sleep(Duration::from_millis(milliseconds));
        1
    }
    /// Returns when the test says so.
    async fn waits(&self, ctx: &async_graphql::Context<'_>) -> i32 {
        ctx.data_unchecked::<Shared>().release.notified().await;
        1
    }
}

#[Object]
impl Mutation {
    async fn bump(&self, ctx: &async_graphql::Context<'_>) -> usize {
        ctx.data_unchecked::<Shared>().writes.fetch_add(1, Ordering::SeqCst) + 1
    }
}

struct Listening(Arc<AtomicUsize>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[Subscription]
impl Subscriptions {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(0..to)
    }
    /// What the test sends.
    async fn ticks(&self, ctx: &async_graphql::Context<'_>) -> impl Stream<Item = i32> {
        let toy = ctx.data_unchecked::<Shared>();
        let guard = Listening(toy.listeners.clone());
        let receiver = toy.ticks.subscribe();
        toy.listeners.fetch_add(1, Ordering::SeqCst);
        stream::unfold((receiver, guard), |(mut receiver, guard)| async {
            let tick = receiver.recv().await.ok()?;
            Some((tick, (receiver, guard)))
        })
    }
    /// Large events without end.
    async fn flood(&self) -> impl Stream<Item = String> {
        stream::repeat_with(|| "x".repeat(60_000))
    }
    async fn fails(&self) -> impl Stream<Item = domain::Result<i32>> {
        stream::iter([Ok(1), Err(domain::Error::internal(anyhow::anyhow!("src/secret.rs")))])
    }
    async fn refuses(&self) -> domain::Result<stream::Empty<i32>> {
        Err(domain::Error::NotFound("card"))
    }
    async fn panics(&self) -> impl Stream<Item = i32> {
        stream::iter(0..2).map(|n| if n == 1 { panic!("src/secret.rs") } else { n })
    }
    async fn rows(&self) -> impl Stream<Item = Row> {
        stream::iter([Row { id: 1, text: "one".to_owned() }])
    }
}

struct Toys(Arc<Toy>);

impl Backend for Toys {
    fn execute(&self, request: Request, _: api::Viewer) -> BoxFuture<'_, Response> {
        Box::pin(self.0.schema.execute(request.data(self.0.clone())))
    }
    fn subscribe(&self, request: Request, _: api::Viewer) -> BoxStream<'static, Response> {
        self.0.schema.execute_stream(request.data(self.0.clone())).boxed()
    }
    fn sdl(&self) -> String {
        self.0.schema.sdl()
    }
    fn charge<'a>(
        &'a self,
        payer: &'a Payer,
        points: u64,
        intent: Intent,
    ) -> BoxFuture<'a, Result<Option<Budget>, Refusal>> {
        Box::pin(async move { self.0.charge(payer, points, intent) })
    }
    fn rate(&self, _: Tier) -> Rate {
        RATE
    }
    fn health(&self) -> BoxFuture<'_, Health> {
        let database = self.0.database.load(Ordering::SeqCst);
        let events = self.0.events.load(Ordering::SeqCst);
        let limits = self.0.limits.load(Ordering::SeqCst);
        Box::pin(async move { Health { database, migrations: database, events, limits } })
    }
}

pub const RATE: Rate = Rate { burst: 1_000_000, per_second: 100, sockets: 50 };

impl Toy {
    /// One purse that never fills.
    fn charge(&self, payer: &Payer, points: u64, intent: Intent) -> Result<Option<Budget>, Refusal> {
        *self.payer.lock().expect("a purse") = Some(payer.clone());
        if !self.limits.load(Ordering::SeqCst) {
            return if intent == Intent::Read { Ok(None) } else { Err(Refusal::Unknown) };
        }
        let pay = |left: u64| left.checked_sub(points);
        let paid = self.points.fetch_update(Ordering::SeqCst, Ordering::SeqCst, pay);
        let available = self.points.load(Ordering::SeqCst);
        let budget = Budget { tier: payer.tier, rate: RATE, available, full_in: Duration::from_millis(1500) };
        match paid {
            Ok(_) => Ok(Some(budget)),
            Err(_) => Err(Refusal::Exhausted(budget, Duration::from_millis(2001))),
        }
    }
}

/// A running server.
pub struct Server {
    pub toy: Arc<Toy>,
    pub address: SocketAddr,
    pub shutdown: CancellationToken,
    pub task: JoinHandle<anyhow::Result<()>>,
    pub http: reqwest::Client,
}

pub const ORIGIN: &str = "https://dualcaster.example";

pub fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.allowed_origins.push(ORIGIN.to_owned());
    settings.drain_wait = Duration::ZERO;
    settings.sockets.handshakes = 10_000;
    settings
}

pub async fn start() -> Server {
    start_with(settings()).await
}

pub async fn start_with(settings: Settings) -> Server {
    let toy = Arc::new(Toy {
        writes: AtomicUsize::new(0),
        listeners: Arc::default(),
        ticks: broadcast::channel(64).0,
        release: Notify::new(),
        database: AtomicBool::new(true),
        events: AtomicBool::new(true),
        points: AtomicU64::new(RATE.burst.into()),
        limits: AtomicBool::new(true),
        payer: Mutex::default(),
        schema: Schema::build(Query, Mutation, Subscriptions).disable_suggestions().finish(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound socket");
    let shutdown = CancellationToken::new();
    let serving = api::serve_on(listener, Arc::new(Toys(toy.clone())), settings, shutdown.clone());
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().no_gzip().build();
    Server { toy, address, shutdown, task: tokio::spawn(serving), http: http.expect("a client") }
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("a body") }
    }
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }
    pub fn code(&self) -> String {
        let body = self.json();
        let error = &body["errors"][0];
        assert!(error["extensions"]["requestId"].is_string(), "no request id in {body}");
        assert!(error["message"].is_string());
        error["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap_or_default())
    }
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
    pub fn post(&self) -> reqwest::RequestBuilder {
        self.http
            .post(self.url("/graphql"))
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json")
    }
    pub async fn ask(&self, query: &str) -> Answer {
        self.send(json!({ "query": query })).await
    }
    pub async fn send(&self, body: Value) -> Answer {
        Answer::of(self.post().body(body.to_string())).await
    }
    pub fn get(&self, parameters: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let url = reqwest::Url::parse_with_params(&self.url("/graphql"), parameters).expect("a URL");
        self.http.get(url).header("accept", "application/graphql-response+json")
    }
    pub fn writes(&self) -> usize {
        self.toy.writes.load(Ordering::SeqCst)
    }
    /// Until so many subscriptions of `ticks` are open.
    pub async fn listeners(&self, wanted: usize) {
        eventually(|| self.toy.listeners.load(Ordering::SeqCst) == wanted).await;
    }
}

/// Waits for a condition that another task brings about.
pub async fn eventually(condition: impl Fn() -> bool) {
    let poll = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), poll).await.expect("the condition within 10 s");
}
