//! The web app: files of one directory, read when they are asked for, so that a rebuilt app shows
//! up without a restart.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::documents::hex;
use crate::gate::Gate;
use crate::headers;

const MISSING: &str = "The web app is not built: run `make build`.\n\
     The API answers at /graphql, its schema is at /schema.graphql.\n";
/// Stands in a page where the nonce of its styles belongs.
const NONCE: &str = "{{nonce}}";
/// Variants of a file that the build may have made, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// The schema as text.
pub(crate) async fn schema(State(gate): State<Arc<Gate>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (kind, gate.backend().sdl()).into_response()
}

/// The explorer's page.
pub(crate) async fn explorer(State(gate): State<Arc<Gate>>) -> Response {
    page(&gate.settings().web, "explorer.html").await
}

/// A file, or the app itself for addresses that only the app knows.
pub(crate) async fn file(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let web = &gate.settings().web;
    let path = request.uri().path().trim_start_matches('/');
    if path.is_empty() || path == "index.html" {
        return page(web, "index.html").await;
    }
    match inside(web, path) {
        Some(full) if is_file(&full).await => send(&full, path, request.headers()).await,
        Some(_) if is_address(path) && accepts_page(request.headers()) => {
            let mut response = page(web, "index.html").await;
            if path.starts_with("shared/") {
                keep_to_oneself(response.headers_mut());
            }
            response
        }
        Some(_) | None => (StatusCode::NOT_FOUND, "not found\n").into_response(),
    }
}

/// The file's place, unless the path leads out of the directory or into what starts with a dot.
fn inside(web: &Path, path: &str) -> Option<PathBuf> {
    let plain = |part: Component<'_>| match part {
        Component::Normal(name) => name.to_str().is_some_and(|name| !name.starts_with('.')),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => false,
    };
    // Names of built files need no escapes, and a path with one could mean two things.
    let simple = !path.contains(['%', '\\', '\0']);
    (simple && Path::new(path).components().all(plain)).then(|| web.join(path))
}

async fn is_file(path: &Path) -> bool {
    tokio::fs::metadata(path).await.is_ok_and(|meta| meta.is_file())
}

/// A page of the app has no extension; a missing script must not be answered with a page.
fn is_address(path: &str) -> bool {
    !path.starts_with("assets/") && !path.rsplit('/').next().unwrap_or_default().contains('.')
}

/// Whoever knows the address sees what is shared: neither search engines nor other sites shall learn it.
fn keep_to_oneself(headers: &mut HeaderMap) {
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
}

fn accepts_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html") || accept.contains("*/*"))
}

/// A page with a nonce of this answer, so no other answer may stand for it.
async fn page(web: &Path, name: &str) -> Response {
    let html = match tokio::fs::read_to_string(web.join(name)).await {
        Ok(html) => html,
        Err(error) => {
            tracing::debug!(%error, name, "no page");
            let kind =
                [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
            return (StatusCode::SERVICE_UNAVAILABLE, kind, MISSING).into_response();
        }
    };
    let nonce = format!("{:032x}", rand::random::<u128>());
    let mut response = html.replace(NONCE, &nonce).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn send(full: &Path, path: &str, asked: &HeaderMap) -> Response {
    let (file, encoding) = variant(full, asked).await;
    let bytes = match tokio::fs::read(&file).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(%error, file = %file.display(), "a file of the web app cannot be read");
            return (StatusCode::NOT_FOUND, "not found\n").into_response();
        }
    };
    // Names under assets/ carry a hash of their content.
    let immutable = path.starts_with("assets/");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let keep = if immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if !immutable {
        let tag = format!("W/\"{}\"", hex(&Sha256::digest(&bytes)[..16]));
        let fresh = asked.get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes());
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if fresh {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
    }
    (headers, bytes).into_response()
}

/// The compressed neighbour of a file, if there is one that the client reads.
async fn variant(full: &Path, asked: &HeaderMap) -> (PathBuf, Option<&'static str>) {
    let accepted =
        asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (name, extension) in ENCODINGS {
        if accepted.split(',').any(|part| part.trim().eq_ignore_ascii_case(name)) {
            let mut file = full.as_os_str().to_owned();
            file.push(".");
            file.push(extension);
            if is_file(Path::new(&file)).await {
                return (file.into(), Some(name));
            }
        }
    }
    (full.to_owned(), None)
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("ttf") => "font/ttf",
        Some("wasm") => "application/wasm",
        Some("txt" | "graphql") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
