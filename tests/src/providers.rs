//! Providers of logins as real servers on loopback: one that speaks OpenID Connect, and Discord by
//! the letter of its contract. What they say of whom is the test's to choose.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Who we are at both.
pub const CLIENT: &str = "dualcaster-test";
/// That it is us.
pub const SECRET: &str = "the-client-secret";

/// What a code stands for.
#[derive(Clone)]
pub struct Issued {
    /// Of the code challenge that the login began with.
    pub challenge: String,
    /// Claims of the ID token, or Discord's user.
    pub about: Value,
    /// Signed by a key that is not the provider's.
    pub forged: bool,
}

/// A provider that runs as long as this lives.
#[derive(Clone)]
pub struct FakeProvider {
    /// Where it is.
    pub url: String,
    codes: Arc<Mutex<HashMap<String, Issued>>>,
    tokens: Arc<Mutex<HashMap<String, Value>>>,
    keys: Arc<[KeyPair; 2]>,
    stop: tokio_util::sync::CancellationToken,
}

impl FakeProvider {
    /// Starts one; it answers as both kinds.
    pub async fn start() -> Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let make = || KeyPair::generate(KeySize::Rsa2048);
        let keys = make().and_then(|good| Ok([good, make()?]));
        let provider = Self {
            url: format!("http://{}", listener.local_addr()?),
            codes: Arc::default(),
            tokens: Arc::default(),
            keys: Arc::new(keys.map_err(|_| anyhow::anyhow!("no keys"))?),
            stop: tokio_util::sync::CancellationToken::new(),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(oidc_token))
            .route("/api/oauth2/token", post(discord_token))
            .route("/api/v10/users/@me", get(discord_user))
            .with_state(provider.clone());
        let stopped = provider.stop.clone().cancelled_owned();
        tokio::spawn(async move {
            // Connections that are open break, too: nothing of it is left.
            tokio::select! {
                served = axum::serve(listener, router) => drop(served),
                () = stopped => {}
            }
        });
        Ok(provider)
    }

    /// Ends it: nobody listens there any more, and who is inside gets no answer.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// A code, as the provider gives the browser after its login there.
    pub fn issue(&self, issued: Issued) -> String {
        let code = uuid::Uuid::now_v7().simple().to_string();
        self.codes.lock().expect("codes").insert(code.clone(), issued);
        code
    }

    /// Redeems a code once, for the client that it was made for and by the verifier of its challenge.
    fn redeem(&self, headers: &HeaderMap, form: &HashMap<String, String>) -> Option<Issued> {
        let basic = headers.get("authorization")?.to_str().ok()?.strip_prefix("Basic ")?;
        let who = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
        let issued = self.codes.lock().expect("codes").remove(form.get("code")?)?;
        let verifier = form.get("code_verifier")?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
        let good = who == format!("{CLIENT}:{SECRET}")
            && form.get("grant_type").is_some_and(|kind| kind == "authorization_code")
            && form.get("redirect_uri").is_some_and(|uri| uri.ends_with("/callback"))
            && URL_SAFE_NO_PAD.encode(digest) == issued.challenge;
        good.then_some(issued)
    }

    fn sign(&self, claims: &Value, forged: bool) -> String {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "one" });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let key = &self.keys[usize::from(forged)];
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn discovery(State(provider): State<FakeProvider>) -> Json<Value> {
    let url = &provider.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn jwks(State(provider): State<FakeProvider>) -> Json<Value> {
    // PKCS #1 of a key of 2048 bits: nine bytes, the modulus, the exponent 65537.
    let modulus = URL_SAFE_NO_PAD.encode(&provider.keys[0].public_key().as_ref()[9..265]);
    let key = json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": modulus, "e": "AQAB" });
    Json(json!({ "keys": [key] }))
}

async fn oidc_token(
    State(provider): State<FakeProvider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let Some(issued) = provider.redeem(&headers, &form) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    };
    let mut answer = json!({ "access_token": "opaque", "token_type": "Bearer", "expires_in": 3600 });
    if !issued.about.is_null() {
        answer["id_token"] = provider.sign(&issued.about, issued.forged).into();
    }
    (StatusCode::OK, Json(answer))
}

async fn discord_token(
    State(provider): State<FakeProvider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let Some(issued) = provider.redeem(&headers, &form) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    };
    let token = uuid::Uuid::now_v7().simple().to_string();
    provider.tokens.lock().expect("tokens").insert(token.clone(), issued.about);
    let answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 604800, "scope": "email identify" });
    (StatusCode::OK, Json(answer))
}

async fn discord_user(State(provider): State<FakeProvider>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let user = token.and_then(|token| provider.tokens.lock().expect("tokens").get(token).cloned());
    match user {
        Some(user) => (StatusCode::OK, Json(user)),
        None => (StatusCode::UNAUTHORIZED, Json(json!({ "message": "401: Unauthorized", "code": 0 }))),
    }
}
