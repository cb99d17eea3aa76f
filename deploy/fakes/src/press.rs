//! Articles about the cards of the world: as a feed, and behind the API of NewsAPI.ai.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{KEY, Moment};

/// Articles that are there at the beginning; every moment brings one more.
const FIRST: u64 = 5;
const PAGE: usize = 100;

pub(crate) fn feed() -> Router<Moment> {
    Router::new().route("/feed", get(rss))
}

pub(crate) fn api() -> Router<Moment> {
    Router::new().route("/article/getArticles", post(articles))
}

struct Written {
    number: u64,
    title: String,
    /// The first one names another card, the others none.
    summary: String,
    at: DateTime<Utc>,
}

fn written(moment: &Moment) -> Vec<Written> {
    let (world, last) = (moment.world(), moment.step() - moment.shared.clock.first + FIRST);
    let article = |number: u64| {
        let place = world.trait_of(&number.to_string(), "article", world.cards.len().max(1) as u64);
        let card = world.cards.get(usize::try_from(place).unwrap_or_default());
        let name = card.map_or("a card", |card| card.name.as_str());
        let other = world.cards.iter().find(|other| number == 1 && other.name != name);
        let summary = other.map_or_else(String::new, |other| format!(" With {}.", other.name));
        let age = moment.shared.clock.step * i32::try_from(last - number).unwrap_or_default();
        Written { number, title: format!("Why {name} is everywhere"), summary, at: moment.at() - age }
    };
    (1..=last).rev().map(article).collect()
}

async fn rss(State(moment): State<Moment>) -> Response {
    let mut text = String::from(
        "\n<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>The Stand-in</title>\
         <link>https://press.example</link><description>News</description>",
    );
    for Written { number, title, summary, at } in written(&moment) {
        let date = at.to_rfc2822();
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "<item><title>{title}</title><link>https://press.example/{number}?utm_source=rss</link>\
             <guid>press-{number}</guid><pubDate>{date}</pubDate>\
             <description>&lt;p&gt;It is &lt;b&gt;played&lt;/b&gt; &amp;amp; bought.{summary}&lt;/p&gt;</description></item>"
        );
    }
    text.push_str("</channel></rss>");
    ([(header::CONTENT_TYPE, "application/rss+xml")], text).into_response()
}

async fn articles(State(moment): State<Moment>, Json(query): Json<Value>) -> Response {
    if query["apiKey"] != KEY {
        return (StatusCode::UNAUTHORIZED, "the key is not valid").into_response();
    }
    if query["articlesCount"].as_u64().is_none_or(|count| count > PAGE as u64) {
        return Json(json!({ "error": "articlesCount is too large" })).into_response();
    }
    let all = written(&moment);
    let page = usize::try_from(query["articlesPage"].as_u64().unwrap_or(1)).unwrap_or(1).max(1);
    let row = |article: &Written| {
        let date = article.at.format("%Y-%m-%d").to_string();
        json!({
            "uri": article.number.to_string(), "lang": "eng", "isDuplicate": article.number.is_multiple_of(5), "date": date,
            "dateTime": article.at.to_rfc3339(), "dateTimePub": article.at.to_rfc3339(), "dataType": "news",
            "url": format!("https://press.example/{}", article.number), "title": article.title,
            "body": format!("It is played and bought.{}", article.summary), "source": { "uri": "press.example", "title": "The Stand-in" },
            "authors": [], "image": null, "sentiment": null,
        })
    };
    let rows: Vec<Value> = all.iter().skip((page - 1) * PAGE).take(PAGE).map(row).collect();
    let pages = all.len().div_ceil(PAGE);
    let found =
        json!({ "results": rows, "totalResults": all.len(), "page": page, "count": PAGE, "pages": pages });
    Json(json!({ "articles": found })).into_response()
}
