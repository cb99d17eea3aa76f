//! Google, or any other provider of OpenID Connect: everything about it is read from its discovery
//! document.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::accounts::{Begun, Flow, Profile, Provider, Purpose};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};

use super::provider::{Fault, ask};
use crate::settings::ProviderClient;

/// The provider's addresses and keys are read again after this, or when a token is signed by a key
/// that is not among them.
const KEEP: Duration = Duration::from_secs(600);

/// The provider, as this process knows it.
pub(super) struct Google {
    settings: ProviderClient,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

impl Google {
    pub(super) fn new(settings: ProviderClient) -> Self {
        Self { settings, known: Mutex::default() }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.settings.url
    }

    async fn metadata(&self, http: &reqwest::Client, anew: bool) -> Result<CoreProviderMetadata, Fault> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, known)) = known.filter(|(read, _)| !anew && read.elapsed() < KEEP) {
            return Ok(known);
        }
        let issuer = IssuerUrl::new(self.settings.url.clone()).map_err(Fault::away)?;
        let get = ask(http.clone());
        let fresh = CoreProviderMetadata::discover_async(issuer, &get).await.map_err(Fault::away)?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), fresh.clone()));
        Ok(fresh)
    }

    /// Where the browser goes.
    pub(super) async fn authorize(
        &self,
        http: &reqwest::Client,
        begun: &Begun,
        back: &str,
    ) -> Result<String, Fault> {
        let client = self.client(self.metadata(http, false).await?);
        let verifier = PkceCodeVerifier::new(begun.verifier.clone());
        let (state, nonce) = (begun.state.clone(), begun.nonce.clone());
        let mut request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            || CsrfToken::new(state),
            || Nonce::new(nonce),
        );
        if begun.purpose == Purpose::Prove {
            // Who is logged in there already proves nothing by it.
            request = request.set_max_age(Duration::ZERO);
        }
        let (url, _, _) = request
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .set_redirect_uri(std::borrow::Cow::Owned(
                RedirectUrl::new(back.to_owned()).map_err(Fault::away)?,
            ))
            .url();
        Ok(url.into())
    }

    /// Who came back with a code.
    pub(super) async fn profile(
        &self,
        http: &reqwest::Client,
        code: &str,
        flow: &Flow,
        back: &str,
    ) -> Result<Profile, Fault> {
        let metadata = self.metadata(http, false).await?;
        let client = self.client(metadata);
        let post = ask(http.clone());
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(Fault::away)?
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .set_redirect_uri(std::borrow::Cow::Owned(
                RedirectUrl::new(back.to_owned()).map_err(Fault::away)?,
            ))
            .request_async(&post)
            .await
            .map_err(Fault::exchange)?;
        let nonce = Nonce::new(flow.nonce.clone());
        let claims = match self.claims(self.metadata(http, false).await?, &answer, &nonce) {
            Ok(claims) => claims,
            // It may be signed by a key that is new.
            Err(_) => self.claims(self.metadata(http, true).await?, &answer, &nonce)?,
        };
        check_proof(flow, &claims)?;
        let verified = claims.email_verified() == Some(true);
        let name = claims.name().and_then(|names| names.get(None)).map(|name| name.to_string());
        Ok(Profile {
            provider: Provider::Google,
            subject: claims.subject().to_string(),
            verified_email: claims.email().filter(|_| verified).map(|email| email.to_string()),
            name,
        })
    }

    /// The claims of an ID token that is for us, of now, of this login and signed by the provider.
    fn claims(
        &self,
        metadata: CoreProviderMetadata,
        answer: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, Fault> {
        let client = self.client(metadata);
        let refused = |error: openidconnect::ClaimsVerificationError| Fault::refused(error.to_string());
        let token = answer.id_token().ok_or_else(|| Fault::refused("there is no ID token"))?;
        let verifier = client.id_token_verifier();
        let claims = token.claims(&verifier, nonce).map_err(refused)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|error| Fault::refused(error.to_string()))?;
            let key = token.signing_key(&verifier).map_err(|error| Fault::refused(error.to_string()))?;
            let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
            if actual.map_err(|error| Fault::refused(error.to_string()))? != *expected {
                return Err(Fault::refused("the access token is not the ID token's"));
            }
        }
        Ok(claims.clone())
    }

    fn client(
        &self,
        metadata: CoreProviderMetadata,
    ) -> CoreClient<
        openidconnect::EndpointSet,
        openidconnect::EndpointNotSet,
        openidconnect::EndpointNotSet,
        openidconnect::EndpointNotSet,
        openidconnect::EndpointMaybeSet,
        openidconnect::EndpointMaybeSet,
    > {
        let secret = ClientSecret::new(self.settings.client_secret.clone());
        CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.settings.client_id.clone()),
            Some(secret),
        )
    }
}

/// Clocks differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// A provider that says when the person was last asked for a proof says that it was just now.
fn check_proof(flow: &Flow, claims: &CoreIdTokenClaims) -> Result<(), Fault> {
    let stale = claims.auth_time().is_some_and(|at| at + LEEWAY < flow.begun_at);
    match flow.purpose {
        Purpose::Prove if stale => Err(Fault::refused("the login at the provider is an old one")),
        Purpose::Prove | Purpose::Link | Purpose::LogIn => Ok(()),
    }
}
