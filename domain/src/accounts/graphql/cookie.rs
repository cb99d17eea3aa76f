//! The cookies of a browser that is logged in, or was. No script can read them, no other site can send
//! them. The one that holds the refresh token is seen by `/auth` only; its prefix `__Secure-` (a path
//! rules `__Host-` out) holds it to TLS. The one that says that somebody has logged in here before is
//! wanted where people log in, so it goes everywhere on this host; it opens nothing. On plain HTTP, which
//! is for one's own machine only, they have other names and may be sent without TLS.

use std::time::Duration;

use super::super::AuthSettings;

/// Names of the cookie of a known browser: with TLS, and without.
pub const DEVICE_COOKIES: [&str; 2] = ["__Host-dd_device", "dd_device"];

/// As long as a device is known without a login.
const DEVICE: Duration = Duration::from_secs(180 * 24 * 60 * 60);
/// Longer than any secret of ours.
const LONGEST: usize = 64;

fn name(settings: &AuthSettings) -> &'static str {
    if settings.is_https() { "__Secure-dd_refresh" } else { "dd_refresh" }
}

fn device_name(settings: &AuthSettings) -> &'static str {
    let [https, http] = DEVICE_COOKIES;
    if settings.is_https() { https } else { http }
}

/// The value of `Set-Cookie` for the secret of a browser in which somebody logged in.
pub fn device_cookie(settings: &AuthSettings, token: &str) -> String {
    let (name, seconds) = (device_name(settings), DEVICE.as_secs());
    let secure = if settings.is_https() { "; Secure" } else { "" };
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// The secret of a known browser in the value of a `Cookie` header.
pub fn device_in<'a>(settings: &AuthSettings, cookies: &'a str) -> Option<&'a str> {
    only(cookies, device_name(settings)).filter(|token| (1..=LONGEST).contains(&token.len()))
}

fn cookie(settings: &AuthSettings, value: &str, seconds: u64) -> String {
    let secure = if settings.is_https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/auth; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", name(settings))
}

/// The value of `Set-Cookie` for a refresh token.
pub fn refresh_cookie(settings: &AuthSettings, token: &str, idle: Duration) -> String {
    cookie(settings, token, idle.as_secs())
}

/// The value of `Set-Cookie` that takes it away.
pub fn expired_cookie(settings: &AuthSettings) -> String {
    cookie(settings, "", 0)
}

/// The refresh token in the value of a `Cookie` header.
pub fn token_in<'a>(settings: &AuthSettings, cookies: &'a str) -> Option<&'a str> {
    only(cookies, name(settings))
}

fn only<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut ours = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
    // Two of the name: one is not ours.
    match (ours.next(), ours.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Secrets;

    #[test]
    fn a_cookie_is_as_strict_as_its_address_allows() {
        let at = |url: &str| AuthSettings::new(url.to_owned(), Secrets::random());
        assert_eq!(
            refresh_cookie(&at("https://deals.example"), "T", Duration::from_secs(60)),
            "__Secure-dd_refresh=T; Path=/auth; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        let local = at("http://localhost:8080");
        assert_eq!(expired_cookie(&local), "dd_refresh=; Path=/auth; Max-Age=0; HttpOnly; SameSite=Strict");
        assert_eq!(token_in(&local, "a=b; dd_refresh=T; c=d"), Some("T"));
        assert_eq!(token_in(&local, "dd_refresh=T; dd_refresh=U"), None);
        assert_eq!(token_in(&local, "__Secure-dd_refresh=T"), None);
    }

    #[test]
    fn a_device_is_known_to_this_host_alone() {
        let at = |url: &str| AuthSettings::new(url.to_owned(), Secrets::random());
        let https = at("https://deals.example");
        assert_eq!(
            device_cookie(&https, "D"),
            "__Host-dd_device=D; Path=/; Max-Age=15552000; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(device_in(&https, "dd_device=E; __Host-dd_device=D"), Some("D"));
        let local = at("http://localhost:8080");
        assert_eq!(device_in(&local, "__Host-dd_device=D"), None);
        assert_eq!(device_in(&local, &format!("dd_device={}", "x".repeat(65))), None);
    }
}
