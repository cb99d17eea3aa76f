//! GraphQL over WebSocket: the subprotocol `graphql-transport-ws`, and no other.

mod protocol;
mod session;

use std::sync::Arc;

use axum::extract::WebSocketUpgrade;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::edge::Caller;
use crate::errors::Fault;
use crate::gate::Gate;
use crate::headers;
use crate::http::respond::{self, Media};
use crate::viewer;

use session::Asker;

const PROTOCOL: &str = "graphql-transport-ws";
/// The library's own buffers are 128 KiB each way and grow without bound.
const BUFFER: usize = 4096;
const BACKLOG: usize = 1024 * 1024;

/// Takes a connection over. A page of a foreign origin is refused before that; a program has no
/// origin and may read what is public.
pub(crate) fn upgrade(
    gate: Arc<Gate>,
    upgrade: WebSocketUpgrade,
    asked: &HeaderMap,
    caller: Caller,
) -> Response {
    let refuse = |fault| respond::refusal(fault, Media::Json, &caller.request_id);
    let foreign = |origin: &HeaderValue| !headers::is_allowed(origin, gate.settings());
    if asked.get(header::ORIGIN).is_some_and(foreign) {
        let message = "WebSockets are not open to pages of this origin";
        return refuse(Fault::http(StatusCode::FORBIDDEN, "ORIGIN_NOT_ALLOWED", message));
    }
    let seats = match gate.knock(&caller).and_then(|()| gate.seat(&caller)) {
        Ok(seats) => seats,
        Err(fault) => return refuse(fault),
    };
    // The headers themselves are not kept: each holds the whole buffer that it was read into.
    let (bearer, origin) = match viewer::bearer(asked) {
        Ok(bearer) => (bearer.map(str::to_owned), viewer::origin(&gate, asked, &caller)),
        Err(fault) => return refuse(fault),
    };
    let message = gate.settings().sockets.message;
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(BACKLOG)
        .max_message_size(message)
        .max_frame_size(message)
        .on_upgrade(move |socket| {
            let tasks = gate.tasks.clone();
            tasks.track_future(async move {
                session::run(gate, socket, caller, Asker { bearer, origin }).await;
                drop(seats);
            })
        })
}
