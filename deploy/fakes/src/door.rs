//! What every request passes: names, limits, moods, conditions.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use tokio::time::Instant;
use xxhash_rust::xxh3::xxh3_64;

use crate::mood::{Mood, packed, throttled};
use crate::service::Service;
use crate::{Hit, Moment, locked};

const MOST: usize = 512 * 1024 * 1024;

pub(crate) async fn guard(
    State((service, moment)): State<(Service, Moment)>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let headers = request.headers().clone();
    let answer = answer(service, &moment, &headers, request, next).await;
    let status = answer.status().as_u16();
    locked(&moment.shared.hits).push(Hit { service, path, status });
    answer
}

async fn answer(
    service: Service,
    moment: &Moment,
    headers: &HeaderMap,
    request: Request,
    next: Next,
) -> Response<Body> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let anonymous = agent.is_empty() || agent.starts_with("reqwest") || agent.starts_with("python");
    if service.wants_a_name() && (anonymous || !headers.contains_key(header::ACCEPT)) {
        let body = r#"{"object":"error","status":403,"code":"forbidden","details":"say who you are"}"#;
        return (StatusCode::FORBIDDEN, body).into_response();
    }
    if beyond_limit(service, moment) {
        return throttled(1);
    }
    let mood = mood(service, moment);
    if let Some(refused) = mood.refuses() {
        return refused;
    }
    let answer = next.run(request).await;
    if !answer.status().is_success() {
        return answer;
    }
    finish(service, mood, headers, answer)
        .await
        .unwrap_or_else(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response())
}

fn beyond_limit(service: Service, moment: &Moment) -> bool {
    let Some((most, within)) = service.limit() else { return false };
    let (now, mut recent) = (Instant::now(), locked(&moment.shared.recent));
    let recent = recent.entry(service).or_default();
    recent.retain(|at| now.duration_since(*at) < within);
    recent.push(now);
    recent.len() > most
}

fn mood(service: Service, moment: &Moment) -> Mood {
    let mut moods = locked(&moment.shared.moods);
    let Some(held) = moods.get_mut(&service) else { return Mood::Good };
    match &mut held.left {
        Some(0) => Mood::Good,
        Some(left) => {
            *left -= 1;
            held.mood
        }
        None => held.mood,
    }
}

/// Packs the answer and says what it is known by.
async fn finish(
    service: Service,
    mood: Mood,
    headers: &HeaderMap,
    answer: Response<Body>,
) -> anyhow::Result<Response<Body>> {
    let (mut parts, body) = answer.into_parts();
    let body = mood.twist(service, to_bytes(body, MOST).await?)?;
    if service.validates() {
        let tag = HeaderValue::from_str(&format!("\"{:016x}\"", xxh3_64(&body)))?;
        if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
            return Ok(StatusCode::NOT_MODIFIED.into_response());
        }
        parts.headers.insert(header::ETAG, tag);
    }
    // The conditions are of the body, so a file that is packed already goes as it is.
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|names| names.to_str().ok());
    let is_packed = body.starts_with(&[0x1f, 0x8b]);
    let body = if accepts.is_some_and(|names| names.contains("gzip")) && !is_packed {
        parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        packed(&body, mood != Mood::Truncated)?
    } else if mood == Mood::Truncated {
        body.slice(..body.len() / 2)
    } else {
        body
    };
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Ok(Response::from_parts(parts, Body::from(body)))
}
