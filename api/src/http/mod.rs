//! GraphQL over HTTP: which requests are taken, in which order they are refused.

mod body;
mod negotiate;
pub(crate) mod respond;

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use axum::extract::{FromRequestParts, Request, State, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::edge::Caller;
use crate::errors::{Fault, code};
use crate::gate::{Answer, Gate, Params, Prepared};
use crate::{headers, sse, viewer, ws};
pub(crate) use body::from_members;
use negotiate::Wanted;
use respond::Media;

/// The only endpoint: POST, GET, WebSocket upgrade, event stream and CORS preflight.
pub(crate) async fn graphql(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Some(caller) = parts.extensions.get::<Caller>().cloned() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Err(fault) = gate.keep_up(&caller) {
        let mut response = respond::refusal(fault, Media::Json, &caller.request_id);
        headers::share(&parts.headers, response.headers_mut(), gate.settings());
        return response;
    }
    if is_upgrade(&parts.headers) {
        return match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            Ok(upgrade) => ws::upgrade(gate, upgrade, &parts.headers, caller),
            Err(rejection) => rejection.into_response(),
        };
    }
    let asked = parts.headers.clone();
    let mut response = answer(&gate, parts, body, &caller).await;
    headers::share(&asked, response.headers_mut(), gate.settings());
    response
}

async fn answer(gate: &Arc<Gate>, parts: Parts, body: axum::body::Body, caller: &Caller) -> Response {
    if parts.method == Method::OPTIONS {
        return preflight(gate, &parts.headers);
    }
    if wants_a_page(&parts) {
        return Redirect::to("/explorer").into_response();
    }
    // Even a refusal is sent in a form that was asked for, where that can be.
    let wanted = negotiate::wanted(&parts.headers);
    let media = wanted.as_ref().map_or(Media::Json, |wanted| wanted.media());
    let refuse = |fault| respond::refusal(fault, media, &caller.request_id);
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(fault) => return refuse(fault),
    };
    if let Err(fault) = require_origin(gate, &parts.method, &parts.headers) {
        return refuse(fault);
    }
    let params = match parts.method {
        Method::GET | Method::HEAD => body::from_query(parts.uri.query().unwrap_or_default()),
        Method::POST => body::from_body(&parts.headers, body, &gate.settings().limits).await,
        _ => return respond::no_method(media, &caller.request_id),
    };
    let params = match params {
        Ok(params) => params,
        Err(fault) => return refuse(fault),
    };
    dispatch(gate, &parts, params, wanted, caller).await
}

async fn dispatch(
    gate: &Arc<Gate>,
    parts: &Parts,
    params: Params,
    wanted: Wanted,
    caller: &Caller,
) -> Response {
    let viewer = match viewer::of_request(gate, &parts.headers, caller).await {
        Ok(viewer) => viewer,
        Err(fault) => {
            // Trying tokens is not free.
            let fault = gate.charge(Err(fault), &caller.payer).await.map(|_| ()).err();
            return fault.map_or_else(
                || StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                |fault| respond::refusal(fault, wanted.media(), &caller.request_id),
            );
        }
    };
    let caller = &caller.paid_by(&viewer.actor);
    let prepared = gate.prepare(params, viewer);
    let streamed = matches!(wanted, Wanted::Events) && is_streamable(&prepared, &parts.method);
    let permitted = |prepared: Prepared| match streamed {
        true => Ok(prepared),
        false => permit(prepared.kind, &parts.method).map(|()| prepared),
    };
    let prepared = gate.charge(prepared.and_then(permitted), &caller.payer).await;
    if streamed {
        let budget = match &prepared {
            Ok(prepared) => prepared.budget,
            Err(fault) => fault.budget.as_deref().copied(),
        };
        let mut response = sse::respond(gate, prepared, caller);
        respond::tell(budget, response.headers_mut());
        return response;
    }
    let media = wanted.media();
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(fault) => return respond::refusal(fault, media, &caller.request_id),
    };
    tracing::Span::current().record("operation", prepared.name.as_deref().unwrap_or("-"));
    let answer = gate.run(prepared, &caller.request_id).await;
    if parts.method == Method::POST {
        return respond::answer(answer, media);
    }
    cacheable(gate, &parts.headers, answer, media)
}

/// Everything but a write may be streamed.
fn is_streamable(prepared: &Result<Prepared, Fault>, method: &Method) -> bool {
    match prepared {
        Ok(prepared) => prepared.kind != OperationType::Mutation || *method == Method::POST,
        Err(_) => true,
    }
}

/// A GET must not change anything, and a single answer cannot hold a subscription.
fn permit(kind: OperationType, method: &Method) -> Result<(), Fault> {
    match (kind, *method == Method::POST) {
        (OperationType::Query, _) | (OperationType::Mutation, true) => Ok(()),
        (OperationType::Mutation | OperationType::Subscription, false) => Err(Fault::http(
            StatusCode::METHOD_NOT_ALLOWED,
            code::METHOD_NOT_ALLOWED,
            "only queries can be sent by GET",
        )),
        (OperationType::Subscription, true) => Err(Fault::http(
            StatusCode::NOT_ACCEPTABLE,
            "NOT_ACCEPTABLE",
            "subscriptions are served over WebSocket or as text/event-stream",
        )),
    }
}

/// Anonymous reads may be kept by caches, for a short while and only if all went well.
fn cacheable(gate: &Gate, asked: &HeaderMap, answer: Answer, media: Media) -> Response {
    let personal = viewer::brings_cookies(asked) || asked.contains_key(header::AUTHORIZATION);
    if personal || !answer.is_public() {
        return respond::answer(answer, media);
    }
    let seconds = match answer.max_age {
        0 => gate.settings().cache_for.as_secs(),
        given => u64::from(given.unsigned_abs()),
    };
    respond::cacheable(answer, media, asked, seconds)
}

/// A browser sends cookies on its own, so a request with cookies must prove that a page of ours
/// made it: by a header that no foreign page may set, and by its origin.
pub(crate) fn require_origin(gate: &Gate, method: &Method, headers: &HeaderMap) -> Result<(), Fault> {
    if !viewer::brings_cookies(headers) {
        return Ok(());
    }
    let refuse = |message: &str| Err(Fault::http(StatusCode::FORBIDDEN, "CSRF", message));
    if !headers.contains_key("x-dualcaster-csrf") {
        return refuse("a request with cookies needs the header x-dualcaster-csrf");
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site == b"cross-site") {
        return refuse("a request with cookies cannot come from another site");
    }
    // A browser names no origin for a GET to its own site, but then it says that it is one.
    let own_get = *method == Method::GET && site.is_some_and(|site| site == b"same-origin");
    match headers.get(header::ORIGIN) {
        Some(origin) if headers::is_allowed(origin, gate.settings()) => Ok(()),
        None if own_get => Ok(()),
        Some(_) | None => refuse("a request with cookies must come from an allowed origin"),
    }
}

fn preflight(gate: &Gate, asked: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static(respond::METHODS));
    if asked.get(header::ORIGIN).is_some_and(|origin| headers::is_allowed(origin, gate.settings())) {
        let allow = "accept, authorization, content-type, x-dualcaster-csrf, x-request-id";
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allow));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Somebody typed the address into a browser.
fn wants_a_page(parts: &Parts) -> bool {
    parts.method == Method::GET
        && parts.uri.query().is_none()
        && parts.headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"))
}
