//! Tokens: which are taken, and how refresh tokens follow each other.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::{self, Grant, ProblemCode, Refusal};
use domain::{Ctx, Roles};
use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tests::TestApp;

use crate::http::Served;
use crate::people::{PASSWORD, Person};

const EMAIL: &str = "jace@ravnica.example";

async fn somebody(app: &TestApp) {
    let made = accounts::create_user(&app.ctx(), EMAIL, "Jace", Roles::default()).await.unwrap();
    let must_change = accounts::login(&app.visitor(), EMAIL, &made.password, None).await;
    assert!(matches!(must_change, Err(Refusal::Problem(p)) if p.code == ProblemCode::PasswordChangeRequired));
    accounts::login(&app.visitor(), EMAIL, &made.password, Some(PASSWORD)).await.unwrap();
}

async fn session(app: &TestApp) -> Grant {
    accounts::login(&app.visitor(), EMAIL, PASSWORD, None).await.unwrap()
}

async fn refresh(ctx: &Ctx, token: &str) -> Option<String> {
    match accounts::refresh(ctx, token).await {
        Ok(grant) => Some(grant.refresh_token),
        Err(Refusal::Problem(problem)) if problem.code == ProblemCode::TokenInvalid => None,
        Err(other) => panic!("{other:?}"),
    }
}

/// Tokens that could be used next, of all sessions that live.
async fn leaves(app: &TestApp) -> Vec<i64> {
    let query = "SELECT count(*) FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id \
                 WHERE r.used_at IS NULL AND s.ended_at IS NULL GROUP BY s.id";
    app.sql(query, &[]).await.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_token_answers_ten_seconds_longer_and_an_older_one_ends_it_all() {
    let app = TestApp::new().await;
    somebody(&app).await;
    let first = session(&app).await.refresh_token;
    let now = app.visitor();
    let later = |seconds: i64| now.at(now.now() + TimeDelta::seconds(seconds));

    let second = refresh(&now, &first).await.unwrap();
    assert_eq!(refresh(&later(9), &first).await.as_ref(), Some(&second), "the same child");
    let third = refresh(&later(9), &second).await.unwrap();
    assert_eq!(refresh(&later(19), &second).await.as_ref(), Some(&third));
    assert_eq!(refresh(&later(9), &first).await, None, "a grandparent, however fresh");
    assert_eq!(refresh(&later(9), &third).await, None, "its family is over");

    let first = session(&app).await.refresh_token;
    let second = refresh(&now, &first).await.unwrap();
    assert_eq!(refresh(&later(11), &first).await, None, "a parent, too late");
    assert_eq!(refresh(&later(11), &second).await, None);
    let events = app.sql("SELECT FROM audit_log WHERE event = 6 AND user_id IS NOT NULL", &[]).await;
    let mails = app.sql("SELECT FROM mails WHERE subject = 'One of your logins was ended'", &[]).await;
    assert_eq!((events.len(), mails.len()), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_unused_after_thirty_days_and_used_after_ninety() {
    let app = TestApp::new().await;
    somebody(&app).await;
    let now = app.visitor();
    let in_days = |days: i64| now.at(now.now() + TimeDelta::days(days));
    let token = session(&app).await.refresh_token;
    assert_eq!(refresh(&in_days(31), &token).await, None);
    let mut token = session(&app).await.refresh_token;
    for day in [29, 58, 87, 89] {
        token = refresh(&in_days(day), &token).await.unwrap();
    }
    assert_eq!(refresh(&in_days(91), &token).await, None);
    assert_eq!(refresh(&now, "nonsense").await, None);
    assert_eq!(refresh(&now, &"x".repeat(10_000)).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_at_once_get_one_token() {
    let app = Arc::new(TestApp::new().await);
    somebody(&app).await;
    let token = session(&app).await.refresh_token;
    let before = leaves(&app).await.len();
    let asked = (0..200).map(|_| {
        let (app, token) = (app.clone(), token.clone());
        // As a client would: what has no room is asked again.
        tokio::spawn(async move {
            loop {
                match accounts::refresh(&app.visitor(), &token).await {
                    Ok(grant) => return grant.refresh_token,
                    Err(Refusal::Error(domain::Error::Unavailable(_))) => {
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
        })
    });
    let mut answers: Vec<String> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "all got the same");
    assert_eq!(leaves(&app).await, vec![1; before]);
    assert!(refresh(&app.visitor(), &answers[0]).await.is_some(), "and it is good");
}

/// What the rules say of one token shown after another.
struct Model {
    /// Oldest first, and when each was used.
    tokens: Vec<(String, Option<DateTime<Utc>>)>,
    dead: bool,
}

impl Model {
    fn show(&mut self, index: usize, now: DateTime<Utc>) -> Expected {
        if self.dead {
            return Expected::Nothing;
        }
        let last = self.tokens.len() - 1;
        match self.tokens[index].1 {
            None => {
                self.tokens[index].1 = Some(now);
                Expected::New
            }
            Some(used) if index + 1 == last && now <= used + TimeDelta::seconds(10) => Expected::Same(last),
            Some(_) => {
                self.dead = true;
                Expected::Nothing
            }
        }
    }
}

enum Expected {
    New,
    Same(usize),
    Nothing,
}

async fn play(app: &TestApp, steps: &[(usize, i64)]) {
    let now = app.visitor();
    let mut at = now.now();
    let mut model = Model { tokens: vec![(session(app).await.refresh_token, None)], dead: false };
    for (pick, seconds) in steps {
        at += TimeDelta::seconds(*seconds);
        // Mostly young tokens: old ones end the play at once.
        let index = model.tokens.len() - 1 - pick.min(&(model.tokens.len() - 1));
        let answer = refresh(&now.at(at), &model.tokens[index].0).await;
        match model.show(index, at) {
            Expected::New => model.tokens.push((answer.expect("the next token"), None)),
            Expected::Same(last) => assert_eq!(answer.as_ref(), Some(&model.tokens[last].0)),
            Expected::Nothing => assert_eq!(answer, None),
        }
        assert!(leaves(app).await.iter().all(|count| *count == 1), "two live leaves");
    }
    // All that were ever given out, at once: whatever comes of it, there is at most one leaf.
    let all = model.tokens.iter().map(|(token, _)| refresh(&now, token));
    join_all(all).await;
    assert!(leaves(app).await.iter().all(|count| *count == 1), "two live leaves");
}

#[test]
fn no_order_of_refreshes_leaves_two_tokens() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::new());
    runtime.block_on(somebody(&app));
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let steps = prop::collection::vec(
        (prop_oneof![6 => Just(0usize), 3 => Just(1), 1 => 2usize..4], 0i64..14),
        1..14,
    );
    let ran = runner.run(&steps, |steps| {
        runtime.block_on(play(&app, &steps));
        Ok(())
    });
    let _guard = runtime.enter();
    ran.unwrap();
}

struct Forger {
    key: EncodingKey,
    public: Vec<u8>,
    kid: String,
    claims: Value,
}

impl Forger {
    fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": self.kid })
    }

    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.kid.clone());
        encode(&header, claims, &self.key).unwrap()
    }

    fn with(&self, claim: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[claim] = value;
        self.sign(&claims)
    }

    fn without(&self, claim: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(claim);
        self.sign(&claims)
    }

    /// Any text as header and claims, signed by the good key all the same.
    fn raw(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, Algorithm::EdDSA).unwrap();
        format!("{message}.{signature}")
    }

    fn header_with(&self, name: &str, value: Value) -> String {
        let mut header = self.header();
        header[name] = value;
        self.raw(&header.to_string(), &self.claims.to_string())
    }

    fn all(&self, person: &Person) -> Vec<(&'static str, String)> {
        let now = self.claims["iat"].as_i64().unwrap();
        let good = self.sign(&self.claims);
        let parts: Vec<&str> = good.split('.').collect();
        let hmac = |secret: &[u8]| {
            let mut header = Header::new(Algorithm::HS256);
            header.typ = Some("at+jwt".to_owned());
            header.kid = Some(self.kid.clone());
            encode(&header, &self.claims, &EncodingKey::from_secret(secret)).unwrap()
        };
        let twice = self.claims.to_string().replacen('{', "{\"sub\":\"someone\",", 1);
        let none = json!({ "typ": "at+jwt", "alg": "none", "kid": self.kid }).to_string();
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(&self.public) });
        vec![
            ("alg none", format!("{}.{}.", URL_SAFE_NO_PAD.encode(none), parts[1])),
            ("alg none, signed", self.header_with("alg", json!("none"))),
            ("HS256 with the public key", hmac(&self.public)),
            ("HS256 with the public key as text", hmac(URL_SAFE_NO_PAD.encode(&self.public).as_bytes())),
            ("another kid", self.header_with("kid", json!("0123456789abcdef"))),
            ("a path as kid", self.header_with("kid", json!("../../../dev/null"))),
            ("SQL as kid", self.header_with("kid", json!("' OR 1=1 --"))),
            ("jku", self.header_with("jku", json!("https://evil.example/jwks.json"))),
            ("jwk", self.header_with("jwk", jwk)),
            ("x5u", self.header_with("x5u", json!("https://evil.example/cert.pem"))),
            ("crit", self.header_with("crit", json!(["exp"]))),
            ("typ JWT", self.header_with("typ", json!("JWT"))),
            (
                "no typ",
                self.raw(&json!({ "alg": "EdDSA", "kid": self.kid }).to_string(), &self.claims.to_string()),
            ),
            ("another issuer", self.with("iss", json!("https://evil.example"))),
            ("another audience", self.with("aud", json!("https://evil.example/graphql"))),
            ("expired", self.with("exp", json!(now - 6))),
            ("not yet", self.with("nbf", json!(now + 60))),
            ("no exp", self.without("exp")),
            ("no sid", self.without("sid")),
            ("another person", self.with("sub", json!(domain::UserId(99).public()))),
            ("a claim twice", self.raw(&self.header().to_string(), &twice)),
            ("a claim too many", self.with("roles", json!(["ADMIN"]))),
            ("two parts", format!("{}.{}", parts[0], parts[1])),
            ("five parts", format!("{good}.x.y")),
            ("bad base64", format!("{}.{}!.{}", parts[0], parts[1], parts[2])),
            ("another signature", format!("{}.{}.{}", parts[0], parts[1], URL_SAFE_NO_PAD.encode([7; 64]))),
            ("a refresh token", person.refresh.clone()),
            ("an unknown key", format!("dd_{}", "A".repeat(43))),
        ]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_forged_token_is_taken() {
    let served = Served::new().await;
    let pair = Ed25519KeyPair::generate().unwrap();
    let public = pair.public_key().as_ref().to_vec();
    let kid = "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0".to_owned();
    // A good key of the installation, of which the forger has the private half.
    served.app.sql("INSERT INTO signing_keys VALUES ($1, $2, '', now())", &[&kid, &public]).await;
    let person = Person::new(&served, "jace").await;
    let payload = person.access.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let key = EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref());
    let forger = Forger { key, public, kid, claims };

    let query = "{ viewer { account { email } } }";
    let good = served.ask_as(Some(&forger.sign(&forger.claims)), query, json!({})).await;
    assert!(
        good["data"]["viewer"].is_object(),
        "the forger's own key works, so the rest is about the rules: {good}"
    );
    let forged = forger.all(&person);
    assert!(forged.len() >= 24);
    for (what, token) in forged {
        let answer = served.post(query, &json!({})).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{what}");
    }
    for header in ["Basic amFjZTp4", "Bearer", "bearer ", "Bearer a b"] {
        let answer = served.post(query, &json!({})).header("authorization", header).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_follow_each_other_and_are_published() {
    let served = Served::new().await;
    let person = Person::new(&served, "jace").await;
    let jwks = async || -> Value {
        let url = format!("http://{}/.well-known/jwks.json", served.address);
        serde_json::from_str(&served.client.get(url).send().await.unwrap().text().await.unwrap()).unwrap()
    };
    assert_eq!(jwks().await["keys"][0]["crv"], "Ed25519");
    assert_eq!(jwks().await["keys"].as_array().map(Vec::len), Some(1));

    accounts::rotate_keys(&served.app.ctx()).await.unwrap();
    let count = async || served.app.sql("SELECT FROM signing_keys", &[]).await.len();
    assert_eq!(count().await, 1, "a young key stays");
    let now = served.app.ctx().now();
    accounts::rotate_keys(&served.app.ctx().at(now + TimeDelta::days(31))).await.unwrap();
    assert_eq!(count().await, 2);
    assert!(person.ask(&served, "{ viewer { account { id } } }").await["data"]["viewer"].is_object());
    accounts::rotate_keys(&served.app.ctx().at(now + TimeDelta::days(31) + TimeDelta::minutes(20)))
        .await
        .unwrap();
    assert_eq!(count().await, 1, "what an old key signed is dead by now");
}
