//! OpenAI: vectors of texts. <https://platform.openai.com/docs/api-reference/embeddings>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use crate::SourceError;
use crate::http::{Ask, Session};

/// The model that is asked.
pub const MODEL: &str = "text-embedding-3-small";
/// Texts of a request: their answer stays small, and texts of up to 2,000 letters stay below what a
/// request may hold, 300,000 tokens.
pub const AT_ONCE: usize = 128;

/// What it says, with the status of too many requests, when there is no money left.
const SPENT: &str = "insufficient_quota";

/// The API, version 1.
#[derive(Clone)]
pub struct OpenAi {
    /// `https://api.openai.com/v1`, or a fake.
    pub base: String,
    /// A secret key.
    pub key: String,
}

impl std::fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAi").field("base", &self.base).finish_non_exhaustive()
    }
}

/// What a request came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedded {
    /// One vector for each text, in their order.
    pub vectors: Vec<Vec<f32>>,
    /// What it is billed by.
    pub tokens: u64,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Item>,
    usage: Usage,
}

#[derive(Deserialize)]
struct Item {
    index: usize,
    /// Numbers of four bytes, the low byte first, in base64.
    embedding: String,
}

#[derive(Deserialize)]
struct Usage {
    total_tokens: u64,
}

impl OpenAi {
    /// Vectors of at most `AT_ONCE` texts, with so many numbers each.
    pub async fn embed(
        &self,
        session: &Session,
        texts: &[String],
        dim: usize,
    ) -> Result<Embedded, SourceError> {
        let body = json!({ "model": MODEL, "input": texts, "dimensions": dim, "encoding_format": "base64" });
        let ask = Ask::post(format!("{}/embeddings", self.base), body);
        let ask = ask.authorization(&format!("Bearer {}", self.key)).spent_when(SPENT);
        let answer: Answer = session.small(&ask).await?;
        let read = read(answer, texts.len(), dim);
        read.map_err(|reason| {
            session.refused();
            SourceError::broken("OpenAI", "/embeddings", reason)
        })
    }
}

fn read(answer: Answer, texts: usize, dim: usize) -> Result<Embedded, String> {
    let mut vectors = vec![Vec::new(); texts];
    for item in answer.data {
        let bytes =
            STANDARD.decode(&item.embedding).map_err(|error| format!("vector {}: {error}", item.index))?;
        let numbers: Vec<f32> =
            bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        if numbers.len() != dim || bytes.len() != dim * 4 || numbers.iter().any(|number| !number.is_finite())
        {
            return Err(format!("vector {} has not {dim} numbers", item.index));
        }
        *vectors.get_mut(item.index).ok_or_else(|| format!("nobody asked for vector {}", item.index))? =
            numbers;
    }
    match vectors.iter().position(Vec::is_empty) {
        Some(missing) => Err(format!("there is no vector {missing}")),
        None => Ok(Embedded { vectors, tokens: answer.usage.total_tokens }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(items: &[(usize, &[f32])]) -> Answer {
        let item = |(index, numbers): &(usize, &[f32])| {
            let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            Item { index: *index, embedding: STANDARD.encode(bytes) }
        };
        Answer { data: items.iter().map(item).collect(), usage: Usage { total_tokens: 7 } }
    }

    #[test]
    fn vectors_come_in_the_order_of_the_texts() {
        let read = read(answer(&[(1, &[0.5, 1.0]), (0, &[-1.0, 0.0])]), 2, 2).unwrap();
        assert_eq!(read, Embedded { vectors: vec![vec![-1.0, 0.0], vec![0.5, 1.0]], tokens: 7 });
    }

    #[test]
    fn what_is_missing_too_much_or_no_number_is_refused() {
        assert!(read(answer(&[(0, &[1.0, 0.0])]), 2, 2).unwrap_err().contains("no vector 1"));
        assert!(read(answer(&[(2, &[1.0, 0.0])]), 2, 2).unwrap_err().contains("nobody asked"));
        assert!(read(answer(&[(0, &[1.0])]), 1, 2).unwrap_err().contains("not 2 numbers"));
        assert!(read(answer(&[(0, &[f32::NAN, 0.0])]), 1, 2).is_err());
    }
}
