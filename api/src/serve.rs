use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::gate::Gate;
use crate::{Platform, Settings, assets, edge, health, http, load, metrics};

/// Every route, over a gate.
pub fn router(gate: Arc<Gate>) -> anyhow::Result<Router> {
    let more = gate.backend().routes(&gate)?;
    let router = Router::new()
        .merge(more)
        .route("/graphql", any(http::graphql))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/health/startup", get(health::startup))
        .route("/metrics", get(metrics::beside))
        .route("/schema.graphql", get(assets::schema))
        .route("/explorer", get(assets::explorer))
        .fallback(assets::file)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(gate.clone(), edge::wrap))
        .with_state(gate);
    Ok(router)
}

/// Listens and serves until the token is cancelled and everything in flight is done.
pub async fn serve(
    app: Arc<domain::App>,
    settings: Settings,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind(settings.listen).await?;
    serve_on(listener, Arc::new(Platform::new(app)), settings, shutdown).await
}

/// The same on a socket that is open already, over any backend.
pub async fn serve_on(
    listener: TcpListener,
    backend: Arc<dyn crate::Backend>,
    mut settings: Settings,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    allow_self(&mut settings, address);
    let gate = Gate::new(backend, settings)?;
    let _watch = AbortOnDropHandle::new(tokio::spawn(load::watch(gate.load.clone())));
    tracing::info!(%address, "serving");
    let service = router(gate.clone())?.into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let closing = gate.closing.clone().cancelled_owned();
    let mut server =
        tokio::spawn(axum::serve(listener, service).with_graceful_shutdown(closing).into_future());
    tokio::select! {
        ended = &mut server => return Ok(ended??),
        () = shutdown.cancelled() => {}
    }
    drain(&gate).await;
    match tokio::time::timeout(gate.settings().drain_limit, &mut server).await {
        Ok(ended) => ended??,
        Err(_) => {
            tracing::warn!("some requests did not finish in time");
            server.abort();
        }
    }
    // Sockets spread their goodbyes and each may take its time to leave.
    let sockets = gate.settings().sockets.spread + Duration::from_secs(2);
    gate.tasks.close();
    if tokio::time::timeout(sockets, gate.tasks.wait()).await.is_err() {
        tracing::warn!(open = gate.sockets(), "some sockets did not close in time");
    }
    Ok(())
}

/// Says no to the load balancer, waits until it heard, then stops accepting and tells the sockets.
async fn drain(gate: &Gate) {
    tracing::info!("draining");
    gate.drain();
    tokio::time::sleep(gate.settings().drain_wait).await;
    gate.closing.cancel();
}

/// A process on a developer's machine serves its own pages under its loopback names.
fn allow_self(settings: &mut Settings, address: SocketAddr) {
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            settings.allowed_origins.push(format!("http://{host}:{}", address.port()));
        }
    }
}
