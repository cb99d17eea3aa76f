//! A Scryfall on loopback, as strict and as moody as the real one.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

/// How it answers requests for its bulk file, the list of bulk files apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// The whole file.
    Good,
    /// `429 Too Many Requests` to everything.
    Throttled,
    /// `500` with a page of HTML.
    Broken,
    /// Fewer bytes than the list announced.
    Short,
    /// As many bytes as announced, the connection closed in the middle of them.
    Cut,
    /// As many bytes as announced, the gzip stream damaged in the middle.
    Damaged,
    /// A list that is no JSON.
    Garbage,
}

/// What it serves, to be changed while it runs.
#[derive(Clone)]
pub struct Content {
    /// Its mood.
    pub mood: Mood,
    /// The packed bulk file.
    pub file: Vec<u8>,
    /// The packed file of rulings, and when it was made; without one none is offered.
    pub rulings: Option<(String, Vec<u8>)>,
    /// `data` of `/sets`.
    pub sets: Value,
    /// `data` of `/migrations`.
    pub migrations: Value,
}

/// The running fake.
pub struct FakeScryfall {
    /// Where its API is.
    pub base: String,
    content: Arc<Mutex<Content>>,
}

#[derive(Clone)]
struct Served {
    content: Arc<Mutex<Content>>,
    address: SocketAddr,
}

impl FakeScryfall {
    /// Serves until the test's runtime ends.
    pub async fn start(content: Content) -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let content = Arc::new(Mutex::new(content));
        let served = Served { content: content.clone(), address };
        let router = Router::new()
            .route("/bulk-data", get(bulk_data))
            .route("/sets", get(sets))
            .route("/migrations", get(migrations))
            .route("/file/{name}", get(file))
            .with_state(served);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { base: format!("http://{address}"), content })
    }

    /// Changes what it serves from now on.
    pub fn change(&self, change: impl FnOnce(&mut Content)) {
        change(&mut self.content.lock().expect("nobody panics while serving"));
    }
}

impl Served {
    fn content(&self) -> Content {
        self.content.lock().expect("nobody panics while changing").clone()
    }
}

fn problem(status: StatusCode, code: &str) -> Response {
    let body = json!({ "object": "error", "status": status.as_u16(), "code": code, "details": code });
    (status, Json(body)).into_response()
}

/// What the API demands of every request.
fn refused(headers: &HeaderMap, content: &Content) -> Option<Response> {
    let named = headers.get(header::USER_AGENT).is_some_and(|agent| !agent.is_empty());
    if !named || !headers.contains_key(header::ACCEPT) {
        return Some(problem(StatusCode::FORBIDDEN, "forbidden"));
    }
    match content.mood {
        Mood::Throttled => Some(problem(StatusCode::TOO_MANY_REQUESTS, "too_many_requests")),
        Mood::Garbage => Some("{\"object\":\"list\",\"data\":[{".into_response()),
        _ => None,
    }
}

fn list(headers: &HeaderMap, content: &Content, data: &Value) -> Response {
    let list = || Json(json!({ "object": "list", "has_more": false, "data": data })).into_response();
    refused(headers, content).unwrap_or_else(list)
}

async fn bulk_data(State(served): State<Served>, headers: HeaderMap) -> Response {
    let content = served.content();
    let of = |kind: &str, made: &str, size: usize| {
        json!({
            "object": "bulk_data", "id": "922288cb-4bef-45e1-bb30-0c2bd3d3534f", "type": kind,
            "updated_at": made, "name": kind, "description": "",
            "uri": format!("http://{}/bulk-data/{kind}", served.address),
            "jsonl_download_uri": format!("http://{}/file/{kind}-20261120100243.jsonl.gz", served.address),
            "compressed_size": size,
        })
    };
    let cards = |kind: &str| of(kind, "2026-11-20T10:02:43.120+00:00", content.file.len());
    let mut all = vec![cards("oracle_cards"), cards("default_cards")];
    all.extend(content.rulings.as_ref().map(|(made, file)| of("rulings", made, file.len())));
    list(&headers, &content, &Value::from(all))
}

async fn sets(State(served): State<Served>, headers: HeaderMap) -> Response {
    let content = served.content();
    list(&headers, &content, &content.sets)
}

async fn migrations(State(served): State<Served>, headers: HeaderMap) -> Response {
    let content = served.content();
    list(&headers, &content, &content.migrations)
}

async fn file(State(served): State<Served>, Path(name): Path<String>) -> Response {
    let Content { mood, mut file, rulings, .. } = served.content();
    if name.starts_with("rulings") {
        file = rulings.map(|(_, file)| file).unwrap_or_default();
    }
    let middle = file.len() / 2;
    match mood {
        Mood::Broken => return (StatusCode::INTERNAL_SERVER_ERROR, "<html>Oops</html>").into_response(),
        Mood::Short => file.truncate(middle),
        Mood::Damaged => file[middle..].fill(0),
        Mood::Cut => {
            let (length, part) = (file.len(), Bytes::from(file).slice(..middle));
            let parts = [Ok(part), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
            let body = axum::body::Body::from_stream(futures_util::stream::iter(parts));
            return ([(header::CONTENT_LENGTH, length)], body).into_response();
        }
        Mood::Good | Mood::Throttled | Mood::Garbage => {}
    }
    ([(header::CONTENT_TYPE, "application/gzip")], file).into_response()
}
