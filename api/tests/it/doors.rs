//! How many sockets one address may open, and how fast.

use std::time::{Duration, Instant};

use tokio_tungstenite::tungstenite::Error;

use crate::toy::{Server, settings, start_with};
use crate::ws::{Socket, connect};

const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

/// The socket, or the code and `Retry-After` of the refusal.
async fn knock(server: &Server, from: &str) -> Result<Socket, (String, String)> {
    match connect(server, &[PROTOCOL, ("x-forwarded-for", from)]).await {
        Ok(socket) => Ok(socket),
        Err(Error::Http(response)) => {
            assert_eq!(response.status(), 429);
            let retry = response.headers()["retry-after"].to_str().expect("text").to_owned();
            let body: serde_json::Value =
                serde_json::from_slice(&response.into_body().expect("a body")).expect("JSON");
            Err((body["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned(), retry))
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_address_has_fifty_sockets_behind_a_proxy_too() {
    let mut settings = settings();
    settings.trusted_proxies.push("127.0.0.1".parse().unwrap());
    let server = start_with(settings).await;
    let mut sockets = Vec::new();
    for _ in 0..50 {
        sockets.push(knock(&server, "203.0.113.9").await.ok().unwrap());
    }
    let refused = ("SOCKET_LIMIT".to_owned(), "1".to_owned());
    assert_eq!(knock(&server, "203.0.113.9").await.err(), Some(refused.clone()));
    knock(&server, "203.0.113.10").await.ok().unwrap().is_quiet().await;
    // A stream of events is a socket too.
    let stream = server.http.post(server.url("/graphql")).header("content-type", "application/json");
    let stream = stream.header("accept", "text/event-stream").header("x-forwarded-for", "203.0.113.9");
    let stream = stream.body(r#"{"query":"subscription{ticks}"}"#).send().await.unwrap();
    assert_eq!(stream.status(), 429);
    sockets.pop();
    let began = Instant::now();
    while knock(&server, "203.0.113.9").await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(5), "the place is not given back");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn an_address_knocks_twenty_times_a_second() {
    let mut settings = settings();
    settings.sockets.handshakes = 20;
    let server = start_with(settings).await;
    let (began, mut opened) = (Instant::now(), 0);
    let refused = loop {
        // Without a proxy that is believed, another name is the same address.
        match knock(&server, &format!("203.0.113.{}", opened % 250)).await {
            Ok(_) => opened += 1,
            Err(refused) => break refused,
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it is never refused");
    };
    assert_eq!(refused, ("RATE_LIMITED".to_owned(), "1".to_owned()));
    let most = 20 + began.elapsed().as_millis() / 50 + 1;
    assert!((20..=most).contains(&opened), "{opened} of at most {most}");
}

#[tokio::test]
async fn requests_that_are_no_handshakes_do_not_knock() {
    let mut settings = settings();
    settings.sockets.handshakes = 1;
    let server = start_with(settings).await;
    for _ in 0..10 {
        assert_eq!(server.ask("{hello}").await.status, 200);
    }
}
