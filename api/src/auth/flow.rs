//! The way of a browser to a provider and back.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use domain::accounts::{self, Arrival, Flow, LinkBy, Provider, refresh_cookie, token_in};
use domain::{Actor, Ctx, Error};
use serde::Deserialize;

use super::Auth;
use super::provider::Fault;
use crate::edge::Caller;
use crate::viewer;

/// As long as the login may take.
const SECONDS: u64 = 600;

/// Parameters of the start.
#[derive(Deserialize)]
pub(super) struct Start {
    next: Option<String>,
    ticket: Option<String>,
}

/// Parameters of the way back.
#[derive(Deserialize)]
pub(super) struct Back {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

impl Auth {
    fn ctx(&self, headers: &HeaderMap, caller: &Caller) -> Ctx {
        Ctx::new(self.app.clone(), Actor::Anonymous).with_origin(viewer::origin(headers, caller))
    }

    fn back(&self, provider: Provider) -> String {
        format!("{}/auth/{}/callback", self.app.auth.settings().public_url, provider.path())
    }

    /// Bound to the browser: a state that somebody else began is worth nothing here. It must come
    /// along when the provider sends the browser back, so it is `Lax`.
    fn cookie(&self, value: &str, seconds: u64) -> (&'static str, String) {
        let https = self.app.auth.settings().is_https();
        let (name, secure) = if https { ("__Secure-dd_login", "; Secure") } else { ("dd_login", "") };
        let cookie = format!("{name}={value}; Path=/auth; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        (name, cookie)
    }
}

/// `GET /auth/{provider}/start`: to the provider.
pub(super) async fn start(
    State(auth): State<Auth>,
    Path(provider): Path<String>,
    Query(given): Query<Start>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Response {
    let set_up = Provider::of_path(&provider).filter(|provider| auth.providers.issuer(*provider).is_some());
    let Some(provider) = set_up else { return sorry(StatusCode::NOT_FOUND) };
    let cookies = headers.get(header::COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
    let session = token_in(auth.app.auth.settings(), cookies).unwrap_or_default();
    let link = given.ticket.map(|ticket| LinkBy { ticket, cookie: session.to_owned() });
    let next = given.next.as_deref().unwrap_or("/");
    let begun = match accounts::begin(&auth.ctx(&headers, &caller), provider, next, link).await {
        Ok(begun) => begun,
        Err(error) => return refused(&error),
    };
    match auth.providers.authorize(provider, &begun, &auth.back(provider)).await {
        Ok(url) => go(&url, &[auth.cookie(&begun.browser, SECONDS).1]),
        Err(fault) => failed(&fault),
    }
}

/// `GET /auth/{provider}/callback`: back from the provider.
pub(super) async fn callback(
    State(auth): State<Auth>,
    Path(provider): Path<String>,
    Query(given): Query<Back>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Response {
    let ctx = auth.ctx(&headers, &caller);
    let Some(provider) = Provider::of_path(&provider) else { return sorry(StatusCode::NOT_FOUND) };
    let flow = match taken(&auth, &ctx, provider, &given, &headers).await {
        Ok(flow) => flow,
        Err(response) => return *response,
    };
    let used = auth.cookie("", 0).1;
    // The person said no at the provider, or the provider asks for what we do not offer.
    if given.error.is_some() {
        return go("/login?error=cancelled", &[used]);
    }
    let Some(code) = given.code else { return sorry(StatusCode::BAD_REQUEST) };
    let profile = match auth.providers.profile(provider, &code, &flow, &auth.back(provider)).await {
        Ok(profile) => profile,
        Err(fault) => return failed(&fault),
    };
    let name = provider.path();
    match accounts::finish(&ctx, &flow, &profile).await {
        Ok(Arrival::LoggedIn(grant)) => {
            let cookie = refresh_cookie(auth.app.auth.settings(), &grant.refresh_token, grant.idle);
            go(&flow.next, &[used, cookie])
        }
        Ok(Arrival::Linked) => go(&flow.next, &[used]),
        Ok(Arrival::EmailKnown) => go(&format!("/login?error=email-known&provider={name}"), &[used]),
        Ok(Arrival::LinkedElsewhere) => {
            go(&format!("/settings?error=linked-elsewhere&provider={name}"), &[used])
        }
        Ok(Arrival::Refused) => go("/login?error=refused", &[used]),
        Err(error) => refused(&error),
    }
}

/// The flow that the answer belongs to. Everything that does not fit is one refusal.
async fn taken(
    auth: &Auth,
    ctx: &Ctx,
    provider: Provider,
    given: &Back,
    headers: &HeaderMap,
) -> Result<Flow, Box<Response>> {
    let bad = || Box::new(sorry(StatusCode::BAD_REQUEST));
    let issuer = auth.providers.issuer(provider).ok_or_else(bad)?;
    // An answer of another provider's, sent to this one's address.
    if given.iss.as_deref().is_some_and(|iss| iss.trim_end_matches('/') != issuer.trim_end_matches('/')) {
        return Err(bad());
    }
    let name = auth.cookie("", 0).0;
    let cookies = headers.get(header::COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    let browser = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next().ok_or_else(bad)?;
    let state = given.state.as_deref().ok_or_else(bad)?;
    let found = accounts::take_flow(ctx, provider, state, browser).await;
    found.map_err(|error| Box::new(refused(&error)))?.ok_or_else(bad)
}

fn go(to: &str, cookies: &[String]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let Ok(to) = HeaderValue::from_str(to) else { return sorry(StatusCode::BAD_REQUEST) };
    headers.insert(header::LOCATION, to);
    for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

fn failed(fault: &Fault) -> Response {
    match fault {
        Fault::Refused(why) => {
            tracing::warn!(why, "a login by a provider is refused");
            sorry(StatusCode::BAD_REQUEST)
        }
        Fault::Away(why) => {
            tracing::warn!(why, "a provider is away");
            sorry(StatusCode::BAD_GATEWAY)
        }
    }
}

fn refused(error: &Error) -> Response {
    match error {
        Error::Invalid { .. } => sorry(StatusCode::BAD_REQUEST),
        Error::Unavailable(_) => sorry(StatusCode::SERVICE_UNAVAILABLE),
        other => {
            tracing::error!(error = ?other, "a login by a provider failed");
            sorry(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// For people: what happened is in the log, what they can do is to begin again.
fn sorry(status: StatusCode) -> Response {
    let page = "<!doctype html><html lang=\"en\"><title>Login</title>\
        <p>This login could not be finished. <a href=\"/login\">Begin again</a></p></html>";
    let mut response = (status, Html(page)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
