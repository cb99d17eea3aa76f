//! A collector of traces, on loopback, and whatever else a program may call: it remembers what it was told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio_util::task::AbortOnDropHandle;

#[derive(Default)]
struct Heard {
    spans: Vec<Span>,
    calls: Vec<(String, Option<String>)>,
    unread: usize,
}

/// A collector that runs.
pub struct Collector {
    /// Where.
    pub address: SocketAddr,
    heard: Arc<Mutex<Heard>>,
    _serving: AbortOnDropHandle<()>,
}

impl Collector {
    /// A new one, on a free port.
    pub async fn start() -> Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let (address, heard) = (listener.local_addr()?, Arc::<Mutex<Heard>>::default());
        let router = Router::new().route("/v1/traces", post(take)).fallback(note).with_state(heard.clone());
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the collector ended: {error}");
            }
        });
        Ok(Self { address, heard, _serving: AbortOnDropHandle::new(serving) })
    }

    /// Its base address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The spans that came, all of which could be read.
    pub fn spans(&self) -> Vec<Span> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(heard.unread, 0, "what came was no export of traces");
        heard.spans.clone()
    }

    /// Calls of anything else: the path, and the trace that it was said to belong to. They are answered 404.
    pub fn calls(&self) -> Vec<(String, Option<String>)> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).calls.clone()
    }
}

async fn take(State(heard): State<Arc<Mutex<Heard>>>, body: Bytes) -> StatusCode {
    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    match ExportTraceServiceRequest::decode(body) {
        Ok(export) => {
            let scopes = export.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
            heard.spans.extend(scopes.flat_map(|scope| scope.spans));
            StatusCode::OK
        }
        Err(_) => {
            heard.unread += 1;
            StatusCode::BAD_REQUEST
        }
    }
}

async fn note(State(heard): State<Arc<Mutex<Heard>>>, uri: Uri, headers: HeaderMap) -> StatusCode {
    let parent = headers.get("traceparent").and_then(|value| value.to_str().ok());
    let call = (uri.path().to_owned(), parent.map(str::to_owned));
    heard.lock().unwrap_or_else(PoisonError::into_inner).calls.push(call);
    StatusCode::NOT_FOUND
}
