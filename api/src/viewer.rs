//! Who asks: found out once a request or socket, and handed to the backend with what is asked.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use chrono::{DateTime, Utc};
use domain::accounts::DEVICE_COOKIES;
use domain::{Actor, Origin};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::edge::Caller;
use crate::errors::{Fault, code};
use crate::gate::Gate;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// On whose behalf.
    pub actor: Actor,
    /// From where.
    pub origin: Arc<Origin>,
    /// When they must show anew who they are.
    pub until: Option<DateTime<Utc>>,
}

impl Viewer {
    /// Nobody in particular.
    pub fn anonymous(origin: Arc<Origin>) -> Self {
        Self { actor: Actor::Anonymous, origin, until: None }
    }
}

/// Where a request came from, for the domain.
pub(crate) fn origin(gate: &Gate, headers: &HeaderMap, caller: &Caller) -> Arc<Origin> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    Arc::new(Origin {
        address: caller.address,
        agent: agent.to_owned(),
        request_id: caller.request_id.clone(),
        device: gate.backend().device(cookies(headers)),
    })
}

/// What the browser remembers of us.
pub(crate) fn cookies(headers: &HeaderMap) -> &str {
    headers.get(header::COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default()
}

/// Whether a browser sends along what could stand for somebody. The cookie of a known device does not: it
/// opens nothing, and without it requests to `/graphql` carry none.
pub(crate) fn brings_cookies(headers: &HeaderMap) -> bool {
    let other = |pair: &str| {
        let name = pair.trim().split_once('=').map_or(pair, |(name, _)| name);
        !name.trim().is_empty() && !DEVICE_COOKIES.contains(&name)
    };
    // What cannot be read is somebody's, as far as we know.
    let of = |line: &HeaderValue| line.to_str().map_or(true, |line| line.split(';').any(other));
    headers.get_all(header::COOKIE).iter().any(of)
}

/// The token of an `Authorization` header. Two headers, or another scheme, are nobody's.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Fault> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let value = value.to_str().map_err(|_| unauthenticated())?;
            read(value).map(Some).ok_or_else(unauthenticated)
        }
        (Some(_), Some(_)) => Err(unauthenticated()),
    }
}

/// What follows the scheme.
pub(crate) fn read(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}

/// Whoever sent a request.
pub(crate) async fn of_request(gate: &Gate, headers: &HeaderMap, caller: &Caller) -> Result<Viewer, Fault> {
    find(gate, bearer(headers)?, origin(gate, headers, caller)).await
}

/// Whoever shows a token.
pub(crate) async fn find(gate: &Gate, bearer: Option<&str>, origin: Arc<Origin>) -> Result<Viewer, Fault> {
    gate.backend().authenticate(bearer, origin).await.map_err(|error| match error {
        domain::Error::Unauthenticated => unauthenticated(),
        domain::Error::Unavailable(_) => {
            Fault::http(StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE, error.to_string())
        }
        other => {
            tracing::error!(error = ?other, "a login could not be checked");
            Fault::http(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, "internal error")
        }
    })
}

fn unauthenticated() -> Fault {
    let message = "the access token or key is not valid, or not any more";
    Fault::http(StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED, message)
}

/// Waits until the viewer may not go on: their token's time is over, or their right is.
pub(crate) fn ended(gate: &Gate, viewer: &Viewer) -> BoxFuture<'static, ()> {
    let right = gate.backend().ended(viewer);
    let Some(until) = viewer.until else { return right };
    // A time in the past waits for nothing.
    let left = until.signed_duration_since(now()).to_std().unwrap_or(Duration::ZERO);
    async move {
        tokio::select! {
            () = right => {}
            () = tokio::time::sleep(left) => {}
        }
    }
    .boxed()
}

#[expect(clippy::disallowed_methods, reason = "how long a socket may live is measured where it is held")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
