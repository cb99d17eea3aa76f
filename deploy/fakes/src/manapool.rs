use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::Moment;
use crate::world::Card;

/// Condition and what it is worth, in hundredths.
const GRADES: [(&str, i64); 3] = [("NM", 95), ("LP", 82), ("MP", 64)];

pub(crate) fn routes() -> Router<Moment> {
    Router::new().route("/prices/variants", get(variants))
}

fn language(card: &Card) -> &'static str {
    match card.lang.as_str() {
        "ja" => "JA",
        "de" => "DE",
        "fr" => "FR",
        "it" => "IT",
        "es" => "ES",
        _ => "EN",
    }
}

async fn variants(State(moment): State<Moment>) -> Json<Value> {
    let (world, step) = (moment.world(), moment.step());
    let mut rows = Vec::new();
    for card in &world.cards {
        for finish in &card.finishes {
            let (code, factor) = match finish.as_str() {
                "foil" => ("FO", 150),
                "etched" => ("EF", 130),
                _ => ("NF", 100),
            };
            for (condition, worth) in GRADES {
                let product = format!("{}-{code}-{condition}", card.id);
                let copies = world.trait_of(&product, "copies", 9);
                let cents = world.drift(&product, card.cents * factor / 100 * worth / 100, step).max(1);
                rows.push(json!({
                    "url": format!("https://manapool.com/card/{}/{}", card.set, card.number),
                    "product_type": "mtg_single", "product_id": product, "set_code": card.set.to_uppercase(),
                    "number": card.number, "name": card.name, "scryfall_id": card.id,
                    "tcgplayer_product_id": card.tcgplayer, "language_id": language(card),
                    "condition_id": condition, "finish_id": code,
                    "low_price": if copies == 0 { Value::Null } else { json!(cents) },
                    "available_quantity": copies,
                }));
            }
        }
    }
    rows.push(json!({
        "url": "https://manapool.com/card/zzz/1", "product_type": "mtg_single", "product_id": "stranger",
        "set_code": "ZZZ", "number": "1", "name": "Card From Nowhere",
        "scryfall_id": "ffffffff-0000-4000-8000-000000000001", "tcgplayer_product_id": null,
        "language_id": "EN", "condition_id": "NM", "finish_id": "NF", "low_price": 1999, "available_quantity": 5,
    }));
    rows.push(json!({
        "url": "https://manapool.com/sealed/zzz", "product_type": "mtg_sealed", "product_id": "box",
        "set_code": "ZZZ", "number": null, "name": "A Box", "scryfall_id": null, "tcgplayer_product_id": null,
        "language_id": "EN", "condition_id": null, "finish_id": null, "low_price": 9999, "available_quantity": 1,
    }));
    Json(json!({ "meta": { "as_of": moment.at().to_rfc3339() }, "data": rows }))
}
