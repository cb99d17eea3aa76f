use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use xxhash_rust::xxh3::xxh3_64;

use crate::{KEY, Moment};

/// Texts and letters that one request may hold; four letters are about a token.
const MOST_TEXTS: usize = 2_048;
const MOST_LETTERS: usize = 300_000 * 4;

pub(crate) fn routes() -> Router<Moment> {
    Router::new().route("/embeddings", post(embeddings))
}

#[derive(Deserialize)]
struct Asked {
    model: String,
    input: Vec<String>,
    #[serde(default)]
    dimensions: Option<usize>,
    #[serde(default)]
    encoding_format: Option<String>,
}

fn error(status: StatusCode, kind: &str, message: &str) -> Response {
    let error = json!({ "error": { "message": message, "type": kind, "param": null, "code": null } });
    (status, Json(error)).into_response()
}

/// Vectors of texts: each word points somewhere, and a text where its words point.
async fn embeddings(headers: HeaderMap, Json(asked): Json<Asked>) -> Response {
    let key = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if key.and_then(|key| key.strip_prefix("Bearer ")) != Some(KEY) {
        return error(StatusCode::UNAUTHORIZED, "invalid_request_error", "Incorrect API key provided");
    }
    let letters: usize = asked.input.iter().map(String::len).sum();
    if asked.input.len() > MOST_TEXTS || letters > MOST_LETTERS || asked.input.iter().any(String::is_empty) {
        return error(StatusCode::BAD_REQUEST, "invalid_request_error", "invalid input");
    }
    let dimensions = asked.dimensions.unwrap_or(1_536);
    let item = |(index, text): (usize, &String)| {
        let vector = vector(text, dimensions);
        let embedding = match asked.encoding_format.as_deref() {
            Some("base64") => {
                let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
                json!(STANDARD.encode(bytes))
            }
            _ => json!(vector),
        };
        json!({ "object": "embedding", "index": index, "embedding": embedding })
    };
    // The order is nowhere promised, so it is another one.
    let data: Vec<_> = asked.input.iter().enumerate().rev().map(item).collect();
    let tokens = letters / 4;
    let usage = json!({ "prompt_tokens": tokens, "total_tokens": tokens });
    Json(json!({ "object": "list", "model": asked.model, "data": data, "usage": usage })).into_response()
}

fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let mut sum = vec![0.0_f32; dimensions];
    for word in text.split_whitespace() {
        let mut hash = xxh3_64(word.to_lowercase().as_bytes());
        for number in &mut sum {
            // Steele and Vigna's mixing by a shift and a product.
            hash = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *number += if hash >> 63 == 1 { 1.0 } else { -1.0 };
        }
    }
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
    sum.iter_mut().for_each(|x| *x /= length);
    sum
}
