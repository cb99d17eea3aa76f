//! Live feeds over the wire.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::http::{Door, Served};

const FEED: &str = "subscription { marketUpdated(currency: USD) { kind changed position { epoch } prices { printing { id } } } }";

pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub async fn open(served: &Door) -> Self {
        Self::open_at(served.address).await
    }

    pub async fn open_at(address: SocketAddr) -> Self {
        Self::begin(address, json!({"type": "connection_init"}), None).await
    }

    /// As somebody.
    pub async fn open_as(address: SocketAddr, bearer: &str) -> Self {
        Self::begin(address, init_of(bearer), None).await
    }

    /// The same, as a part of a trace.
    pub async fn open_traced(address: SocketAddr, bearer: &str, parent: &str) -> Self {
        Self::begin(address, init_of(bearer), Some(parent)).await
    }

    async fn begin(address: SocketAddr, init: Value, parent: Option<&str>) -> Self {
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
        if let Some(parent) = parent {
            request.headers_mut().insert("traceparent", parent.parse().expect("a header"));
        }
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
        let mut socket = Self(tokio_tungstenite::connect_async(request).await.expect("a socket").0);
        socket.say(init).await;
        assert_eq!(socket.hear().await, json!({"type": "connection_ack"}));
        socket
    }

    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("an open socket");
    }

    /// The next message; what only keeps the connection alive is none.
    pub async fn hear(&mut self) -> Value {
        let message = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => break serde_json::from_str(&text).expect("JSON"),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    other => panic!("a message was expected, not {other:?}"),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), message).await.expect("a message in time")
    }
}

fn init_of(bearer: &str) -> Value {
    let payload = json!({ "authorization": format!("Bearer {bearer}") });
    json!({ "type": "connection_init", "payload": payload })
}

#[tokio::test]
async fn a_feed_begins_with_a_snapshot() {
    let served = Served::new().await;
    let mut socket = Socket::open(&served).await;
    socket.say(json!({"id": "1", "type": "subscribe", "payload": {"query": FEED}})).await;
    let message = socket.hear().await;
    assert_eq!(message["payload"]["data"]["marketUpdated"]["kind"], "SNAPSHOT", "{message}");
    let card = "subscription { cardUpdated(cardId: \"nonsense\") { kind } }";
    socket.say(json!({"id": "2", "type": "subscribe", "payload": {"query": card}})).await;
    let message = socket.hear().await;
    assert!(["NOT_FOUND", "BAD_USER_INPUT"].contains(&code(&message)), "{message}");
}

/// Of the first error, in either of the two places where one can be.
pub fn code(message: &Value) -> &str {
    let errors = if message["type"] == "error" { &message["payload"] } else { &message["payload"]["errors"] };
    errors[0]["extensions"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_feed_is_an_event_stream_too() {
    let served = Served::new().await;
    let request = served.post(FEED, &json!({})).header("accept", "text/event-stream");
    let mut chunks = request.send().await.unwrap().bytes_stream();
    let first = tokio::time::timeout(Duration::from_secs(60), chunks.next()).await.unwrap().unwrap().unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(
        first.starts_with("event: next\ndata: {\"data\":{\"marketUpdated\":{\"kind\":\"SNAPSHOT\""),
        "{first}"
    );
}
