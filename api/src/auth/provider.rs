//! What both providers need: one way to ask them, one way to fail.

use std::time::Duration;

use domain::accounts::{Begun, Flow, Profile, Provider};
use futures_util::future::BoxFuture;
use openidconnect::{HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;

use super::discord::Discord;
use super::google::Google;
use crate::Settings;

/// Longest answer that is read.
const LONGEST: usize = 256 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why a login by a provider does not go on.
#[derive(Debug)]
pub(super) enum Fault {
    /// Something is not as it must be: a forged or repeated answer.
    Refused(String),
    /// The provider does not answer, or not in a way that can be read.
    Away(String),
}

impl Fault {
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    pub(super) fn away(error: impl std::fmt::Display) -> Self {
        Self::Away(error.to_string())
    }

    /// The provider answered that the code is not good, or did not answer.
    pub(super) fn exchange<E: std::error::Error, T: openidconnect::ErrorResponse>(
        error: openidconnect::RequestTokenError<E, T>,
    ) -> Self {
        match error {
            openidconnect::RequestTokenError::ServerResponse(answer) => Self::refused(format!("{answer:?}")),
            other => Self::away(other),
        }
    }
}

/// The providers that are set up.
pub(super) struct Providers {
    http: reqwest::Client,
    google: Option<Google>,
    discord: Option<Discord>,
}

impl Providers {
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        // A provider that leads elsewhere is none.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .user_agent("dualcaster-deals")
            .build()?;
        Ok(Self {
            http,
            google: settings.google.clone().map(Google::new),
            discord: settings.discord.clone().map(Discord::new),
        })
    }

    /// What the provider calls itself; nothing for one that is not set up.
    pub(super) fn issuer(&self, provider: Provider) -> Option<&str> {
        match provider {
            Provider::Google => self.google.as_ref().map(Google::issuer),
            Provider::Discord => self.discord.as_ref().map(Discord::issuer),
        }
    }

    /// Where the browser goes.
    pub(super) async fn authorize(
        &self,
        provider: Provider,
        begun: &Begun,
        back: &str,
    ) -> Result<String, Fault> {
        match (provider, &self.google, &self.discord) {
            (Provider::Google, Some(google), _) => google.authorize(&self.http, begun, back).await,
            (Provider::Discord, _, Some(discord)) => discord.authorize(begun, back),
            _ => Err(Fault::refused("the provider is not set up")),
        }
    }

    /// Who came back with a code.
    pub(super) async fn profile(
        &self,
        provider: Provider,
        code: &str,
        flow: &Flow,
        back: &str,
    ) -> Result<Profile, Fault> {
        match (provider, &self.google, &self.discord) {
            (Provider::Google, Some(google), _) => google.profile(&self.http, code, flow, back).await,
            (Provider::Discord, _, Some(discord)) => discord.profile(&self.http, code, flow, back).await,
            _ => Err(Fault::refused("the provider is not set up")),
        }
    }
}

/// Asks on behalf of the OpenID library.
pub(super) fn ask(
    http: reqwest::Client,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, std::io::Result<HttpResponse>> + Send + Sync {
    move |request| Box::pin(fetch(http.clone(), request))
}

async fn fetch(http: reqwest::Client, request: HttpRequest) -> std::io::Result<HttpResponse> {
    let request = reqwest::Request::try_from(request).map_err(std::io::Error::other)?;
    let answer = http.execute(request).await.map_err(std::io::Error::other)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = collect(answer).await?;
    let mut response = HttpResponse::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

async fn collect(mut answer: reqwest::Response) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(std::io::Error::other)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            return Err(std::io::Error::other("the answer is too long"));
        }
    }
    Ok(body)
}

/// Asks and reads JSON.
pub(super) async fn read<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, Fault> {
    let answer = request.header("accept", "application/json").send().await.map_err(Fault::away)?;
    let status = answer.status();
    if status.is_client_error() {
        return Err(Fault::refused(format!("the provider says {status}")));
    }
    if !status.is_success() {
        return Err(Fault::away(status));
    }
    let body = collect(answer).await.map_err(Fault::away)?;
    serde_json::from_slice(&body).map_err(Fault::away)
}
