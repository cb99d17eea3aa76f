//! What the world may learn of a failure: a stable code, a message that names no internals, and
//! the id under which the log knows the rest.

use std::time::Duration;

use async_graphql::{PathSegment, Pos, ServerError, Value};
use axum::http::StatusCode;
use domain::limits::{Budget, Refusal};
use serde::Serialize;

use crate::recent::Stale;

/// Codes that more than one module uses.
pub(crate) mod code {
    pub(crate) const BAD_REQUEST: &str = "BAD_REQUEST";
    pub(crate) const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
    pub(crate) const INTERNAL: &str = "INTERNAL";
    pub(crate) const METHOD_NOT_ALLOWED: &str = "METHOD_NOT_ALLOWED";
    pub(crate) const NOT_FOUND: &str = "NOT_FOUND";
    pub(crate) const OVERLOADED: &str = "OVERLOADED";
    pub(crate) const RATE_LIMITED: &str = "RATE_LIMITED";
    pub(crate) const TIMEOUT: &str = "TIMEOUT";
    pub(crate) const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    pub(crate) const UNAVAILABLE: &str = "UNAVAILABLE";
    pub(crate) const VALIDATION: &str = "GRAPHQL_VALIDATION_FAILED";
}

/// A request that was refused before anything was executed.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) locations: Vec<Pos>,
    /// The document is at fault, not the HTTP request: by the legacy rule of GraphQL over HTTP
    /// such an answer has status 200 when it is sent as `application/json`.
    pub(crate) document: bool,
    /// When to come again, where that makes a difference.
    pub(crate) retry: Option<Duration>,
    /// What the caller has left, where that is known.
    pub(crate) budget: Option<Box<Budget>>,
}

/// When to come again after a refusal for lack of room.
pub(crate) const SHORTLY: Duration = Duration::from_secs(1);

impl Fault {
    /// The HTTP request is wrong.
    pub(crate) fn http(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let retry = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(SHORTLY);
        let message = message.into();
        Self { status, code, message, locations: Vec::new(), document: false, retry, budget: None }
    }

    /// The GraphQL document or its variables are wrong.
    pub(crate) fn document(code: &'static str, message: impl Into<String>) -> Self {
        Self { document: true, ..Self::http(StatusCode::BAD_REQUEST, code, message) }
    }

    /// The caller asks too much.
    pub(crate) fn too_many(retry: Duration, message: impl Into<String>) -> Self {
        let fault = Self::http(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, message);
        Self { retry: Some(retry), ..fault }
    }

    /// The caller has too many sockets open.
    pub(crate) fn too_many_sockets(limit: u32) -> Self {
        let message = format!("at most {limit} sockets may be open at the same time");
        Self { code: "SOCKET_LIMIT", ..Self::too_many(SHORTLY, message) }
    }

    /// The request is not paid.
    pub(crate) fn unpaid(refusal: Refusal, points: u64) -> Self {
        match refusal {
            Refusal::Exhausted(budget, wait) => {
                let (left, rate) = (budget.available, budget.rate.per_second);
                let message = format!(
                    "the request costs {points} points and {left} are left; {rate} come back each second"
                );
                Self { budget: Some(Box::new(budget)), ..Self::too_many(wait, message) }
            }
            Refusal::Unknown => {
                let message = "budgets cannot be had at this moment, so only cheap reads are answered; \
                     try again shortly";
                Self::http(StatusCode::SERVICE_UNAVAILABLE, "RATE_LIMIT_UNAVAILABLE", message)
            }
        }
    }

    /// The same with a place in the document.
    pub(crate) fn at(mut self, position: Pos) -> Self {
        self.locations.push(position);
        self
    }
}

/// One member of `errors`.
#[derive(Debug, Serialize)]
pub(crate) struct WireError {
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Pos>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<PathSegment>,
    extensions: WireExtensions,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WireExtensions {
    code: &'static str,
    request_id: String,
    /// Seconds, for transports without headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// A GraphQL result as it goes over any transport.
#[derive(Debug, Serialize)]
pub(crate) struct Body {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<WireError>,
    /// Absent when the request failed before it was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) extensions: Option<Extensions>,
}

/// What accompanies a result.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Extensions {
    pub(crate) cost: Cost,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stale: Option<Stale>,
}

/// What a request costs, and what one may cost.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Cost {
    pub(crate) requested: u64,
    pub(crate) limit: u64,
    #[serde(flatten)]
    pub(crate) left: Option<Left>,
}

/// What the caller has left.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Left {
    available: u64,
    capacity: u32,
    per_second: u32,
}

impl Left {
    /// Of a budget.
    pub(crate) fn of(budget: Budget) -> Self {
        let Budget { available, rate, .. } = budget;
        Self { available, capacity: rate.burst, per_second: rate.per_second }
    }
}

/// In whole seconds, as headers count.
pub(crate) fn seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

impl Body {
    /// Of a refused request.
    pub(crate) fn refused(fault: Fault, request_id: &str) -> Self {
        let retry_after = fault.retry.map(seconds);
        let extensions = WireExtensions { code: fault.code, request_id: request_id.to_owned(), retry_after };
        let error =
            WireError { message: fault.message, locations: fault.locations, path: Vec::new(), extensions };
        Self { errors: vec![error], data: None, extensions: None }
    }

    /// Of an executed request, or of one that the schema's validation refused.
    pub(crate) fn answered(response: async_graphql::Response, request_id: &str) -> Self {
        let refused = response.data == Value::Null
            && !response.errors.is_empty()
            && response.errors.iter().all(|error| error.path.is_empty());
        let errors = response.errors.into_iter().map(|error| WireError::new(error, request_id)).collect();
        Self { errors, data: (!refused).then_some(response.data), extensions: None }
    }

    /// Whether an error has the code.
    pub(crate) fn has(&self, code: &str) -> bool {
        self.errors.iter().any(|error| error.extensions.code == code)
    }

    /// `ok`, `errors` beside data, or the code of what was in the way of all data.
    pub(crate) fn outcome(&self) -> &'static str {
        match (&self.data, self.errors.first()) {
            (_, None) => "ok",
            (Some(_), Some(_)) => "errors",
            (None, Some(error)) => error.extensions.code,
        }
    }

    /// Whether nothing that was asked for is in the answer.
    pub(crate) fn empty_handed(&self) -> bool {
        match &self.data {
            Some(Value::Object(fields)) => fields.values().all(|value| *value == Value::Null),
            Some(_) | None => true,
        }
    }
}

impl WireError {
    fn new(error: ServerError, request_id: &str) -> Self {
        let (code, message) = classify(&error, request_id);
        let extensions = WireExtensions { code, request_id: request_id.to_owned(), retry_after: None };
        Self { message, locations: error.locations, path: error.path, extensions }
    }
}

/// The domain's errors speak for themselves, the schema's validation too; everything else is ours
/// to know.
fn classify(error: &ServerError, request_id: &str) -> (&'static str, String) {
    if let Some(known) = error.source::<domain::Error>() {
        if let domain::Error::Internal(cause) = known {
            tracing::error!(request_id, path = ?error.path, error = ?cause, "a resolver failed");
        }
        return (known.code(), known.to_string());
    }
    if error.source.is_none() {
        if let Some(message) = about_input(&error.message) {
            return (code::BAD_USER_INPUT, message);
        }
        if error.path.is_empty() {
            return (code::VALIDATION, error.message.clone());
        }
    }
    tracing::error!(request_id, path = ?error.path, error = %error.message, "an unknown error was masked");
    (code::INTERNAL, "internal error".to_owned())
}

/// The executor's own words for an argument that is not of its type. They quote the input, which may be a
/// password in the wrong place: what was found instead is left out.
fn about_input(message: &str) -> Option<String> {
    const BEGINNINGS: [&str; 3] =
        ["Expected input type \"", "Failed to parse \"", "Invalid value for argument"];
    BEGINNINGS.iter().find(|beginning| message.starts_with(**beginning))?;
    let Some((before, found)) = message.split_once(", found ") else { return Some(message.to_owned()) };
    let place = found.rfind(" (occurred while parsing \"").map_or("", |at| &found[at..]);
    Some(format!("{before}.{place}"))
}

#[cfg(test)]
mod tests {
    use super::about_input;

    #[test]
    fn what_was_given_is_not_given_back() {
        let nested = "Failed to parse \"String\": Expected input type \"String\", found [\"s, found t\"]. (occurred while parsing \"LoginInput\")";
        assert_eq!(
            about_input(nested).as_deref(),
            Some(
                "Failed to parse \"String\": Expected input type \"String\". (occurred while parsing \"LoginInput\")"
            )
        );
        let plain = "Expected input type \"LoginInput\", found \"secret\".";
        assert_eq!(about_input(plain).as_deref(), Some("Expected input type \"LoginInput\"."));
        assert_eq!(about_input("the disk is full"), None);
    }
}
