use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::{KEY, Moment};

/// Seconds between two tournaments of a format.
const EVERY: i64 = 2 * 24 * 60 * 60;
const PLAYERS: usize = 8;
const DECK: usize = 12;

pub(crate) fn routes() -> Router<Moment> {
    Router::new().route("/tournaments", post(tournaments))
}

fn problem(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "error": reason }))).into_response()
}

async fn tournaments(State(moment): State<Moment>, headers: HeaderMap, Json(query): Json<Value>) -> Response {
    if headers.get(header::AUTHORIZATION).and_then(|key| key.to_str().ok()) != Some(KEY) {
        return problem(StatusCode::UNAUTHORIZED, "Invalid API key");
    }
    let format = query["format"].as_str().unwrap_or_default();
    let (Some(start), Some(end)) = (query["start"].as_i64(), query["end"].as_i64()) else {
        return problem(StatusCode::BAD_REQUEST, "start and end are required");
    };
    if query["game"] != "Magic: The Gathering" || format.is_empty() {
        return problem(StatusCode::BAD_REQUEST, "game and format are required");
    }
    let first = (start + EVERY - 1).div_euclid(EVERY);
    let numbers = (first..).take_while(|number| number * EVERY <= end);
    let all: Vec<Value> = numbers.map(|number| tournament(&moment, format, number)).collect();
    Json(all).into_response()
}

fn tournament(moment: &Moment, format: &str, number: i64) -> Value {
    let standing = |place: usize| {
        let lost = place.min(4);
        json!({
            "name": format!("Player {place}"), "id": null, "decklist": "https://moxfield.com/decks/x",
            "deckObj": deck(moment, format!("{format}{number}{place}").as_str()), "wins": 5 - lost, "draws": 0,
            "losses": lost,
        })
    };
    json!({
        "TID": format!("{}-{number}", format.to_lowercase()), "tournamentName": format!("{format} Open {number}"),
        "swissNum": 5, "startDate": number * EVERY, "game": "Magic: The Gathering", "format": format, "topCut": 4,
        "standings": (0..PLAYERS).map(standing).collect::<Vec<_>>(),
    })
}

fn deck(moment: &Moment, thing: &str) -> Value {
    let world = moment.world();
    let place = |n: usize| world.trait_of(thing, &format!("card{n}"), world.cards.len().max(1) as u64);
    let card = |n: usize| world.cards.get(usize::try_from(place(n)).unwrap_or_default());
    let cards = (0..DECK).filter_map(card);
    let main: Map<String, Value> =
        cards.map(|card| (card.name.clone(), json!({ "id": card.id, "count": 4 }))).collect();
    json!({ "Mainboard": main, "metadata": { "game": "Magic: The Gathering", "importedFrom": "text" } })
}
