use std::sync::atomic::Ordering;

use crate::toy::{Answer, start};

#[tokio::test]
async fn readiness_follows_the_stores_and_liveness_does_not() {
    let server = start().await;
    let ready = || Answer::of(server.http.get(server.url("/health/ready")));
    let answer = ready().await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &"ready".into()));
    server.toy.limits.store(false, Ordering::SeqCst);
    let answer = ready().await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &"degraded".into()));
    server.toy.limits.store(true, Ordering::SeqCst);
    server.toy.events.store(false, Ordering::SeqCst);
    let answer = ready().await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &"degraded".into()));
    server.toy.database.store(false, Ordering::SeqCst);
    let answer = ready().await;
    assert_eq!((answer.status, &answer.json()["status"]), (503, &"unavailable".into()));
    assert_eq!(answer.json()["database"], false);
    let live = Answer::of(server.http.get(server.url("/health/live"))).await;
    assert_eq!((live.status, live.header("content-type")), (200, "application/json"));
}

#[tokio::test]
async fn a_process_that_has_started_stays_started() {
    let server = start().await;
    let startup = || Answer::of(server.http.get(server.url("/health/startup")));
    server.toy.database.store(false, Ordering::SeqCst);
    let answer = startup().await;
    assert_eq!((answer.status, &answer.json()["status"]), (503, &"starting".into()));
    server.toy.database.store(true, Ordering::SeqCst);
    assert_eq!(startup().await.status, 200);
    server.toy.database.store(false, Ordering::SeqCst);
    assert_eq!(startup().await.status, 200);
}
