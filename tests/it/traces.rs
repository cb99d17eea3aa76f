//! One trace from a request to what its job asks outside, over two processes, as a collector sees it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use chrono::TimeDelta;
use domain::{Role, Roles};
use fakes::{Clock, Fakes, Service, World};
use opentelemetry_proto::tonic::common::v1::any_value;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::json;
use tests::TestApp;
use tests::collector::Collector;

use crate::http::Door;
use crate::people::mailed_token;
use crate::world::at;
use crate::ws::Socket;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const EMAIL: &str = "tracer@ravnica.example";
const PASSWORD: &str = "vexing tracer tundra";

struct Processes {
    running: Vec<Child>,
    folder: PathBuf,
}

impl Processes {
    fn start(app: &TestApp, port: u16, collector: &Collector, scryfall: &str) -> Self {
        let own = std::env::current_exe().unwrap();
        let program = own.ancestors().nth(2).unwrap().join("dualcaster");
        let folder =
            std::env::temp_dir().join(format!("dualcaster-traces-{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let start = |role: &str| {
            let mut command = Command::new(&program);
            for service in domain::sources::Service::ALL {
                let name = format!("DUALCASTER_{}_URL", service.name().to_uppercase());
                if service.name() != "feeds" {
                    command.env(name, collector.url());
                }
            }
            command
                .arg(role)
                .env("DUALCASTER_SCRYFALL_URL", scryfall)
                .env("DUALCASTER_PRESS_URL", collector.url())
                .env("DATABASE_URL", &app.settings.database_url)
                .env("REDIS_URL", &app.settings.redis_url)
                .env("DUALCASTER_REDIS_PREFIX", &app.settings.redis_prefix)
                .env("DUALCASTER_STATE_DIR", &folder)
                .env("DUALCASTER_LOG_FORMAT", "json")
                .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())
                .env("OTEL_BSP_SCHEDULE_DELAY", "100")
                .env("PORT", port.to_string())
                .stdout(Stdio::null())
                .stderr(log.try_clone().unwrap())
                .spawn()
                .unwrap()
        };
        Self { running: vec![start("api"), start("jobs")], folder }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap()
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in &mut self.running {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of_trace(collector: &Collector) -> Vec<Span> {
    collector.spans().into_iter().filter(|span| hex(&span.trace_id) == TRACE).collect()
}

fn has_ancestor(spans: &[Span], span: &Span, name: &str) -> bool {
    let parent = spans.iter().find(|other| other.span_id == span.parent_span_id);
    parent.is_some_and(|parent| parent.name == name || has_ancestor(spans, parent, name))
}

/// A platform of two processes that tell a collector of what they do, and an admin.
struct Traced {
    app: TestApp,
    collector: Collector,
    processes: Processes,
    door: Door,
    access: String,
    /// What must be in no span.
    secrets: Vec<String>,
}

impl Traced {
    async fn new(kind: &str, scryfall: Option<&str>) -> Self {
        let (app, collector) = (TestApp::new().await, Collector::start().await.unwrap());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let scryfall = scryfall.map_or_else(|| collector.url(), str::to_owned);
        let processes = Processes::start(&app, port, &collector, &scryfall);
        let door = Door::at(([127, 0, 0, 1], port).into());
        let ready = format!("http://127.0.0.1:{port}/health/ready");
        door.until(async || door.client.get(&ready).send().await.is_ok_and(|answer| answer.status() == 200))
            .await;
        let kinds = "SELECT FROM job_kinds WHERE kind = $1";
        door.until(async || !app.sql(kinds, &[&kind]).await.is_empty()).await;

        let register = "mutation ($i: RegisterInput!) { register(input: $i) { done errors { message } } }";
        let input = json!({ "i": { "email": EMAIL, "password": PASSWORD, "name": "Tracer" } });
        door.ask_as(None, register, input).await;
        let token = mailed_token(&app, EMAIL).await;
        let verify =
            "mutation ($i: VerifyEmailInput!) { verifyEmail(input: $i) { session { accessToken } } }";
        let input = json!({ "i": { "token": token, "password": PASSWORD } });
        let made = door.ask_as(None, verify, input).await;
        app.sql("UPDATE users SET roles = $1", &[&Roles::default().with(Role::Admin).0]).await;
        let login =
            "mutation ($i: LoginInput!) { login(input: $i) { session { accessToken refreshToken } } }";
        let input = json!({ "i": { "email": EMAIL, "password": PASSWORD } });
        let session = door.ask_as(None, login, input).await["data"]["login"]["session"].clone();
        let access = session["accessToken"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let refresh = session["refreshToken"].as_str().unwrap().to_owned();
        let secrets = vec![PASSWORD.to_owned(), EMAIL.to_owned(), token, access.clone(), refresh];
        Self { app, collector, processes, door, access, secrets }
    }

    /// Has a schedule's work done, within the trace.
    async fn trigger(&self, name: &str) {
        let trigger =
            format!("mutation Start {{ triggerSchedule(name: \"{name}\") {{ job {{ id kind }} }} }}");
        let request = self.door.post(&trigger, &json!({})).bearer_auth(&self.access);
        let answer = request.header("traceparent", parent()).send().await.unwrap().text().await.unwrap();
        assert!(answer.contains(name), "{answer}");
    }
}

fn parent() -> String {
    format!("00-{TRACE}-00f067aa0ba902b7-01")
}

/// An attribute of a span, as it is written.
fn said(span: &Span, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key == key);
    let value = found.and_then(|attribute| attribute.value.clone()).and_then(|value| value.value);
    match value {
        Some(any_value::Value::StringValue(text)) => text,
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_goes_from_the_request_to_the_service_outside() {
    let traced = Traced::new("buylist_collection", None).await;
    let (collector, door) = (&traced.collector, &traced.door);
    traced.trigger("buylist_collection").await;

    let wanted = ["POST /graphql", "graphql", "sql", "job", "outbound"];
    let whole = async || {
        let spans = of_trace(collector);
        wanted.iter().all(|name| spans.iter().any(|span| span.name == *name))
    };
    door.until(whole).await;
    let spans = of_trace(collector);
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    assert_eq!(hex(&named("POST /graphql").parent_span_id), "00f067aa0ba902b7");
    assert!(has_ancestor(&spans, named("graphql"), "POST /graphql"));
    assert!(has_ancestor(&spans, named("job"), "graphql"), "{spans:#?}");
    assert!(has_ancestor(&spans, named("outbound"), "job"));
    let sql = |under: &str| spans.iter().any(|s| s.name == "sql" && has_ancestor(&spans, s, under));
    assert!(sql("graphql") && sql("job"));
    let texts = format!("{spans:?}");
    assert!(texts.contains("INSERT INTO jobs") && texts.contains("FROM unnest($8, $9)"), "{texts}");

    let outbound = collector.calls().into_iter().filter_map(|(_, parent)| parent);
    assert!(outbound.filter(|parent| parent.starts_with(&format!("00-{TRACE}-"))).count() > 0);
    let log = traced.processes.log();
    assert!(log.lines().any(|line| line.contains(TRACE)), "log lines carry the trace: {log}");
    let everything = format!("{:?}", collector.spans());
    for secret in &traced.secrets {
        assert!(!everything.contains(secret), "{secret} is in a span");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_and_copies_have_spans_of_their_own() {
    let clock = Clock { began: at("2026-11-01"), step: TimeDelta::hours(1), first: 0 };
    let fakes = Fakes::start(World::own(7).unwrap(), clock, "127.0.0.1:0".parse().unwrap()).await.unwrap();
    let traced = Traced::new("bulk_refresh", Some(&fakes.url(Service::Scryfall))).await;
    let (collector, door) = (&traced.collector, &traced.door);
    let mut socket = Socket::open_traced(door.address, &traced.access, &parent()).await;
    let follow = "subscription Watch { jobsUpdated { kind jobs { kind state } } }";
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": follow } })).await;
    let first = socket.hear().await;
    assert_eq!(first["payload"]["data"]["jobsUpdated"]["kind"], "SNAPSHOT", "{first}");
    traced.trigger("bulk_refresh").await;
    loop {
        let heard = socket.hear().await;
        let jobs = heard["payload"]["data"]["jobsUpdated"]["jobs"].as_array().cloned().unwrap_or_default();
        if jobs.iter().any(|job| job["kind"] == "bulk_refresh" && job["state"] == "SUCCEEDED") {
            break;
        }
    }

    let copied = |spans: &[Span], table: &str| {
        let copies =
            spans.iter().filter(|span| span.name == "copy" && said(span, "db.collection.name") == table);
        copies
            .filter(|span| has_ancestor(spans, span, "job"))
            .map(|span| said(span, "rows"))
            .collect::<Vec<_>>()
    };
    door.until(async || !copied(&of_trace(collector), "offer").is_empty()).await;
    let (spans, printings) = (of_trace(collector), traced.app.sql("SELECT FROM printings", &[]).await.len());
    assert!(printings > 0);
    assert_eq!(copied(&spans, "printings"), [printings.to_string()]);

    let opened = spans.iter().find(|span| span.name == "GET /graphql").unwrap();
    let events = async || {
        let all = collector.spans();
        let of = |span: &&Span| span.name == "event jobsUpdated";
        (all.iter().filter(of).cloned().collect::<Vec<_>>(), all)
    };
    door.until(async || events().await.0.len() >= 2).await;
    let (events, all) = events().await;
    for event in &events {
        assert_eq!((said(event, "field"), said(event, "operation")), ("jobsUpdated".into(), "Watch".into()));
        assert_eq!(event.links.len(), 1, "{event:?}");
        let link = &event.links[0];
        assert_eq!((hex(&link.trace_id), &link.span_id), (TRACE.to_owned(), &opened.span_id));
        assert!(event.parent_span_id.is_empty() && hex(&event.trace_id) != TRACE, "{event:?}");
        let read = all.iter().any(|span| span.name == "sql" && span.parent_span_id == event.span_id);
        assert!(read, "what an event reads is in its span: {event:?}");
        let lasted = (event.end_time_unix_nano - event.start_time_unix_nano) / 1_000_000;
        assert!(lasted < 5_000, "who waits for an event is not in its span: {lasted} ms");
    }
    let everything = format!("{all:?}");
    for secret in &traced.secrets {
        assert!(!everything.contains(secret), "{secret} is in a span");
    }
}
