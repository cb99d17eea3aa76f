use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Error;
use domain::accounts::{self, Refusal, expired_cookie, refresh_cookie, token_in};
use serde_json::json;

use super::Auth;
use crate::edge::Caller;
use crate::http::require_origin;
use crate::http::respond::{self, Media};
use crate::viewer;

/// Answers a browser's cookie with an access token and the next cookie. Whoever has no cookie that
/// is good has no session, which is an answer, not an error: the web app asks at each start.
async fn refresh_by_cookie(auth: &Auth, headers: &HeaderMap, caller: &Caller) -> Result<Response, Error> {
    let ctx = auth.ctx(headers, caller);
    let settings = auth.app.auth.settings();
    let Some(token) = token_in(settings, viewer::cookies(headers)) else {
        return Ok(answer(json!({ "accessToken": null, "expiresAt": null }), None));
    };
    match accounts::refresh(&ctx, token).await {
        Ok(grant) => {
            domain::replica::wrote(&ctx).await;
            let cookie = refresh_cookie(settings, &grant.refresh_token, grant.idle);
            let body = json!({ "accessToken": grant.access_token, "expiresAt": grant.expires_at });
            Ok(answer(body, Some(cookie)))
        }
        Err(Refusal::Problem(_)) => {
            let body = json!({ "accessToken": null, "expiresAt": null });
            Ok(answer(body, Some(expired_cookie(settings))))
        }
        Err(Refusal::Error(error)) => Err(error),
    }
}

/// `POST /auth/refresh`.
pub(super) async fn refresh(
    State(auth): State<Auth>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Response {
    if let Err(fault) = require_origin(&auth.gate, &Method::POST, &headers) {
        return respond::refusal(fault, Media::Json, &caller.request_id);
    }
    refresh_by_cookie(&auth, &headers, &caller).await.unwrap_or_else(|error| failed(&error))
}

fn answer(body: serde_json::Value, cookie: Option<String>) -> Response {
    let mut response = Json(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The cookie stays: it may be good.
pub(super) fn failed(error: &Error) -> Response {
    let status = match error {
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => {
            tracing::error!(?error, "a session could not be renewed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let message = error.to_string();
    let body = json!({ "errors": [{ "message": message, "extensions": { "code": error.code() } }] });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
