use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::toy::{Answer, Server, start};

fn stream(server: &Server, query: &str) -> reqwest::RequestBuilder {
    let request = server.http.post(server.url("/graphql")).header("content-type", "application/json");
    request.header("accept", "text/event-stream").body(json!({ "query": query }).to_string())
}

/// Name and data of each event.
fn events(text: &str) -> Vec<(String, Value)> {
    let mut events = Vec::new();
    for block in text.split("\n\n").filter(|block| !block.is_empty() && !block.starts_with(':')) {
        let field =
            |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
        events
            .push((field("event:").to_owned(), serde_json::from_str(field("data:")).unwrap_or(Value::Null)));
    }
    events
}

#[tokio::test]
async fn a_subscription_is_a_stream_of_events() {
    let server = start().await;
    let answer = Answer::of(stream(&server, "subscription{count(to:2)}")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/event-stream; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let expected = [
        ("next".to_owned(), json!({"data": {"count": 0}})),
        ("next".to_owned(), json!({"data": {"count": 1}})),
        ("complete".to_owned(), Value::Null),
    ];
    assert_eq!(events(&answer.text), expected);
}

#[tokio::test]
async fn queries_and_gets_may_be_streamed_too() {
    let server = start().await;
    let answer = Answer::of(stream(&server, "{hello}")).await;
    assert_eq!(events(&answer.text)[0].1["data"], json!({"hello": "world"}));
    let url =
        reqwest::Url::parse_with_params(&server.url("/graphql"), [("query", "subscription{count(to:1)}")])
            .unwrap();
    let answer = Answer::of(server.http.get(url).header("accept", "text/event-stream")).await;
    assert_eq!(events(&answer.text).len(), 2);
    let url =
        reqwest::Url::parse_with_params(&server.url("/graphql"), [("query", "mutation{bump}")]).unwrap();
    let answer = Answer::of(server.http.get(url).header("accept", "text/event-stream")).await;
    assert_eq!((answer.status, server.writes()), (405, 0));
}

#[tokio::test]
async fn refusals_are_events() {
    let server = start().await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription{nope}", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription{fails}", ""),
        ("{kids(first:1000000){leaf}}", "COST_LIMIT"),
    ] {
        let answer = Answer::of(stream(&server, query)).await;
        assert_eq!(answer.status, 200, "{query}");
        let events = events(&answer.text);
        assert_eq!(events.last().unwrap().0, "complete");
        if !code.is_empty() {
            assert_eq!(events[0].1["errors"][0]["extensions"]["code"], code, "{query}");
            assert_eq!(events.len(), 2);
        }
        assert!(!answer.text.contains("secret"));
    }
}

#[tokio::test]
async fn a_client_that_goes_away_ends_its_subscription() {
    let server = start().await;
    let response = stream(&server, "subscription{ticks}").send().await.unwrap();
    server.listeners(1).await;
    server.toy.ticks.send(7).unwrap();
    let mut chunks = response.bytes_stream();
    let chunk = chunks.next().await.unwrap().unwrap();
    assert_eq!(events(std::str::from_utf8(&chunk).unwrap())[0].1["data"], json!({"ticks": 7}));
    drop(chunks);
    server.listeners(0).await;
}

#[tokio::test]
async fn a_stream_ends_without_complete_at_shutdown() {
    let server = start().await;
    let response = stream(&server, "subscription{ticks}").send().await.unwrap();
    server.listeners(1).await;
    server.shutdown.cancel();
    let text = tokio::time::timeout(Duration::from_secs(5), response.text()).await.unwrap().unwrap();
    assert!(!text.contains("complete"), "{text}");
}
