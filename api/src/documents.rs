//! Documents that were read before: parsed and within the limits, and those known by their hash.

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::Limits;
use crate::errors::{Fault, code};
use crate::limits;

/// Bytes of text that each cache may hold. A parsed document is some ten times its text.
const CAPACITY: u64 = 4 * 1024 * 1024;

pub(crate) struct Documents {
    parsed: Cache<Arc<str>, Arc<ExecutableDocument>>,
    persisted: Cache<String, Arc<str>>,
}

impl Default for Documents {
    fn default() -> Self {
        let weight = |length: usize| u32::try_from(length + 256).unwrap_or(u32::MAX);
        Self {
            parsed: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(move |text: &Arc<str>, _: &Arc<ExecutableDocument>| weight(text.len()))
                .build(),
            persisted: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(move |_: &String, text: &Arc<str>| weight(text.len()))
                .build(),
        }
    }
}

impl Documents {
    /// The document by its text, its hash, or both: both registers the hash.
    pub(crate) fn read(
        &self,
        text: Option<&str>,
        hash: Option<&str>,
        limits: &Limits,
    ) -> Result<Arc<ExecutableDocument>, Fault> {
        match (text, hash) {
            (Some(text), None) => self.parse(text, limits),
            (Some(text), Some(hash)) => {
                if hex(&Sha256::digest(text)) != hash.to_ascii_lowercase() {
                    let message = "persistedQuery.sha256Hash is not the hash of the query";
                    return Err(Fault::document("PERSISTED_QUERY_MISMATCH", message));
                }
                let document = self.parse(text, limits)?;
                self.persisted.insert(hash.to_ascii_lowercase(), text.into());
                Ok(document)
            }
            (None, Some(hash)) => match self.persisted.get(&hash.to_ascii_lowercase()) {
                Some(text) => self.parse(&text, limits),
                // The words are the protocol's: clients look for them and send the text.
                None => Err(Fault::document("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")),
            },
            (None, None) => Err(Fault::http(
                axum::http::StatusCode::BAD_REQUEST,
                code::BAD_REQUEST,
                "the request has no query",
            )),
        }
    }

    fn parse(&self, text: &str, limits: &Limits) -> Result<Arc<ExecutableDocument>, Fault> {
        if let Some(known) = self.parsed.get(text) {
            return Ok(known);
        }
        limits::check_text(text, limits)?;
        let document = parse_query(text).map_err(syntax)?;
        limits::check_document(&document, limits)?;
        let document = Arc::new(document);
        self.parsed.insert(text.into(), document.clone());
        Ok(document)
    }
}

fn syntax(error: async_graphql::parser::Error) -> Fault {
    let mut fault = Fault::document("GRAPHQL_PARSE_FAILED", without_source(&error.to_string()));
    fault.locations = error.positions().collect();
    fault
}

/// The parser draws the line of the document where it stopped. There may be a password in it, and logs of
/// clients are full of error messages; the place is told in `locations`.
fn without_source(message: &str) -> String {
    let said = message.lines().last().unwrap_or_default().trim_start();
    match (message.trim_start().starts_with("--> "), said.strip_prefix("= ")) {
        (true, Some(said)) => format!("syntax error: {said}"),
        (true, None) => "syntax error".to_owned(),
        (false, _) => message.to_owned(),
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syntax_error_shows_no_source() {
        let text = "mutation {\n login(password: \"secret\"";
        let fault = syntax(parse_query(text).unwrap_err());
        assert!(fault.message.starts_with("syntax error: expected "), "{}", fault.message);
        assert!(!fault.message.contains("secret") && fault.locations.len() == 1);
        let fault = syntax(parse_query("{ a } { b }").unwrap_err());
        assert!(!fault.message.is_empty() && !fault.message.contains("-->"), "{}", fault.message);
    }
}
