use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::http::StatusCode;
use domain::Origin;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use serde_json::Value;
use tokio::time::{Instant, Sleep};
use tokio_stream::StreamMap;

use super::protocol::{ClientMessage, Close, ServerMessage};
use crate::Sockets;
use crate::edge::Caller;
use crate::errors::{Body, Fault, code};
use crate::gate::{Gate, Params, Prepared, SocketGuard};
use crate::viewer::{self, Viewer};

/// After the decision to close a slow consumer it gets this long to take notice.
const FAREWELL: Duration = Duration::from_secs(2);

/// Something that an operation produced.
enum Event {
    /// A result, or the reason why there will be none.
    Body(Box<Body>),
    /// The end.
    Done,
}

/// What the session waits for next, besides messages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Init,
    Pause,
    Pong,
}

/// The socket is gone or is to be closed.
enum End {
    Close(Close),
    Gone,
}

/// What the upgrade's headers said of whoever asks.
pub(super) struct Asker {
    pub(super) bearer: Option<String>,
    pub(super) origin: Arc<Origin>,
}

struct Session {
    gate: Arc<Gate>,
    socket: WebSocket,
    caller: Caller,
    asker: Asker,
    /// Known after `connection_init`.
    viewer: Option<Viewer>,
    ended: BoxFuture<'static, ()>,
    operations: StreamMap<String, BoxStream<'static, Event>>,
    waiting: Waiting,
    timer: Pin<Box<Sleep>>,
}

/// Speaks the protocol on a socket until one side ends it.
pub(super) async fn run(gate: Arc<Gate>, socket: WebSocket, caller: Caller, asker: Asker) {
    let guard: Option<SocketGuard> = gate.admit_socket();
    let timer = Box::pin(tokio::time::sleep(gate.settings().sockets.init));
    let mut session = Session {
        gate,
        socket,
        caller,
        asker,
        viewer: None,
        ended: Box::pin(std::future::pending()),
        operations: StreamMap::new(),
        waiting: Waiting::Init,
        timer,
    };
    let end = match guard {
        Some(_) if session.socket.protocol().is_none() => End::Close(Close::subprotocol()),
        Some(_) => session.talk().await,
        None => End::Close(Close::overload()),
    };
    // Whatever the operations hold is let go before the goodbye, which may take a while.
    session.operations.clear();
    match end {
        End::Close(close) => session.goodbye(close).await,
        End::Gone => {}
    }
}

impl Session {
    async fn talk(&mut self) -> End {
        let closing = self.gate.closing.clone();
        loop {
            let step = tokio::select! {
                message = self.socket.recv() => self.receive(message).await,
                Some((id, event)) = self.operations.next(), if !self.operations.is_empty() => {
                    self.emit(&id, event).await
                }
                () = &mut self.timer => self.tick().await,
                () = &mut self.ended => return End::Close(Close::forbidden()),
                () = closing.cancelled() => return self.leave().await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    fn sockets(&self) -> &Sockets {
        &self.gate.settings().sockets
    }

    fn wait(&mut self, waiting: Waiting, time: Duration) {
        self.waiting = waiting;
        self.timer.as_mut().reset(Instant::now() + time);
    }

    /// Sends within the write deadline.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        let deadline = self.sockets().write;
        match tokio::time::timeout(deadline, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Close(Close::slow())),
        }
    }

    async fn say(&mut self, message: ServerMessage<'_>) -> Result<(), End> {
        self.send(Message::Text(message.write())).await
    }

    async fn receive(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let message = match message {
            Some(Ok(message)) => message,
            // The library has no other public way to say why.
            Some(Err(error))
                if error.to_string().contains("too long") || error.to_string().contains("too big") =>
            {
                return Err(End::Close(Close::too_big()));
            }
            Some(Err(_)) | None => return Err(End::Gone),
        };
        // Whoever speaks is alive.
        if self.waiting == Waiting::Pong {
            self.wait(Waiting::Pause, self.sockets().ping);
        }
        match message {
            Message::Text(text) => {
                let read = ClientMessage::read(&text).map_err(End::Close)?;
                self.handle(read).await
            }
            Message::Binary(_) => Err(End::Close(Close::bad_message("Invalid message received: not text"))),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(End::Gone),
        }
    }

    async fn handle(&mut self, message: ClientMessage) -> Result<(), End> {
        match message {
            ClientMessage::Init(_) if self.viewer.is_some() => Err(End::Close(Close::second_init())),
            ClientMessage::Init(payload) => {
                self.admit(payload).await?;
                self.wait(Waiting::Pause, self.sockets().ping);
                self.say(ServerMessage::ConnectionAck).await
            }
            ClientMessage::Ping(payload) => self.say(ServerMessage::Pong { payload }).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Complete { id } => {
                self.operations.remove(&id);
                Ok(())
            }
            ClientMessage::Subscribe { id, .. } if self.operations.contains_key(&id) => {
                Err(End::Close(Close::duplicate(&id)))
            }
            ClientMessage::Subscribe { id, params } => match self.start(params)? {
                Ok(events) => {
                    self.operations.insert(id, events);
                    Ok(())
                }
                Err(fault) => {
                    let body = Body::refused(fault, &self.caller.request_id);
                    self.say(ServerMessage::Error { id: &id, payload: &body.errors }).await
                }
            },
        }
    }

    /// Learns who is there: by `authorization` in the payload, else by the header of the upgrade,
    /// which a program can set and a page cannot. No cookie says who somebody is.
    async fn admit(&mut self, payload: Option<Value>) -> Result<(), End> {
        let given = payload
            .as_ref()
            .and_then(|payload| payload.get("authorization").or_else(|| payload.get("Authorization")));
        let forbidden = || End::Close(Close::forbidden());
        let header = self.asker.bearer.take();
        let bearer = match given {
            None | Some(Value::Null) => header.as_deref(),
            Some(Value::String(text)) => Some(viewer::read(text).ok_or_else(forbidden)?),
            Some(_) => return Err(forbidden()),
        };
        let found = match viewer::find(&self.gate, bearer, self.asker.origin.clone()).await {
            Ok(found) => found,
            Err(fault) if fault.status == StatusCode::UNAUTHORIZED => return Err(forbidden()),
            Err(_) => return Err(End::Close(Close::overload())),
        };
        self.ended = viewer::ended(&self.gate, &found);
        self.caller = self.caller.paid_by(&found.actor);
        self.viewer = Some(found);
        Ok(())
    }

    /// The same checks and the same price as over HTTP, then the stream of events.
    fn start(&self, params: Params) -> Result<Result<BoxStream<'static, Event>, Fault>, End> {
        let viewer = self.viewer.clone().ok_or_else(|| End::Close(Close::unauthorized()))?;
        Ok(self.begin(params, viewer))
    }

    fn begin(&self, params: Params, viewer: Viewer) -> Result<BoxStream<'static, Event>, Fault> {
        let limit = self.sockets().operations;
        if self.operations.len() >= limit {
            let message = format!("the socket has {limit} operations, at most {limit} are allowed");
            return Err(Fault::document("SUBSCRIPTION_LIMIT", message));
        }
        let prepared = self.gate.prepare(params, viewer).and_then(permit);
        let (gate, caller) = (self.gate.clone(), self.caller.clone());
        // Paid within the stream: other operations go on meanwhile.
        let paid = async move {
            let prepared = gate.charge(prepared, &caller.payer).await;
            gate.stream(prepared, caller)
        };
        let done = stream::once(async { Event::Done });
        let bodies = stream::once(paid).flatten().map(|body| Event::Body(Box::new(body)));
        Ok(bodies.chain(done).boxed())
    }

    async fn emit(&mut self, id: &str, event: Event) -> Result<(), End> {
        match event {
            // Refused by the schema's validation: an error ends the operation.
            Event::Body(body) if body.data.is_none() => {
                self.operations.remove(id);
                self.say(ServerMessage::Error { id, payload: &body.errors }).await
            }
            Event::Body(body) => self.say(ServerMessage::Next { id, payload: &body }).await,
            Event::Done => {
                self.operations.remove(id);
                self.say(ServerMessage::Complete { id }).await
            }
        }
    }

    async fn tick(&mut self) -> Result<(), End> {
        match self.waiting {
            Waiting::Init => Err(End::Close(Close::no_init())),
            Waiting::Pong => Err(End::Close(Close::no_pong())),
            Waiting::Pause => {
                self.wait(Waiting::Pong, self.sockets().pong);
                self.send(Message::Ping(bytes::Bytes::new())).await
            }
        }
    }

    /// At shutdown: a random part of the spread later, still listening to nobody.
    async fn leave(&mut self) -> End {
        // With few sockets there is no crowd to spread.
        let crowd = Duration::from_millis(5) * u32::try_from(self.gate.sockets()).unwrap_or(u32::MAX);
        let spread = self.sockets().spread.min(crowd);
        let share = f64::from(uuid::Uuid::now_v7().as_bytes()[15]) / 256.0;
        tokio::time::sleep(spread.mul_f64(share)).await;
        End::Close(Close::restart())
    }

    async fn goodbye(&mut self, close: Close) {
        tracing::debug!(request_id = %self.caller.request_id, code = close.code, reason = close.reason, "closing a socket");
        let frame = CloseFrame { code: close.code, reason: close.reason.into() };
        let farewell = async {
            if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                // Until the client's own goodbye; otherwise ours may be lost with the connection.
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        // Whoever does not take the goodbye is cut off without one.
        tokio::time::timeout(FAREWELL, farewell).await.ok();
    }
}

/// What writes is not sent over a socket.
fn permit(prepared: Prepared) -> Result<Prepared, Fault> {
    match prepared.kind {
        OperationType::Query | OperationType::Subscription => Ok(prepared),
        OperationType::Mutation => {
            let message = "mutations are sent by HTTP POST";
            Err(Fault::http(StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED, message))
        }
    }
}
