use reqwest::header::{self, HeaderName, HeaderValue};
use serde_json::Value;

use super::Validators;

const JSON: &str = "application/json;q=0.9,*/*;q=0.8";

#[derive(Clone)]
enum Body {
    None,
    Form(Vec<(&'static str, String)>),
    Json(Value),
}

/// A request to a source.
#[derive(Clone)]
pub struct Ask {
    pub(super) url: String,
    pub(super) accept: &'static str,
    pub(super) conditional: bool,
    pub(super) forbidden_is_missing: bool,
    pub(super) spent: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Body,
}

impl Ask {
    /// `GET`, for JSON.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            accept: JSON,
            conditional: false,
            forbidden_is_missing: false,
            spent: None,
            headers: Vec::new(),
            body: Body::None,
        }
    }

    /// `POST` of a form.
    pub fn form(url: impl Into<String>, fields: &[(&'static str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { body: Body::Form(fields), ..Self::get(url) }
    }

    /// `POST` of JSON.
    pub fn post(url: impl Into<String>, body: Value) -> Self {
        Self { body: Body::Json(body), ..Self::get(url) }
    }

    /// Only if it changed since the last visit.
    pub fn if_changed(self) -> Self {
        Self { conditional: true, ..self }
    }

    /// From a store of files that says of what it has not that it is forbidden.
    pub fn forbidden_is_missing(self) -> Self {
        Self { forbidden_is_missing: true, ..self }
    }

    /// From a service that answers 429 also when what was paid for is used up: then its answer has this word.
    pub fn spent_when(self, word: &'static str) -> Self {
        Self { spent: Some(word), ..self }
    }

    /// Of another kind than JSON.
    pub fn accept(self, accept: &'static str) -> Self {
        Self { accept, ..self }
    }

    /// With a secret in the `Authorization` header. One that cannot be sent at all is left out: the
    /// source then says that it is missing.
    pub fn authorization(mut self, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.push((header::AUTHORIZATION, value));
        }
        self
    }

    pub(super) fn request(
        &self,
        http: &reqwest::Client,
        known: Option<&Validators>,
    ) -> reqwest::RequestBuilder {
        let mut request = match &self.body {
            Body::None => http.get(&self.url),
            Body::Form(fields) => http.post(&self.url).form(fields),
            Body::Json(body) => http.post(&self.url).json(body),
        };
        request = request.header(header::ACCEPT, self.accept).header(header::ACCEPT_ENCODING, "gzip");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let known = known.into_iter();
        let conditions = known.flat_map(|known| {
            let etag = known.etag.as_ref().map(|tag| (header::IF_NONE_MATCH, tag));
            let modified = known.modified.as_ref().map(|at| (header::IF_MODIFIED_SINCE, at));
            etag.into_iter().chain(modified)
        });
        conditions.fold(request, |request, (name, value)| request.header(name, value))
    }
}
