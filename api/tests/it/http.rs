use serde_json::json;

use crate::toy::{Answer, ORIGIN, settings, start, start_with};

#[tokio::test]
async fn a_query_is_answered_in_the_form_that_was_asked_for() {
    let server = start().await;
    let body = || json!({"query": "{hello}"}).to_string();
    for (accept, kind) in [
        ("application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
    ] {
        let answer = Answer::of(server.post().header("accept", accept).body(body())).await;
        let plain = server.http.post(server.url("/graphql")).header("content-type", "application/json");
        let answer = if accept == "*/*" {
            answer
        } else {
            Answer::of(plain.header("accept", accept).body(body())).await
        };
        assert_eq!(answer.status, 200);
        if accept != "*/*" {
            assert_eq!(answer.header("content-type"), kind);
        }
        let body = answer.json();
        assert_eq!(body["data"], json!({"hello": "world"}));
        assert_eq!(body["extensions"]["cost"]["requested"], 1);
        assert_eq!(body.as_object().map(|members| members.len()), Some(2), "{body}");
    }
    let plain = server.http.post(server.url("/graphql")).header("content-type", "application/json");
    let answer = Answer::of(plain.header("accept", "text/html").body(body())).await;
    assert_eq!((answer.status, answer.code().as_str()), (406, "NOT_ACCEPTABLE"));
}

#[tokio::test]
async fn only_json_bodies_are_read() {
    let server = start().await;
    let mutation = json!({"query": "mutation{bump}"}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/jsonx",
        "application/json; charset=latin1",
    ] {
        let request = server.http.post(server.url("/graphql")).header("content-type", kind);
        let answer = Answer::of(request.body(mutation.clone())).await;
        assert_eq!((answer.status, answer.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{kind}");
    }
    let answer = Answer::of(server.http.post(server.url("/graphql")).body(mutation.clone())).await;
    assert_eq!(answer.status, 415, "without a content type");
    assert_eq!(server.writes(), 0);
    let answer = Answer::of(server.post().body(mutation)).await;
    assert_eq!((answer.status, server.writes()), (200, 1));
}

#[tokio::test]
async fn get_runs_queries_and_nothing_else() {
    let server = start().await;
    let answer = Answer::of(
        server.get(&[("query", "query($t:String!){echo(text:$t)}"), ("variables", r#"{"t":"ä&+"}"#)]),
    )
    .await;
    assert_eq!(answer.json()["data"], json!({"echo": "ä&+"}));
    let both = "query Q{hello} mutation M{bump} subscription S{count(to:1)}";
    for parameters in [
        vec![("query", "mutation{bump}")],
        vec![("query", "subscription{count(to:1)}")],
        vec![("query", both), ("operationName", "M")],
        vec![("query", both), ("operationName", "S")],
    ] {
        let answer = Answer::of(server.get(&parameters)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{parameters:?}");
        assert_eq!(answer.code(), "METHOD_NOT_ALLOWED");
        // The same in the legacy form: this rule is not about the document.
        let answer = Answer::of(server.get(&parameters).header("accept", "application/json")).await;
        assert_eq!(answer.status, 405);
    }
    let answer = Answer::of(server.get(&[("query", both), ("operationName", "Q")])).await;
    assert_eq!(answer.status, 200);
    assert_eq!(server.writes(), 0);
    for method in [reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::PATCH] {
        let answer = Answer::of(server.http.request(method, server.url("/graphql"))).await;
        assert_eq!(answer.status, 405);
        assert_eq!(answer.header("allow"), "GET, POST, OPTIONS");
    }
}

#[tokio::test]
async fn anonymous_get_answers_can_be_cached() {
    let server = start().await;
    let answer = Answer::of(server.get(&[("query", "{hello}")])).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=10");
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let again = Answer::of(server.get(&[("query", "{hello}")]).header("if-none-match", &tag)).await;
    assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tag.as_str()));
    let other = Answer::of(server.get(&[("query", "{a:hello}")]).header("if-none-match", &tag)).await;
    assert_eq!(other.status, 200);
    for query in ["{hello broken}", "{missing}", "{nope}"] {
        let answer = Answer::of(server.get(&[("query", query)])).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{query}");
    }
    let request =
        server.get(&[("query", "{hello}")]).header("cookie", "a=b").header("x-dualcaster-csrf", "1");
    let answer = Answer::of(request.header("origin", ORIGIN)).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(server.ask("{hello}").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn batches_are_refused() {
    let server = start().await;
    let answer = server.send(json!([{"query": "{hello}"}, {"query": "mutation{bump}"}])).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "BATCH_NOT_SUPPORTED"));
    assert_eq!(server.writes(), 0);
}

#[tokio::test]
async fn malformed_parameters_are_named() {
    let server = start().await;
    for body in [
        "",
        "{",
        "1",
        "\"x\"",
        r#"{"qeury":"{hello}"}"#,
        r#"{"query":1}"#,
        r#"{"query":"{hello}","variables":[]}"#,
        r#"{"query":"{hello}","variables":"{}"}"#,
        r#"{"query":"{hello}","operationName":1}"#,
        r#"{"query":"{hello}","extensions":0}"#,
    ] {
        let answer = Answer::of(server.post().body(body)).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_REQUEST"), "{body}");
        assert_eq!(answer.json().get("data"), None);
    }
    let answer = server
        .send(json!({"query": "{hello}", "variables": null, "operationName": null, "extensions": null}))
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn documents_that_do_not_fit_have_400_or_the_legacy_200() {
    let server = start().await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{nope}", "GRAPHQL_VALIDATION_FAILED"),
        ("query($id:ID!){hello}", "BAD_USER_INPUT"),
        ("query A{hello} query B{hello}", "OPERATION_RESOLUTION_FAILURE"),
        ("{kids(first:\"x\"){leaf}}", "BAD_USER_INPUT"),
    ] {
        let answer = server.ask(query).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{query}");
        assert_eq!(answer.json().get("data"), None, "{query}");
        let legacy = server.http.post(server.url("/graphql")).header("content-type", "application/json");
        let answer = Answer::of(legacy.body(json!({"query": query}).to_string())).await;
        assert_eq!((answer.status, answer.code().as_str()), (200, code), "{query}");
    }
    let answer = server.send(json!({"query": "query A{hello}", "operationName": "B"})).await;
    assert_eq!(answer.code(), "OPERATION_RESOLUTION_FAILURE");
    let answer = server.send(json!({"query": "{hello}", "operationName": "B"})).await;
    assert_eq!(answer.code(), "OPERATION_RESOLUTION_FAILURE");
    let answer = server.ask("subscription{count(to:1)}").await;
    assert_eq!((answer.status, answer.code().as_str()), (406, "NOT_ACCEPTABLE"));
}

#[tokio::test]
async fn a_document_can_be_known_by_its_hash() {
    let server = start().await;
    let hash = "db1e4e10f5d02d28ba8fd47cafad4b3b9a1d1e96e6d9d0b7ac0c4d87f4d7ee0d";
    let persisted = |hash: &str| json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
    let answer = server.send(json!({"extensions": persisted(hash)})).await;
    assert_eq!(answer.code(), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(answer.json()["errors"][0]["message"], "PersistedQueryNotFound");
    let answer = server.send(json!({"query": "{hello}", "extensions": persisted(hash)})).await;
    assert_eq!(answer.code(), "PERSISTED_QUERY_MISMATCH");
    let hash = sha256("{hello}");
    let answer = server.send(json!({"query": "{hello}", "extensions": persisted(&hash)})).await;
    assert_eq!(answer.json()["data"], json!({"hello": "world"}));
    let extensions = persisted(&hash).to_string();
    let answer = Answer::of(server.get(&[("extensions", &extensions)])).await;
    assert_eq!(answer.json()["data"], json!({"hello": "world"}));
}

fn sha256(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_the_security_headers() {
    let server = start().await;
    for path in
        ["/", "/graphql?query={hello}", "/health/live", "/assets/nope.js", "/schema.graphql", "/explorer"]
    {
        let answer =
            Answer::of(server.http.get(server.url(path)).header("x-request-id", "caller-1234")).await;
        assert_eq!(answer.header("x-request-id"), "caller-1234", "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_ne!(answer.header("referrer-policy"), "");
        assert_eq!(answer.header("server"), "");
        assert_eq!(answer.header("strict-transport-security"), "");
    }
    let answer = Answer::of(server.post().body("{").header("x-request-id", "bad id\u{e9}")).await;
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(id.len(), 32, "an own id in place of an odd one: {id}");
    assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"], id);
}

/// Whoever knows the address of such a page sees what is shared.
#[tokio::test]
async fn a_shared_page_is_told_to_nobody() {
    let server = start().await;
    let page =
        async |path: &str| Answer::of(server.http.get(server.url(path)).header("accept", "text/html")).await;
    let shared = page("/shared/AAAAAAAAAAAAAAAAAAAAAA").await;
    let told = |answer: &Answer| {
        (answer.header("referrer-policy").to_owned(), answer.header("x-robots-tag").to_owned())
    };
    assert_eq!(told(&shared), ("no-referrer".to_owned(), "noindex".to_owned()));
    assert_eq!(told(&page("/cards").await), ("strict-origin-when-cross-origin".to_owned(), String::new()));
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_insist_on_it() {
    let mut settings = settings();
    settings.https_only = true;
    let server = start_with(settings).await;
    for path in ["/", "/graphql?query={hello}", "/health/live", "/assets/nope.js"] {
        let answer = Answer::of(server.http.get(server.url(path))).await;
        let wanted = "max-age=31536000; includeSubDomains";
        assert_eq!(answer.header("strict-transport-security"), wanted, "{path}");
    }
}

#[tokio::test]
async fn answers_are_compressed_when_asked() {
    let server = start().await;
    let query = json!({"query": "{__schema{types{name fields{name}}}}"}).to_string();
    let answer = server.post().header("accept-encoding", "gzip").body(query).send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
}
