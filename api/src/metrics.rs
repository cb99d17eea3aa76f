//! What a monitoring system reads of a process.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::App;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::client::NOWHERE;
use crate::gate::Gate;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What a proxy adds: whoever is behind one is not on this machine.
const FORWARDING: [&str; 4] = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];

/// Who may read the metrics: whoever shows the token; without one, programs on this machine alone.
#[derive(Clone, Default)]
pub struct MetricsToken(Option<String>);

impl MetricsToken {
    /// A token, or none.
    pub fn new(token: Option<String>) -> Self {
        Self(token)
    }

    /// Why a request is refused, if it is. To strangers the place does not exist.
    fn refuses(&self, peer: IpAddr, headers: &HeaderMap) -> Option<StatusCode> {
        let Some(token) = &self.0 else {
            let here = peer.to_canonical().is_loopback();
            let direct = FORWARDING.iter().all(|name| !headers.contains_key(*name));
            return (!here || !direct).then_some(StatusCode::NOT_FOUND);
        };
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.strip_prefix("Bearer "));
        // Digests: how long the comparison takes tells nothing of the token.
        let same = shown.is_some_and(|shown| Sha256::digest(shown) == Sha256::digest(token));
        (!same).then_some(StatusCode::UNAUTHORIZED)
    }
}

impl std::fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "(secret)" } else { "none" })
    }
}

fn refusal(status: StatusCode) -> Response {
    match status {
        StatusCode::UNAUTHORIZED => (status, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response(),
        _ => status.into_response(),
    }
}

fn answer(text: domain::Result<String>) -> Response {
    match text {
        Ok(text) => {
            let headers = [(header::CONTENT_TYPE, OPEN_METRICS), (header::CACHE_CONTROL, "no-store")];
            (headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(?error, "the metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `/metrics` beside everything else that a process serves.
pub(crate) async fn beside(
    State(gate): State<Arc<Gate>>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let peer = peer.map_or(NOWHERE, |peer| peer.0.0.ip());
    if let Some(status) = gate.settings().metrics_token.refuses(peer, &headers) {
        return refusal(status);
    }
    answer(gate.backend().exposition().await)
}

async fn alone(
    State((app, token)): State<(Arc<App>, MetricsToken)>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if let Some(status) = token.refuses(peer.ip(), &headers) {
        return refusal(status);
    }
    answer(domain::operations::exposition(&app).await)
}

/// `/metrics` of a process that serves nothing else, until it is asked to stop.
pub async fn serve_metrics(
    app: Arc<App>,
    listen: SocketAddr,
    token: MetricsToken,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    tracing::info!(address = %listener.local_addr()?, "metrics are served");
    let router = Router::new().route("/metrics", get(alone)).with_state((app, token));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(token: Option<&str>, peer: &str, headers: &[(&'static str, &'static str)]) -> Option<u16> {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let token = MetricsToken::new(token.map(str::to_owned));
        token.refuses(peer.parse().unwrap(), &headers).map(|status| status.as_u16())
    }

    #[test]
    fn without_a_token_only_this_machine_reads() {
        assert_eq!(refuses(None, "127.0.0.1", &[]), None);
        assert_eq!(refuses(None, "::1", &[]), None);
        assert_eq!(refuses(None, "::ffff:127.0.0.1", &[]), None);
        assert_eq!(refuses(None, "10.0.0.7", &[]), Some(404));
        for header in FORWARDING {
            assert_eq!(refuses(None, "127.0.0.1", &[(header, "203.0.113.9")]), Some(404), "{header}");
        }
    }

    #[test]
    fn with_a_token_whoever_shows_it() {
        let shown = [("authorization", "Bearer right")];
        assert_eq!(refuses(Some("right"), "203.0.113.9", &shown), None);
        assert_eq!(refuses(Some("right"), "203.0.113.9", &[("authorization", "Bearer wrong")]), Some(401));
        assert_eq!(refuses(Some("right"), "127.0.0.1", &[]), Some(401));
    }
}
