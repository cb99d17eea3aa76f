//! What a request pays and how a caller learns of it, on every transport.

use std::sync::atomic::Ordering;

use serde_json::json;

use crate::toy::{Answer, RATE, Server, settings, start, start_with};
use crate::ws::open;

fn left(server: &Server) -> u64 {
    server.toy.points.load(Ordering::SeqCst)
}

#[tokio::test]
async fn an_answer_tells_what_is_left() {
    let server = start().await;
    let answer = server.ask("{kids(first:40){leaf}}").await;
    let cost = json!({"requested": 40, "limit": 1000, "available": 999_960, "capacity": 1_000_000, "perSecond": 100});
    assert_eq!(answer.json()["extensions"]["cost"], cost);
    assert_eq!(answer.header("ratelimit-policy"), "\"anonymous\";q=1000000;qu=\"points\";w=10000");
    assert_eq!(answer.header("ratelimit"), "\"anonymous\";r=999960;t=2");
    // Caches hand this one to others.
    let answer = Answer::of(server.get(&[("query", "{kids(first:40){leaf}}")])).await;
    assert_eq!(answer.json()["extensions"]["cost"], json!({"requested": 40, "limit": 1000}));
    assert_eq!(answer.header("ratelimit"), "");
    assert_eq!(left(&server), 999_920);
}

#[tokio::test]
async fn nothing_is_free() {
    let server = start().await;
    for (query, points) in [
        ("{hello}", 1),
        ("{hello hello}", 1),
        ("mutation{bump}", 10),
        ("{", 1),
        ("{nope}", 1),
        ("{kids(first:1000000){leaf}}", 1),
        ("subscription{ticks}", 1),
    ] {
        let before = left(&server);
        server.ask(query).await;
        assert_eq!(before - left(&server), points, "{query}");
    }
    let before = left(&server);
    Answer::of(server.get(&[("query", "mutation{bump}")])).await;
    assert_eq!((before - left(&server), server.writes()), (1, 1));
    let mut socket = open(&server).await;
    for (query, points) in
        [("{kids(first:7){leaf}}", 7), ("subscription{ticks}", 1), ("mutation{bump}", 1), ("{", 1)]
    {
        let before = left(&server);
        socket.subscribe(query, query).await;
        if query.starts_with("subscription") {
            server.listeners(1).await;
        } else {
            assert_eq!(socket.hear().await["id"], query);
        }
        assert_eq!(before - left(&server), points, "{query}");
        if query.starts_with("{kids") {
            assert_eq!(socket.hear().await["type"], "complete");
        }
    }
    assert_eq!(server.writes(), 1);
}

#[tokio::test]
async fn an_empty_budget_refuses_on_every_transport() {
    let server = start().await;
    server.toy.points.store(5, Ordering::SeqCst);
    let answer = server.ask("{kids(first:6){leaf}}").await;
    assert_eq!((answer.status, answer.code().as_str()), (429, "RATE_LIMITED"));
    assert_eq!(answer.header("retry-after"), "3");
    assert_eq!(answer.header("ratelimit"), "\"anonymous\";r=5;t=2");
    let error = &answer.json()["errors"][0];
    assert_eq!(error["extensions"]["retryAfter"], 3);
    assert_eq!(error["message"], "the request costs 6 points and 5 are left; 100 come back each second");
    let get = Answer::of(server.get(&[("query", "{kids(first:6){leaf}}")])).await;
    assert_eq!((get.status, get.header("cache-control")), (429, "no-store"));
    server.toy.points.store(0, Ordering::SeqCst);
    assert_eq!((server.ask("mutation{bump}").await.status, server.writes()), (429, 0));

    let mut socket = open(&server).await;
    for query in ["subscription{ticks}", "{hello}", "mutation{bump}"] {
        socket.subscribe("s", query).await;
        let message = socket.hear().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("s")));
        let extensions = &message["payload"][0]["extensions"];
        assert_eq!((&extensions["code"], &extensions["retryAfter"]), (&json!("RATE_LIMITED"), &json!(3)));
    }
    socket.is_quiet().await;
    let stream = server.http.post(server.url("/graphql")).header("content-type", "application/json");
    let stream = stream.header("accept", "text/event-stream").body(r#"{"query":"subscription{ticks}"}"#);
    let stream = Answer::of(stream).await;
    assert!(
        stream.text.contains("RATE_LIMITED") && stream.text.contains("event: complete"),
        "{}",
        stream.text
    );
    assert_eq!(server.toy.listeners.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn without_budgets_writes_are_refused() {
    let server = start().await;
    server.toy.limits.store(false, Ordering::SeqCst);
    let answer = server.ask("mutation{bump}").await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "RATE_LIMIT_UNAVAILABLE"));
    assert_eq!((answer.header("retry-after"), server.writes()), ("1", 0));
    let answer = server.ask("{hello}").await;
    assert_eq!((answer.status, answer.header("ratelimit")), (200, ""));
    assert_eq!(answer.json()["extensions"]["cost"], json!({"requested": 1, "limit": 1000}));
    let ready = Answer::of(server.http.get(server.url("/health/ready"))).await;
    assert_eq!((ready.status, &ready.json()["status"]), (200, &json!("degraded")));
    assert_eq!(ready.json()["limits"], false);
}

#[tokio::test]
async fn an_address_pays_for_itself_whatever_it_claims() {
    let bucket = |server: &Server| server.toy.payer.lock().unwrap().take().unwrap().bucket;
    let forged = |server: &Server| server.post().header("x-forwarded-for", "198.51.100.7");
    let server = start().await;
    Answer::of(forged(&server).body(r#"{"query":"{hello}"}"#)).await;
    assert_eq!(bucket(&server), "ip:127.0.0.1");
    let mut settings = settings();
    settings.trusted_proxies.push("127.0.0.0/8".parse().unwrap());
    let server = start_with(settings).await;
    Answer::of(forged(&server).body(r#"{"query":"{hello}"}"#)).await;
    assert_eq!(bucket(&server), "ip:198.51.100.7");
    let site = server.post().header("x-forwarded-for", "2001:db8:1:2:3::4, 127.0.0.9");
    Answer::of(site.body(r#"{"query":"{hello}"}"#)).await;
    assert_eq!(bucket(&server), "ip:2001:db8:1:2::/64");
    assert_eq!(left(&server), u64::from(RATE.burst) - 2);
}
