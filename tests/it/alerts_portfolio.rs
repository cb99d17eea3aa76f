//! Alerts about what somebody's whole collection is worth.

use chrono::TimeDelta;
use domain::alerts::{self, Checked};
use serde_json::{Value, json};

use crate::alerts::{Says, World, input};
use crate::people::Person;
use crate::world::printing_id;

fn whole(more: &Value) -> Value {
    let mut alert = json!({ "printingId": null, "finish": null, "portfolio": true, "persistenceMinutes": 0, "rearmPercent": "0" });
    alert.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    alert
}

/// Copies of card 1, had for long.
async fn have(world: &World, whose: &Person, quantity: i32) {
    let mutation = "mutation ($lots: [InventoryLotInput!]!) { addToInventory(lots: $lots) { errors { code field message } } }";
    let began = world.hours(-24 * 40).date_naive();
    let lot = json!({ "printingId": printing_id(1), "finish": "NONFOIL", "quantity": quantity, "acquiredOn": began });
    let answer = world.served.ask_as(Some(&whose.access), mutation, json!({ "lots": [lot] })).await;
    assert_eq!(answer["data"]["addToInventory"]["errors"], json!([]), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_that_is_worth_more_is_told_of() {
    let world = World::now().await;
    world.price(0, 600).await;
    let id = world.alert(whole(&json!({ "rule": "ABOVE", "amount": "30.00" }))).await;
    assert_eq!(world.check(0).await, Checked { alerts: 1, fired: 0 });
    let seen = world.seen(&id, "portfolio phase printing { id } explanation { value text } ").await;
    let text = "armed; fires once what the collection is worth is at or above 30.00 USD for 0 min; there is no price now";
    let expected = json!({ "portfolio": true, "phase": "ARMED", "printing": null, "explanation": { "value": null, "text": text } });
    assert_eq!(seen, expected, "nothing is worth nothing");

    have(&world, &world.jace, 4).await;
    have(&world, &Person::new(&world.served, "vraska").await, 100).await;
    assert_eq!(world.check(1).await, Checked { alerts: 1, fired: 0 }, "who adds copies has it looked at");
    assert_eq!(world.seen(&id, "explanation { value }").await["explanation"]["value"], "24.00");
    assert_eq!(world.price(2, 740).await, 0);
    assert_eq!(world.price(3, 750).await, 1);
    let last = world.seen(&id, "lastEvents { before after threshold side printing { id } }").await;
    let expected = json!([{ "before": "29.60", "after": "30.00", "threshold": "30.00", "side": "HIGH", "printing": null }]);
    assert_eq!(last["lastEvents"], expected);
    let told =
        world.jace.ask(&world.served, "{ viewer { notifications { nodes { title body link } } } }").await;
    let expected = json!([{ "title": "Your collection: at or above 30.00 USD",
        "body": "It went from 29.60 USD to 30.00 USD.", "link": "/portfolio" }]);
    assert_eq!(told["data"]["viewer"]["notifications"]["nodes"], expected);
    // What others have moves with the same prices, and is nothing to this one; other cards are none of it.
    world.land(4, &[Says(1, Some(750), None), Says(2, Some(100), None)]).await;
    assert_eq!(world.check(4).await, Checked::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_that_come_are_no_move_and_prices_are() {
    let world = World::new().await;
    world.price(-72, 1_000).await;
    world.price(0, 1_000).await;
    have(&world, &world.jace, 10).await;
    let moved = whole(&json!({ "rule": "PERCENT", "amount": null, "percent": "20", "windowDays": 10 }));
    let id = world.alert(moved).await;
    assert_eq!(world.check(0).await.fired, 0);
    have(&world, &world.jace, 100).await;
    assert_eq!(world.check(24).await, Checked { alerts: 1, fired: 0 }, "eleven times as much, all of it new");
    let mut price = 1_000;
    for day in 2..=8 {
        price -= 20;
        assert_eq!(world.price(24 * day, price).await, 0);
    }
    assert_eq!(world.price(24 * 9, 800).await, 1, "a fifth of what these copies were worth then");
    let last = world.seen(&id, "lastEvents { after threshold anchor side }").await["lastEvents"].clone();
    assert_eq!(
        last,
        json!([{ "after": "880.00", "threshold": "880.00", "anchor": "1100.00", "side": "LOW" }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_is_summed_up_every_five_minutes_at_most() {
    let world = World::new().await;
    have(&world, &world.jace, 1).await;
    world.price(0, 600).await;
    world.alert(whole(&json!({ "rule": "ABOVE", "amount": "7.00" }))).await;
    let look = async |minutes: i64| {
        let moment = world.hours(1) + TimeDelta::minutes(minutes);
        alerts::check(&world.served.app.ctx().at(moment)).await.unwrap()
    };
    assert_eq!(look(0).await, Checked { alerts: 1, fired: 0 });
    world.land(1, &[Says(1, Some(800), None)]).await;
    assert_eq!(look(1).await, Checked { alerts: 0, fired: 0 }, "it was looked at a minute ago");
    assert_eq!(look(4).await, Checked::default());
    assert_eq!(look(5).await, Checked { alerts: 1, fired: 1 }, "it was not forgotten");
    assert_eq!(look(6).await, Checked::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_of_a_collection_is_said() {
    let world = World::new().await;
    let create = "mutation ($input: AlertInput!) { createAlert(input: $input) { alert { id } errors { code field } } }";
    for (more, field) in [
        (json!({ "printingId": printing_id(1) }), "subject"),
        (json!({ "rule": "SPREAD", "amount": null, "percent": "50", "book": "BUYLIST" }), "rule"),
        (json!({ "rule": "BACK_IN_STOCK", "amount": null, "book": "BUYLIST" }), "rule"),
        (json!({ "book": "BUYLIST" }), "rule"),
        (json!({ "currency": "TIX" }), "currency"),
        (json!({ "finish": "FOIL" }), "finish"),
        (json!({ "condition": "LP" }), "condition"),
        (json!({ "source": "CARDHOARDER" }), "source"),
    ] {
        let refused = world.tell(create, json!({ "input": input(whole(&more)) })).await;
        assert_eq!(
            refused,
            json!({ "alert": null, "errors": [{ "code": "INVALID", "field": field }] }),
            "{more}"
        );
    }
    for _ in 0..20 {
        world.alert(whole(&json!({}))).await;
    }
    let refused = world.tell(create, json!({ "input": input(whole(&json!({}))) })).await;
    assert_eq!(
        refused["errors"],
        json!([{ "code": "LIMIT_REACHED", "field": "input" }]),
        "each values everything"
    );
    world.alert(json!({})).await;
    for (filter, expected) in [("true", 20), ("false", 1)] {
        let query = format!(
            "{{ viewer {{ alerts(filter: {{ portfolio: {filter} }}) {{ nodes {{ portfolio }} }} }} }}"
        );
        let found = world.jace.ask(&world.served, &query).await["data"]["viewer"]["alerts"]["nodes"].clone();
        assert_eq!(found.as_array().unwrap().len(), expected);
        assert_eq!(found[0]["portfolio"], json!(filter == "true"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_goes_by_the_days_of_the_collection() {
    let world = World::since(|now| now - TimeDelta::days(20)).await;
    for (day, cents) in (0..).zip([1_000, 1_000, 1_300, 1_300, 1_000, 1_000, 1_000, 700, 700]) {
        world.land(24 * day, &[Says(1, Some(cents), None)]).await;
    }
    have(&world, &world.jace, 2).await;
    let simulate = async |more: Value| {
        let query = "query ($input: AlertInput!) { alertSimulation(input: $input, days: 40) {
            simulation { fired naive pending knownSince times { before after } } errors { code field } } }";
        let input = json!({ "input": input(whole(&more)) });
        let answer = world.served.ask_as(Some(&world.jace.access), query, input).await;
        answer["data"]["alertSimulation"]["simulation"].clone()
    };
    let above = json!({ "rule": "ABOVE", "amount": "25.00" });
    let first = simulate(above.clone()).await;
    assert_eq!((&first["pending"], &first["knownSince"]), (&json!(true), &json!(null)), "{first}");
    jobs::run_due(world.served.app.app.clone(), jobs::Registry::all()).await.unwrap();
    let done = simulate(above).await;
    assert_eq!((&done["pending"], &done["fired"]), (&json!(false), &json!(1)), "{done}");
    assert_eq!(done["times"], json!([{ "before": "20.00", "after": "26.00" }]), "{done}");
    let moved =
        json!({ "rule": "PERCENT", "amount": null, "percent": "25", "windowDays": 5, "direction": "DOWN" });
    let done = simulate(moved).await;
    assert_eq!(done["times"], json!([{ "before": "20.00", "after": "14.00" }]), "{done}");
}
