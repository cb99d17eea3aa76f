//! GraphQL over server-sent events, in the mode of one connection an operation.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream;
use futures_util::stream::{BoxStream, StreamExt};
use tokio::sync::mpsc;

use crate::edge::Caller;
use crate::errors::{Body, Fault};
use crate::gate::{Gate, Prepared};
use crate::http::respond;
use crate::viewer;

/// Proxies cut what is silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(12);
const COMMENT: &[u8] = b":\n\n";
const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";
const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
    (header::CACHE_CONTROL, "no-store"),
    // A proxy that buffers would hold events back.
    (HeaderName::from_static("x-accel-buffering"), "no"),
];

/// Streams an operation. A refused one is answered in the stream too: a browser's `EventSource`
/// shows its page nothing of an answer with another status.
pub(crate) fn respond(gate: &Arc<Gate>, prepared: Result<Prepared, Fault>, caller: &Caller) -> Response {
    let Some(guard) = gate.admit_socket() else {
        let fault = Fault::http(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            crate::errors::code::OVERLOADED,
            "too many streams at this moment, try again shortly",
        );
        return respond::refusal(fault, respond::Media::Json, &caller.request_id);
    };
    let seats = match gate.seat(caller) {
        Ok(seats) => seats,
        Err(fault) => return respond::refusal(fault, respond::Media::Json, &caller.request_id),
    };
    let ended = match &prepared {
        Ok(prepared) => viewer::ended(gate, &prepared.viewer),
        Err(_) => Box::pin(std::future::pending()),
    };
    let bodies = gate.stream(prepared, caller.clone());
    // One event waits while one is on its way: a slower reader is cut at the deadline.
    let (sender, receiver) = mpsc::channel(1);
    let task = feed(gate.clone(), bodies, ended, sender);
    gate.tasks.spawn(async move {
        task.await;
        drop((guard, seats));
    });
    let chunks = stream::unfold(receiver, |mut receiver| async {
        let chunk = receiver.recv().await?;
        Some((Ok::<Bytes, Infallible>(chunk), receiver))
    });
    (HEADERS, HttpBody::from_stream(chunks)).into_response()
}

/// Writes until the operation, the client or the process ends. A stream that ends without
/// `complete` makes the client come back, which at shutdown is what it should do.
async fn feed(
    gate: Arc<Gate>,
    mut bodies: BoxStream<'static, Body>,
    mut ended: BoxFuture<'static, ()>,
    sender: mpsc::Sender<Bytes>,
) {
    let deadline = gate.settings().sockets.write;
    loop {
        let chunk = tokio::select! {
            body = bodies.next() => body.map(|body| next(&body)),
            () = tokio::time::sleep(KEEP_ALIVE) => Some(Bytes::from_static(COMMENT)),
            () = gate.closing.cancelled() => return,
            // Whoever comes back must show anew who they are.
            () = &mut ended => return,
            () = sender.closed() => return,
        };
        let last = chunk.is_none();
        let chunk = chunk.unwrap_or(Bytes::from_static(COMPLETE));
        let sent = tokio::time::timeout(deadline, sender.send(chunk)).await;
        if last || !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}

fn next(body: &Body) -> Bytes {
    let mut chunk = b"event: next\ndata: ".to_vec();
    chunk.extend_from_slice(&respond::bytes(body));
    chunk.extend_from_slice(b"\n\n");
    chunk.into()
}
