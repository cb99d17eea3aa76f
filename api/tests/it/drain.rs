use std::time::Duration;

use crate::toy::{Answer, eventually, settings, start, start_with};

#[tokio::test]
async fn requests_in_flight_finish_and_new_ones_are_not_taken() {
    let server = start().await;
    let held = tokio::spawn(Answer::of(server.post().body(r#"{"query":"{waits}"}"#)));
    // A second request on another connection proves that the server is up.
    assert_eq!(server.ask("{hello}").await.status, 200);
    server.shutdown.cancel();
    let refused = async {
        while tokio::net::TcpStream::connect(server.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), refused).await.unwrap();
    assert!(!server.task.is_finished(), "it waits for what is in flight");
    while !held.is_finished() {
        server.toy.release.notify_waiters();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(held.await.unwrap().status, 200);
    tokio::time::timeout(Duration::from_secs(5), server.task).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn readiness_says_no_before_the_door_closes() {
    let mut settings = settings();
    settings.drain_wait = Duration::from_secs(30);
    let server = start_with(settings).await;
    assert_eq!(server.ask("{hello}").await.status, 200);
    server.shutdown.cancel();
    let ready = async {
        loop {
            let answer = Answer::of(server.http.get(server.url("/health/ready"))).await;
            if answer.status == 503 {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(5), ready).await.unwrap();
    assert_eq!(answer.json()["draining"], true);
    assert_eq!(server.ask("{hello}").await.status, 200, "requests are still answered");
}

#[tokio::test]
async fn a_request_that_never_finishes_does_not_hold_the_process() {
    let mut settings = settings();
    settings.drain_limit = Duration::from_millis(50);
    let server = start_with(settings).await;
    let held = tokio::spawn(server.post().body(r#"{"query":"{waits}"}"#).send());
    eventually(|| !held.is_finished()).await;
    assert_eq!(server.ask("{hello}").await.status, 200);
    server.shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(10), server.task).await.unwrap().unwrap().unwrap();
}
