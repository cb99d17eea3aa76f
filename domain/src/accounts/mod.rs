//! Accounts: who somebody is, how they prove it, and the tokens and keys that stand for the proof.

mod access;
mod graphql;
mod model;
mod ops;
mod password;
mod queries;
mod secrets;
mod throttle;
mod tokens;
mod watch;
mod workers;

use std::time::Duration;

pub use access::{Bearer, Permit, authenticate};
pub use graphql::{DEVICE_COOKIES, device_cookie, device_in, expired_cookie, refresh_cookie, token_in};
pub(crate) use graphql::{Mutation, Query};
pub use model::{
    Account, Arrival, Begun, Flow, Grant, Outcome, Problem, ProblemCode, Profile, Provider, Purpose, Refusal,
    Status,
};
pub use ops::*;
pub use queries::leaving::{EXPORTED, NOT_EXPORTED};
pub use secrets::Secrets;
pub(crate) use secrets::{hash, random_link, random_text};
pub use tokens::{jwks, rotate_keys};
pub use watch::Watch;

/// How logins work here.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// Where people reach the platform, without a slash at the end.
    pub public_url: String,
    /// The installation's secrets.
    pub secrets: Secrets,
    /// How long an access token is good.
    pub access: Duration,
    /// Who else can say who somebody is, as the transport has them.
    pub providers: Vec<Provider>,
}

impl AuthSettings {
    /// For a platform at an address.
    pub fn new(public_url: String, secrets: Secrets) -> Self {
        Self { public_url, secrets, access: Duration::from_secs(600), providers: Vec::new() }
    }

    fn audience(&self) -> String {
        format!("{}/graphql", self.public_url)
    }

    /// Browsers reach us by TLS, so that cookies may insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// What a process holds for logins.
pub struct Auth {
    settings: AuthSettings,
    hasher: password::Hasher,
    keys: tokens::Keys,
}

impl Auth {
    pub(crate) fn new(settings: AuthSettings) -> std::io::Result<Self> {
        Ok(Self { settings, hasher: password::Hasher::new()?, keys: tokens::Keys::default() })
    }

    /// How logins work here.
    pub fn settings(&self) -> &AuthSettings {
        &self.settings
    }
}
