use std::io::Write;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::StreamExt;
use serde_json::Value;

use crate::ecb;
use crate::service::Service;

/// How a service behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// As its contract says.
    Good,
    /// `401`, whatever the key.
    Unauthorized,
    /// `429`, with so many seconds to wait.
    Throttled(u32),
    /// `429`, because what was paid for is used up.
    Spent,
    /// `500`, with a page for people.
    Broken,
    /// A byte now and then, without an end.
    Slow,
    /// A packed answer that ends in its middle.
    Truncated,
    /// `200`, with a page for people.
    Html,
    /// One field has another name.
    Changed,
    /// Every list has less than half of its rows.
    Half,
}

impl Mood {
    /// The mood of a word.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "good" => Self::Good,
            "unauthorized" => Self::Unauthorized,
            "throttled" => Self::Throttled(30),
            "spent" => Self::Spent,
            "broken" => Self::Broken,
            "slow" => Self::Slow,
            "truncated" => Self::Truncated,
            "html" => Self::Html,
            "changed" => Self::Changed,
            "half" => Self::Half,
            _ => return None,
        })
    }

    /// The answer, if it does not depend on what was asked.
    pub(crate) fn refuses(self) -> Option<Response<Body>> {
        let page = "<!DOCTYPE html><html><body><h1>Oops</h1></body></html>";
        let html = [(header::CONTENT_TYPE, "text/html")];
        Some(match self {
            Self::Unauthorized => {
                let body = r#"{"error_code":"unauthorized","errors":["The key is wrong"]}"#;
                (StatusCode::UNAUTHORIZED, body).into_response()
            }
            Self::Throttled(seconds) => throttled(seconds),
            Self::Spent => {
                let body = r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#;
                (StatusCode::TOO_MANY_REQUESTS, body).into_response()
            }
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, html, page).into_response(),
            Self::Html => (html, page).into_response(),
            Self::Slow => {
                let drops = futures_util::stream::repeat_with(|| Bytes::from_static(b" "));
                let drops = drops.then(|drop| async move {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok::<_, std::convert::Infallible>(drop)
                });
                Body::from_stream(drops).into_response()
            }
            Self::Good | Self::Truncated | Self::Changed | Self::Half => return None,
        })
    }

    /// What becomes of an answer.
    pub(crate) fn twist(self, service: Service, body: Bytes) -> anyhow::Result<Bytes> {
        Ok(match self {
            _ if service == Service::Ecb => ecb::twist(self, body)?,
            Self::Changed => {
                let (from, to) = service.renamed();
                String::from_utf8_lossy(&body).replace(from, to).into()
            }
            Self::Half => match serde_json::from_slice(&body) {
                Ok(mut json) => {
                    halve(&mut json);
                    json.to_string().into()
                }
                Err(_) => body,
            },
            _ => body,
        })
    }
}

pub(crate) fn throttled(seconds: u32) -> Response<Body> {
    let body = r#"{"error":"Too many requests"}"#;
    let mut answer = (StatusCode::TOO_MANY_REQUESTS, body).into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    answer
}

/// Every list of objects loses its end; what is told about the list stays.
fn halve(json: &mut Value) {
    match json {
        Value::Array(rows) if rows.first().is_some_and(Value::is_object) => {
            rows.truncate((rows.len() * 2 / 5).max(1));
        }
        Value::Object(fields) => fields.values_mut().for_each(halve),
        _ => {}
    }
}

/// The gzip of an answer, whole or not.
pub(crate) fn packed(body: &[u8], whole: bool) -> std::io::Result<Bytes> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(body)?;
    let mut bytes = gzip.finish()?;
    if !whole {
        bytes.truncate(bytes.len() / 2);
    }
    Ok(bytes.into())
}
