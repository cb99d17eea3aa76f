//! Where a way to a provider and back ends: always on a page of the web app, which has the words for it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Error;
use domain::accounts::{Provider, Purpose};

use super::provider::Fault;

/// How it ended, if not as it should. The web app knows these words: `web/src/account/providers.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The person said no at the provider.
    Cancelled,
    /// It was begun too long ago, in another browser, not at all, or it has ended before.
    Expired,
    /// The link that began it is not one of ours.
    Broken,
    /// There are no logins by this provider here.
    NotSetUp,
    /// The provider does not answer.
    ProviderAway,
    /// What the provider says cannot be trusted, or it does not let us ask.
    ProviderRefused,
    /// Somebody has an account here with the e-mail.
    EmailKnown,
    /// The account there is linked to another one here.
    LinkedElsewhere,
    /// The account there is not the one that is linked.
    NotTheirs,
    /// The account here is blocked, or not logged in any more.
    Refused,
    /// Too many came from there.
    TooMany,
    /// We cannot do it at the moment.
    Unavailable,
    /// It is our fault.
    Failed,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Broken => "broken",
            Self::NotSetUp => "not-set-up",
            Self::ProviderAway => "provider-away",
            Self::ProviderRefused => "provider-refused",
            Self::EmailKnown => "email-known",
            Self::LinkedElsewhere => "linked-elsewhere",
            Self::NotTheirs => "not-theirs",
            Self::Refused => "refused",
            Self::TooMany => "too-many",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
        }
    }

    /// What an answer with `error` means, by OAuth 2 and OpenID Connect.
    pub(super) fn of_answer(error: &str) -> Self {
        match error {
            "access_denied"
            | "account_selection_required"
            | "consent_required"
            | "interaction_required"
            | "login_required" => Self::Cancelled,
            "server_error" | "temporarily_unavailable" => Self::ProviderAway,
            _ => {
                // Its own words are the stranger's who sends the browser here.
                tracing::warn!("a provider does not take our question");
                Self::ProviderRefused
            }
        }
    }
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(why) => {
                tracing::warn!(why, "a login by a provider is refused");
                Self::ProviderRefused
            }
            Fault::Away(why) => {
                tracing::warn!(why, "a provider is away");
                Self::ProviderAway
            }
        }
    }
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid { .. } => Self::Broken,
            Error::Unavailable(_) => Self::Unavailable,
            other => {
                tracing::error!(error = ?other, "a login by a provider failed");
                Self::Failed
            }
        }
    }
}

/// The page that says how it ended: where the person was, if that was in the settings, or the page of
/// logins, which then goes on to where they wanted to be.
pub(super) fn page(purpose: Purpose, end: End, provider: Option<Provider>, next: Option<&str>) -> String {
    let settings = next.filter(|next| next.starts_with("/settings/"));
    let (page, next) = match purpose {
        Purpose::LogIn => ("/login", next.filter(|next| *next != "/")),
        Purpose::Link => (settings.unwrap_or("/settings/linked"), None),
        Purpose::Prove => (settings.unwrap_or("/settings/security"), None),
    };
    let said = [("error", Some(end.word())), ("provider", provider.map(Provider::path)), ("next", next)];
    let said = said.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let url = reqwest::Url::parse_with_params(&format!("http://here{page}"), said).ok();
    // What has dots in it may be another path by now, or another host.
    let ours = url.filter(|url| url.path() == "/login" || url.path().starts_with("/settings/"));
    ours.map_or_else(
        || "/login?error=failed".to_owned(),
        |url| format!("{}?{}", url.path(), url.query().unwrap_or_default()),
    )
}

/// Sends the browser on.
pub(super) fn go(to: &str, cookies: &[String]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Ours are plain, a provider's comes out of a URL.
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/login?error=failed"));
    headers.insert(header::LOCATION, to);
    for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_where_it_is_understood() {
        let google = Some(Provider::Google);
        for (purpose, next, expected) in [
            (Purpose::LogIn, None, "/login?error=expired&provider=google"),
            (Purpose::LogIn, Some("/"), "/login?error=expired&provider=google"),
            (
                Purpose::LogIn,
                Some("/cards?q=a"),
                "/login?error=expired&provider=google&next=%2Fcards%3Fq%3Da",
            ),
            (Purpose::Link, None, "/settings/linked?error=expired&provider=google"),
            (Purpose::Link, Some("/cards"), "/settings/linked?error=expired&provider=google"),
            (Purpose::Prove, None, "/settings/security?error=expired&provider=google"),
            (
                Purpose::Prove,
                Some("/settings/keys?currency=EUR"),
                "/settings/keys?currency=EUR&error=expired&provider=google",
            ),
        ] {
            assert_eq!(page(purpose, End::Expired, google, next), expected);
        }
        for hostile in ["/settings/..//evil.example", "/settings/%2e%2e//evil.example", "/settings/../x"] {
            assert_eq!(page(Purpose::Prove, End::Broken, None, Some(hostile)), "/login?error=failed");
        }
    }
}
