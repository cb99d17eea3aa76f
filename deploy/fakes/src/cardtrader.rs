use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::world::Card;
use crate::{KEY, Moment};

pub(crate) fn routes() -> Router<Moment> {
    Router::new()
        .route("/expansions", get(expansions))
        .route("/blueprints/export", get(blueprints))
        .route("/marketplace/products", get(products))
}

fn problem(status: StatusCode, code: &str) -> Response {
    let body = json!({ "error_code": code, "errors": [], "extra": { "message": code }, "request_id": "1" });
    (status, Json(body)).into_response()
}

fn stranger(headers: &HeaderMap) -> Option<Response> {
    let given = headers.get(header::AUTHORIZATION).and_then(|given| given.to_str().ok());
    let known = given == Some(&format!("Bearer {KEY}"));
    (!known).then(|| problem(StatusCode::UNAUTHORIZED, "unauthorized"))
}

async fn expansions(State(moment): State<Moment>, headers: HeaderMap) -> Response {
    if let Some(refused) = stranger(&headers) {
        return refused;
    }
    let sets = moment.world().sets();
    let magic = sets
        .iter()
        .enumerate()
        .map(|(number, set)| json!({ "id": number + 1, "game_id": 1, "code": set, "name": set }));
    let other = json!({ "id": 9_999, "game_id": 5, "code": "pkm", "name": "Another game" });
    Json(magic.chain([other]).collect::<Vec<_>>()).into_response()
}

/// The cards of the expansion that is asked for, each with its place in the world: its blueprint.
fn wanted(moment: &Moment, query: &HashMap<String, String>) -> Result<Vec<(usize, Card)>, Box<Response>> {
    let missing = || Box::new(problem(StatusCode::UNPROCESSABLE_ENTITY, "missing_parameter"));
    let id = query.get("expansion_id").and_then(|id| id.parse::<usize>().ok()).ok_or_else(missing)?;
    let sets = moment.world().sets();
    let set = id.checked_sub(1).and_then(|place| sets.get(place));
    let set = *set.ok_or_else(|| Box::new(problem(StatusCode::NOT_FOUND, "not_found")))?;
    let cards = moment.world().cards.iter().enumerate().filter(|(_, card)| card.set == set);
    Ok(cards.map(|(place, card)| (place + 300_000, card.clone())).collect())
}

async fn blueprints(
    State(moment): State<Moment>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if let Some(refused) = stranger(&headers) {
        return refused;
    }
    let cards = match wanted(&moment, &query) {
        Ok(cards) => cards,
        Err(refused) => return *refused,
    };
    let blueprint = |(id, card): (usize, Card)| {
        json!({
            "id": id, "name": card.name, "version": null, "game_id": 1, "category_id": 1, "expansion_id": 1,
            "fixed_properties": { "collector_number": format!("{:0>3}", card.number) }, "editable_properties": [],
            // The bridges are not always all there.
            "scryfall_id": if id % 3 == 0 { Value::Null } else { json!(card.id) },
            "tcg_player_id": if id % 6 == 0 { Value::Null } else { json!(card.tcgplayer) },
            "card_market_ids": [card.cardmarket], "image_url": "",
        })
    };
    Json(cards.into_iter().map(blueprint).collect::<Vec<_>>()).into_response()
}

async fn products(
    State(moment): State<Moment>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if let Some(refused) = stranger(&headers) {
        return refused;
    }
    let cards = match wanted(&moment, &query) {
        Ok(cards) => cards,
        Err(refused) => return *refused,
    };
    let (world, step) = (moment.world(), moment.step());
    let mut all = Map::new();
    for (id, card) in cards {
        let foil = !card.has("nonfoil");
        let language = if card.lang == "ja" { "jp" } else { card.lang.as_str() };
        let offer = |number: usize, condition: &str, percent: i64, more: &str| {
            let thing = format!("ct{id}{condition}");
            let cents = world.drift(&thing, card.cents * percent / 100, step).max(1);
            json!({
                "id": id * 10 + number, "blueprint_id": id, "name_en": card.name, "quantity": number,
                "price": { "cents": cents, "currency": "EUR" }, "description": more,
                "properties_hash": { "condition": condition, "mtg_language": language, "mtg_foil": foil,
                    "signed": false, "altered": false },
                "expansion": { "id": 1, "code": card.set, "name_en": card.set },
                "user": { "id": 1, "username": "seller", "can_sell_via_hub": true, "country_code": "IT",
                    "user_type": "pro", "max_sellable_in24h_quantity": 100 },
                "graded": false, "on_vacation": false, "bundle_size": 1,
            })
        };
        let offers = vec![
            offer(2, "Near Mint", 90, ""),
            offer(1, "Near Mint", 96, ""),
            offer(3, "Slightly Played", 80, ""),
            // Cheaper than any, but another language than it says.
            offer(4, "Near Mint", 40, "ITA"),
        ];
        all.insert(id.to_string(), offers.into());
    }
    Json(Value::Object(all)).into_response()
}
