use std::time::Duration;

use serde_json::{Value, json};

use crate::toy::{Answer, settings, start, start_with};

#[tokio::test]
async fn what_the_domain_says_is_passed_on() {
    let server = start().await;
    let answer = server.ask("{hello missing}").await;
    let body = answer.json();
    assert_eq!((answer.status, answer.code().as_str()), (200, "NOT_FOUND"));
    assert_eq!(body["errors"][0]["message"], "card not found");
    assert_eq!(body["errors"][0]["path"], json!(["missing"]));
    assert_eq!(body["errors"][0]["locations"], json!([{"line": 1, "column": 8}]));
}

#[tokio::test]
async fn what_is_ours_to_know_is_masked() {
    let server = start().await;
    for field in ["broken", "leaking", "loose"] {
        let answer = server.ask(&format!("{{{field}}}")).await;
        assert_eq!(answer.code(), "INTERNAL", "{field}");
        assert_eq!(answer.json()["data"], Value::Null);
        assert_eq!(answer.json()["errors"][0]["message"], "internal error");
        for word in ["postgres", "SELECT", "relation", "src/", "secret"] {
            assert!(!answer.text.contains(word), "{field} tells of {word}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_process_lives() {
    let server = start().await;
    for accept in ["application/json", "application/graphql-response+json"] {
        let request = server.http.post(server.url("/graphql")).header("content-type", "application/json");
        let answer = Answer::of(request.header("accept", accept).body(r#"{"query":"{panics}"}"#)).await;
        assert_eq!((answer.status, answer.code().as_str()), (500, "INTERNAL"));
        assert!(!answer.text.contains("postgres"));
    }
    assert_eq!(server.ask("{hello}").await.status, 200);
}

#[tokio::test]
async fn a_request_has_a_deadline() {
    let mut settings = settings();
    settings.timeout = Duration::from_millis(50);
    let server = start_with(settings).await;
    let answer = server.ask("{waits}").await;
    assert_eq!((answer.status, answer.code().as_str()), (504, "TIMEOUT"));
    assert!(answer.json()["errors"][0]["message"].as_str().unwrap().contains("50ms"));
}

#[tokio::test]
async fn a_store_that_is_away_is_503_with_a_time_to_come_back() {
    let server = start().await;
    let answer = server.ask("{away}").await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "UNAVAILABLE"));
    assert_eq!(answer.header("retry-after"), "1");
    // With something in the answer it is an answer.
    let answer = server.ask("{hello missing}").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn more_requests_than_slots_are_refused() {
    let mut settings = settings();
    settings.in_flight = 2;
    let server = start_with(settings).await;
    let held = [server.post().body(r#"{"query":"{waits}"}"#), server.post().body(r#"{"query":"{waits}"}"#)];
    let held = held.map(|request| tokio::spawn(Answer::of(request)));
    // The refusal is the condition: both slots are taken when it comes.
    let refused = async {
        loop {
            let answer = server.ask("{hello}").await;
            if answer.status != 200 {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(5), refused).await.unwrap();
    assert_eq!((answer.status, answer.code().as_str()), (503, "OVERLOADED"));
    assert_eq!(answer.header("retry-after"), "1");
    let answer = Answer::of(server.http.get(server.url("/health/ready"))).await;
    assert_eq!(answer.status, 200);
    for request in held {
        while !request.is_finished() {
            server.toy.release.notify_waiters();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(request.await.unwrap().status, 200);
    }
    assert_eq!(server.ask("{hello}").await.status, 200);
}
