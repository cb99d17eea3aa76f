use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde_json::{Map, Value};

use crate::Limits;
use crate::errors::{Fault, code};
use crate::gate::Params;

/// A body that trickles in is a way to hold a connection.
const READ: Duration = Duration::from_secs(10);
/// Of a body that is too long so much is read and thrown away, because a client that is still
/// sending does not see the answer.
const DISCARD: usize = 16 * 1024 * 1024;

/// Parameters of a GET.
pub(super) fn from_query(query: &str) -> Result<Params, Fault> {
    let pairs: Vec<(String, String)> = serde_urlencoded(query)?;
    let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let object = |name: &str| match get(name).filter(|text| !text.is_empty()) {
        None => Ok(Value::Null),
        Some(text) => serde_json::from_str(text).map_err(|_| bad(format!("{name} is not a JSON object"))),
    };
    let mut members = Map::new();
    for name in ["query", "operationName"] {
        // `operationName=` is how a form says that there is none.
        if let Some(text) = get(name).filter(|text| !text.is_empty()) {
            members.insert(name.to_owned(), Value::String(text.to_owned()));
        }
    }
    members.insert("variables".to_owned(), object("variables")?);
    members.insert("extensions".to_owned(), object("extensions")?);
    from_members(members)
}

/// Parameters of a POST: JSON and nothing else, because whatever a form can send a foreign page
/// can send too.
pub(super) async fn from_body(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Params, Fault> {
    require_json(headers)?;
    let bytes = read(headers, body, limits.body).await?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(members)) => from_members(members),
        Ok(Value::Array(_)) => Err(Fault::http(
            StatusCode::BAD_REQUEST,
            "BATCH_NOT_SUPPORTED",
            "one request holds one operation: batches are not supported",
        )),
        Ok(_) => Err(bad("the body is not a JSON object".to_owned())),
        Err(error) => Err(bad(format!("the body is not JSON: {error}"))),
    }
}

/// Parameters from a JSON object, as HTTP bodies and WebSocket messages have them.
pub(crate) fn from_members(mut members: Map<String, Value>) -> Result<Params, Fault> {
    let mut take = |name: &str| members.remove(name).unwrap_or(Value::Null);
    let text = |name: &str, value: Value| match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(bad(format!("{name} is not a string"))),
    };
    let object = |name: &str, value: Value| match value {
        Value::Null => Ok(Map::new()),
        Value::Object(object) => Ok(object),
        _ => Err(bad(format!("{name} is not an object"))),
    };
    let extensions = object("extensions", take("extensions"))?;
    let hash = extensions.get("persistedQuery").and_then(|persisted| persisted.get("sha256Hash"));
    Ok(Params {
        query: text("query", take("query"))?,
        operation: text("operationName", take("operationName"))?,
        variables: object("variables", take("variables"))?,
        hash: hash.and_then(Value::as_str).map(str::to_owned),
    })
}

fn require_json(headers: &HeaderMap) -> Result<(), Fault> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = given.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_json = parts.next().as_deref() == Some("application/json");
    let is_utf8 =
        parts.all(|part| !part.starts_with("charset=") || part.trim_matches('"').ends_with("utf-8"));
    if is_json && is_utf8 {
        return Ok(());
    }
    let message = "a request's body is application/json, in UTF-8";
    Err(Fault::http(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message))
}

async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Fault> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > DISCARD) {
        return Err(too_large(limit));
    }
    let reading = tokio::time::timeout(READ, collect(body, limit)).await;
    reading.unwrap_or_else(|_| {
        let message = format!("the body did not arrive within the limit of {READ:?}");
        Err(Fault::http(StatusCode::REQUEST_TIMEOUT, code::TIMEOUT, message))
    })
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Fault> {
    let mut chunks = body.into_data_stream();
    let mut kept = BytesMut::new();
    let mut length = 0usize;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| bad(format!("the body broke off: {error}")))?;
        length += chunk.len();
        if length > DISCARD {
            return Err(too_large(limit));
        }
        if length <= limit {
            kept.extend_from_slice(&chunk);
        } else {
            kept.clear();
        }
    }
    if length > limit { Err(too_large(limit)) } else { Ok(kept.freeze()) }
}

fn too_large(limit: usize) -> Fault {
    let message = format!("the body is longer than the limit of {limit} bytes");
    Fault::http(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
}

fn bad(message: String) -> Fault {
    Fault::http(StatusCode::BAD_REQUEST, code::BAD_REQUEST, message)
}

fn serde_urlencoded(query: &str) -> Result<Vec<(String, String)>, Fault> {
    let uri = axum::http::Uri::builder().path_and_query(format!("/?{query}")).build();
    let uri = uri.map_err(|_| bad("the query string is not readable".to_owned()))?;
    axum::extract::Query::try_from_uri(&uri)
        .map(|pairs| pairs.0)
        .map_err(|_| bad("the query string is not readable".to_owned()))
}
