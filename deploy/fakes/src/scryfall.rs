use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::mood::packed;
use crate::{Moment, Service};

pub(crate) fn routes() -> Router<Moment> {
    Router::new()
        .route("/bulk-data", get(bulk_data))
        .route("/sets", get(sets))
        .route("/migrations", get(migrations))
        .route("/file/default-cards.jsonl.gz", get(file))
}

fn list(data: &Value) -> Json<Value> {
    Json(json!({ "object": "list", "has_more": false, "data": data }))
}

/// The packed file: the cards as they are, since the markets have their prices.
fn cards(moment: &Moment) -> std::io::Result<Bytes> {
    packed(moment.world().lines.join("\n").as_bytes(), true)
}

async fn bulk_data(State(moment): State<Moment>) -> Response {
    let Ok(file) = cards(&moment) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let base = moment.url(Service::Scryfall);
    let entry = json!({
        "object": "bulk_data", "id": "922288cb-4bef-45e1-bb30-0c2bd3d3534f", "type": "default_cards",
        "updated_at": moment.shared.clock.began.to_rfc3339(), "name": "Default Cards", "description": "",
        "uri": format!("{base}/bulk-data/default_cards"),
        "jsonl_download_uri": format!("{base}/file/default-cards.jsonl.gz"), "compressed_size": file.len(),
    });
    list(&json!([entry])).into_response()
}

async fn file(State(moment): State<Moment>) -> Response {
    match cards(&moment) {
        Ok(file) => ([(header::CONTENT_TYPE, "application/gzip")], file).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// As the cards tell of their sets.
async fn sets(State(moment): State<Moment>) -> Json<Value> {
    let mut sets: BTreeMap<String, Value> = BTreeMap::new();
    for line in &moment.world().lines {
        let card: Value = serde_json::from_str(line).unwrap_or_default();
        let code = card["set"].as_str().unwrap_or_default().to_owned();
        let set = sets.entry(code).or_insert_with(|| {
            json!({
                "object": "set", "id": card["set_id"], "code": card["set"], "name": card["set_name"],
                "set_type": card["set_type"].as_str().unwrap_or("expansion"), "released_at": card["released_at"],
                "card_count": 0, "digital": false, "foil_only": false, "nonfoil_only": false,
                "icon_svg_uri": format!("https://svgs.scryfall.io/sets/{}.svg", card["set"].as_str().unwrap_or_default()),
            })
        });
        set["card_count"] = (set["card_count"].as_i64().unwrap_or_default() + 1).into();
    }
    list(&sets.into_values().collect())
}

async fn migrations() -> Json<Value> {
    list(&json!([]))
}
