//! More work than the process can do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::toy::{Answer, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_be_served_in_time_is_told_at_once() {
    let server = Arc::new(start().await);
    let stop = Arc::new(AtomicBool::new(false));
    let flood = (0..48).map(|_| {
        let (server, stop) = (server.clone(), stop.clone());
        tokio::spawn(async move {
            let mut refused = Vec::new();
            while !stop.load(Ordering::SeqCst) {
                let answer = server.ask("{burn(milliseconds:20)}").await;
                if answer.status != 200 {
                    refused.push(answer);
                    stop.store(true, Ordering::SeqCst);
                }
            }
            refused
        })
    });
    let flood: Vec<_> = flood.collect();
    let began = Instant::now();
    while !stop.load(Ordering::SeqCst) {
        let live = Answer::of(server.http.get(server.url("/health/live"))).await;
        assert_eq!(live.status, 200, "health goes first");
        assert!(began.elapsed() < Duration::from_secs(30), "nobody was ever sent away");
    }
    let mut refused = Vec::new();
    for task in flood {
        refused.extend(task.await.unwrap());
    }
    for answer in &refused {
        assert_eq!((answer.status, answer.code().as_str()), (503, "OVERLOADED"));
        assert_eq!(answer.header("retry-after"), "1");
        assert!(answer.text.contains("too busy"), "{}", answer.text);
    }
    assert!(!refused.is_empty());
    let began = Instant::now();
    while server.ask("{hello}").await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(5), "it does not recover");
    }
}
