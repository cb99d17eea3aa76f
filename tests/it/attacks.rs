//! Documents made to cost much, and the thirteen checks of the scanner that most people point at a
//! GraphQL server, over real HTTP on the real schema.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};
use serde_json::{Value, json};
use tests::TestApp;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::http::{Door, Served};
use crate::ws::{Socket, code};

/// What a refusal may compute; without optimisation five times as much.
const MOST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 50 } else { 10 });
const TIMES: u32 = 10;

/// A server on a thread of its own, so that its work can be told from the client's.
struct Apart {
    door: Door,
    runtime: Handle,
    stop: CancellationToken,
}

impl Apart {
    fn start(app: &TestApp) -> Self {
        let (app, stop) = (app.app.clone(), CancellationToken::new());
        let (tell, told) = std::sync::mpsc::channel::<(SocketAddr, Handle)>();
        let stopped = stop.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send((listener.local_addr().unwrap(), Handle::current())).unwrap();
                let backend = Arc::new(api::Platform::new(app));
                let settings = api::Settings { drain_wait: Duration::ZERO, ..api::Settings::default() };
                api::serve_on(listener, backend, settings, stopped).await.unwrap();
            });
        });
        let (address, runtime) = told.recv().unwrap();
        Self { door: Door::at(address), runtime, stop }
    }

    /// What the server has computed so far, in the kernel too.
    async fn computed(&self) -> Duration {
        let usage = self.runtime.spawn(async { getrusage(UsageWho::RUSAGE_THREAD).unwrap() });
        let usage = usage.await.unwrap();
        let micros = |time: TimeVal| u64::try_from(time.num_microseconds()).unwrap();
        Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time()))
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn many(n: usize, part: impl Fn(usize) -> String) -> String {
    (0..n).map(part).collect()
}

fn document(text: impl Into<String>) -> String {
    json!({ "query": text.into() }).to_string()
}

/// Name, body and the code of its refusal.
fn overloads() -> Vec<(&'static str, String, &'static str)> {
    let status = "dataStatus{origin}";
    let deep = format!("{{card(id:\"x\"){}{{id}}{}}}", "{defaultPrinting{card".repeat(50), "}}".repeat(50));
    let circle = "{card(id:\"x\"){...A}} fragment A on Card{defaultPrinting{card{...B}}} \
         fragment B on Card{defaultPrinting{card{...A}}}";
    let batch: Vec<Value> = (0..1000).map(|_| json!({ "query": "{__typename}" })).collect();
    vec![
        (
            "1000 aliases",
            document(format!("{{{}}}", many(1000, |n| format!("a{n}:{status} ")))),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "500 short aliases",
            document(format!("{{{}}}", many(500, |n| format!("a{n}:__typename ")))),
            "ROOT_FIELD_LIMIT",
        ),
        ("100,000 fields", document(format!("{{{}}}", "__typename ".repeat(100_000))), "PAYLOAD_TOO_LARGE"),
        ("1000 fields", document(format!("{{{}}}", "__typename ".repeat(1000))), "ROOT_FIELD_LIMIT"),
        ("depth 100", document(deep), "DEPTH_LIMIT"),
        ("circular fragments", document(circle), "FRAGMENT_CYCLE"),
        (
            "directives",
            document(format!("{{dataStatus {}{{origin}}}}", "@aa".repeat(900))),
            "DIRECTIVE_LIMIT",
        ),
        ("a batch", Value::from(batch).to_string(), "BATCH_NOT_SUPPORTED"),
        ("a million rows", document("{cards(first:1000000){nodes{id}}}"), "COST_LIMIT"),
        (
            "rows of rows",
            document("{cards(first:100){nodes{printings(first:100){nodes{id}}}}}"),
            "COST_LIMIT",
        ),
        ("10 MB", document(format!("{{{status}}} # {}", "x".repeat(10_000_000))), "PAYLOAD_TOO_LARGE"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn overload_documents_are_refused_by_name_and_cheaply() {
    let app = TestApp::new().await;
    let server = Apart::start(&app);
    server.door.ask("{__typename}").await;
    for (name, body, expected) in overloads() {
        let began = server.computed().await;
        let mut answer = Value::Null;
        for _ in 0..TIMES {
            answer = server.door.send(body.clone()).await;
        }
        let each = (server.computed().await - began) / TIMES;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], expected, "{name}: {answer}");
        assert!(error["message"].is_string() && error["extensions"]["requestId"].is_string());
        assert!(each < MOST, "{name} took {each:?}");
        println!("{name}: {each:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_has_the_same_verdict_on_both_transports() {
    let served = Served::new().await;
    let mut socket = Socket::open(&served).await;
    let more = [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{nothing}", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a:Int!){dataStatus{origin}}", "BAD_USER_INPUT"),
        ("{cards(first:0){nodes{id}}}", "BAD_USER_INPUT"),
        ("{dataStatus{origin}}", ""),
    ];
    let more = more.map(|(text, code)| (text, document(text), code));
    for (name, body, expected) in overloads().into_iter().chain(more) {
        // Only what fits into a message, and a message is no batch.
        if body.len() > 60_000 || body.starts_with('[') {
            continue;
        }
        let payload: Value = serde_json::from_str(&body).unwrap();
        socket.say(json!({"id": name, "type": "subscribe", "payload": payload})).await;
        let mut message = socket.hear().await;
        while message["id"] != name {
            message = socket.hear().await;
        }
        let answer = served.send(body).await;
        let over_http = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
        assert_eq!((over_http, code(&message)), (expected, expected), "{name}: {answer} {message}");
    }
}

/// Open on purpose: introspection, the explorer, and reads by GET, which change nothing, are the
/// public's; each is marked as the scanner would.
#[tokio::test(flavor = "multi_thread")]
async fn the_scanner_finds_nothing_above_informational() {
    let served = Served::new().await;
    let refused = |body: String, expected: &'static str| {
        let served = &served;
        async move {
            let answer = served.send(body).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], expected, "{answer}");
        }
    };
    // 1 alias overloading, 2 array batching, 3 directive overloading, 4 circular introspection,
    // 5 field duplication.
    refused(
        document(format!("query{{{}}}", many(101, |n| format!("alias{n}:__typename ")))),
        "ROOT_FIELD_LIMIT",
    )
    .await;
    let batch: Vec<Value> = (0..10).map(|_| json!({ "query": "query{__typename}" })).collect();
    refused(Value::from(batch).to_string(), "BATCH_NOT_SUPPORTED").await;
    refused(document(format!("query{{__typename {}}}", "@aa".repeat(10))), "DIRECTIVE_LIMIT").await;
    let circle = "query{__schema{types{fields{type{fields{type{fields{type{fields{type{name}}}}}}}}}}}";
    refused(document(circle), "DEPTH_LIMIT").await;
    refused(document(format!("query{{{}}}", "__typename ".repeat(500))), "ROOT_FIELD_LIMIT").await;
    // 6 introspection: informational here, and it costs.
    let schema = served.ask("query{__schema{types{name fields{name}}}}").await;
    assert!(schema["errors"].is_null() && schema["extensions"]["cost"]["requested"] == 200, "{schema}");
    // 7 suggestions.
    for text in ["query{__schema{directive}}", "{dataStatu{origin}}", "{cards{node{id}}}"] {
        let answer = served.ask(text).await.to_string();
        assert!(!answer.to_lowercase().contains("did you mean"), "{answer}");
    }
    // 8 reads by GET: informational. 9 writes by GET.
    let url = format!("http://{}/graphql", served.address);
    let get = |text: &str| served.client.get(format!("{url}?query={text}")).send();
    assert_eq!(get("query%7B__typename%7D").await.unwrap().status(), 200);
    let write = get("mutation%7B__typename%7D").await.unwrap();
    assert_eq!((write.status().as_u16(), &write.headers()["allow"]), (405, &"POST".parse().unwrap()));
    // 10 forms, and everything else that a foreign page may send without asking.
    for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
        let form = served.client.post(&url).header("content-type", kind).body("query=query%7B__typename%7D");
        assert_eq!(form.send().await.unwrap().status(), 415, "{kind}");
    }
    // 11 tracing.
    let answer = served.ask("query{__typename}").await;
    assert_eq!(answer["extensions"].as_object().map(|all| all.len()), Some(1), "{answer}");
    // 12 unhandled errors.
    let answer = served.ask("qwerty{abc}").await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_PARSE_FAILED");
    let text = answer.to_string().to_lowercase();
    for word in ["exception", "stacktrace", "panicked", "src/", ".rs"] {
        assert!(!text.contains(word), "{answer}");
    }
    // 13 the explorer: at its own address only; the endpoint itself holds none.
    let page = served.client.get(&url).header("accept", "text/html,*/*").send().await.unwrap();
    assert!(page.url().path() == "/explorer", "{}", page.url());
    assert!(page.headers().contains_key("content-security-policy"));
}
