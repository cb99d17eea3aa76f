//! What logins need besides GraphQL: the place that a browser's refresh cookie goes to, the ways to
//! providers and back, and the keys that our tokens can be checked with.

mod discord;
mod flow;
mod google;
mod provider;
mod session;
mod toll;
mod way;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::limits::Intent;
use domain::{Actor, App, Ctx};

use crate::edge::Caller;
use crate::gate::Gate;
use crate::viewer;
use provider::Providers;
pub(crate) use toll::{Toll, take};

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
    let toll = |points, intent| from_fn_with_state(Toll { gate: gate.clone(), points, intent }, take);
    let auth = Auth { app, gate: gate.clone(), providers };
    let refresh = post(session::refresh).layer(toll(REFRESH, Intent::Write));
    let start = get(flow::start).layer(toll(WAY, Intent::Write));
    let callback = get(flow::callback).layer(toll(WAY, Intent::Write));
    let keys = get(jwks).layer(toll(1, Intent::Read));
    let router = Router::new()
        .route("/auth/refresh", refresh.with_state(auth.clone()))
        .route("/auth/{provider}/start", start.with_state(auth.clone()))
        .route("/auth/{provider}/callback", callback.with_state(auth.clone()))
        .route("/.well-known/jwks.json", keys.with_state(auth));
    Ok(router)
}

/// Points of a new access token.
const REFRESH: u64 = 10;
/// Points of each half of a way to a provider and back: rows are written, the provider is asked.
const WAY: u64 = 50;

impl Auth {
    /// A stranger's context: who they are is about to be found out.
    fn ctx(&self, headers: &HeaderMap, caller: &Caller) -> Ctx {
        let origin = viewer::origin(&self.gate, headers, caller);
        Ctx::new(self.app.clone(), Actor::Anonymous).with_origin(origin)
    }
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
