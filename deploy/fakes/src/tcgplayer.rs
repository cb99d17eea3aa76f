//! TCGplayer's API and its mirror: the same catalogue behind two doors.

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;

use crate::world::{Card, World};
use crate::{KEY, Moment};

const TOKEN: &str = "fake-token";
/// Rows of a page, and ids of a request, at most.
const PAGE: usize = 100;
const IDS: usize = 250;
/// A product that Scryfall does not know.
const STRANGER: i64 = 999_999;

pub(crate) fn mirror() -> Router<Moment> {
    Router::new()
        .route("/last-updated.txt", get(last_updated))
        .route("/tcgplayer/1/groups", get(groups))
        .route("/tcgplayer/1/{group}/products", get(group_products))
        .route("/tcgplayer/1/{group}/prices", get(group_prices))
}

pub(crate) fn api() -> Router<Moment> {
    Router::new()
        .route("/token", post(token))
        .route("/v1.39.0/catalog/products", get(products))
        .route("/v1.39.0/catalog/products/{ids}", get(some_products))
        .route("/v1.39.0/pricing/product/{ids}", get(product_prices))
        .route("/v1.39.0/pricing/sku/{ids}", get(sku_prices))
}

fn envelope(results: &[Value], total: Option<usize>) -> Response {
    let mut body = json!({ "success": true, "errors": [], "results": results });
    if let Some(total) = total {
        body["totalItems"] = total.into();
    }
    Json(body).into_response()
}

fn refused(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "success": false, "errors": [reason], "results": [] }))).into_response()
}

async fn last_updated(State(moment): State<Moment>) -> String {
    moment.at().format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

async fn groups(State(moment): State<Moment>) -> Response {
    let sets = moment.world().sets();
    let group = |(number, set): (usize, &&str)| {
        json!({ "groupId": number + 1, "name": set, "abbreviation": set.to_uppercase(), "isSupplemental": false,
            "publishedOn": "2026-01-23T00:00:00", "modifiedOn": "2026-01-23T00:00:00", "categoryId": 1 })
    };
    envelope(&sets.iter().enumerate().map(group).collect::<Vec<_>>(), Some(sets.len()))
}

fn of_group(world: &World, group: usize) -> Option<Vec<&Card>> {
    let set = *world.sets().get(group.checked_sub(1)?)?;
    Some(world.cards.iter().filter(|card| card.set == set).collect())
}

fn product(card: &Card, skus: bool) -> Value {
    let mut product = json!({
        "productId": card.tcgplayer, "name": card.name, "cleanName": card.name, "imageUrl": "", "categoryId": 1,
        "groupId": 1, "url": "", "modifiedOn": "2026-01-23T00:00:00",
    });
    if skus {
        product["skus"] = articles(card)
            .map(|(sku, printing, condition)| {
                json!({ "skuId": sku, "productId": card.tcgplayer, "languageId": 1, "printingId": printing,
                    "conditionId": condition })
            })
            .collect();
    }
    product
}

/// Number, printing and condition of a product's articles: 1 to 5 not foil, 6 to 10 foil.
fn articles(card: &Card) -> impl Iterator<Item = (i64, i64, i64)> {
    let printings = [(1, card.has("nonfoil")), (2, card.has("foil") || card.has("etched"))];
    let (base, printings) = (card.tcgplayer * 10, printings.into_iter().filter(|(_, there)| *there));
    printings.flat_map(move |(printing, _)| {
        (1..=5).map(move |condition| (base + (printing - 1) * 5 + condition - 1, printing, condition))
    })
}

/// Rows for both printings, also for one that the product has not: that one says nothing true.
fn prices(world: &World, card: &Card, step: u64) -> Vec<Value> {
    let row = |kind: &str, percent: i64, there: bool| {
        let cents = world.drift(&format!("tcg{}{kind}", card.tcgplayer), card.cents * percent / 100, step);
        let price = |percent: i64| json!((cents * percent / 100).max(1) as f64 / 100.0);
        let junk = json!(0.25);
        json!({
            "productId": card.tcgplayer, "lowPrice": if there { price(88) } else { junk.clone() },
            "midPrice": if there { price(112) } else { junk.clone() }, "highPrice": price(300),
            "marketPrice": if there { price(100) } else { Value::Null }, "directLowPrice": null,
            "subTypeName": kind,
        })
    };
    vec![row("Normal", 100, card.has("nonfoil")), row("Foil", 150, card.has("foil") || card.has("etched"))]
}

async fn group_products(State(moment): State<Moment>, Path(group): Path<usize>) -> Response {
    let Some(cards) = of_group(moment.world(), group) else { return StatusCode::NOT_FOUND.into_response() };
    let mut rows: Vec<Value> = cards.iter().map(|card| product(card, false)).collect();
    rows.push(json!({ "productId": STRANGER + group as i64, "name": "Card From Nowhere" }));
    envelope(&rows, Some(rows.len()))
}

async fn group_prices(State(moment): State<Moment>, Path(group): Path<usize>) -> Response {
    let world = moment.world();
    let Some(cards) = of_group(world, group) else { return StatusCode::NOT_FOUND.into_response() };
    let mut rows: Vec<Value> = cards.iter().flat_map(|card| prices(world, card, moment.step())).collect();
    rows.push(
        json!({ "productId": STRANGER + group as i64, "lowPrice": 12.5, "midPrice": 13, "highPrice": 20,
        "marketPrice": 12.75, "directLowPrice": null, "subTypeName": "Normal" }),
    );
    envelope(&rows, None)
}

async fn token(Form(form): Form<HashMap<String, String>>) -> Response {
    let given = |name: &str| form.get(name).map(String::as_str);
    let known = given("grant_type") == Some("client_credentials")
        && given("client_id") == Some(KEY)
        && given("client_secret") == Some(KEY);
    if !known {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    let body =
        json!({ "access_token": TOKEN, "token_type": "bearer", "expires_in": 1_209_599, "userName": KEY });
    Json(body).into_response()
}

fn stranger(headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|given| given.to_str().ok()).unwrap_or_default();
    given.split_once(' ').is_none_or(|(kind, token)| !kind.eq_ignore_ascii_case("bearer") || token != TOKEN)
}

async fn products(
    State(moment): State<Moment>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if stranger(&headers) {
        return refused(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
    }
    let number =
        |name: &str, usual: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (offset, limit) = (number("offset", 0), number("limit", 10));
    if limit > PAGE || query.get("categoryId").map(String::as_str) != Some("1") {
        return refused(StatusCode::BAD_REQUEST, "the request is not valid");
    }
    let skus = query.get("includeSkus").is_some_and(|wanted| wanted == "true");
    let cards = &moment.world().cards;
    let rows: Vec<Value> = cards.iter().skip(offset).take(limit).map(|card| product(card, skus)).collect();
    envelope(&rows, Some(cards.len()))
}

async fn some_products(
    State(moment): State<Moment>,
    headers: HeaderMap,
    Path(list): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if stranger(&headers) {
        return refused(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
    }
    let Some(ids) = ids(&list) else { return refused(StatusCode::BAD_REQUEST, "too many ids") };
    let skus = query.get("includeSkus").is_some_and(|wanted| wanted == "true");
    let cards = moment.world().cards.iter().filter(|card| ids.contains(&card.tcgplayer));
    let rows: Vec<Value> = cards.map(|card| product(card, skus)).collect();
    match rows.len() {
        0 => refused(StatusCode::NOT_FOUND, "No products were found."),
        found => envelope(&rows, Some(found)),
    }
}

fn ids(text: &str) -> Option<Vec<i64>> {
    let ids: Vec<i64> = text.split(',').map(|id| id.parse().ok()).collect::<Option<_>>()?;
    (ids.len() <= IDS).then_some(ids)
}

async fn product_prices(
    State(moment): State<Moment>,
    headers: HeaderMap,
    Path(list): Path<String>,
) -> Response {
    if stranger(&headers) {
        return refused(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
    }
    let Some(ids) = ids(&list) else { return refused(StatusCode::BAD_REQUEST, "too many ids") };
    let (world, step) = (moment.world(), moment.step());
    let cards = world.cards.iter().filter(|card| ids.contains(&card.tcgplayer));
    envelope(&cards.flat_map(|card| prices(world, card, step)).collect::<Vec<_>>(), None)
}

async fn sku_prices(State(moment): State<Moment>, headers: HeaderMap, Path(list): Path<String>) -> Response {
    if stranger(&headers) {
        return refused(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
    }
    let Some(ids) = ids(&list) else { return refused(StatusCode::BAD_REQUEST, "too many ids") };
    let (world, step) = (moment.world(), moment.step());
    let price = |sku: i64| {
        let card = world.cards.iter().find(|card| card.tcgplayer == sku / 10)?;
        let (condition, foil) = (sku % 5, sku % 10 >= 5);
        let cents = card.cents * if foil { 150 } else { 100 } / 100 * (100 - 15 * condition) / 100;
        let cents = world.drift(&format!("sku{sku}"), cents, step).max(1);
        // Damaged copies are not always on offer.
        let low = if condition == 4 && sku % 3 == 0 { Value::Null } else { json!(cents as f64 / 100.0) };
        Some(json!({ "skuId": sku, "lowPrice": low, "lowestShipping": 1.31, "lowestListingPrice": low,
            "marketPrice": (cents * 11 / 10) as f64 / 100.0, "directLowPrice": null }))
    };
    envelope(&ids.into_iter().filter_map(price).collect::<Vec<_>>(), None)
}
