//! Wants with a target: each has an alert, which changes and goes with it.

use serde_json::{Value, json};

use crate::alerts::{Says, World};
use crate::world::{card, import, oracle_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_want_tells_when_its_target_is_reached() {
    let world = World::new().await;
    world.land(0, &[Says(4, Some(900), None), Says(5, Some(900), None)]).await;
    let target = json!({ "amount": "5.00", "currency": "USD" });
    let wish = json!({ "of": { "cardId": oracle_id(4) }, "target": target });
    let add = "mutation ($wants: [WantInput!]!) { addWants(wants: $wants) {
        wants { id tells alert { id rule amount card { name } ofWantList } } errors { code field message } } }";
    let added = world.tell(add, json!({ "wants": [wish] })).await;
    let want = added["wants"][0].clone();
    let expected = json!({ "id": want["alert"]["id"], "rule": "BELOW", "amount": "5.00",
        "card": { "name": "Test Card 4" }, "ofWantList": true });
    assert_eq!((&want["tells"], &want["alert"]), (&json!(true), &expected), "{added}");
    world.check(0).await;
    world.land(1, &[Says(4, Some(900), None), Says(5, Some(400), None)]).await;
    assert_eq!(world.check(1).await.fired, 0, "it has to last");
    assert_eq!(world.check(13).await.fired, 1, "the cheaper of both printings");

    // Its words are the want's: they change with it and go with it.
    let alert = want["alert"]["id"].as_str().unwrap();
    let delete = "mutation ($id: ID!) { deleteAlert(id: $id) { id errors { code field } } }";
    let refused = world.tell(delete, json!({ "id": alert })).await;
    assert_eq!(refused["errors"][0], json!({ "code": "INVALID", "field": "id" }), "{refused}");
    let edit = "mutation ($edits: [WantEditInput!]!) { editWants(edits: $edits) {
        wants { alert { amount version phase } } errors { code field message } } }";
    let set = |set: Value| json!({ "edits": [{ "wantId": want["id"], "set": set }] });
    let lower = json!({ "target": { "amount": "3.00", "currency": "USD" } });
    let edited = world.tell(edit, set(lower)).await;
    let anew = json!({ "amount": "3.00", "version": 2, "phase": "NEW" });
    assert_eq!(edited["wants"][0]["alert"], anew, "{edited}");
    let silent = world.tell(edit, set(json!({ "tells": false }))).await;
    assert_eq!(silent["wants"][0]["alert"], json!(null), "{silent}");
    let again = world.tell(edit, set(json!({ "tells": true }))).await;
    assert_eq!(again["wants"][0]["alert"]["amount"], "3.00", "{again}");
    world
        .tell(
            "mutation ($ids: [ID!]!) { removeWants(ids: $ids) { errors { code } } }",
            json!({ "ids": [want["id"]] }),
        )
        .await;
    let left = world.jace.ask(&world.served, "{ viewer { alerts(first: 10) { nodes { id } } } }").await;
    assert_eq!(left["data"]["viewer"]["alerts"]["nodes"], json!([]), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_want_of_some_sets_tells_of_no_other() {
    let world = World::new().await;
    let other =
        json!({ "set": "oth", "set_id": "cccccccc-0000-4000-8000-000000000002", "set_name": "Other Set" });
    let cards: Vec<_> =
        (4..=6).map(|n| card(n, 4, &if n == 6 { other.clone() } else { json!({}) })).collect();
    import(&world.served.app, &cards, "2026-11-02").await;
    let set =
        world.jace.ask(&world.served, "{ set(code: \"oth\") { id } }").await["data"]["set"]["id"].clone();
    let of = json!({ "cardInSets": { "cardId": oracle_id(4), "setIds": [set] } });
    let wish = json!({ "of": of, "target": { "amount": "5.00", "currency": "USD" } });
    let add = "mutation ($wants: [WantInput!]!) { addWants(wants: $wants) { wants { alert { id } } errors { message } } }";
    let added = world.tell(add, json!({ "wants": [wish] })).await;
    assert!(added["wants"][0]["alert"]["id"].is_string(), "{added}");
    world.land(0, &[Says(4, Some(400), None), Says(6, Some(900), None)]).await;
    world.check(0).await;
    assert_eq!(world.check(13).await.fired, 0, "the cheap one is of another set");
    world.land(14, &[Says(4, Some(400), None), Says(6, Some(450), None)]).await;
    world.check(14).await;
    assert_eq!(world.check(26).await.fired, 1);
}
