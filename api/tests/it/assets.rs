use std::path::PathBuf;

use crate::toy::{Answer, Server, settings, start, start_with};

struct Web(PathBuf);

impl Drop for Web {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

async fn built() -> (Server, Web) {
    let web = Web(std::env::temp_dir().join(format!("dualcaster-web-{}", uuid::Uuid::now_v7().simple())));
    std::fs::create_dir_all(web.0.join("dist/assets")).expect("a directory");
    for (name, text) in [
        ("secret.txt", "secret"),
        ("dist/index.html", "<!doctype html><meta nonce=\"{{nonce}}\"><title>app</title>"),
        ("dist/explorer.html", "<!doctype html><meta nonce=\"{{nonce}}\"><title>explorer</title>"),
        ("dist/favicon.svg", "<svg/>"),
        ("dist/.hidden", "secret"),
        ("dist/assets/app-1234.js", "plain"),
        ("dist/assets/app-1234.js.br", "brotli"),
        ("dist/assets/app-1234.js.gz", "gzip"),
    ] {
        std::fs::write(web.0.join(name), text).expect("a file");
    }
    let mut settings = settings();
    settings.web = web.0.join("dist");
    (start_with(settings).await, web)
}

fn get(server: &Server, path: &str) -> reqwest::RequestBuilder {
    server.http.get(server.url(path)).header("accept", "text/html,*/*;q=0.8")
}

#[tokio::test]
async fn pages_are_checked_and_assets_are_kept() {
    let (server, _web) = built().await;
    let page = Answer::of(get(&server, "/")).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-cache"));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let icon = Answer::of(get(&server, "/favicon.svg")).await;
    let again = Answer::of(get(&server, "/favicon.svg").header("if-none-match", icon.header("etag"))).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let script = Answer::of(get(&server, "/assets/app-1234.js")).await;
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(
        (script.text.as_str(), script.header("content-type")),
        ("plain", "text/javascript; charset=utf-8")
    );
    let icon = Answer::of(get(&server, "/favicon.svg")).await;
    assert_eq!((icon.header("content-type"), icon.header("cache-control")), ("image/svg+xml", "no-cache"));
}

#[tokio::test]
async fn a_page_allows_the_styles_of_its_own_answer_and_nothing_inline_else() {
    let (server, _web) = built().await;
    let mut seen = std::collections::HashSet::new();
    for path in ["/", "/", "/cards/abc", "/explorer"] {
        let page = Answer::of(get(&server, path).header("accept-encoding", "br, gzip")).await;
        let policy = page.header("content-security-policy");
        let (_, rest) = policy.split_once("style-src 'self' 'nonce-").expect("a nonce");
        let nonce = rest.split('\'').next().unwrap_or_default();
        assert_eq!((nonce.len(), page.header("etag")), (32, ""), "{path}");
        assert!(seen.insert(nonce.to_owned()), "{path}: the nonce of another answer");
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        if page.header("content-encoding").is_empty() {
            assert!(page.text.contains(&format!("nonce=\"{nonce}\"")), "{path}");
        }
    }
    let script = Answer::of(get(&server, "/assets/app-1234.js")).await;
    assert!(!script.header("content-security-policy").contains("'self'"));
}

#[tokio::test]
async fn prepared_compression_is_used() {
    let (server, _web) = built().await;
    for (accepts, encoding, text) in
        [("gzip, deflate, br", "br", "brotli"), ("gzip", "gzip", "gzip"), ("zstd", "", "plain")]
    {
        let request = get(&server, "/assets/app-1234.js").header("accept-encoding", accepts);
        let answer = request.send().await.unwrap();
        let found = answer.headers().get("content-encoding").map_or("", |value| value.to_str().unwrap());
        assert_eq!(found, encoding, "{accepts}");
        assert_eq!(answer.headers()["vary"], "accept-encoding");
        assert_eq!(answer.headers()["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(answer.text().await.unwrap(), text);
    }
}

#[tokio::test]
async fn addresses_of_the_app_get_the_app_and_missing_files_do_not() {
    let (server, _web) = built().await;
    for path in ["/cards/abc", "/sets", "/market?currency=EUR"] {
        let answer = Answer::of(get(&server, path)).await;
        assert_eq!((answer.status, answer.text.contains("app")), (200, true), "{path}");
    }
    for path in [
        "/assets/app-9999.js",
        "/missing.png",
        "/.hidden",
        "/assets/",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
    ] {
        let answer = Answer::of(get(&server, path)).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
    }
    let data = server.http.get(server.url("/cards/abc")).header("accept", "application/json");
    assert_eq!(Answer::of(data).await.status, 404);
    assert_eq!(Answer::of(server.http.post(server.url("/cards/abc"))).await.status, 405);
    let explorer = Answer::of(get(&server, "/explorer")).await;
    assert!(explorer.text.contains("explorer"));
    // Somebody opened the endpoint in a browser.
    let answer = Answer::of(get(&server, "/graphql").header("accept", "text/html")).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/explorer"));
}

#[tokio::test]
async fn paths_cannot_leave_the_directory() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (server, _web) = built().await;
    // A client library would tidy such paths up.
    for path in [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "//etc/passwd",
        "/./.hidden",
        "/assets/..\\..\\secret.txt",
    ] {
        let mut socket = tokio::net::TcpStream::connect(server.address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\naccept: text/html\r\nconnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(!answer.contains("secret") && !answer.contains("root:"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn an_app_that_is_not_built_says_how_to_build_it() {
    let server = start().await;
    for path in ["/", "/cards/abc", "/explorer"] {
        let answer = Answer::of(get(&server, path)).await;
        assert_eq!(answer.status, 503);
        assert!(answer.text.contains("make build"), "{path}");
    }
    let schema = Answer::of(get(&server, "/schema.graphql")).await;
    assert!(schema.header("content-type").starts_with("text/plain") && schema.text.contains("type Query"));
}
