//! Headers that every class of answer carries, and who may call from a browser.

use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue};

use crate::Settings;

/// What is no page needs nothing.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The policy of a page: no other host than these, no inline script, and of inline styles only those of
/// elements that carry the nonce of this answer.
pub(crate) fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: https://cards.scryfall.io https://svgs.scryfall.io; connect-src 'self'; \
         font-src 'self' data:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}

/// Puts the security headers on an answer.
pub(crate) fn secure(headers: &mut HeaderMap, settings: &Settings) {
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("strict-origin-when-cross-origin"));
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if settings.https_only {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

/// Whether a page of the origin may call us.
pub(crate) fn is_allowed(origin: &HeaderValue, settings: &Settings) -> bool {
    settings.allowed_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
}

/// Lets pages of the allowed origins read the answer. Never `*`, and never with credentials: other
/// sites get the public API, not a visitor's session.
pub(crate) fn share(request: &HeaderMap, response: &mut HeaderMap, settings: &Settings) {
    response.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = request.get(header::ORIGIN).filter(|origin| is_allowed(origin, settings)) {
        response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        response.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("etag, ratelimit, ratelimit-policy, retry-after, x-request-id"),
        );
    }
}
