use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::limits::Budget;
use sha2::{Digest, Sha256};

use crate::documents::hex;
use crate::errors::{Body, Fault, code, seconds};
use crate::gate::Answer;

/// Of the endpoint.
pub(super) const METHODS: &str = "GET, POST, OPTIONS";

/// The forms of a single answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    GraphQl,
    Json,
}

impl Media {
    fn name(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }

    /// GraphQL over HTTP has two rules: the newer media type speaks by status, `application/json`
    /// answers 200 to any well-formed request. (The coming edition wants 422 for documents.)
    fn status(self, status: StatusCode, document: bool) -> StatusCode {
        if document && self == Self::Json { StatusCode::OK } else { status }
    }
}

/// A refused request.
pub(crate) fn refusal(fault: Fault, media: Media, request_id: &str) -> Response {
    answer(Answer::refused(fault, request_id), media)
}

/// The refusal of a method that the endpoint does not have.
pub(super) fn no_method(media: Media, request_id: &str) -> Response {
    let message = "GraphQL is served by POST, and queries by GET";
    let fault = Fault::http(StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED, message);
    let mut response = refusal(fault, media, request_id);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(METHODS));
    response
}

/// An answer that nobody keeps.
pub(super) fn answer(mut answer: Answer, media: Media) -> Response {
    answer.tell();
    let status = media.status(answer.status, answer.document);
    let mut response = send(status, media, bytes(&answer.body));
    let headers = response.headers_mut();
    headers.extend(answer.headers);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(retry) = answer.retry {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds(retry)));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        // A method that the endpoint has, for another operation.
        headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    tell(answer.budget, headers);
    response
}

/// What is left of a budget, as draft-ietf-httpapi-ratelimit-headers-10 has it: the policy's quota and
/// the seconds in which an empty budget fills, then what remains and the seconds until it is full.
pub(crate) fn tell(budget: Option<Budget>, headers: &mut HeaderMap) {
    let Some(Budget { tier, rate, available, full_in }) = budget else { return };
    let (tier, quota) = (tier.name(), rate.burst);
    let (window, full) = (quota.div_ceil(rate.per_second.max(1)), seconds(full_in));
    let policy = format!("\"{tier}\";q={quota};qu=\"points\";w={window}");
    let left = format!("\"{tier}\";r={available};t={full}");
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", left)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// An answer that caches may keep, so nothing in it is of this caller alone.
pub(super) fn cacheable(answer: Answer, media: Media, asked: &HeaderMap, seconds: u64) -> Response {
    let body = bytes(&answer.body);
    // Weak, because compression makes other bytes of the same answer.
    let tag = format!("W/\"{}\"", hex(&Sha256::digest(&body)[..16]));
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let fresh = known.flat_map(|value| value.split(',')).any(|given| given.trim() == tag);
    let mut response = match fresh {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => send(answer.status, media, body),
    };
    let headers = response.headers_mut();
    for (name, value) in [(header::ETAG, tag), (header::CACHE_CONTROL, format!("public, max-age={seconds}"))]
    {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    headers.append(header::VARY, HeaderValue::from_static("accept, authorization, cookie"));
    response
}

fn send(status: StatusCode, media: Media, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, media.name())], body).into_response()
}

/// JSON of a result. A value that cannot be written is a fault of ours.
pub(crate) fn bytes(body: &Body) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_else(|error| {
        tracing::error!(%error, "a result could not be written");
        br#"{"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}"#.to_vec()
    })
}
