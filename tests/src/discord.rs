//! Discord's REST and gateway on loopback, as its documents describe them: as much as a bot of commands meets.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::{Mutex, broadcast, mpsc};

const APPLICATION: &str = "222";

/// What the bot did.
#[derive(Debug)]
pub enum Seen {
    /// It put its list of commands.
    Commands(Value),
    /// It answered an interaction: `type` and `data`.
    Callback(Value),
    /// It wrote or changed its answer.
    Edit(Value),
    /// It asked for something that is not here: the method and the path.
    Unknown(String),
}

#[derive(Clone)]
struct Shared {
    url: String,
    seen: mpsc::UnboundedSender<Seen>,
    interactions: broadcast::Sender<Value>,
    token: String,
}

/// One stand-in, for as long as it lives.
pub struct FakeDiscord {
    /// Where it is.
    pub url: String,
    seen: Mutex<mpsc::UnboundedReceiver<Seen>>,
    interactions: broadcast::Sender<Value>,
    _server: tokio_util::task::AbortOnDropHandle<()>,
}

impl FakeDiscord {
    /// Takes this token and no other.
    pub async fn start(token: &str) -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (sender, seen) = mpsc::unbounded_channel();
        let interactions = broadcast::channel(16).0;
        let shared = Shared {
            url: url.clone(),
            seen: sender,
            interactions: interactions.clone(),
            token: token.to_owned(),
        };
        let served = axum::serve(listener, router(shared));
        let server = tokio::spawn(async move {
            if let Err(error) = served.await {
                eprintln!("the fake Discord ended: {error}");
            }
        });
        let _server = tokio_util::task::AbortOnDropHandle::new(server);
        Ok(Self { url, seen: Mutex::new(seen), interactions, _server })
    }

    /// What the bot does next.
    pub async fn seen(&self) -> Seen {
        let mut seen = self.seen.lock().await;
        let next = tokio::time::timeout(std::time::Duration::from_secs(60), seen.recv()).await;
        next.ok().flatten().expect("the bot does something")
    }

    /// Somebody uses a command (type 2), or types in one of its options (type 4).
    pub fn interact(&self, kind: u8, command: &str, user: u64, options: Value) {
        let interaction = json!({
            "id": "333", "application_id": APPLICATION, "type": kind, "token": "itok", "version": 1,
            "channel_id": "444", "app_permissions": "0", "locale": "en-US", "entitlements": [],
            "authorizing_integration_owners": {"1": user.to_string()}, "context": 1,
            "attachment_size_limit": 10_485_760, "user": account(user, "ann"),
            "data": {"id": "666", "name": command, "type": 1, "options": options},
        });
        self.interactions.send(interaction).expect("a bot that listens");
    }
}

fn account(id: u64, name: &str) -> Value {
    json!({"id": id.to_string(), "username": name, "discriminator": "0", "global_name": null, "avatar": null})
}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/api/v10/gateway", get(gateway))
        .route("/api/v10/gateway/bot", get(gateway))
        .route("/api/v10/applications/{id}/commands", put(commands))
        .route("/api/v10/interactions/{id}/{token}/callback", post(callback))
        .route("/api/v10/webhooks/{id}/{token}/messages/@original", patch(edit))
        .route("/ws", get(socket))
        .route("/ws/", get(socket))
        .fallback(unknown)
        .with_state(Arc::new(shared))
}

fn unauthorized() -> (StatusCode, Json<Value>) {
    (StatusCode::UNAUTHORIZED, Json(json!({"message": "401: Unauthorized", "code": 0})))
}

async fn gateway(State(shared): State<Arc<Shared>>, headers: axum::http::HeaderMap) -> impl IntoResponse {
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    if given != Some(&format!("Bot {}", shared.token)) {
        return unauthorized().into_response();
    }
    let limit = json!({"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1});
    let url = format!("{}/ws", shared.url.replace("http://", "ws://"));
    Json(json!({"url": url, "shards": 1, "session_start_limit": limit})).into_response()
}

async fn commands(State(shared): State<Arc<Shared>>, Json(given): Json<Value>) -> Json<Value> {
    let mut known = given.as_array().cloned().unwrap_or_default();
    for (n, command) in known.iter_mut().enumerate() {
        let more = json!({"id": (700 + n).to_string(), "application_id": APPLICATION, "version": "1",
            "type": 1, "default_member_permissions": null});
        command.as_object_mut().expect("a command").extend(more.as_object().cloned().unwrap_or_default());
    }
    // A test that ended does not listen any more.
    shared.seen.send(Seen::Commands(given)).ok();
    Json(Value::Array(known))
}

async fn callback(
    State(shared): State<Arc<Shared>>,
    Path(_): Path<(String, String)>,
    Json(given): Json<Value>,
) -> StatusCode {
    shared.seen.send(Seen::Callback(given)).ok();
    StatusCode::NO_CONTENT
}

async fn edit(State(shared): State<Arc<Shared>>, Json(given): Json<Value>) -> Json<Value> {
    shared.seen.send(Seen::Edit(given)).ok();
    Json(json!({
        "id": "1001", "channel_id": "444", "author": account(111, "dualcaster"), "content": "",
        "timestamp": "2026-11-22T00:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
        "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        "pinned": false, "type": 0,
    }))
}

async fn unknown(State(shared): State<Arc<Shared>>, request: axum::extract::Request) -> impl IntoResponse {
    shared.seen.send(Seen::Unknown(format!("{} {}", request.method(), request.uri()))).ok();
    (StatusCode::NOT_FOUND, Json(json!({"message": "404: Not Found", "code": 0})))
}

async fn socket(upgrade: WebSocketUpgrade, State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    upgrade.on_upgrade(move |socket| async move {
        // The bot hung up.
        talk(socket, &shared).await.ok();
    })
}

/// The gateway's protocol: hello, identify, ready, heartbeats, interactions.
async fn talk(mut socket: WebSocket, shared: &Shared) -> Result<(), axum::Error> {
    let text = |value: Value| Message::Text(value.to_string().into());
    let mut interactions = shared.interactions.subscribe();
    let mut sequence = 1;
    socket.send(text(json!({"op": 10, "d": {"heartbeat_interval": 41_250}}))).await?;
    loop {
        tokio::select! {
            message = socket.recv() => {
                let Some(message) = message else { return Ok(()) };
                let Message::Text(said) = message? else { continue };
                let said: Value = serde_json::from_str(&said).unwrap_or_default();
                match said["op"].as_u64() {
                    Some(1) => socket.send(text(json!({"op": 11}))).await?,
                    Some(2) => socket.send(text(ready(&shared.url))).await?,
                    _ => {}
                }
            }
            Ok(interaction) = interactions.recv() => {
                sequence += 1;
                let event = json!({"op": 0, "s": sequence, "t": "INTERACTION_CREATE", "d": interaction});
                socket.send(text(event)).await?;
            }
        }
    }
}

fn ready(url: &str) -> Value {
    let user = json!({
        "id": "111", "username": "dualcaster", "discriminator": "0", "global_name": null, "avatar": null,
        "bot": true, "mfa_enabled": false, "verified": true, "email": null, "flags": 0,
    });
    json!({"op": 0, "s": 1, "t": "READY", "d": {
        "v": 10, "user": user, "guilds": [], "session_id": "sess",
        "resume_gateway_url": format!("{}/ws", url.replace("http://", "ws://")), "shard": [0, 1],
        "application": {"id": APPLICATION, "flags": 0},
    }})
}
