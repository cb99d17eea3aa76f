//! Discord: plain OAuth 2, so who somebody is must be asked for with the access token.

use domain::accounts::{Begun, Flow, Profile, Provider, Purpose};
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use serde::Deserialize;

use super::provider::{Fault, read};
use crate::settings::ProviderClient;

/// The provider.
pub(super) struct Discord {
    settings: ProviderClient,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    token_type: String,
    scope: String,
}

#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
    global_name: Option<String>,
    email: Option<String>,
    /// Of the e-mail.
    verified: Option<bool>,
}

impl Discord {
    pub(super) fn new(settings: ProviderClient) -> Self {
        Self { settings }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.settings.url
    }

    /// Where the browser goes.
    pub(super) fn authorize(&self, begun: &Begun, back: &str) -> Result<String, Fault> {
        let verifier = PkceCodeVerifier::new(begun.verifier.clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let parameters = [
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("scope", "identify email"),
            ("state", &begun.state),
            ("redirect_uri", back),
            // Who is known there already is not asked again, unless that is the point of it.
            ("prompt", if begun.purpose == Purpose::Prove { "consent" } else { "none" }),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let url = format!("{}/oauth2/authorize", self.settings.url);
        Ok(reqwest::Url::parse_with_params(&url, parameters).map_err(Fault::away)?.into())
    }

    /// Who came back with a code.
    pub(super) async fn profile(
        &self,
        http: &reqwest::Client,
        code: &str,
        flow: &Flow,
        back: &str,
    ) -> Result<Profile, Fault> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back),
            ("code_verifier", &flow.verifier),
        ];
        let request = http
            .post(format!("{}/api/oauth2/token", self.settings.url))
            .basic_auth(&self.settings.client_id, Some(&self.settings.client_secret))
            .form(&form);
        let token: Token = read(request).await?;
        let enough = token.scope.split(' ').any(|scope| scope == "identify");
        if !token.token_type.eq_ignore_ascii_case("bearer") || !enough {
            return Err(Fault::refused("the access token is of another kind"));
        }
        let request =
            http.get(format!("{}/api/v10/users/@me", self.settings.url)).bearer_auth(token.access_token);
        let user: User = read(request).await?;
        Ok(Profile {
            provider: Provider::Discord,
            subject: user.id,
            verified_email: user.email.filter(|_| user.verified == Some(true)),
            name: user.global_name.or(Some(user.username)),
        })
    }
}
