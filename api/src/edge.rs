//! The outermost layer: request id, caller, log line, security headers, and a net for panics.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
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
    let caller = Caller { request_id: request_id(request.headers()), address, payer };
    let span = tracing::info_span!(
        "request",
        id = %caller.request_id,
        method = %request.method(),
        path = request.uri().path(),
        client = %caller.address,
        operation = tracing::field::Empty,
        status = tracing::field::Empty,
    );
    request.extensions_mut().insert(caller.clone());
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let mut response = answer.unwrap_or_else(|_| panicked(&caller));
    span.record("status", response.status().as_u16());
    span.in_scope(|| tracing::debug!(micros = began.elapsed().as_micros() as u64, "answered"));
    headers::secure(response.headers_mut(), gate.settings());
    if let Ok(id) = HeaderValue::from_str(&caller.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
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
