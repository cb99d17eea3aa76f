//! What is asked of `/auth` is paid for.

use domain::limits;
use reqwest::{Method, Response};

use crate::http::Served;

async fn ask(served: &Served, client: &reqwest::Client, method: Method, path: &str) -> Response {
    client.request(method, format!("http://{}{path}", served.address)).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_ends_when_the_budget_does_and_says_when_to_come_again() {
    let client =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (method, path, points) in [
        (Method::POST, "/auth/refresh", 10),
        (Method::GET, "/auth/google/start", 50),
        (Method::GET, "/auth/google/callback?state=x", 50),
        (Method::GET, "/.well-known/jwks.json", 1),
    ] {
        let served = Served::new().await;
        // Three of them at once, then one a long time.
        let rate = "UPDATE rate_tiers SET burst = $1, per_second = 1 WHERE tier = 'anonymous'";
        served.app.sql(rate, &[&(points * 3)]).await;
        limits::refresh(&served.app.app).await.unwrap();
        for n in (0..3).rev() {
            let answer = ask(&served, &client, method.clone(), path).await;
            assert!(answer.status().as_u16() < 400, "{path}: {}", answer.status());
            let left = answer.headers()["ratelimit"].to_str().unwrap();
            let left: i32 =
                left.split(";r=").nth(1).and_then(|rest| rest.split(';').next()).unwrap().parse().unwrap();
            assert!((points * n..points * n + points).contains(&left), "{path}: {left} of {points} x {n}");
        }
        let refused = ask(&served, &client, method, path).await;
        assert_eq!(refused.status(), 429, "{path}");
        let wait: i32 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=points).contains(&wait), "{path}: {wait}");
        let (kind, text) =
            (refused.headers()["content-type"].to_str().unwrap().to_owned(), refused.text().await.unwrap());
        if path.starts_with("/auth/google") {
            // A person is brought back into the app.
            assert!(
                kind.starts_with("text/html") && text.contains("url=/login?error=too-many"),
                "{kind} {text}"
            );
        } else {
            assert!(text.contains("RATE_LIMITED"), "{text}");
        }
    }
}
