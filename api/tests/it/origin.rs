use crate::toy::{Answer, ORIGIN, start};

const QUERY: &str = r#"{"query":"mutation{bump}"}"#;

#[tokio::test]
async fn a_request_with_cookies_must_prove_where_it_comes_from() {
    let server = start().await;
    let own = format!("http://localhost:{}", server.address.port());
    let mut writes = 0;
    for token in [false, true] {
        for (origin, known) in [
            (None, false),
            (Some(ORIGIN), true),
            (Some(own.as_str()), true),
            (Some("https://evil.example"), false),
            (Some("null"), false),
        ] {
            for (site, near) in [(None, true), (Some("same-origin"), true), (Some("cross-site"), false)] {
                let mut request = server.post().header("cookie", "session=1").body(QUERY);
                if token {
                    request = request.header("x-dualcaster-csrf", "1");
                }
                if let Some(origin) = origin {
                    request = request.header("origin", origin);
                }
                if let Some(site) = site {
                    request = request.header("sec-fetch-site", site);
                }
                let answer = Answer::of(request).await;
                let expected = if token && known && near { 200 } else { 403 };
                assert_eq!(answer.status, expected, "token {token}, origin {origin:?}, site {site:?}");
                if expected == 200 {
                    writes += 1;
                } else {
                    assert_eq!(answer.code(), "CSRF");
                }
            }
        }
    }
    assert_eq!(server.writes(), writes);
}

#[tokio::test]
async fn a_page_of_ours_may_get_with_cookies() {
    let server = start().await;
    let get = || server.get(&[("query", "{hello}")]).header("cookie", "session=1");
    assert_eq!(Answer::of(get()).await.status, 403);
    let own = get().header("x-dualcaster-csrf", "1").header("sec-fetch-site", "same-origin");
    assert_eq!(Answer::of(own).await.status, 200);
    let foreign = get().header("x-dualcaster-csrf", "1").header("sec-fetch-site", "same-site");
    assert_eq!(Answer::of(foreign).await.status, 403);
}

#[tokio::test]
async fn only_allowed_origins_may_read_from_a_browser() {
    let server = start().await;
    let answer = Answer::of(server.post().header("origin", ORIGIN).body(QUERY)).await;
    assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "origin"));
    for foreign in ["https://evil.example", "null", "https://dualcaster.example.evil.example"] {
        let answer = Answer::of(server.post().header("origin", foreign).body(QUERY)).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{foreign}");
        let ask = server.http.request(reqwest::Method::OPTIONS, server.url("/graphql"));
        let ask = ask.header("origin", foreign).header("access-control-request-method", "POST");
        let answer = Answer::of(ask).await;
        assert_eq!(answer.header("access-control-allow-methods"), "");
    }
    let ask = server.http.request(reqwest::Method::OPTIONS, server.url("/graphql")).header("origin", ORIGIN);
    let answer = Answer::of(ask.header("access-control-request-headers", "content-type")).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, ORIGIN));
    assert_eq!(answer.header("access-control-allow-methods"), "GET, POST");
    assert!(answer.header("access-control-allow-headers").contains("content-type"));
}
