//! Logins by a provider that do not go as they should, and proofs by one.

use serde_json::{Value, json};
use tests::providers::Issued;

use crate::oauth::{AtProvider, BOTH, Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_and_opens_nothing() {
    let world = World::new().await;
    let path = |at: &AtProvider, code: &str| format!("/auth/google/callback?code={code}&state={}", at.state);
    let mut ends: Vec<(&str, String, &str)> = Vec::new();
    let fresh = async || {
        let mut browser = Browser::default();
        let at = world.start(&mut browser, "/auth/google/start").await;
        let about = world.about("google", &at, "1", Some(("a@b.example", true)));
        (browser, at, about)
    };
    // Claims that are not of this login.
    for (what, claim, value) in [
        ("another nonce", "nonce", json!("not this one")),
        ("for another client", "aud", json!("somebody-else")),
        ("expired", "exp", json!(world.served.app.visitor().now().timestamp() - 30)),
        ("of another issuer", "iss", json!("https://evil.example")),
    ] {
        let (mut browser, at, mut about) = fresh().await;
        about[claim] = value;
        let code = world.code(&at, about);
        ends.push((what, browser.end(&world, &path(&at, &code)).await, "provider-refused"));
    }
    let (mut browser, at, about) = fresh().await;
    let code = world.provider.issue(Issued { challenge: at.challenge.clone(), about, forged: true });
    ends.push(("signed by another key", browser.end(&world, &path(&at, &code)).await, "provider-refused"));
    let (mut browser, at, _) = fresh().await;
    let code = world.code(&at, Value::Null);
    ends.push(("no ID token", browser.end(&world, &path(&at, &code)).await, "provider-refused"));
    let (mut browser, at, about) = fresh().await;
    let code = world.provider.issue(Issued { challenge: "another".into(), about, forged: false });
    ends.push(("another verifier", browser.end(&world, &path(&at, &code)).await, "provider-refused"));

    let (mut browser, at, about) = fresh().await;
    let code = world.code(&at, about);
    let stateless = format!("/auth/google/callback?code={code}");
    ends.push(("no state", browser.end(&world, &stateless).await, "expired"));
    let elsewhere = path(&at, &code).replace("google", "discord");
    ends.push(("another provider", browser.end(&world, &elsewhere).await, "expired"));
    let mixed = format!("{}&iss=https://evil.example", path(&at, &code));
    ends.push(("mixed up", browser.end(&world, &mixed).await, "provider-refused"));
    let (mut stranger, ..) = fresh().await;
    ends.push(("another browser", stranger.end(&world, &path(&at, &code)).await, "expired"));
    ends.push(("no browser", Browser::default().end(&world, &path(&at, &code)).await, "expired"));
    ends.push(("a state once more", browser.end(&world, &path(&at, &code)).await, "expired"));
    let (mut browser, at, about) = fresh().await;
    let code = world.code(&at, about);
    world.served.app.sql("UPDATE oauth_flows SET expires_at = now()", &[]).await;
    ends.push(("too late", browser.end(&world, &path(&at, &code)).await, "expired"));
    for next in ["//evil.example", "https://evil.example", "/%5Cevil.example", "/%09/evil.example"] {
        let start = format!("/auth/google/start?next={next}");
        ends.push(("a way out", Browser::default().end(&world, &start).await, "broken"));
    }
    assert_eq!(world.sessions().await, 0);

    let (mut browser, at, about) = fresh().await;
    let code = world.code(&at, about);
    assert_eq!(browser.end(&world, &path(&at, &code)).await, "/");
    let mut second = Browser::default();
    let at = world.start(&mut second, "/auth/google/start").await;
    ends.push(("a code once more", second.end(&world, &path(&at, &code)).await, "provider-refused"));
    assert_eq!(world.sessions().await, 1);
    let told = |end: &str, word: &str| end.starts_with(&format!("/login?error={word}&provider="));
    let wrong: Vec<_> = ends.iter().filter(|(_, end, word)| !told(end, word)).collect();
    assert!(ends.len() >= 12 && wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_it_is_told_where_the_person_was() {
    let world = World::new().await;
    let callback = |at: &AtProvider, rest: &str| format!("/auth/google/callback?state={}&{rest}", at.state);
    for (answer, word) in [
        ("error=access_denied", "cancelled"),
        ("error=login_required", "cancelled"),
        ("error=temporarily_unavailable", "provider-away"),
        ("error=invalid_scope&error_description=%3Cscript%3E", "provider-refused"),
        ("nothing=1", "provider-refused"),
    ] {
        let mut browser = Browser::default();
        let at = world.start(&mut browser, "/auth/google/start?next=/cards/a").await;
        let end = browser.end(&world, &callback(&at, answer)).await;
        assert_eq!(end, format!("/login?error={word}&provider=google&next=%2Fcards%2Fa"), "{answer}");
        assert!(!browser.0.contains_key("dd_login"), "{answer}");
    }
    let nobody = Browser::default().end(&world, "/auth/myspace/start").await;
    assert_eq!(nobody, "/login?error=not-set-up");
    assert_eq!(Browser::default().end(&world, "/auth/myspace/callback").await, "/login?error=not-set-up");

    // Whoever is blocked, and whoever was linking, each in their place.
    let mut jace = Browser::default();
    world.login(&mut jace, "google", "1", None).await;
    let link = async |browser: &mut Browser| {
        let asked = "mutation { linkAccount(provider: DISCORD) { url } }";
        let url = world.me(browser, asked).await["linkAccount"]["url"].as_str().unwrap().to_owned();
        world.start(browser, &url).await
    };
    for (answer, word) in [("error=access_denied", "cancelled"), ("code=nonsense", "provider-refused")] {
        let at = link(&mut jace).await;
        let back = format!("/auth/discord/callback?state={}&{answer}", at.state);
        let told = format!("/settings/linked?error={word}&provider=discord");
        assert_eq!(jace.end(&world, &back).await, told);
    }
    // Even what is not known any more was a linking, by its browser.
    let at = link(&mut jace).await;
    world.served.app.sql("DELETE FROM oauth_flows", &[]).await;
    let back = format!("/auth/discord/callback?state={}&code=x", at.state);
    assert_eq!(jace.end(&world, &back).await, "/settings/linked?error=expired&provider=discord");
    world.served.app.sql("UPDATE users SET status = 2", &[]).await;
    let end = world.login(&mut Browser::default(), "google", "1", None).await;
    assert_eq!(end, "/login?error=refused&provider=google&next=%2Fcards");

    // A provider that does not answer any more.
    let mut browser = Browser::default();
    let at = world.start(&mut browser, "/auth/google/start").await;
    world.provider.stop();
    assert_eq!(
        browser.end(&world, &callback(&at, "code=x")).await,
        "/login?error=provider-away&provider=google"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_by_a_provider_is_for_the_session_that_asked() {
    let world = World::new().await;
    let recent =
        "SELECT authenticated_at > now() - interval '1 min' FROM sessions WHERE ended_at IS NULL ORDER BY id";
    let proven = async || {
        let rows = world.served.app.sql(recent, &[]).await;
        rows.iter().map(|row| row.get(0)).collect::<Vec<bool>>()
    };
    for provider in BOTH {
        world.served.app.sql("UPDATE sessions SET ended_at = now()", &[]).await;
        let mut browser = Browser::default();
        world.login(&mut browser, provider, "1", None).await;
        let cookie = browser.0["dd_refresh"].clone();
        world.served.app.sql("UPDATE sessions SET authenticated_at = now() - interval '11 min'", &[]).await;
        let upper = provider.to_uppercase();
        let way = async |browser: &mut Browser| {
            let asked = format!(
                "mutation {{ reauthenticateByProvider(provider: {upper}) {{ url errors {{ code }} }} }}"
            );
            let me = world.me(browser, &asked).await;
            let url =
                me["reauthenticateByProvider"]["url"].as_str().unwrap_or_else(|| panic!("{me}")).to_owned();
            let asked = world.asked(browser, &url.replace("/settings/security", "/settings/keys")).await;
            let pressed = if provider == "google" { ("max_age", "0") } else { ("prompt", "consent") };
            assert_eq!(asked[pressed.0], pressed.1, "the provider is to ask");
            asked
        };
        // Somebody else there proves nothing, nor does an old login.
        let now = world.served.app.visitor().now().timestamp();
        let mut refused = vec![("2", now, "not-theirs")];
        if provider == "google" {
            refused.push(("1", now - 3600, "provider-refused"));
        }
        for (subject, at_time, word) in refused {
            let at = AtProvider::of(&way(&mut browser).await);
            let mut about = world.about(provider, &at, subject, None);
            if provider == "google" {
                about["auth_time"] = at_time.into();
            }
            let code = world.code(&at, about);
            let end = browser
                .end(&world, &format!("/auth/{provider}/callback?code={code}&state={}", at.state))
                .await;
            assert_eq!(end, format!("/settings/keys?error={word}&provider={provider}"));
            assert_eq!(proven().await, [false]);
        }
        let at = AtProvider::of(&way(&mut browser).await);
        let code = world.code(&at, world.about(provider, &at, "1", None));
        let end =
            browser.end(&world, &format!("/auth/{provider}/callback?code={code}&state={}", at.state)).await;
        assert_eq!((end.as_str(), proven().await), ("/settings/keys", vec![true]), "the one session, proven");
        assert_ne!(browser.0["dd_refresh"], cookie, "renewed by asking, and by nothing else");
        // Another browser cannot use a ticket of this one's.
        let asked = format!("mutation {{ reauthenticateByProvider(provider: {upper}) {{ url }} }}");
        let me = world.me(&mut browser, &asked).await;
        let url = me["reauthenticateByProvider"]["url"].as_str().unwrap();
        let stolen = Browser::default().end(&world, url).await;
        assert!(stolen.starts_with("/settings/linked?error=broken"), "{stolen}");
    }
}
