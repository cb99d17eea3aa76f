//! The outermost layer: request id, caller, log line, security headers, and a net for panics.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Actor;
use domain::limits::Payer;
use futures_util::FutureExt;
use tracing::Instrument;
use uuid::Uuid;

use crate::client::{NOWHERE, caller};
use crate::errors::{Fault, code};
use crate::gate::Gate;
use crate::headers;
use crate::http::respond;
use crate::settings::Settings;

/// The route of everything that has none: the web app.
const FILES: &str = "files";
/// What follows these is the secret of a link that people give away, or that a mail has.
const SECRET_BEHIND: [&str; 2] = ["/shared/", "/mail/unsubscribe/"];
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is known of a request from its outside.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// In every answer, every error and every log line of the request.
    pub(crate) request_id: Arc<str>,
    /// Where from.
    pub(crate) address: IpAddr,
    /// Whose budget pays for it.
    pub(crate) payer: Payer,
    /// Where it is in traces.
    pub(crate) mark: Option<trace::Mark>,
}

impl Caller {
    /// The same, once it is known who asks.
    pub(crate) fn paid_by(&self, actor: &Actor) -> Self {
        Self { payer: Payer::of(actor, self.address), ..self.clone() }
    }
}

/// Wraps every route.
pub(crate) async fn wrap(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(NOWHERE, |peer| peer.0.ip());
    let address = caller(peer, request.headers(), &gate.settings().trusted_proxies);
    let payer = Payer::of(&Actor::Anonymous, address);
    let mut caller = Caller { request_id: request_id(request.headers()), address, payer, mark: None };
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        id = %caller.request_id,
        method = %request.method(),
        path = told(request.uri().path()),
        client = %caller.address,
        operation = tracing::field::Empty,
        status = tracing::field::Empty,
        trace = tracing::field::Empty,
    );
    let method = known(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or(FILES, MatchedPath::as_str);
    trace::adopt(&span, parent(request.headers()), trust(address, gate.settings()));
    trace::name(&span, || format!("{method} {route}"));
    caller.mark = trace::mark(&span);
    request.extensions_mut().insert(caller.clone());
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let mut response = answer.unwrap_or_else(|_| panicked(&caller));
    span.record("status", response.status().as_u16());
    span.in_scope(|| tracing::debug!(micros = began.elapsed().as_micros() as u64, "answered"));
    gate.metrics.request(method, route, response.status().as_u16(), began.elapsed());
    headers::secure(response.headers_mut(), gate.settings());
    if let Ok(id) = HeaderValue::from_str(&caller.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn parent(headers: &HeaderMap) -> Option<&str> {
    headers.get(trace::HEADER)?.to_str().ok()
}

/// A path as logs and traces have it: whoever knows what follows these does what only its owner may.
fn told(path: &str) -> &str {
    let end = SECRET_BEHIND.iter().filter_map(|part| Some(path.find(part)? + part.len())).min();
    end.map_or(path, |end| &path[..end])
}

/// Programs beside us, and proxies of ours, decide for themselves whether a trace is recorded.
fn trust(address: IpAddr, settings: &Settings) -> trace::Trust {
    let proxy = settings.trusted_proxies.iter().any(|network| network.contains(address));
    if proxy || address.is_loopback() { trace::Trust::Ours } else { trace::Trust::Stranger }
}

/// A method by its name; those that nobody serves are one, because callers may invent them.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Our own, unless the caller (or a proxy before us) gave a sensible one.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let sensible = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    given.filter(sensible).map_or_else(|| Uuid::now_v7().simple().to_string().into(), Into::into)
}

fn panicked(caller: &Caller) -> Response {
    tracing::error!(request_id = %caller.request_id, "a handler panicked");
    let fault = Fault::http(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, "internal error");
    respond::refusal(fault, respond::Media::Json, &caller.request_id).into_response()
}
