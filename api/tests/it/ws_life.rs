//! How long a socket lives, and what ends it.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::toy::{settings, start, start_with};
use crate::ws::{open, raw};

#[tokio::test]
async fn a_listener_that_only_answers_pings_lives() {
    let mut settings = settings();
    settings.sockets.ping = Duration::from_millis(50);
    settings.sockets.pong = Duration::from_millis(50);
    let server = start_with(settings).await;
    let mut socket = open(&server).await;
    let mut pings = 0;
    while pings < 10 {
        match socket.0.next().await.unwrap().unwrap() {
            // Reading is what makes this library answer.
            Message::Ping(_) => pings += 1,
            other => panic!("{other:?}"),
        }
    }
    socket.is_quiet().await;
}

#[tokio::test]
async fn who_does_not_answer_a_ping_is_cut() {
    let mut settings = settings();
    settings.sockets.ping = Duration::from_millis(50);
    settings.sockets.pong = Duration::from_millis(50);
    let server = start_with(settings).await;
    let mut socket = open(&server).await;
    socket.subscribe("t", "subscription{ticks}").await;
    server.listeners(1).await;
    // It does not read, so it does not answer.
    server.listeners(0).await;
    assert_eq!(socket.code().await, 4408);
}

#[tokio::test]
async fn a_slow_consumer_is_cut_and_others_are_not() {
    let mut settings = settings();
    settings.sockets.write = Duration::from_millis(300);
    let server = start_with(settings).await;
    let mut good = open(&server).await;
    good.subscribe("t", "subscription{ticks}").await;
    server.listeners(1).await;
    let mut slow = open(&server).await;
    slow.subscribe("t", "subscription{ticks}").await;
    server.listeners(2).await;
    slow.subscribe("f", "subscription{flood}").await;
    // The flood fills the pipe, the deadline passes, and what the socket held is let go.
    server.listeners(1).await;
    assert_eq!(slow.code().await, 4013);
    server.toy.ticks.send(3).unwrap();
    assert_eq!(good.hear().await["payload"]["data"], json!({"ticks": 3}));
}

#[tokio::test]
async fn a_socket_has_a_limited_number_of_operations() {
    let server = start().await;
    let mut socket = open(&server).await;
    for id in 0..32 {
        socket.subscribe(&id.to_string(), "subscription{ticks}").await;
    }
    server.listeners(32).await;
    socket.is_quiet().await;
    socket.subscribe("more", "subscription{ticks}").await;
    let message = socket.hear().await;
    assert_eq!(message["payload"][0]["extensions"]["code"], "SUBSCRIPTION_LIMIT");
    assert_eq!(message["payload"][0]["message"], "the socket has 32 operations, at most 32 are allowed");
    assert_eq!(server.toy.listeners.load(Ordering::SeqCst), 32);
    socket.say(json!({"id": "0", "type": "complete"})).await;
    server.listeners(31).await;
    socket.subscribe("more", "subscription{ticks}").await;
    server.listeners(32).await;
}

#[tokio::test]
async fn messages_have_a_limited_length() {
    let server = start().await;
    let message = |length: usize| {
        let head = r#"{"type":"ping","payload":{"x":""#;
        format!("{head}{}\"}}}}", "y".repeat(length - head.len() - 3))
    };
    let mut socket = open(&server).await;
    socket.0.send(Message::text(message(64 * 1024))).await.unwrap();
    assert_eq!(socket.hear().await["type"], "pong");
    socket.0.send(Message::text(message(64 * 1024 + 1))).await.unwrap();
    assert_eq!(socket.code().await, 1009);
}

#[tokio::test]
async fn more_sockets_than_allowed_are_sent_away_for_now() {
    let mut settings = settings();
    settings.sockets.count = 2;
    let server = start_with(settings).await;
    let first = open(&server).await;
    let _second = open(&server).await;
    assert_eq!(raw(&server).await.code().await, 1013);
    drop(first);
    let began = Instant::now();
    let readmitted = async {
        loop {
            let mut socket = raw(&server).await;
            socket.0.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
            if let Some(Ok(Message::Text(_))) = socket.0.next().await {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), readmitted).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn at_shutdown_sockets_are_told_to_come_back() {
    let server = start().await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        let mut socket = open(&server).await;
        socket.subscribe("t", "subscription{ticks}").await;
        sockets.push(socket);
    }
    let mut uninitialised = raw(&server).await;
    server.listeners(20).await;
    server.shutdown.cancel();
    for socket in &mut sockets {
        assert_eq!(socket.code().await, 1012);
    }
    assert_eq!(uninitialised.code().await, 1012);
    drop((sockets, uninitialised));
    tokio::time::timeout(Duration::from_secs(5), server.task).await.unwrap().unwrap().unwrap();
    assert_eq!(server.toy.listeners.load(Ordering::SeqCst), 0);
}
