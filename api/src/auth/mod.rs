//! What logins need besides GraphQL: the place that a browser's refresh cookie goes to, the ways to
//! providers and back, and the keys that our tokens can be checked with.

mod discord;
mod flow;
mod google;
mod provider;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::{Actor, App, Ctx};

use crate::gate::Gate;
use provider::Providers;

/// The process, for handlers that ask the domain themselves.
#[derive(Clone)]
struct Auth {
    app: Arc<App>,
    gate: Arc<Gate>,
    providers: Arc<Providers>,
}

/// The routes.
pub(crate) fn routes(app: Arc<App>, gate: Arc<Gate>) -> anyhow::Result<Router<Arc<Gate>>> {
    let providers = Arc::new(Providers::new(gate.settings())?);
    let auth = Auth { app, gate, providers };
    let router = Router::new()
        .route("/auth/refresh", post(session::refresh).with_state(auth.clone()))
        .route("/auth/{provider}/start", get(flow::start).with_state(auth.clone()))
        .route("/auth/{provider}/callback", get(flow::callback).with_state(auth.clone()))
        .route("/.well-known/jwks.json", get(jwks).with_state(auth));
    Ok(router)
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
