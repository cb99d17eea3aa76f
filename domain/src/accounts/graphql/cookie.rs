//! The cookie that holds a browser's refresh token. Only `/auth` sees it, so requests to `/graphql`
//! carry no cookie and their answers can be cached; no script can read it; no other site can send
//! it. The prefix `__Secure-` (a path rules `__Host-` out) holds it to TLS; on plain HTTP, which is
//! for one's own machine only, it has another name and may be sent without.

use std::time::Duration;

use super::super::AuthSettings;

fn name(settings: &AuthSettings) -> &'static str {
    if settings.is_https() { "__Secure-dd_refresh" } else { "dd_refresh" }
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
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut ours = pairs.filter(|(key, _)| *key == name(settings)).map(|(_, value)| value);
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
}
