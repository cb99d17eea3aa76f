use axum::extract::ws::Utf8Bytes;
use serde_json::{Map, Value};

use crate::errors::{Body, WireError};
use crate::gate::Params;
use crate::http::from_members;

/// Why the server closes a socket. 44xx are the protocol's; a client of `graphql-ws` comes back
/// after 4403, 4408, 4013 and 101x and gives up after the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: String,
}

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
    pub(super) fn bad_message(why: &str) -> Self {
        Self::new(4400, why)
    }
    pub(super) fn unauthorized() -> Self {
        Self::new(4401, "Unauthorized")
    }
    /// The token is not valid, or not any more: a client with a fresh one may come back.
    pub(super) fn forbidden() -> Self {
        Self::new(4403, "Forbidden")
    }
    pub(super) fn subprotocol() -> Self {
        Self::new(4406, "Subprotocol not acceptable")
    }
    pub(super) fn no_init() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }
    pub(super) fn no_pong() -> Self {
        Self::new(4408, "No answer to a ping")
    }
    pub(super) fn duplicate(id: &str) -> Self {
        Self::new(4409, format!("Subscriber for {id} already exists"))
    }
    pub(super) fn second_init() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }
    pub(super) fn slow() -> Self {
        Self::new(4013, "Too slow")
    }
    pub(super) fn restart() -> Self {
        Self::new(1012, "Service restart")
    }
    pub(super) fn overload() -> Self {
        Self::new(1013, "Try again later")
    }
    pub(super) fn too_big() -> Self {
        Self::new(1009, "Message too big")
    }
}

/// What a client says.
#[derive(Debug)]
pub(super) enum ClientMessage {
    Init(Option<Value>),
    Ping(Option<Value>),
    Pong,
    Subscribe { id: String, params: Params },
    Complete { id: String },
}

/// Longest id of an operation: it is sent back with every event.
const ID: usize = 128;

impl ClientMessage {
    /// Reads a message by the letter of the protocol.
    pub(super) fn read(text: &str) -> Result<Self, Close> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Err(Close::bad_message("Invalid message received: not a JSON object"));
        };
        let payload = message.remove("payload").unwrap_or(Value::Null);
        let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
        match kind {
            "connection_init" => optional_object(payload).map(Self::Init),
            "ping" => optional_object(payload).map(Self::Ping),
            "pong" => optional_object(payload).map(|_| Self::Pong),
            "complete" => Ok(Self::Complete { id: id(&message)? }),
            "subscribe" => {
                let id = id(&message)?;
                let Value::Object(members) = payload else {
                    return Err(Close::bad_message("Invalid message received: subscribe has no payload"));
                };
                if !members.get("query").is_some_and(Value::is_string) && !members.contains_key("extensions")
                {
                    return Err(Close::bad_message("Invalid message received: the payload has no query"));
                }
                let params = from_members(members).map_err(|fault| Close::bad_message(&fault.message))?;
                Ok(Self::Subscribe { id, params })
            }
            _ => Err(Close::bad_message("Invalid message received: unknown type")),
        }
    }
}

fn id(message: &Map<String, Value>) -> Result<String, Close> {
    match message.get("id").and_then(Value::as_str) {
        Some(id) if (1..=ID).contains(&id.len()) => Ok(id.to_owned()),
        _ => Err(Close::bad_message("Invalid message received: id is not a string of 1 to 128 bytes")),
    }
}

fn optional_object(payload: Value) -> Result<Option<Value>, Close> {
    match payload {
        Value::Null => Ok(None),
        Value::Object(_) => Ok(Some(payload)),
        _ => Err(Close::bad_message("Invalid message received: payload is not an object")),
    }
}

/// What the server says.
#[derive(serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Value>,
    },
    Next {
        id: &'a str,
        payload: &'a Body,
    },
    Error {
        id: &'a str,
        payload: &'a [WireError],
    },
    Complete {
        id: &'a str,
    },
}

impl ServerMessage<'_> {
    pub(super) fn write(&self) -> Utf8Bytes {
        serde_json::to_string(self)
            .unwrap_or_else(|error| {
                tracing::error!(%error, "a message could not be written");
                String::new()
            })
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_by_the_letter() {
        for (text, good) in [
            (r#"{"type":"connection_init"}"#, true),
            (r#"{"type":"connection_init","payload":{"a":1}}"#, true),
            (r#"{"type":"connection_init","payload":null}"#, true),
            (r#"{"type":"connection_init","payload":"x"}"#, false),
            (r#"{"type":"ping","payload":{}}"#, true),
            (r#"{"type":"pong","payload":1}"#, false),
            (r#"{"type":"subscribe","id":"1","payload":{"query":"{a}"}}"#, true),
            (r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#, false),
            (r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#, false),
            (r#"{"type":"subscribe","id":"1","payload":{}}"#, false),
            (r#"{"type":"subscribe","id":"1"}"#, false),
            (r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#, false),
            (r#"{"type":"subscribe","id":7,"payload":{"query":"{a}"}}"#, false),
            (r#"{"type":"complete","id":"1"}"#, true),
            (r#"{"type":"complete"}"#, false),
            (r#"{"type":"start","id":"1"}"#, false),
            (r#"{}"#, false),
            ("[]", false),
            ("garbage", false),
        ] {
            let read = ClientMessage::read(text);
            assert_eq!(read.is_ok(), good, "{text}");
            assert!(read.is_ok() || read.unwrap_err().code == 4400);
        }
    }
}
