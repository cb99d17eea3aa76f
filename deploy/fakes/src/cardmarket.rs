use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::Moment;

/// A product that Scryfall does not know.
const STRANGER: i64 = 999_999;

pub(crate) fn routes() -> Router<Moment> {
    Router::new()
        .route("/priceGuide/price_guide_1.json", get(guide))
        .route("/productList/products_singles_1.json", get(products))
}

fn made(moment: &Moment) -> String {
    // As the service writes it: an offset without a colon.
    moment.at().format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// Euros, of cents.
fn euros(cents: i64) -> f64 {
    cents as f64 / 100.0
}

async fn guide(State(moment): State<Moment>) -> Json<Value> {
    let (world, step) = (moment.world(), moment.step());
    let row = |product: i64, cents: i64, nonfoil: bool, foil: bool| {
        let now = world.drift(&product.to_string(), cents * 9 / 10, step);
        let some = |there: bool, percent: i64| {
            if there { json!(euros((now * percent / 100).max(1))) } else { Value::Null }
        };
        let n = |percent| some(nonfoil, percent);
        let f = |percent| some(foil, percent);
        json!({
            "idProduct": product, "idCategory": 1, "avg": n(104), "low": n(78), "trend": n(100),
            "avg1": n(101), "avg7": n(99), "avg30": n(97), "avg-foil": f(160), "low-foil": f(130),
            "trend-foil": f(150), "avg1-foil": f(152), "avg7-foil": f(149), "avg30-foil": f(145),
        })
    };
    let cards = world.cards.iter();
    let mut rows: Vec<Value> = cards
        .map(|card| {
            let shiny = card.has("foil") || card.has("etched");
            row(card.cardmarket, card.cents, card.has("nonfoil"), shiny)
        })
        .collect();
    rows.push(row(STRANGER, 1_250, true, true));
    Json(json!({ "version": 1, "createdAt": made(&moment), "priceGuides": rows }))
}

async fn products(State(moment): State<Moment>) -> Json<Value> {
    let sets = moment.world().sets();
    let row = |product: i64, name: &str, expansion: usize| {
        json!({
            "idProduct": product, "name": name, "idCategory": 1, "categoryName": "Magic Single",
            "idExpansion": expansion + 1, "idMetacard": product, "dateAdded": "2025-05-01 10:00:00",
        })
    };
    let expansion = |set: &str| sets.binary_search(&set).unwrap_or_default();
    let cards = moment.world().cards.iter();
    let mut rows: Vec<Value> =
        cards.map(|card| row(card.cardmarket, &card.name, expansion(&card.set))).collect();
    rows.push(row(STRANGER, "Card From Nowhere", 0));
    Json(json!({ "version": 1, "createdAt": made(&moment), "products": rows }))
}
