//! Accounts over the wire: in, out, forgotten, changed.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::http::Served;
use crate::people::{PASSWORD, Person, code, login, mailed_token, mails};

const ME: &str = "{ viewer { account { email name hasPassword roles tier } } }";
const RESET: &str =
    "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { done errors { code } } }";
const NEW: &str = "ornate thopter 1999";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_registers_logs_in_and_out() {
    let served = Served::new().await;
    assert_eq!(served.ask(ME).await["data"], json!({ "viewer": null }));
    let jace = Person::new(&served, "jace").await;

    let account = json!({ "email": "jace@ravnica.example", "name": "jace", "hasPassword": true, "roles": [], "tier": "USER" });
    assert_eq!(jace.ask(&served, ME).await["data"]["viewer"]["account"], account);

    let other = jace.again(&served).await;
    let sessions = jace.ask(&served, "{ viewer { sessions { nodes { current agent address } } } }").await;
    let nodes = sessions["data"]["viewer"]["sessions"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.iter().map(|node| &node["current"]).collect::<Vec<_>>(), [false, true]);
    assert_eq!(nodes[0]["address"], "127.0.0.1");

    let out = jace.ask(&served, "mutation { logout { done } }").await;
    assert_eq!(out["data"]["logout"]["done"], true, "{out}");
    let after = served.post(ME, &json!({})).bearer_auth(&jace.access).send().await.unwrap();
    assert_eq!(
        (after.status().as_u16(), after.headers()["www-authenticate"].to_str().unwrap()),
        (401, "Bearer")
    );
    assert_eq!(code(&jace.ask(&served, ME).await), "UNAUTHENTICATED");
    assert!(other.ask(&served, ME).await["data"]["viewer"].is_object(), "the other session goes on");

    let out = other.ask(&served, "mutation { logoutEverywhere { ended } }").await;
    assert_eq!(out["data"]["logoutEverywhere"]["ended"], 1);
    assert_eq!(code(&other.ask(&served, ME).await), "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_good_once_and_only_with_the_password() {
    let served = Served::new().await;
    let register = "mutation { register(input: { email: \"Liliana@Ravnica.example\", password: \"vexing lotus tundra\", name: \"Liliana\" }) { done } }";
    served.ask(register).await;
    let token = mailed_token(&served.app, "liliana@ravnica.example").await;
    assert_eq!(served.app.sql("SELECT FROM users", &[]).await.len(), 0, "nobody has the account yet");
    assert_eq!(
        login(&served, "liliana@ravnica.example", PASSWORD).await["errors"][0]["code"],
        "INVALID_CREDENTIALS"
    );

    let verify = |password: &str| {
        format!(
            "mutation {{ verifyEmail(input: {{ token: \"{token}\", password: \"{password}\" }}) {{ session {{ account {{ name }} }} errors {{ code }} }} }}"
        )
    };
    let stranger = served.ask(&verify("not the password")).await;
    assert_eq!(stranger["data"]["verifyEmail"]["errors"][0]["code"], "INVALID_CREDENTIALS", "{stranger}");
    let first = served.ask(&verify(PASSWORD)).await;
    assert_eq!(first["data"]["verifyEmail"]["session"]["account"]["name"], "Liliana", "{first}");
    let second = served.ask(&verify(PASSWORD)).await;
    assert_eq!(second["data"]["verifyEmail"]["errors"][0]["code"], "TOKEN_INVALID");
}

/// Whoever asks learns the same about an e-mail with an account as about one without.
#[tokio::test(flavor = "multi_thread")]
async fn no_answer_tells_who_has_an_account() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let attempts = [
        "login(input: { email: \"EMAIL\", password: \"not the password\" }) { session { accessToken } errors { code field message retryAfter } }",
        "register(input: { email: \"EMAIL\", password: \"vexing lotus tundra\", name: \"x\" }) { done errors { code } }",
        "requestPasswordReset(email: \"EMAIL\") { done errors { code } }",
    ];
    for attempt in attempts {
        let mut answers = HashSet::new();
        for email in [jace.email.as_str(), "nobody@ravnica.example"] {
            let answer = served
                .post(&format!("mutation {{ {} }}", attempt.replace("EMAIL", email)), &json!({}))
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 200);
            // What is left of the budget is of the asker, not of the account.
            let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            assert!(answer["errors"].is_null(), "{answer}");
            answers.insert(answer["data"].to_string());
        }
        assert_eq!(answers.len(), 1, "{answers:#?}");
    }
    let subjects: Vec<_> =
        mails(&served.app, &jace.email).await.into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(subjects[1..], ["You have an account already", "Set a new password"]);
    let subjects = mails(&served.app, "nobody@ravnica.example").await;
    assert_eq!(subjects.len(), 1, "a registration, but no reset: {subjects:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_and_hurts_nobody_else() {
    let served = Served::new().await;
    let (jace, chandra) = (Person::new(&served, "jace").await, Person::new(&served, "chandra").await);
    for _ in 0..11 {
        assert_eq!(
            login(&served, &jace.email, "a wrong guess").await["errors"][0]["code"],
            "INVALID_CREDENTIALS"
        );
    }
    let waits = login(&served, &jace.email, PASSWORD).await;
    assert_eq!(waits["errors"][0]["code"], "TOO_MANY_ATTEMPTS", "{waits}");
    assert!(waits["errors"][0]["retryAfter"].as_i64().is_some_and(|wait| (1..=3).contains(&wait)), "{waits}");
    assert!(login(&served, &chandra.email, PASSWORD).await["session"].is_object());

    // Strangers' failures do not keep the owner out where they have been before.
    served
        .app
        .sql("UPDATE throttles SET guard = split_part(guard, '@', 1) WHERE guard LIKE 'login:%'", &[])
        .await;
    served
        .app
        .sql("UPDATE throttles SET until = now() + interval '512 s' WHERE guard LIKE 'login:%'", &[])
        .await;
    assert!(login(&served, &jace.email, PASSWORD).await["session"].is_object());
    served.app.sql("UPDATE sessions SET address = '203.0.113.9'", &[]).await;
    assert_eq!(login(&served, &jace.email, PASSWORD).await["errors"][0]["code"], "TOO_MANY_ATTEMPTS");
    served.app.sql("UPDATE throttles SET until = now()", &[]).await;
    assert!(login(&served, &jace.email, PASSWORD).await["session"].is_object(), "a wait ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_and_everything_open_ends() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    served.ask(&format!("mutation {{ requestPasswordReset(email: \"{}\") {{ done }} }}", jace.email)).await;
    let token = mailed_token(&served.app, &jace.email).await;
    let reset = async |new: &str| {
        let input = json!({ "input": { "token": token, "newPassword": new } });
        served.ask_as(None, RESET, input).await["data"]["resetPassword"].clone()
    };
    assert_eq!(reset("password1").await["errors"][0]["code"], "PASSWORD_TOO_COMMON");
    assert_eq!(reset(NEW).await, json!({ "done": true, "errors": [] }));
    assert_eq!(reset(NEW).await["errors"][0]["code"], "TOKEN_INVALID");
    assert_eq!(code(&jace.ask(&served, ME).await), "UNAUTHENTICATED");
    assert_eq!(login(&served, &jace.email, PASSWORD).await["errors"][0]["code"], "INVALID_CREDENTIALS");
    assert!(login(&served, &jace.email, NEW).await["session"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_the_other_sessions() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let other = jace.again(&served).await;
    let change = |current: &str| {
        format!(
            "mutation {{ changePassword(input: {{ currentPassword: \"{current}\", newPassword: \"{NEW}\" }}) {{ done errors {{ code field }} }} }}"
        )
    };
    let wrong = jace.ask(&served, &change("something else")).await;
    assert_eq!(
        wrong["data"]["changePassword"]["errors"][0],
        json!({ "code": "INVALID_CREDENTIALS", "field": "currentPassword" })
    );
    let done = jace.ask(&served, &change(PASSWORD)).await;
    assert_eq!(done["data"]["changePassword"]["done"], true, "{done}");
    assert!(jace.ask(&served, ME).await["data"]["viewer"].is_object());
    assert_eq!(code(&other.ask(&served, ME).await), "UNAUTHENTICATED");
    let told = mails(&served.app, &jace.email).await.pop().unwrap().0;
    assert_eq!(told, "Your password was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_is_confirmed_first_and_needs_a_fresh_proof() {
    let served = Served::new().await;
    let (jace, chandra) = (Person::new(&served, "jace").await, Person::new(&served, "chandra").await);
    let change = |email: &str| {
        format!("mutation {{ requestEmailChange(email: \"{email}\") {{ done errors {{ code }} }} }}")
    };
    served.app.sql("UPDATE sessions SET authenticated_at = now() - interval '11 min'", &[]).await;
    let stale = jace.ask(&served, &change("jace@vryn.example")).await;
    assert_eq!(stale["data"]["requestEmailChange"]["errors"][0]["code"], "REAUTHENTICATION_REQUIRED");
    let proof =
        jace.ask(&served, "mutation { reauthenticate(password: \"wrong one\") { errors { code } } }").await;
    assert_eq!(proof["data"]["reauthenticate"]["errors"][0]["code"], "INVALID_CREDENTIALS");
    let proof = jace
        .ask(&served, &format!("mutation {{ reauthenticate(password: \"{PASSWORD}\") {{ done }} }}"))
        .await;
    assert_eq!(proof["data"]["reauthenticate"]["done"], true);

    // Somebody else's address: the answer is the same, the mail is another one.
    assert_eq!(jace.ask(&served, &change(&chandra.email)).await["data"]["requestEmailChange"]["done"], true);
    assert!(!mails(&served.app, &chandra.email).await.pop().unwrap().1.contains("#token="));
    assert_eq!(
        jace.ask(&served, &change("jace@vryn.example")).await["data"]["requestEmailChange"]["done"],
        true
    );
    let token = mailed_token(&served.app, "jace@vryn.example").await;
    assert_eq!(
        login(&served, "jace@vryn.example", PASSWORD).await["errors"][0]["code"],
        "INVALID_CREDENTIALS"
    );
    let confirm = format!("mutation {{ confirmEmail(token: \"{token}\") {{ done errors {{ code }} }} }}");
    assert_eq!(served.ask(&confirm).await["data"]["confirmEmail"]["done"], true);
    assert_eq!(served.ask(&confirm).await["data"]["confirmEmail"]["errors"][0]["code"], "TOKEN_INVALID");
    assert_eq!(code(&jace.ask(&served, ME).await), "UNAUTHENTICATED");
    assert!(login(&served, "jace@vryn.example", PASSWORD).await["session"].is_object());
    assert_eq!(mails(&served.app, &jace.email).await.pop().unwrap().0, "Your e-mail address was changed");
}

/// Hashes of other systems come with imported accounts.
#[tokio::test(flavor = "multi_thread")]
async fn a_bcrypt_hash_is_taken_once_and_replaced() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let hash = bcrypt::hash("fblthp the lost", 4).unwrap();
    served.app.sql("UPDATE users SET password_hash = $1", &[&hash]).await;
    for _ in 0..2 {
        assert!(login(&served, &jace.email, "fblthp the lost").await["session"].is_object());
        let stored: String = served.app.sql("SELECT password_hash FROM users", &[]).await[0].get(0);
        assert!(stored.starts_with("$argon2id$"), "{stored}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_account_is_said_by_field() {
    let served = Served::new().await;
    for (input, field, code) in [
        (json!({ "email": "nonsense", "password": PASSWORD, "name": "x" }), "email", "EMAIL_INVALID"),
        (
            json!({ "email": "a@b.example", "password": "short", "name": "x" }),
            "password",
            "PASSWORD_TOO_SHORT",
        ),
        (
            json!({ "email": "a@b.example", "password": "x".repeat(129), "name": "x" }),
            "password",
            "PASSWORD_TOO_LONG",
        ),
        (
            json!({ "email": "a@b.example", "password": "iloveyou1", "name": "x" }),
            "password",
            "PASSWORD_TOO_COMMON",
        ),
        (json!({ "email": "a@b.example", "password": PASSWORD, "name": " " }), "name", "NAME_INVALID"),
    ] {
        let query =
            "mutation ($input: RegisterInput!) { register(input: $input) { done errors { code field } } }";
        let answer = served.ask_as(None, query, json!({ "input": input })).await;
        assert_eq!(
            answer["data"]["register"],
            json!({ "done": false, "errors": [{ "code": code, "field": field }] })
        );
    }
    for unknown in ["role: ADMIN", "roles: [ADMIN]", "id: \"x\"", "tier: STORE"] {
        let query = format!(
            "mutation {{ register(input: {{ email: \"a@b.example\", password: \"{PASSWORD}\", name: \"x\", {unknown} }}) {{ done }} }}"
        );
        assert_eq!(code(&served.ask(&query).await), "BAD_USER_INPUT", "{unknown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_one_an_operation() {
    let served = Served::new().await;
    let one = "login(input: { email: \"a@b.example\", password: \"guess\" }) { errors { code } }";
    for query in [
        format!("mutation {{ a: {one} b: {one} }}"),
        format!("mutation {{ {one} reauthenticate(password: \"x\") {{ done }} }}"),
        format!("mutation {{ ...F ...on Mutation {{ b: {one} }} }} fragment F on Mutation {{ {one} }}"),
    ] {
        assert_eq!(code(&served.ask(&query).await), "SENSITIVE_FIELD_LIMIT", "{query}");
    }
    let get = format!("http://{}/graphql?query={}", served.address, "mutation%7Blogout%7Bdone%7D%7D");
    assert_eq!(served.client.get(get).send().await.unwrap().status(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_keeps_its_refresh_token_in_a_cookie_that_only_we_can_use() {
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let login = format!(
        "mutation {{ login(input: {{ email: \"{}\", password: \"{PASSWORD}\", delivery: COOKIE }}) {{ session {{ refreshToken accessToken }} }} }}",
        jace.email
    );
    let answer = served.post(&login, &json!({})).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/auth; Max-Age=2592000; HttpOnly; SameSite=Strict"), "{cookie}");
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(body["data"]["login"]["session"]["refreshToken"], Value::Null);

    let own = format!("http://{}", served.address);
    let refresh = |cookie: &str, origin: &str, header: bool| {
        let pair = cookie.split(';').next().unwrap().to_owned();
        let request =
            served.client.post(format!("{own}/auth/refresh")).header("cookie", pair).header("origin", origin);
        if header { request.header("x-dualcaster-csrf", "1") } else { request }
    };
    for (origin, header) in [("https://evil.example", true), (own.as_str(), false)] {
        assert_eq!(refresh(&cookie, origin, header).send().await.unwrap().status(), 403, "{origin} {header}");
    }
    let fresh = refresh(&cookie, &own, true).send().await.unwrap();
    assert_eq!(
        (fresh.status().as_u16(), fresh.headers()["cache-control"].to_str().unwrap()),
        (200, "no-store")
    );
    let next = fresh.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert_ne!(next, cookie);
    let body: Value = serde_json::from_str(&fresh.text().await.unwrap()).unwrap();
    let access = body["accessToken"].as_str().unwrap();
    assert!(served.ask_as(Some(access), ME, json!({})).await["data"]["viewer"].is_object());

    let nothing = refresh("dd_refresh=nonsense", &own, true).send().await.unwrap();
    assert!(nothing.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(nothing.text().await.unwrap(), "{\"accessToken\":null,\"expiresAt\":null}");
    let out =
        served.post("mutation { logout { done } }", &json!({})).bearer_auth(access).send().await.unwrap();
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let gone = refresh(&next, &own, true).send().await.unwrap();
    assert_eq!(gone.text().await.unwrap(), "{\"accessToken\":null,\"expiresAt\":null}");
}
