//! What is secret is in no log and in no error. Known secrets go in by every way there is, into a server
//! that is a process of its own and logs all that it can; then its logs and errors are searched for them.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::TestApp;
use tests::collector::Collector;
use tests::providers::{CLIENT, FakeProvider, SECRET};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::http::Door;
use crate::people::mailed_token;

const PASSWORD: &str = "canary Password 1 tundra";
const GUESS: &str = "canary Guess 2 lotus";
const NEW: &str = "canary New 3 thopter";
const EMAIL: &str = "canary-mail@ravnica.example";
const OTHER: &str = "canary-other@ravnica.example";
const CODE: &str = "canary-oauth-code";
const STATE: &str = "canary-oauth-state";
const KEY: &str = "dd_canary-key-of-somebody";
const TOKEN: &str = "canary-token-of-a-mail";
const BEARER: &str = "canary.access.token";
const COOKIE: &str = "canary-cookie";
const METRICS: &str = "canary-token-of-the-metrics";
const PROOF: &str = "canary.proof-of-a-mail";
const SMTP: &str = "canary-smtp-password";

/// The program's own processes, which write all that they have to say into one file.
struct Server {
    folder: PathBuf,
    door: Door,
    running: Vec<Child>,
}

impl Server {
    async fn start(app: &TestApp, provider: &FakeProvider, mail: u16, collector: &Collector) -> Self {
        let own = std::env::current_exe().unwrap();
        let program = own.ancestors().nth(2).unwrap().join("dualcaster");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder =
            std::env::temp_dir().join(format!("dualcaster-canary-{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        let log = File::create(folder.join("log")).unwrap();
        let start = |role: &str| {
            Command::new(&program)
                .arg(role)
                .env("DATABASE_URL", &app.settings.database_url)
                .env("REDIS_URL", &app.settings.redis_url)
                .env("DUALCASTER_REDIS_PREFIX", &app.settings.redis_prefix)
                .env("DUALCASTER_STATE_DIR", &folder)
                .env("DUALCASTER_OFFLINE", "true")
                .env("DUALCASTER_PUBLIC_URL", format!("http://127.0.0.1:{port}"))
                .env("DUALCASTER_GOOGLE_URL", &provider.url)
                .env("DUALCASTER_GOOGLE_CLIENT_ID", CLIENT)
                .env("DUALCASTER_GOOGLE_CLIENT_SECRET", SECRET)
                .env("DUALCASTER_DISCORD_URL", &provider.url)
                .env("DUALCASTER_DISCORD_CLIENT_ID", CLIENT)
                .env("DUALCASTER_DISCORD_CLIENT_SECRET", SECRET)
                .env("DUALCASTER_SMTP_URL", format!("smtp://somebody:{SMTP}@127.0.0.1:{mail}"))
                .env("DUALCASTER_LOG", "debug")
                .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())
                .env("OTEL_BSP_SCHEDULE_DELAY", "100")
                .env("DUALCASTER_METRICS_TOKEN", METRICS)
                .env("PORT", port.to_string())
                .stdout(Stdio::null())
                .stderr(log.try_clone().unwrap())
                .spawn()
                .unwrap_or_else(|error| panic!("{}: {error}", program.display()))
        };
        let running = vec![start("api"), start("jobs")];
        let server = Self { folder, door: Door::at(([127, 0, 0, 1], port).into()), running };
        let ready = format!("http://127.0.0.1:{port}/health/ready");
        let is_ready =
            async || server.door.client.get(&ready).send().await.is_ok_and(|answer| answer.status() == 200);
        server.door.until(is_ready).await;
        server
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.door.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for child in &mut self.running {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A mail server that knows nobody, and says whom.
fn refusing_mail_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut answers = stream.try_clone().unwrap();
            let mut say = |text: String| answers.write_all(format!("{text}\r\n").as_bytes());
            let _ = say("220 ready".to_owned());
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
                let said = match verb.as_str() {
                    "EHLO" => say("250-here\r\n250 AUTH PLAIN".to_owned()),
                    "AUTH" => say("235 welcome".to_owned()),
                    "RCPT" => say(format!("550 5.1.1 nobody is called {line}")),
                    _ => say("250 fine".to_owned()),
                };
                if said.is_err() {
                    break;
                }
            }
        }
    });
    port
}

/// What the world is answered, but for the answers whose sense is to hold a secret.
struct Said<'a> {
    server: &'a Server,
    bodies: Vec<(String, String)>,
}

impl Said<'_> {
    async fn send(&mut self, what: &str, request: RequestBuilder) -> Value {
        let text = request.send().await.unwrap().text().await.unwrap();
        self.bodies.push((what.to_owned(), text.clone()));
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn ask(&mut self, bearer: &str, query: &str, variables: Value) -> Value {
        let request = self.server.door.post(query, &variables).bearer_auth(bearer);
        self.send(query, request).await
    }

    fn post(&self, body: String, media: &str) -> RequestBuilder {
        let request = self.server.door.client.post(self.server.url("/graphql"));
        request.header("content-type", media.to_owned()).body(body)
    }
}

const LOGIN: &str = "mutation ($i: LoginInput!) { login(input: $i) { session { accessToken refreshToken } errors { code message } } }";

/// A login in every form that is wrong.
async fn wrong_forms(said: &mut Said<'_>) {
    let literal = format!("email: \"{EMAIL}\", password: \"{PASSWORD}\"");
    for document in [
        format!("mutation {{ login(input: {{ {literal} "),
        format!("mutation {{ login(input: {{ {literal} }}) {{ nothing }} }}"),
        format!("mutation {{ login(input: {{ {literal}, more: \"{PASSWORD}\" }}) {{ errors {{ code }} }} }}"),
        format!("mutation {{ login({literal}) {{ errors {{ code }} }} }}"),
        format!("mutation {{ login(input: \"{PASSWORD}\") {{ errors {{ code }} }} }}"),
        format!(
            "mutation {{ login(input: {{ email: \"{EMAIL}\", password: [\"{PASSWORD}\"] }}) {{ errors {{ code }} }} }}"
        ),
        format!(
            "mutation {{ login(input: {{ {literal} }}) @skip(if: \"{PASSWORD}\") {{ errors {{ code }} }} }}"
        ),
        format!("mutation {{ login(input: {{ {literal} }} \"{PASSWORD}\") {{ errors {{ code }} }} }}"),
    ] {
        let body = json!({ "query": document }).to_string();
        said.send(&document, said.post(body.clone(), "application/json")).await;
        said.send("as text", said.post(body.clone(), "text/plain")).await;
        said.send("in a list", said.post(format!("[{body}]"), "application/json")).await;
        said.send("cut off", said.post(body[..body.len() - 1].to_owned(), "application/json")).await;
        let get = said.server.door.client.get(said.server.url("/graphql")).query(&[("query", &document)]);
        said.send("by GET", get).await;
    }
    for variables in [
        json!({ "i": PASSWORD }),
        json!({ "i": [PASSWORD] }),
        json!({ "i": { "email": EMAIL, "password": [PASSWORD] } }),
        json!({ "i": { "email": EMAIL, "password": { "is": PASSWORD } } }),
        json!({ "i": { "email": EMAIL, "password": PASSWORD, "newPassword": [NEW] } }),
        json!({ "i": { "email": { "is": EMAIL }, "password": PASSWORD } }),
        json!({ "password": PASSWORD }),
    ] {
        said.send("variables", said.server.door.post(LOGIN, &variables)).await;
    }
}

/// Whatever says who somebody is, and does not.
async fn wrong_proofs(said: &mut Said<'_>) {
    for bearer in [KEY, BEARER, TOKEN] {
        said.ask(bearer, "{ viewer { scopes } }", json!({})).await;
        let twice =
            said.server.door.post("{ __typename }", &json!({})).bearer_auth(bearer).bearer_auth(bearer);
        said.send("twice", twice).await;
        let mut request = format!("ws://{}/graphql", said.server.door.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        let mut socket = tokio_tungstenite::connect_async(request).await.unwrap().0;
        let init =
            json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {bearer}") } });
        socket.send(Message::text(init.to_string())).await.unwrap();
        while let Some(Ok(message)) = socket.next().await {
            said.bodies.push(("socket".to_owned(), format!("{message:?}")));
        }
    }
    let cookies = format!("dd_refresh={COOKIE}; dd_login=login.{COOKIE}; dd_device={COOKIE}");
    let own = format!("http://{}", said.server.door.address);
    let refresh = said.server.door.client.post(said.server.url("/auth/refresh"));
    said.send("no proof of origin", refresh.try_clone().unwrap().header("cookie", &cookies)).await;
    let proven = refresh.header("cookie", &cookies).header("origin", &own).header("x-dualcaster-csrf", "1");
    said.send("refresh", proven).await;
    for (what, query) in [
        ("verify", format!("verifyEmail(input: {{ token: \"{TOKEN}\", password: \"{GUESS}\" }})")),
        ("reset", format!("resetPassword(input: {{ token: \"{TOKEN}\", newPassword: \"{NEW}\" }})")),
        ("confirm", format!("confirmEmail(token: \"{TOKEN}\")")),
        ("refresh", format!("refreshSession(token: \"{TOKEN}\")")),
        ("login", format!("login(input: {{ email: \"{OTHER}\", password: \"{GUESS}\" }})")),
    ] {
        said.send(
            what,
            said.server
                .door
                .post(&format!("mutation {{ {query} {{ errors {{ code message }} }} }}"), &json!({})),
        )
        .await;
    }
    for path in [
        format!("/auth/google/callback?code={CODE}&state={STATE}"),
        format!("/auth/discord/callback?error={CODE}&error_description={STATE}&state={STATE}"),
        format!("/auth/google/start?next=/{STATE}&ticket={TOKEN}"),
        format!("/nowhere?token={TOKEN}&code={CODE}"),
    ] {
        said.send(&path, said.server.door.client.get(said.server.url(&path)).header("cookie", &cookies))
            .await;
    }
}

/// A whole way to a provider that refuses the code in the end; the state and the cookie of it.
async fn refused_by_a_provider(said: &mut Said<'_>, provider: &str) -> Vec<String> {
    let client =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let start = client.get(said.server.url(&format!("/auth/{provider}/start"))).send().await.unwrap();
    let to = reqwest::Url::parse(start.headers()["location"].to_str().unwrap()).unwrap();
    let cookie = start.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let state = to.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let back = said.server.url(&format!("/auth/{provider}/callback?code={CODE}&state={state}"));
    let end = client.request(Method::GET, back).header("cookie", &cookie).send().await.unwrap();
    assert!(end.headers()["location"].to_str().unwrap().contains("error=provider-refused"));
    vec![state, cookie.split_once('=').unwrap().1.to_owned()]
}

/// What somebody shares, opened by every way there is; what its link ends in.
async fn shared(said: &mut Said<'_>, access: &str) -> String {
    let door = &said.server.door;
    let binder = "mutation { createBinder(name: \"b\") { binder { id } } }";
    let binder =
        door.ask_as(Some(access), binder, json!({})).await["data"]["createBinder"]["binder"]["id"].clone();
    let share = "mutation ($id: ID!) { share(input: { of: { binderId: $id } }) { share { token } errors { message } } }";
    let made = door.ask_as(Some(access), share, json!({ "id": binder })).await;
    let token =
        made["data"]["share"]["share"]["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let query = "query ($token: String!) { shared(token: $token) { name } }";
    let found = said.ask(access, query, json!({ "token": token })).await;
    assert_eq!(found["data"]["shared"]["name"], "b", "{found}");
    let literal = format!("{{ shared(token: \"{token}\") {{ name lots {{ nodes {{ quantity }} }} }} }}");
    let door = &said.server.door;
    let (post, wrong) = (door.post(&literal, &json!({})), door.post(&format!("{literal} }}"), &json!({})));
    let get = door.client.get(said.server.url("/graphql")).query(&[("query", &literal)]);
    for (what, request) in [("shared", post), ("shared wrongly", wrong), ("shared by GET", get)] {
        said.send(what, request).await;
    }
    for path in ["/shared/", "//shared/", "/shared/more/", "/nowhere/shared/"] {
        let page = said.server.door.client.get(said.server.url(&format!("{path}{token}")));
        said.send(path, page.header("accept", "text/html")).await;
    }
    token
}

/// As URLs and lists of bytes show it.
fn other_forms(secret: &str) -> [String; 2] {
    let url = reqwest::Url::parse_with_params("http://here", [("", secret)]).unwrap();
    let bytes: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
    [url.query().unwrap().trim_start_matches('=').to_owned(), bytes.join(", ")]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_a_log_or_an_error() {
    let (app, provider) = (TestApp::new().await, FakeProvider::start().await.unwrap());
    let collector = Collector::start().await.unwrap();
    let server = Server::start(&app, &provider, refusing_mail_server(), &collector).await;
    let mut said = Said { server: &server, bodies: Vec::new() };
    let mut secrets: Vec<String> = [
        PASSWORD, GUESS, NEW, EMAIL, OTHER, CODE, STATE, KEY, TOKEN, BEARER, COOKIE, SMTP, METRICS, SECRET,
        PROOF,
    ]
    .map(str::to_owned)
    .into();

    let register = "mutation ($i: RegisterInput!) { register(input: $i) { done errors { message } } }";
    let wanted = json!({ "i": { "email": EMAIL, "password": PASSWORD, "name": "Jace" } });
    said.send("register", server.door.post(register, &wanted)).await;
    let token = mailed_token(&app, EMAIL).await;
    let verify = "mutation ($i: VerifyEmailInput!) { verifyEmail(input: $i) { session { accessToken refreshToken } } }";
    let made =
        server.door.ask_as(None, verify, json!({ "i": { "token": token, "password": PASSWORD } })).await;
    let session = &made["data"]["verifyEmail"]["session"];
    let access = session["accessToken"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let refresh = session["refreshToken"].as_str().unwrap().to_owned();
    let create = "mutation { createApiKey(input: { name: \"k\", scopes: [READ_OWN] }) { secret } }";
    let key = server.door.ask_as(Some(&access), create, json!({})).await["data"]["createApiKey"]["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    secrets.extend([token, access.clone(), refresh.clone(), key.clone()]);
    secrets.push(shared(&mut said, &access).await);

    for path in ["/mail/unsubscribe/", "//mail/unsubscribe/", "/nowhere/mail/unsubscribe/"] {
        let url = server.url(&format!("{path}{PROOF}"));
        said.send(path, server.door.client.post(&url)).await;
        said.send(path, server.door.client.get(&url)).await;
    }
    wrong_forms(&mut said).await;
    wrong_proofs(&mut said).await;
    for provider in ["google", "discord"] {
        secrets.extend(refused_by_a_provider(&mut said, provider).await);
    }
    for bearer in [&access, &key] {
        for query in [
            format!("mutation {{ reauthenticate(password: \"{GUESS}\") {{ errors {{ message }} }} }}"),
            format!(
                "mutation {{ changePassword(input: {{ currentPassword: \"{GUESS}\", newPassword: \"{NEW}\" }}) {{ errors {{ message }} }} }}"
            ),
            format!("mutation {{ requestEmailChange(email: \"{OTHER}\") {{ errors {{ message }} }} }}"),
            "{ viewer { sessions { nodes { id } } } }".to_owned(),
        ] {
            said.ask(bearer, &query, json!({})).await;
        }
    }
    let reset = "mutation ($e: String!) { requestPasswordReset(email: $e) { done } }";
    said.send("reset", server.door.post(reset, &json!({ "e": EMAIL }))).await;
    secrets.push(mailed_token(&app, EMAIL).await);
    let again = "mutation ($t: String!) { refreshSession(token: $t) { session { refreshToken } } }";
    let next = server.door.ask_as(None, again, json!({ "t": refresh })).await;
    secrets.push(next["data"]["refreshSession"]["session"]["refreshToken"].as_str().unwrap().to_owned());
    // Reuse, and then a database that fails in the middle of everything.
    app.sql("UPDATE refresh_tokens SET used_at = used_at - interval '1 min'", &[]).await;
    said.send("reuse", server.door.post(again, &json!({ "t": refresh }))).await;
    app.sql("ALTER TABLE users RENAME COLUMN email TO gone", &[]).await;
    said.send("broken", server.door.post(LOGIN, &json!({ "i": { "email": EMAIL, "password": PASSWORD } })))
        .await;
    said.send("broken", server.door.post(register, &wanted)).await;
    let refused = "SELECT FROM mails WHERE failure IS NOT NULL";
    server.door.until(async || !app.sql(refused, &[]).await.is_empty()).await;

    let metrics = server.door.client.get(server.url("/metrics")).bearer_auth(METRICS);
    said.send("metrics", metrics).await;

    let raw: Vec<String> = secrets.iter().flat_map(|secret| other_forms(secret)).collect();
    secrets.extend(raw);
    let log = server.log();
    assert!(
        log.contains("DEBUG") && log.contains("a mail did not go out") && log.contains("a resolver failed"),
        "{log}"
    );
    let in_log: Vec<_> =
        log.lines().filter(|line| secrets.iter().any(|secret| line.contains(secret.as_str()))).collect();
    assert!(in_log.is_empty(), "{} lines, such as {:#?}", in_log.len(), &in_log[..in_log.len().min(12)]);
    // The last of them have come once one of the last request is there.
    let scraped = async || collector.spans().iter().any(|span| span.name == "GET /metrics");
    server.door.until(scraped).await;
    let spans: Vec<String> = collector.spans().iter().map(|span| format!("{span:?}")).collect();
    assert!(
        spans.iter().any(|span| span.contains("FROM \\\"users\\\"") || span.contains("INTO users")),
        "{spans:#?}"
    );
    let in_spans: Vec<_> =
        spans.iter().filter(|span| secrets.iter().any(|secret| span.contains(secret.as_str()))).collect();
    assert!(in_spans.is_empty(), "{} spans, such as {:#?}", in_spans.len(), in_spans.first());
    assert!(said.bodies.len() > 60, "{}", said.bodies.len());
    let in_bodies: Vec<_> = said
        .bodies
        .iter()
        .filter(|(_, body)| secrets.iter().any(|secret| body.contains(secret.as_str())))
        .collect();
    assert!(
        in_bodies.is_empty(),
        "{} bodies, such as {:#?}",
        in_bodies.len(),
        &in_bodies[..in_bodies.len().min(12)]
    );
}
