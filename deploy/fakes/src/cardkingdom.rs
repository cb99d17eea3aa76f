use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::world::{Article, World};
use crate::{Moment, Service, locked};

pub(crate) fn routes() -> Router<Moment> {
    Router::new().route("/api/v2/pricelist", get(pricelist))
}

/// The list is long, so it is made once for each moment.
async fn pricelist(State(moment): State<Moment>) -> Response {
    let (step, key) = (moment.step(), (Service::CardKingdom, String::new()));
    let known = locked(&moment.shared.made).get(&key).filter(|(made, _)| *made == step).map(|m| m.1.clone());
    let body = known.unwrap_or_else(|| {
        let body = list(&moment);
        locked(&moment.shared.made).insert(key, (step, body.clone()));
        body
    });
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn list(moment: &Moment) -> Bytes {
    let (world, step) = (moment.world(), moment.step());
    let own;
    let articles = if world.articles.is_empty() {
        own = articles(world);
        &own
    } else {
        &world.articles
    };
    let made = moment.at().format("%Y-%m-%d %H:%M:%S");
    let mut text =
        format!(r#"{{"meta":{{"created_at":"{made}","base_url":"https://www.cardkingdom.com/"}},"data":["#);
    for (number, article) in articles.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        text.push_str(&row(world, number, article, step).to_string());
    }
    text.push_str("]}");
    text.into()
}

/// The world's own cards as the store would list them, and a few that are none of ours.
fn articles(world: &World) -> Vec<Article> {
    let mut all = Vec::new();
    for card in world.cards.iter().filter(|card| card.lang == "en") {
        for finish in &card.finishes {
            let (prefix, factor) = match finish.as_str() {
                "foil" if card.finishes.len() > 1 => ("F", 16),
                "etched" => ("FE", 13),
                _ => ("", 11),
            };
            let sku = format!("{prefix}{}-{:0>4}", card.set.to_uppercase(), card.number.to_uppercase());
            let (retail, stock) = (card.cents * factor / 10, world.trait_of(&sku, "stock", 20));
            let wanted = world.trait_of(&sku, "wanted", 12);
            all.push(Article {
                name: card.name.clone(),
                scryfall: card.id.clone(),
                foil: finish == "foil",
                etched: finish == "etched",
                retail: (retail, i64::try_from(stock).unwrap_or_default()),
                buy: (retail * 6 / 10, i64::try_from(wanted).unwrap_or_default()),
                sku,
            });
        }
    }
    let stranger = |number: i64| Article {
        sku: format!("ZZZ-{number:04}"),
        name: format!("Card From Nowhere {number}"),
        scryfall: String::new(),
        foil: false,
        etched: false,
        retail: (1_000 * number, 3),
        buy: (500 * number, 2),
    };
    all.extend((1..=3).map(stranger));
    all
}

fn dollars(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn row(world: &World, number: usize, article: &Article, step: u64) -> Value {
    let retail = world.drift(&article.sku, article.retail.0, step);
    let buy = world.drift(&article.sku, article.buy.0, step);
    let stock = article.retail.1;
    // Most of the stock is near mint, some of it is played.
    let played = [stock / 4, stock / 8, stock / 16];
    let near_mint = stock - played.iter().sum::<i64>();
    json!({
        "id": number + 1,
        "sku": article.sku,
        "scryfall_id": article.scryfall,
        "url": format!("mtg/{}", article.sku.to_lowercase()),
        "name": article.name,
        "variation": if article.etched { "Foil Etched" } else { "" },
        "edition": article.sku.split('-').next().unwrap_or_default(),
        "is_foil": if article.foil { "true" } else { "false" },
        "price_retail": dollars(retail),
        "qty_retail": stock,
        "price_buy": dollars(buy),
        "qty_buying": article.buy.1,
        "condition_values": {
            "nm_price": dollars(retail), "nm_qty": near_mint,
            "ex_price": dollars(retail * 85 / 100), "ex_qty": played[0],
            "vg_price": dollars(retail * 70 / 100), "vg_qty": played[1],
            "g_price": dollars(retail / 2), "g_qty": played[2],
        },
    })
}
