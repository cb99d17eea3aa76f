//! Documents made to cost much: each is refused by its own rule in next to no time. The second
//! half are the checks of the scanner that most people point at a GraphQL server.

use std::time::Duration;

use serde_json::json;

use crate::toy::{Answer, Server, start};

/// What a refusal may compute; without optimisation five times as much.
const MOST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 50 } else { 10 });
/// The kernel counts coarsely.
const TIMES: u32 = 10;

async fn refused(server: &Server, name: &str, query: String, code: &str) {
    let began = on_cpu();
    for _ in 1..TIMES {
        server.ask(&query).await;
    }
    let answer = server.ask(&query).await;
    let took = (on_cpu() - began) / TIMES;
    assert_eq!((answer.status, answer.code().as_str()), (400, code), "{name}: {}", answer.text);
    let message = answer.json()["errors"][0]["message"].to_string();
    let digits = message.chars().filter(char::is_ascii_digit).count();
    assert!(digits > 0 || code == "FRAGMENT_CYCLE", "{name} does not name its limit: {message}");
    // Client and server share the thread of the test, so this is what both took.
    assert!(took < MOST, "{name} took {took:?}");
}

/// What this thread has computed so far. Elsewhere than on Linux nobody counts it.
fn on_cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default())
}

#[tokio::test]
async fn overload_documents_are_refused_by_name() {
    let server = start().await;
    let many = |n: usize, part: &dyn Fn(usize) -> String| (0..n).map(part).collect::<String>();
    refused(
        &server,
        "1000 aliases",
        format!("{{{}}}", many(1000, &|i| format!("a{i}:hello "))),
        "TOKEN_LIMIT",
    )
    .await;
    refused(
        &server,
        "101 aliases",
        format!("{{nested{{{}}}}}", many(101, &|i| format!("a{i}:leaf "))),
        "ALIAS_LIMIT",
    )
    .await;
    refused(&server, "500 duplicates", format!("{{{}}}", "__typename ".repeat(500)), "ROOT_FIELD_LIMIT")
        .await;
    refused(
        &server,
        "depth 100",
        format!("{{nested{}{{leaf}}{}}}", "{inner".repeat(99), "}".repeat(99)),
        "DEPTH_LIMIT",
    )
    .await;
    refused(
        &server,
        "depth 20",
        format!("{{nested{}{{leaf}}{}}}", "{inner".repeat(19), "}".repeat(19)),
        "DEPTH_LIMIT",
    )
    .await;
    refused(
        &server,
        "circles",
        "{nested{...A}} fragment A on Nested{inner{...B}} fragment B on Nested{inner{...A}}".to_owned(),
        "FRAGMENT_CYCLE",
    )
    .await;
    refused(&server, "directives", format!("{{hello {}}}", "@skip(if:false)".repeat(10)), "DIRECTIVE_LIMIT")
        .await;
    refused(&server, "many directives", format!("{{hello {}}}", "@aa".repeat(900)), "DIRECTIVE_LIMIT").await;
    refused(&server, "first", "{kids(first:1000000){leaf}}".to_owned(), "COST_LIMIT").await;
    refused(&server, "15 kB", format!("{{hello}} #{}", "x".repeat(15_000)), "DOCUMENT_TOO_LARGE").await;
    let answer = server
        .send(json!({"query": "query($n:Int){kids(first:$n){leaf}}", "variables": {"n": 1_000_000}}))
        .await;
    assert_eq!(answer.code(), "COST_LIMIT");
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_refused() {
    let server = start().await;
    let limit = 100 * 1024;
    let body = |length: usize| {
        let text = r#"{"query":"{hello}","x":""}"#;
        text.replace("\"\"}", &format!("\"{}\"}}", "y".repeat(length - text.len())))
    };
    assert_eq!(Answer::of(server.post().body(body(limit))).await.status, 200);
    for length in [limit + 1, 10_000_000] {
        let answer = Answer::of(server.post().body(body(length))).await;
        assert_eq!((answer.status, answer.code().as_str()), (413, "PAYLOAD_TOO_LARGE"), "{length}");
        assert!(answer.text.contains("102400"));
    }
    // Without an announced length, and 100,000 repeated fields in it.
    let repeated = format!(r#"{{"query":"{{{}}}"}}"#, "__typename ".repeat(100_000));
    let chunks = repeated
        .into_bytes()
        .chunks(4096)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
        .collect::<Vec<_>>();
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let answer = Answer::of(server.post().body(stream)).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "PAYLOAD_TOO_LARGE"));
}

#[tokio::test]
async fn cost_is_told_and_held() {
    let server = start().await;
    let answer = server.ask("{kids(first:1000){leaf}}").await;
    let cost = &answer.json()["extensions"]["cost"];
    assert_eq!((&cost["requested"], &cost["limit"]), (&json!(1000), &json!(1000)));
    let answer = server.ask("{kids(first:1000){leaf} nested{leaf}}").await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "COST_LIMIT"));
    let message = &answer.json()["errors"][0]["message"];
    assert_eq!(message, "the request costs 1001 points, at most 1000 are allowed");
    let answer = server.ask("{kids{inner{inner{leaf}}}}").await;
    assert_eq!(answer.json()["extensions"]["cost"]["requested"], 60);
}

#[tokio::test]
async fn the_scanner_finds_nothing() {
    let server = start().await;
    // Open on purpose: this is a public platform with an explorer.
    let answer = server.ask("query{__schema{queryType{name}}}").await;
    assert_eq!(answer.json()["data"]["__schema"]["queryType"]["name"], "Query");
    refused(
        &server,
        "alias overloading",
        format!("{{{}}}", (0..101).map(|i| format!("a{i}:__typename ")).collect::<String>()),
        "ROOT_FIELD_LIMIT",
    )
    .await;
    let batch: Vec<_> = (0..10).map(|_| json!({"query": "query{__typename}"})).collect();
    assert_eq!(server.send(json!(batch)).await.code(), "BATCH_NOT_SUPPORTED");
    refused(
        &server,
        "circular introspection",
        "query{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}".to_owned(),
        "DEPTH_LIMIT",
    )
    .await;
    refused(
        &server,
        "directive overloading",
        format!("query{{__typename {}}}", "@aa".repeat(10)),
        "DIRECTIVE_LIMIT",
    )
    .await;
    refused(
        &server,
        "field duplication",
        format!("query{{{}}}", "__typename ".repeat(500)),
        "ROOT_FIELD_LIMIT",
    )
    .await;
    let suggestion = server.ask("query{helo}").await;
    assert!(!suggestion.text.contains("Did you mean"), "{}", suggestion.text);
    // GET runs queries on purpose, and those only.
    assert_eq!(Answer::of(server.get(&[("query", "mutation{__typename}")])).await.status, 405);
    let form = server.http.post(server.url("/graphql")).form(&[("query", "query{__typename}")]);
    assert_eq!(Answer::of(form).await.status, 415);
    // No console at the endpoint, no traces in the answer, no stack in an error.
    let page = Answer::of(server.http.get(server.url("/graphql")).header("accept", "text/html")).await;
    assert_eq!((page.status, page.text.as_str()), (303, ""));
    let traced =
        Answer::of(server.post().header("x-apollo-tracing", "1").body(r#"{"query":"query{__typename}"}"#))
            .await;
    assert_eq!(traced.json()["extensions"].as_object().unwrap().keys().collect::<Vec<_>>(), ["cost"]);
    let odd = server.ask("qwerty cop { abc }").await;
    assert!(odd.json()["errors"][0]["extensions"]["exception"].is_null());
    assert_eq!(odd.code(), "GRAPHQL_PARSE_FAILED");
}

/// The query that explorers send when they open, as the reference implementation writes it with
/// every option on.
const INTROSPECTION: &str = include_str!("introspection.graphql");

#[tokio::test]
async fn the_explorers_introspection_passes() {
    let server = start().await;
    let answer = server.ask(INTROSPECTION).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.json().get("errors").is_none(), "{}", answer.text);
}
