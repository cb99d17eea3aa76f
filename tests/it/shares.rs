//! What people show by a link, as its owner deals with it.

use domain::events::Relay;
use serde_json::{Value, json};

use crate::http::Served;
use crate::people::Person;
use crate::world::{card, import, oracle_id, printing_id};
use crate::ws::Socket;

const SHARE: &str = "mutation ($of: ShareOfInput!, $prices: Boolean!) { share(input: { of: $of, showsPrices: $prices }) { \
    share { id kind name binderId wantListId token path showsPrices createdAt } errors { code field message } } }";
const UNSHARE: &str = "mutation ($id: ID!) { unshare(id: $id) { id errors { code field } } }";
const ADD: &str = "mutation ($lots: [InventoryLotInput!]!) { addToInventory(lots: $lots) { lots { id } errors { code message } } }";

/// The words that stand in everything of jace's that is nobody else's business.
pub const SECRET: &str = "nobody else";

impl Person {
    /// The payload of a mutation.
    pub async fn does(&self, served: &Served, mutation: &str, variables: Value) -> Value {
        let answer = served.ask_as(Some(&self.access), mutation, variables).await;
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"].as_object().unwrap().values().next().unwrap().clone()
    }

    /// A binder of this name.
    pub async fn binder(&self, served: &Served, name: &str) -> Value {
        let create = "mutation ($name: String!) { createBinder(name: $name) { binder { id } } }";
        self.does(served, create, json!({ "name": name })).await["binder"]["id"].clone()
    }

    /// Lots come; their ids.
    pub async fn put(&self, served: &Served, lots: Vec<Value>) -> Vec<Value> {
        let added = self.does(served, ADD, json!({ "lots": lots })).await;
        assert_eq!(added["errors"], json!([]), "{added}");
        added["lots"].as_array().unwrap().iter().map(|lot| lot["id"].clone()).collect()
    }

    /// Wants of cards come into the default list; its id.
    pub async fn want(&self, served: &Served, wants: Vec<Value>) -> Value {
        let add = "mutation ($wants: [WantInput!]!) { addWants(wants: $wants) { list { id } errors { code message } } }";
        let added = self.does(served, add, json!({ "wants": wants })).await;
        assert_eq!(added["errors"], json!([]), "{added}");
        added["list"]["id"].clone()
    }

    /// Shares something.
    pub async fn share(&self, served: &Served, of: Value, prices: bool) -> Value {
        let shared = self.does(served, SHARE, json!({ "of": of, "prices": prices })).await;
        assert_eq!(shared["errors"], json!([]), "{shared}");
        shared["share"].clone()
    }

    /// Takes a link back.
    pub async fn unshare(&self, served: &Served, id: &Value) -> Value {
        self.does(served, UNSHARE, json!({ "id": id })).await
    }
}

/// Cards 1 to `most`, of so many dollars each, and jace.
pub async fn world(most: u32) -> (Served, Person) {
    let served = Served::new().await;
    let priced = |n: u32| json!({ "prices": { "usd": format!("{n}.00"), "usd_foil": format!("{n}.50") } });
    let cards: Vec<_> = (1..=most).map(|n| card(n, n, &priced(n))).collect();
    import(&served.app, &cards, "2026-11-01").await;
    let jace = Person::new(&served, "jace").await;
    (served, jace)
}

/// A lot with everything in it that others must not learn.
pub fn private(number: u32, binder: &Value, more: &Value) -> Value {
    let mut lot = json!({ "printingId": printing_id(number), "finish": "NONFOIL", "binderId": binder,
        "cost": { "amount": "7654.32", "currency": "CHF" }, "acquiredOn": "2019-03-17",
        "notes": format!("{SECRET}: notes"), "tags": [format!("{SECRET} tag")],
        "conditionText": format!("{SECRET} condition"),
        "grading": { "grader": "PSA", "grade": "9", "certificate": format!("{SECRET} 0012") } });
    lot.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    lot
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shared_twice_keeps_its_link_and_another_one_is_another() {
    let (served, jace) = world(2).await;
    let binder = jace.binder(&served, "Trades").await;
    let list = jace.want(&served, vec![json!({ "of": { "cardId": oracle_id(1) } })]).await;
    let first = jace.share(&served, json!({ "binderId": binder }), false).await;
    let token = first["token"].as_str().unwrap();
    assert_eq!(token.len(), 22, "128 bits");
    assert_eq!(first["path"], format!("/shared/{token}"));
    assert_eq!(
        (&first["kind"], &first["name"], &first["binderId"], &first["wantListId"]),
        (&json!("BINDER"), &json!("Trades"), &binder, &Value::Null)
    );
    let again = jace.share(&served, json!({ "binderId": binder }), true).await;
    assert_eq!(
        (&again["id"], &again["token"], &again["showsPrices"], &again["createdAt"]),
        (&first["id"], &first["token"], &json!(true), &first["createdAt"])
    );
    let wanted = jace.share(&served, json!({ "wantListId": list }), false).await;
    assert_eq!((&wanted["kind"], &wanted["wantListId"]), (&json!("WANT_LIST"), &list));
    assert_ne!(wanted["token"], first["token"]);

    let mine =
        "{ viewer { shares { name } binders { share { id showsPrices } } wantLists { share { path } } } }";
    let mine = jace.ask(&served, mine).await["data"]["viewer"].clone();
    assert_eq!(mine["shares"], json!([{ "name": "Trades" }, { "name": "Wants" }]));
    assert_eq!(mine["binders"], json!([{ "share": { "id": first["id"], "showsPrices": true } }]));
    assert_eq!(mine["wantLists"], json!([{ "share": { "path": wanted["path"] } }]));

    assert_eq!(jace.unshare(&served, &first["id"]).await["id"], first["id"]);
    let gone = jace.unshare(&served, &first["id"]).await;
    assert_eq!(gone["errors"], json!([{ "code": "NOT_FOUND", "field": "id" }]));
    let mine = jace.ask(&served, "{ viewer { binders { share { id } } } }").await;
    assert_eq!(mine["data"]["viewer"]["binders"], json!([{ "share": null }]));
    let other = jace.share(&served, json!({ "binderId": binder }), false).await;
    assert_ne!(other["token"], first["token"], "a link that was taken back never comes back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebody_elses_is_nobodys_to_share() {
    let (served, jace) = world(1).await;
    let binder = jace.binder(&served, "Trades").await;
    let list = jace.want(&served, vec![json!({ "of": { "cardId": oracle_id(1) } })]).await;
    let share = jace.share(&served, json!({ "binderId": binder }), false).await;
    let vraska = Person::new(&served, "vraska").await;
    for (of, field) in [
        (json!({ "binderId": binder }), "of.binderId"),
        (json!({ "wantListId": list }), "of.wantListId"),
        (json!({ "binderId": list }), "of.binderId"),
        (json!({ "wantListId": "nonsense" }), "of.wantListId"),
    ] {
        let refused = vraska.does(&served, SHARE, json!({ "of": of, "prices": true })).await;
        let error = &refused["errors"][0];
        assert_eq!(
            (&error["code"], error["field"].as_str()),
            (&json!("NOT_FOUND"), Some(field)),
            "{refused}"
        );
        assert_eq!(refused["share"], Value::Null);
    }
    let refused = vraska.unshare(&served, &share["id"]).await;
    assert_eq!(refused["errors"][0]["code"], "NOT_FOUND", "{refused}");
    let theirs = vraska.ask(&served, "{ viewer { shares { id } } }").await;
    assert_eq!(theirs["data"]["viewer"]["shares"], json!([]));
    let kept = jace.ask(&served, "{ viewer { shares { token showsPrices } } }").await;
    let kept = &kept["data"]["viewer"]["shares"];
    assert_eq!(*kept, json!([{ "token": share["token"], "showsPrices": false }]), "nothing of it changed");

    let both = json!({ "of": { "binderId": binder, "wantListId": list }, "prices": false });
    let refused = served.ask_as(Some(&jace.access), SHARE, both).await;
    assert_eq!(refused["data"]["share"], Value::Null, "one thing at a time: {refused}");
    let nobody = served.ask_as(None, SHARE, json!({ "of": { "binderId": binder }, "prices": false })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{nobody}");
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_that_show_a_list_hear_that_it_is_shared() {
    let (served, jace) = world(1).await;
    let app = &served.app;
    tokio::spawn(Relay::new(app.app.hub.clone(), app.app.database_url.clone()).run());
    let list = jace.want(&served, vec![json!({ "of": { "cardId": oracle_id(1) } })]).await;
    let mut socket = Socket::open_as(served.address, &jace.access).await;
    let follow =
        format!("subscription {{ wantListUpdated(id: {list}) {{ kind list {{ share {{ path }} }} }} }}");
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": follow } })).await;
    let mut heard = async || socket.hear().await["payload"]["data"]["wantListUpdated"]["list"].clone();
    assert_eq!(heard().await["share"], Value::Null);
    let share = jace.share(&served, json!({ "wantListId": list }), false).await;
    assert_eq!(heard().await["share"], json!({ "path": share["path"] }));
    jace.unshare(&served, &share["id"]).await;
    assert_eq!(heard().await["share"], Value::Null);
}

/// What was kept before there was such a fact is still found by what it is.
#[tokio::test(flavor = "multi_thread")]
async fn hiding_copies_is_a_change_like_any_other() {
    let (served, jace) = world(1).await;
    let plain = json!({ "printingId": printing_id(1), "finish": "FOIL", "quantity": 3 });
    let lot = jace.put(&served, vec![plain]).await[0].clone();
    let edit = "mutation ($lot: ID!, $hidden: Boolean!, $n: Int) { editInventory(edits: [{ lotId: $lot, quantity: $n, \
                set: { hidden: $hidden } }]) { change { id } lots { id quantity hidden } errors { code } } }";
    let hidden = jace.does(&served, edit, json!({ "lot": lot, "hidden": true, "n": 1 })).await;
    let lots = hidden["lots"].as_array().unwrap();
    assert_eq!(lots.len(), 2, "{hidden}");
    let other = lots.iter().find(|one| one["id"] != lot).unwrap();
    assert_eq!((&other["quantity"], &other["hidden"]), (&json!(1), &json!(true)), "{hidden}");
    let filtered = "{ viewer { inventory(filter: { hidden: false }) { matching { copies } nodes { id } } } }";
    let shown = jace.ask(&served, filtered).await["data"]["viewer"]["inventory"].clone();
    assert_eq!((&shown["matching"]["copies"], &shown["nodes"]), (&json!(2), &json!([{ "id": lot }])));
    let back = jace.does(&served, edit, json!({ "lot": other["id"], "hidden": false })).await;
    let whole = back["lots"].as_array().unwrap().iter().find(|one| one["id"] == lot).unwrap();
    assert_eq!(whole["quantity"], 3, "they join the lot that they left: {back}");
}
