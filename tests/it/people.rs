//! People with accounts, made the way people make them.

use serde_json::{Value, json};
use tests::TestApp;

use crate::http::Served;

pub const PASSWORD: &str = "vexing lotus tundra";
const REGISTER: &str =
    "mutation ($input: RegisterInput!) { register(input: $input) { done errors { code field } } }";
const VERIFY: &str = "mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) {
    session { accessToken refreshToken account { id email } } errors { code } } }";
const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) {
    session { accessToken refreshToken expiresAt account { id } } errors { code field retryAfter } } }";

/// Somebody who is logged in.
pub struct Person {
    pub id: String,
    pub email: String,
    pub access: String,
    pub refresh: String,
}

impl Person {
    /// A new one.
    pub async fn new(served: &Served, name: &str) -> Self {
        let email = format!("{name}@ravnica.example");
        let input = json!({ "input": { "email": email, "password": PASSWORD, "name": name } });
        let answer = served.ask_as(None, REGISTER, input).await;
        assert_eq!(answer["data"]["register"], json!({ "done": true, "errors": [] }), "{answer}");
        let token = mailed_token(&served.app, &email).await;
        let input = json!({ "input": { "token": token, "password": PASSWORD } });
        let answer = served.ask_as(None, VERIFY, input).await;
        assert!(answer["errors"].is_null(), "{answer}");
        Self::of(&answer["data"]["verifyEmail"], email)
    }

    /// The same on another device.
    pub async fn again(&self, served: &Served) -> Self {
        let answer = login(served, &self.email, PASSWORD).await;
        Self::of(&answer, self.email.clone())
    }

    fn of(payload: &Value, email: String) -> Self {
        let session = &payload["session"];
        let text =
            |value: &Value| value.as_str().unwrap_or_else(|| panic!("no session in {payload}")).to_owned();
        Self {
            id: text(&session["account"]["id"]),
            access: text(&session["accessToken"]),
            refresh: text(&session["refreshToken"]),
            email,
        }
    }

    /// Asks as them.
    pub async fn ask(&self, served: &Served, query: &str) -> Value {
        served.ask_as(Some(&self.access), query, json!({})).await
    }
}

/// The payload of a login.
pub async fn login(served: &Served, email: &str, password: &str) -> Value {
    let input = json!({ "input": { "email": email, "password": password } });
    served.ask_as(None, LOGIN, input).await["data"]["login"].clone()
}

/// The token in the newest mail to an address.
pub async fn mailed_token(app: &TestApp, email: &str) -> String {
    let body = mails(app, email).await.pop().unwrap_or_else(|| panic!("no mail to {email}")).1;
    let (_, rest) = body.split_once("#token=").unwrap_or_else(|| panic!("no token in {body}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

/// Subjects and texts of the mails to an address, oldest first.
pub async fn mails(app: &TestApp, email: &str) -> Vec<(String, String)> {
    let rows = app.sql("SELECT subject, body FROM mails WHERE recipient = $1 ORDER BY id", &[&email]).await;
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// The code of the first error of an answer.
pub fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("no error")
}
