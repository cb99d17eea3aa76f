//! What logins need besides GraphQL: the place that a browser's refresh cookie goes to, and the keys
//! that our tokens can be checked with.

mod session;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::{Actor, App, Ctx};

use crate::gate::Gate;

/// The process, for handlers that ask the domain themselves.
#[derive(Clone)]
struct Auth {
    app: Arc<App>,
    gate: Arc<Gate>,
}

/// The routes.
pub(crate) fn routes(app: Arc<App>, gate: Arc<Gate>) -> Router<Arc<Gate>> {
    let auth = Auth { app, gate };
    Router::new()
        .route("/auth/refresh", post(session::refresh).with_state(auth.clone()))
        .route("/.well-known/jwks.json", get(jwks).with_state(auth))
}

/// A new key signs a minute after it is published here.
const KEYS: [(HeaderName, &str); 2] =
    [(header::CACHE_CONTROL, "public, max-age=30"), (header::CONTENT_TYPE, "application/jwk-set+json")];

async fn jwks(State(auth): State<Auth>) -> Response {
    match domain::accounts::jwks(&Ctx::new(auth.app, Actor::Anonymous)).await {
        Ok(keys) => (KEYS, keys.to_string()).into_response(),
        Err(error) => session::failed(&error),
    }
}
