//! One trace from a request to what its job asks outside, over two processes, as a collector sees it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use domain::{Role, Roles};
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::json;
use tests::TestApp;
use tests::collector::Collector;

use crate::http::Door;
use crate::people::mailed_token;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const EMAIL: &str = "tracer@ravnica.example";
const PASSWORD: &str = "vexing tracer tundra";

struct Processes {
    running: Vec<Child>,
    folder: PathBuf,
}

impl Processes {
    fn start(app: &TestApp, port: u16, collector: &Collector) -> Self {
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

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_goes_from_the_request_to_the_service_outside() {
    let (app, collector) = (TestApp::new().await, Collector::start().await.unwrap());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let processes = Processes::start(&app, port, &collector);
    let door = Door::at(([127, 0, 0, 1], port).into());
    let ready = format!("http://127.0.0.1:{port}/health/ready");
    door.until(async || door.client.get(&ready).send().await.is_ok_and(|answer| answer.status() == 200))
        .await;
    let kinds = "SELECT FROM job_kinds WHERE kind = 'buylist_collection'";
    door.until(async || !app.sql(kinds, &[]).await.is_empty()).await;

    let register = "mutation ($i: RegisterInput!) { register(input: $i) { done errors { message } } }";
    door.ask_as(None, register, json!({ "i": { "email": EMAIL, "password": PASSWORD, "name": "Tracer" } }))
        .await;
    let token = mailed_token(&app, EMAIL).await;
    app.sql("UPDATE users SET roles = $1", &[&Roles::default().with(Role::Admin).0]).await;
    let verify = "mutation ($i: VerifyEmailInput!) { verifyEmail(input: $i) { session { accessToken refreshToken } } }";
    let made = door.ask_as(None, verify, json!({ "i": { "token": token, "password": PASSWORD } })).await;
    app.sql("UPDATE users SET roles = $1", &[&Roles::default().with(Role::Admin).0]).await;
    let login = "mutation ($i: LoginInput!) { login(input: $i) { session { accessToken refreshToken } } }";
    let session = door.ask_as(None, login, json!({ "i": { "email": EMAIL, "password": PASSWORD } })).await;
    let session = &session["data"]["login"]["session"];
    let access = session["accessToken"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();

    let trigger = "mutation Start { triggerSchedule(name: \"buylist_collection\") { job { id kind } } }";
    let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let request = door.post(trigger, &json!({})).bearer_auth(&access).header("traceparent", &parent);
    let answer = request.send().await.unwrap().text().await.unwrap();
    assert!(answer.contains("buylist_collection"), "{answer}");

    let wanted = ["POST /graphql", "graphql", "sql", "job", "outbound"];
    let whole = async || {
        let spans = of_trace(&collector);
        wanted.iter().all(|name| spans.iter().any(|span| span.name == *name))
    };
    door.until(whole).await;
    let spans = of_trace(&collector);
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
    let log = processes.log();
    assert!(log.lines().any(|line| line.contains(TRACE)), "log lines carry the trace: {log}");
    let everything = format!("{:?}", collector.spans());
    let refresh = session["refreshToken"].as_str().unwrap();
    for secret in [PASSWORD, EMAIL, token.as_str(), access.as_str(), refresh] {
        assert!(!everything.contains(secret), "{secret} is in a span");
    }
}
