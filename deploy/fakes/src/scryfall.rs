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
        .route("/file/rulings.jsonl.gz", get(rulings_file))
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
    let Ok(ruled) = rulings(&moment) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let entry = |id: &str, kind: &str, name: &str, size: usize| {
        json!({
            "object": "bulk_data", "id": id, "type": kind,
            "updated_at": moment.shared.clock.began.to_rfc3339(), "name": name, "description": "",
            "uri": format!("{base}/bulk-data/{kind}"),
            "jsonl_download_uri": format!("{base}/file/{}.jsonl.gz", kind.replace('_', "-")),
            "compressed_size": size,
        })
    };
    let cards = entry("922288cb-4bef-45e1-bb30-0c2bd3d3534f", "default_cards", "Default Cards", file.len());
    let rulings = entry("06f54c0b-ab9c-452d-b35a-8297db5eb940", "rulings", "Rulings", ruled.len());
    list(&json!([cards, rulings])).into_response()
}

/// What one could ask of any card, a line each.
fn rulings(moment: &Moment) -> std::io::Result<Bytes> {
    let mut lines = Vec::new();
    for line in &moment.world().lines {
        let card: Value = serde_json::from_str(line).unwrap_or_default();
        let (Some(oracle), Some(name)) = (card["oracle_id"].as_str(), card["name"].as_str()) else {
            continue;
        };
        for (source, day, comment) in [
            (
                "wotc",
                "2024-02-02",
                format!("{name} works as its text says, also when you would rather it did not."),
            ),
            ("scryfall", "2025-06-13", format!("This is a stand-in for a note on {name}.")),
        ] {
            let ruling = json!({
                "object": "ruling", "oracle_id": oracle, "source": source, "published_at": day, "comment": comment,
            });
            lines.push(ruling.to_string());
        }
    }
    packed(lines.join("\n").as_bytes(), true)
}

async fn rulings_file(State(moment): State<Moment>) -> Response {
    match rulings(&moment) {
        Ok(file) => ([(header::CONTENT_TYPE, "application/gzip")], file).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
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
