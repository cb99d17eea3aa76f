//! The protocol's rules, one by one, with exact codes.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::toy::{ORIGIN, Server, settings, start, start_with};

pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

pub async fn connect(server: &Server, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/graphql", server.address).into_client_request()?;
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse()?);
    }
    Ok(Socket(connect_async(request).await?.0))
}

/// Connected and not yet initialised.
pub async fn raw(server: &Server) -> Socket {
    connect(server, &[("sec-websocket-protocol", "graphql-transport-ws")]).await.expect("a socket")
}

/// Connected and initialised.
pub async fn open(server: &Server) -> Socket {
    let mut socket = raw(server).await;
    socket.say(json!({"type": "connection_init"})).await;
    assert_eq!(socket.hear().await, json!({"type": "connection_ack"}));
    socket
}

impl Socket {
    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("an open socket");
    }
    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(json!({"id": id, "type": "subscribe", "payload": {"query": query}})).await;
    }
    async fn frame(&mut self) -> Option<Message> {
        let frame = tokio::time::timeout(Duration::from_secs(15), self.0.next());
        frame.await.expect("a frame within 15 s").and_then(Result::ok)
    }
    /// The next message of the protocol.
    pub async fn hear(&mut self) -> Value {
        loop {
            match self.frame().await {
                Some(Message::Text(text)) => return serde_json::from_str(&text).expect("JSON"),
                Some(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("a message was expected, not {other:?}"),
            }
        }
    }
    /// How the server closes, whatever it says before.
    pub async fn closed(&mut self) -> CloseFrame {
        loop {
            match self.frame().await {
                Some(Message::Close(Some(frame))) => return frame,
                Some(Message::Text(_) | Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("a close was expected, not {other:?}"),
            }
        }
    }
    pub async fn code(&mut self) -> u16 {
        self.closed().await.code.into()
    }
    /// Proves that the socket is open and that nothing else is on its way.
    pub async fn is_quiet(&mut self) {
        self.say(json!({"type": "ping", "payload": {"quiet": true}})).await;
        assert_eq!(self.hear().await, json!({"type": "pong", "payload": {"quiet": true}}));
    }
}

#[tokio::test]
async fn a_subscription_runs_to_its_end() {
    let server = start().await;
    let mut socket = open(&server).await;
    socket.subscribe("s", "subscription{count(to:2)}").await;
    assert_eq!(socket.hear().await, json!({"id": "s", "type": "next", "payload": {"data": {"count": 0}}}));
    assert_eq!(socket.hear().await, json!({"id": "s", "type": "next", "payload": {"data": {"count": 1}}}));
    assert_eq!(socket.hear().await, json!({"id": "s", "type": "complete"}));
    // The id is free again.
    socket.subscribe("s", "{hello}").await;
    let message = socket.hear().await;
    assert_eq!((&message["type"], &message["payload"]["data"]), (&json!("next"), &json!({"hello": "world"})));
    assert_eq!(socket.hear().await, json!({"id": "s", "type": "complete"}));
    socket.is_quiet().await;
}

#[tokio::test]
async fn a_client_that_completes_hears_no_more() {
    let server = start().await;
    let mut socket = open(&server).await;
    socket.subscribe("s", "subscription{ticks}").await;
    server.listeners(1).await;
    server.toy.ticks.send(1).unwrap();
    assert_eq!(socket.hear().await["payload"]["data"], json!({"ticks": 1}));
    socket.say(json!({"id": "s", "type": "complete"})).await;
    server.listeners(0).await;
    server.toy.ticks.send(2).ok();
    socket.say(json!({"id": "s", "type": "complete"})).await;
    socket.say(json!({"id": "never", "type": "complete"})).await;
    // No event, and no echo of the complete.
    socket.is_quiet().await;
    // The id is free again.
    socket.subscribe("s", "subscription{count(to:0)}").await;
    assert_eq!(socket.hear().await, json!({"id": "s", "type": "complete"}));
}

#[tokio::test]
async fn several_operations_share_a_socket() {
    let server = start().await;
    let mut socket = open(&server).await;
    socket.subscribe("a", "subscription{ticks}").await;
    socket.subscribe("b", "subscription{again:ticks}").await;
    server.listeners(2).await;
    server.toy.ticks.send(5).unwrap();
    let mut heard = [socket.hear().await, socket.hear().await];
    heard.sort_by_key(|message| message["id"].to_string());
    assert_eq!(heard[0], json!({"id": "a", "type": "next", "payload": {"data": {"ticks": 5}}}));
    assert_eq!(heard[1], json!({"id": "b", "type": "next", "payload": {"data": {"again": 5}}}));
    drop(socket);
    server.listeners(0).await;
}

#[tokio::test]
async fn request_errors_end_the_operation_and_not_the_socket() {
    let server = start().await;
    let mut socket = open(&server).await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription{nope}", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription{count}", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription{a:count(to:1) b:count(to:1)}", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a:Int!){hello}", "BAD_USER_INPUT"),
        ("{kids(first:1000000){leaf}}", "COST_LIMIT"),
        (
            "{__typename __typename __typename __typename __typename __typename __typename __typename __typename __typename __typename}",
            "ROOT_FIELD_LIMIT",
        ),
        ("mutation{bump}", "METHOD_NOT_ALLOWED"),
    ] {
        socket.subscribe("x", query).await;
        let message = socket.hear().await;
        assert_eq!((&message["id"], &message["type"]), (&json!("x"), &json!("error")), "{query}: {message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}: {message}");
        assert!(message["payload"][0]["extensions"]["requestId"].is_string());
        // No complete after an error.
        socket.is_quiet().await;
    }
    assert_eq!(server.writes(), 0);
}

#[tokio::test]
async fn errors_of_events_are_masked() {
    let server = start().await;
    let mut socket = open(&server).await;
    socket.subscribe("f", "subscription{fails}").await;
    assert_eq!(socket.hear().await["payload"]["data"], json!({"fails": 1}));
    let message = socket.hear().await;
    assert_eq!(message["payload"]["errors"][0]["extensions"]["code"], "INTERNAL");
    assert!(!message.to_string().contains("secret"));
    assert_eq!(socket.hear().await["type"], "complete");
    socket.subscribe("p", "subscription{panics}").await;
    assert_eq!(socket.hear().await["payload"]["data"], json!({"panics": 0}));
    let message = socket.hear().await;
    assert!(message.to_string().contains("INTERNAL") && !message.to_string().contains("secret"), "{message}");
    socket.subscribe("r", "subscription{refuses}").await;
    let mut message = socket.hear().await;
    if message["id"] == "p" {
        message = socket.hear().await;
    }
    assert!(message.to_string().contains("NOT_FOUND"), "{message}");
}

#[tokio::test]
async fn pings_are_answered_even_before_the_init() {
    let server = start().await;
    let mut socket = raw(&server).await;
    socket.say(json!({"type": "ping"})).await;
    assert_eq!(socket.hear().await, json!({"type": "pong"}));
    socket.is_quiet().await;
    socket.say(json!({"type": "pong"})).await;
    socket.say(json!({"type": "connection_init", "payload": {"token": "x"}})).await;
    assert_eq!(socket.hear().await, json!({"type": "connection_ack"}));
}

#[tokio::test]
async fn only_our_subprotocol_is_spoken() {
    let server = start().await;
    assert_eq!(connect(&server, &[]).await.unwrap().code().await, 4406);
    // A client that insists on another is told by the handshake.
    for other in ["graphql-ws", "mqtt"] {
        assert!(connect(&server, &[("sec-websocket-protocol", other)]).await.is_err());
    }
    let both = connect(&server, &[("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")]).await;
    both.unwrap().is_quiet().await;
}

#[tokio::test]
async fn foreign_pages_are_refused_before_the_upgrade() {
    let server = start().await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    for origin in ["https://evil.example", "null", "https://dualcaster.example:444"] {
        match connect(&server, &[protocol, ("origin", origin)]).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 403, "{origin}"),
            other => panic!("{origin} was not refused: {:?}", other.map(|_| ())),
        }
    }
    connect(&server, &[protocol, ("origin", ORIGIN)]).await.unwrap().is_quiet().await;
}

#[tokio::test]
async fn every_breach_has_its_code() {
    let mut quick = settings();
    quick.sockets.init = Duration::from_millis(100);
    let hasty = start_with(quick).await;
    assert_eq!(raw(&hasty).await.code().await, 4408, "no init");
    let server = start().await;

    let mut socket = raw(&server).await;
    socket.subscribe("1", "{hello}").await;
    assert_eq!(socket.code().await, 4401, "subscribe before the init");

    let mut socket = open(&server).await;
    socket.say(json!({"type": "connection_init"})).await;
    assert_eq!(socket.code().await, 4429, "second init");

    let mut socket = open(&server).await;
    socket.subscribe("1", "subscription{ticks}").await;
    socket.subscribe("1", "subscription{ticks}").await;
    let frame = socket.closed().await;
    assert_eq!((u16::from(frame.code), frame.reason.as_str()), (4409, "Subscriber for 1 already exists"));

    for text in [
        "garbage",
        "[]",
        "{}",
        r#"{"type":"start"}"#,
        r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
    ] {
        let mut socket = open(&server).await;
        socket.0.send(Message::text(text)).await.unwrap();
        assert_eq!(socket.code().await, 4400, "{text}");
    }
    let mut socket = open(&server).await;
    socket.0.send(Message::binary(b"{}".to_vec())).await.unwrap();
    assert_eq!(socket.code().await, 4400, "binary");
    server.listeners(0).await;
}
