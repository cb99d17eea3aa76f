//! What load balancers and people ask: does the process live, and should it get requests.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::gate::Gate;

const UNCACHED: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// The process answers. Asks nothing of anybody else, so that a database that is away does not
/// get every process restarted.
pub(crate) async fn live() -> Response {
    (UNCACHED, Json(json!({ "status": "live" }))).into_response()
}

/// The process has once found everything that it needs: from then on readiness tells. Until then it
/// should be left alone.
pub(crate) async fn startup(State(gate): State<Arc<Gate>>) -> Response {
    let started = gate.has_started() || gate.backend().health().await.ready();
    if !started {
        let body = Json(json!({ "status": "starting" }));
        return (StatusCode::SERVICE_UNAVAILABLE, UNCACHED, body).into_response();
    }
    gate.start();
    (UNCACHED, Json(json!({ "status": "started" }))).into_response()
}

/// Requests can be answered. Without Redis, so without live events and budgets, that is still so in a
/// degraded way.
pub(crate) async fn ready(State(gate): State<Arc<Gate>>) -> Response {
    let health = gate.backend().health().await;
    let draining = gate.is_draining();
    let ready = health.ready() && !draining;
    let status = match (ready, health.degraded()) {
        (false, _) => "unavailable",
        (true, true) => "degraded",
        (true, false) => "ready",
    };
    let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": status,
        "draining": draining,
        "database": health.database,
        "migrations": health.migrations,
        "events": health.events,
        "limits": health.limits,
        "sockets": gate.sockets(),
    });
    (code, UNCACHED, Json(body)).into_response()
}
