use axum::http::{HeaderMap, StatusCode, header};

use super::respond::Media;
use crate::errors::Fault;

/// What the client wants to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    One(Media),
    Events,
}

impl Wanted {
    /// The form of an answer that is not a stream.
    pub(super) fn media(self) -> Media {
        match self {
            Self::One(media) => media,
            Self::Events => Media::Json,
        }
    }
}

/// Reads `Accept`. Without one, or where anything will do, the answer is `application/json`, which
/// every client of GraphQL understands.
pub(super) fn wanted(headers: &HeaderMap) -> Result<Wanted, Fault> {
    let mut best: Option<(Wanted, u16)> = None;
    let mut lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok()).peekable();
    if lines.peek().is_none() {
        return Ok(Wanted::One(Media::Json));
    }
    for range in lines.flat_map(|line| line.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let wanted = match parts.next().map(str::to_ascii_lowercase).as_deref() {
            Some("application/graphql-response+json") => Wanted::One(Media::GraphQl),
            Some("application/json" | "application/*" | "*/*") => Wanted::One(Media::Json),
            Some("text/event-stream") => Wanted::Events,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, quality);
        // Of equals the first one wins, and nobody wants what has quality 0.
        if quality > best.map_or(0, |(_, best)| best) {
            best = Some((wanted, quality));
        }
    }
    best.map(|(wanted, _)| wanted).ok_or_else(|| {
        let offer = "answers are application/graphql-response+json, application/json or text/event-stream";
        Fault::http(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", offer)
    })
}

/// In thousandths, as HTTP defines it.
fn quality(text: &str) -> u16 {
    text.parse::<f32>().map_or(0, |q| (q.clamp(0.0, 1.0) * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(text: &str) -> Result<Wanted, StatusCode> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, text.parse().unwrap());
        wanted(&headers).map_err(|fault| fault.status)
    }

    #[test]
    fn the_best_offer_wins() {
        let json = Ok(Wanted::One(Media::Json));
        let graphql = Ok(Wanted::One(Media::GraphQl));
        assert_eq!(wanted(&HeaderMap::new()).ok(), json.ok());
        assert_eq!(accept("*/*"), json);
        assert_eq!(accept("application/json"), json);
        assert_eq!(accept("application/graphql-response+json"), graphql);
        assert_eq!(
            accept("application/graphql-response+json; charset=utf-8, application/json; q=0.9"),
            graphql
        );
        assert_eq!(accept("application/graphql-response+json;q=0.5, application/json"), json);
        assert_eq!(accept("application/graphql-response+json, application/json"), graphql);
        assert_eq!(accept("application/json, application/graphql-response+json"), json);
        assert_eq!(accept("text/event-stream"), Ok(Wanted::Events));
        assert_eq!(accept("application/graphql-response+json, application/json, text/event-stream"), graphql);
        assert_eq!(accept("text/plain, */*;q=0.1"), json);
        assert_eq!(accept("text/plain"), Err(StatusCode::NOT_ACCEPTABLE));
        assert_eq!(accept("application/json;q=0"), Err(StatusCode::NOT_ACCEPTABLE));
    }
}
