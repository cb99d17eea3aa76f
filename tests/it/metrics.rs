//! What a monitoring system reads, and who else may not.

use std::collections::BTreeMap;

use api::MetricsToken;
use reqwest::StatusCode;
use serde_json::json;

use crate::http::Served;
use crate::ws::Socket;

async fn scrape(served: &Served) -> String {
    let answer = served.client.get(format!("http://{}/metrics", served.address)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    answer.text().await.unwrap()
}

/// Samples by their name with labels.
fn samples(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with("# EOF\n"), "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap_or_else(|_| panic!("{line}")))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_jobs_and_stores_are_counted() {
    let served = Served::new().await;
    for query in ["query Mine { __typename }", "{ nothing }", "{ systemHealth { takenAt } }"] {
        served.ask_as(None, query, json!({})).await;
    }
    let upload = served.client.request("BREW".parse().unwrap(), format!("http://{}/brew", served.address));
    upload.send().await.unwrap();
    let job = "INSERT INTO jobs (kind, payload, lane, priority, state, run_at, max_attempts, created_at) \
               VALUES ('token_cleanup', '{}', 'token_cleanup', 2, $1, now() - interval '90 s', 1, now())";
    served.app.sql(job, &[&1_i16]).await;
    jobs::run_due(served.app.app.clone(), jobs::Registry::all()).await.unwrap();
    served.app.sql(job, &[&1_i16]).await;
    served.app.sql(job, &[&7_i16]).await;
    served
        .app
        .sql(
            "INSERT INTO source_states (service, visited_at, succeeded_at, open_until, unmatched) \
             VALUES (3, now(), now() - interval '1 h', now() + interval '1 h', 12)",
            &[],
        )
        .await;
    let mut socket = Socket::open(&served).await;
    let feed = json!({ "query": "subscription { marketUpdated(currency: USD) { kind } }" });
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": feed })).await;
    socket.hear().await;

    let text = scrape(&served).await;
    let all = samples(&text);
    let of = |name: &str| *all.get(name).unwrap_or_else(|| panic!("no {name} in\n{text}"));
    assert_eq!(of(r#"dualcaster_graphql_operations_total{operation="query",outcome="ok"}"#), 1.0);
    assert_eq!(
        of(r#"dualcaster_graphql_operations_total{operation="query",outcome="GRAPHQL_VALIDATION_FAILED"}"#),
        1.0
    );
    assert!(of(r#"dualcaster_http_requests_total{method="POST",route="/graphql",status="200"}"#) >= 1.0);
    assert!(of(r#"dualcaster_http_request_seconds_count{method="POST",route="/graphql"}"#) >= 3.0);
    let other = r#"dualcaster_http_requests_total{method="other",route="files","#;
    assert!(all.keys().any(|name| name.starts_with(other)), "{text}");
    assert!(!text.contains("BREW") && !text.contains("Mine"), "what callers make up is no label: {text}");
    assert_eq!(of("dualcaster_sockets"), 1.0);
    assert_eq!(of("dualcaster_subscriptions"), 1.0);
    assert_eq!(of(r#"dualcaster_job_runs_total{task="token_cleanup",outcome="succeeded"}"#), 1.0);
    assert_eq!(of(r#"dualcaster_job_run_seconds_count{task="token_cleanup"}"#), 1.0);
    assert_eq!(of(r#"dualcaster_queue_jobs{task="token_cleanup",state="queued"}"#), 1.0);
    assert_eq!(of(r#"dualcaster_queue_jobs{task="token_cleanup",state="dead"}"#), 1.0);
    let age = of(r#"dualcaster_queue_oldest_age_seconds{task="token_cleanup",state="queued"}"#);
    assert!((89.0..200.0).contains(&age), "{age}");
    assert_eq!(of("dualcaster_dead_letters"), 1.0);
    assert_eq!((of("dualcaster_database_up"), of("dualcaster_redis_up")), (1.0, 1.0));
    assert_eq!(of("dualcaster_migrations_pending"), 0.0);
    assert_eq!(of("dualcaster_database_pool_limit"), 8.0);
    let age = of(r#"dualcaster_source_last_success_age_seconds{source="cardkingdom"}"#);
    assert!((3_599.0..3_700.0).contains(&age), "{age}");
    assert_eq!(of(r#"dualcaster_source_breaker{source="cardkingdom",state="open"}"#), 1.0);
    assert_eq!(of(r#"dualcaster_source_breaker{source="cardkingdom",state="closed"}"#), 0.0);
    assert!(
        all.contains_key("dualcaster_outbox_lag_seconds") && all.contains_key("dualcaster_outbox_events")
    );

    // Asked again at once, the stores are not.
    served.app.sql("DELETE FROM jobs", &[]).await;
    let again = samples(&scrape(&served).await);
    assert_eq!(again["dualcaster_dead_letters"], 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_read_no_metrics() {
    let open = Served::new().await;
    let url = |served: &Served| format!("http://{}/metrics", served.address);
    let relayed = open.client.get(url(&open)).header("x-forwarded-for", "127.0.0.1").send().await.unwrap();
    assert_eq!(relayed.status(), StatusCode::NOT_FOUND);
    let guarded = Served::set_up(
        |_| {},
        |settings| settings.metrics_token = MetricsToken::new(Some("a token of sixteen".to_owned())),
    )
    .await;
    let ask = async |bearer: Option<&str>| {
        let request = guarded.client.get(url(&guarded));
        let request = match bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        };
        request.send().await.unwrap().status()
    };
    assert_eq!(ask(None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(Some("another")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(Some("a token of sixteen")).await, StatusCode::OK);
}
