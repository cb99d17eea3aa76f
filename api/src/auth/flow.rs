//! The way of a browser to a provider and back.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::Ctx;
use domain::accounts::{
    self, Arrival, Flow, Profile, Provider, Purpose, Ticket, device_cookie, refresh_cookie, token_in,
};
use serde::Deserialize;

use super::Auth;
use super::way::{End, go, page};
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

    fn set_up(&self, path: &str) -> Option<Provider> {
        Provider::of_path(path).filter(|provider| self.providers.issuer(*provider).is_some())
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
    let next = given.next.as_deref().unwrap_or("/");
    // A ticket says what it is for when it is good; until then it is taken for what most are.
    let asked = if given.ticket.is_some() { Purpose::Link } else { Purpose::LogIn };
    let Some(provider) = auth.set_up(&provider) else {
        return go(&page(asked, End::NotSetUp, Provider::of_path(&provider), None), &[]);
    };
    let ctx = auth.ctx(&headers, &caller);
    let session = token_in(auth.app.auth.settings(), viewer::cookies(&headers)).unwrap_or_default();
    let ticket = given.ticket.map(|ticket| Ticket { ticket, cookie: session.to_owned() });
    let begun = match accounts::begin(&ctx, provider, next, ticket).await {
        Ok(begun) => begun,
        Err(error) => return go(&page(asked, End::from(error), Some(provider), None), &[]),
    };
    match auth.providers.authorize(provider, &begun, &auth.back(provider)).await {
        Ok(url) => go(&url, &[auth.cookie(&begun.browser, SECONDS).1]),
        Err(fault) => go(&page(begun.purpose, End::from(fault), Some(provider), Some(next)), &[]),
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
    let (name, used) = auth.cookie("", 0);
    let browser = cookie(viewer::cookies(&headers), name);
    // All that is known when the login itself is not.
    let asked = browser.and_then(Purpose::of_mark).unwrap_or(Purpose::LogIn);
    let Some(provider) = auth.set_up(&provider) else {
        return go(&page(asked, End::NotSetUp, Provider::of_path(&provider), None), &[]);
    };
    let flow = match taken(&auth, &ctx, provider, &given, browser).await {
        Ok(flow) => flow,
        Err(end) => return go(&page(asked, end, Some(provider), None), &[]),
    };
    let arrived = match (given.error, given.code) {
        (Some(error), _) => Err(End::of_answer(&error)),
        (None, None) => Err(End::ProviderRefused),
        (None, Some(code)) => {
            let profile = auth.providers.profile(provider, &code, &flow, &auth.back(provider)).await;
            match profile {
                Ok(profile) => arrive(&auth, &ctx, &flow, &profile).await,
                Err(fault) => Err(End::from(fault)),
            }
        }
    };
    match arrived {
        Ok(cookies) => go(&flow.next, &[vec![used], cookies].concat()),
        Err(end) => go(&page(flow.purpose, end, Some(provider), Some(&flow.next)), &[used]),
    }
}

/// What comes of it, and the cookies that go with it.
async fn arrive(auth: &Auth, ctx: &Ctx, flow: &Flow, profile: &Profile) -> Result<Vec<String>, End> {
    let arrived = accounts::finish(ctx, flow, profile).await?;
    domain::replica::wrote(ctx).await;
    match arrived {
        Arrival::LoggedIn(grant) => {
            let settings = auth.app.auth.settings();
            let device = accounts::remember_device(ctx, &grant).await?;
            let refresh = refresh_cookie(settings, &grant.refresh_token, grant.idle);
            Ok(vec![refresh, device_cookie(settings, &device)])
        }
        Arrival::Linked | Arrival::Proven => Ok(Vec::new()),
        Arrival::EmailKnown => Err(End::EmailKnown),
        Arrival::LinkedElsewhere => Err(End::LinkedElsewhere),
        Arrival::NotTheirs => Err(End::NotTheirs),
        Arrival::Refused => Err(End::Refused),
    }
}

/// The flow that the answer belongs to.
async fn taken(
    auth: &Auth,
    ctx: &Ctx,
    provider: Provider,
    given: &Back,
    browser: Option<&str>,
) -> Result<Flow, End> {
    let issuer = auth.providers.issuer(provider).ok_or(End::NotSetUp)?;
    // An answer of another provider's, sent to this one's address.
    if given.iss.as_deref().is_some_and(|iss| iss.trim_end_matches('/') != issuer.trim_end_matches('/')) {
        return Err(End::ProviderRefused);
    }
    let (browser, state) = browser.zip(given.state.as_deref()).ok_or(End::Expired)?;
    accounts::take_flow(ctx, provider, state, browser).await?.ok_or(End::Expired)
}

/// The first cookie of a name.
fn cookie<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}
