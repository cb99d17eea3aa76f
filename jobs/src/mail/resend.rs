//! Mail through the HTTP interface of Resend.

use std::time::Duration;

use anyhow::Context;
use domain::mail::Mail;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Failure;

/// Where Resend is.
pub const RESEND: &str = "https://api.resend.com";
const TIMEOUT: Duration = Duration::from_secs(20);
/// Of an answer's text, what is kept to say why.
const TOLD: usize = 300;

/// The way to the service.
#[derive(Clone)]
pub struct Resend {
    client: Client,
    url: String,
    key: String,
    from: String,
}

#[derive(Deserialize)]
struct Taken {
    id: String,
}

#[derive(Deserialize)]
struct Refused {
    name: String,
    message: String,
}

impl Resend {
    pub(super) fn open(url: &str, key: &str, from: &str) -> anyhow::Result<Self> {
        let client =
            Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build()?;
        let url = format!("{}/emails", url.trim_end_matches('/'));
        reqwest::Url::parse(&url).context("is not the address of Resend")?;
        Ok(Self { client, url, key: key.to_owned(), from: from.to_owned() })
    }

    /// Hands a mail over; says what the service calls it.
    pub(super) async fn send(&self, mail: &Mail) -> Result<String, Failure> {
        let mut body = json!({
            "from": self.from,
            "to": [mail.recipient],
            "subject": mail.subject,
            "text": mail.body,
        });
        let headers: serde_json::Map<_, _> =
            super::ends(mail).map(|(name, value)| (name.to_owned(), value.into())).collect();
        if !headers.is_empty() {
            body["headers"] = headers.into();
        }
        let request = self.client.post(&self.url).bearer_auth(&self.key).json(&body);
        // Sent again under the same key it is still one mail.
        let answer = request.header("Idempotency-Key", key_of(mail)).send().await;
        let answer = answer.map_err(|error| Failure::of(false, &anyhow::Error::new(error.without_url())))?;
        match answer.status() {
            status if status.is_success() => {
                let taken: Result<Taken, _> = answer.json().await;
                let lost =
                    |error: reqwest::Error| Failure::of(false, &anyhow::Error::new(error.without_url()));
                taken.map(|taken| taken.id).map_err(lost)
            }
            status => Err(refused(status, answer).await),
        }
    }
}

/// What the mail is known by, whoever sends it, however often.
fn key_of(mail: &Mail) -> String {
    format!("dualcaster-{}-{}", mail.created_at.timestamp_micros(), mail.id)
}

async fn refused(status: StatusCode, answer: Response) -> Failure {
    let text = answer.text().await.unwrap_or_default();
    let refused: Option<Refused> = serde_json::from_str(&text).ok();
    let name = refused.as_ref().map_or("no reason", |refused| refused.name.as_str());
    // The same key at work elsewhere, and whatever is the service's own trouble, end by themselves.
    let passes = status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
        || name == "concurrent_idempotent_requests";
    // The service's words may quote an address: they are for the mail's row only.
    let message = refused.as_ref().map_or(text.as_str(), |refused| refused.message.as_str());
    let message: String = message.chars().take(TOLD).collect();
    Failure {
        for_good: !passes,
        why: format!("the service answers {status}, {name}: {message}"),
        told: format!("the service answers {status}, {name}"),
    }
}
