//! Answers of a moment ago: what the public still gets while the database is away.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use domain::Actor;
use moka::sync::Cache;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::documents::hex;
use crate::gate::{Answer, Params};

/// An older answer is no answer.
const OLDEST: Duration = Duration::from_secs(60);
/// An answer younger than this is not replaced: copying one costs more than it brings.
const YOUNG: Duration = Duration::from_secs(5);
/// Bytes of JSON that are held.
const CAPACITY: u64 = 32 * 1024 * 1024;

/// What an anonymous query is told apart by: its text, its operation and its variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// Of a request that anybody may send; what others ask is never kept.
    pub(crate) fn of(params: &Params, actor: &Actor, kind: OperationType) -> Option<Self> {
        if !matches!((actor, kind), (Actor::Anonymous, OperationType::Query)) {
            return None;
        }
        let text = match (&params.query, &params.hash) {
            (Some(text), _) => hex(&Sha256::digest(text)),
            (None, hash) => hash.as_ref()?.to_ascii_lowercase(),
        };
        let mut hasher = Sha256::new_with_prefix(text);
        serde_json::to_writer(&mut hasher, &(&params.operation, &params.variables)).ok()?;
        Some(Self(hasher.finalize().into()))
    }
}

/// How old the data of an answer is, where it is not of this moment.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stale {
    age_seconds: u64,
}

struct Kept {
    at: Instant,
    data: Vec<u8>,
}

/// Bounded by bytes; the least used answers go first.
pub(crate) struct Recent(Cache<Key, Arc<Kept>>);

impl Default for Recent {
    fn default() -> Self {
        let weight = |_: &Key, kept: &Arc<Kept>| u32::try_from(kept.data.len() + 256).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(CAPACITY).weigher(weight).time_to_live(OLDEST).build())
    }
}

impl Recent {
    /// Keeps a good answer; puts the last good one in the place of an answer that the database's
    /// absence spoiled.
    pub(crate) fn settle(&self, key: Key, answer: Answer) -> Answer {
        if answer.is_away() {
            return match self.recall(key, Instant::now()) {
                Some((stale, data)) => answer.replaced(stale, data),
                None => answer,
            };
        }
        if let (true, Some(data)) = (answer.is_public(), &answer.body.data) {
            let young = self.0.get(&key).is_some_and(|kept| kept.at.elapsed() < YOUNG);
            if !young && let Ok(data) = serde_json::to_vec(data) {
                self.0.insert(key, Arc::new(Kept { at: Instant::now(), data }));
            }
        }
        answer
    }

    fn recall(&self, key: Key, now: Instant) -> Option<(Stale, async_graphql::Value)> {
        let kept = self.0.get(&key)?;
        let age = now.duration_since(kept.at);
        let data = serde_json::from_slice(&kept.data).ok().filter(|_| age <= OLDEST)?;
        Some((Stale { age_seconds: age.as_secs() }, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(query: &str, name: &str) -> Option<Key> {
        let variables = serde_json::json!({ "name": name }).as_object().cloned().unwrap_or_default();
        let params = Params { query: Some(query.to_owned()), variables, ..Params::default() };
        Key::of(&params, &Actor::Anonymous, OperationType::Query)
    }

    #[test]
    fn a_query_is_told_apart_by_all_of_it() {
        assert_eq!(key("{ a }", "x"), key("{ a }", "x"));
        assert_ne!(key("{ a }", "x"), key("{ a }", "y"));
        assert_ne!(key("{ a }", "x"), key("{ b }", "x"));
        let hash = hex(&Sha256::digest("{ a }"));
        let variables = serde_json::json!({ "name": "x" }).as_object().cloned().unwrap_or_default();
        let by_hash = Params { hash: Some(hash), variables, ..Params::default() };
        assert_eq!(Key::of(&by_hash, &Actor::Anonymous, OperationType::Query), key("{ a }", "x"));
    }

    #[test]
    fn what_is_not_for_everybody_is_never_kept() {
        let params = Params { query: Some("{ a }".to_owned()), ..Params::default() };
        assert!(Key::of(&params, &Actor::Service, OperationType::Query).is_none());
        assert!(Key::of(&params, &Actor::Anonymous, OperationType::Mutation).is_none());
        assert!(Key::of(&params, &Actor::Anonymous, OperationType::Subscription).is_none());
    }

    #[test]
    fn an_answer_is_given_for_a_minute_and_no_longer() {
        let recent = Recent::default();
        let (key, at) = (key("{ a }", "x").expect("a key"), Instant::now());
        recent.0.insert(key, Arc::new(Kept { at, data: b"{\"a\":1}".to_vec() }));
        assert_eq!(recent.recall(key, at + OLDEST).map(|(stale, _)| stale.age_seconds), Some(60));
        assert!(recent.recall(key, at + OLDEST + Duration::from_millis(1)).is_none());
    }
}
