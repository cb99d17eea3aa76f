use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::Moment;

/// Cards of a list.
const LISTED: usize = 20;

pub(crate) fn routes() -> Router<Moment> {
    Router::new().route("/commanders/{page}", get(commander))
}

fn slug(name: &str) -> String {
    let kept: String = name.to_lowercase().chars().filter(|c| !"',.:!?".contains(*c)).collect();
    kept.replace(' ', "-")
}

/// A page for every card of the world; all else is forbidden, as a store of files says it.
async fn commander(State(moment): State<Moment>, Path(page): Path<String>) -> Response {
    let world = moment.world();
    let wanted = page.trim_end_matches(".json");
    let Some(commander) = world.cards.iter().find(|card| slug(&card.name) == wanted) else {
        return (StatusCode::FORBIDDEN, "<Error><Code>AccessDenied</Code></Error>").into_response();
    };
    let view = |card: &crate::Card| {
        let decks = world.trait_of(&card.id, wanted, 4_000);
        json!({ "id": card.id, "name": card.name, "sanitized": slug(&card.name), "url": format!("/cards/{}", slug(&card.name)),
            "synergy": decks as f64 / 4_000.0 - 0.5, "num_decks": decks, "potential_decks": 4_000 })
    };
    let views: Vec<Value> = world.cards.iter().take(LISTED).map(view).collect();
    let lists = json!([{ "header": "High Synergy Cards", "tag": "highsynergycards", "cardviews": views }]);
    let container = json!({ "title": commander.name, "json_dict": { "cardlists": lists, "card": { "name": commander.name, "salt": 0.5 } } });
    Json(json!({ "header": commander.name, "container": container, "similar": [] })).into_response()
}
