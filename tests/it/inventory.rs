//! What somebody owns, as they see it through GraphQL.

use domain::events::Relay;
use serde_json::{Value, json};

use crate::http::Served;
use crate::people::Person;
use crate::world::{card, import, printing_id, refusals};
use crate::ws::Socket;

const ADD: &str = "mutation ($lots: [InventoryLotInput!]!) { addToInventory(lots: $lots) {
    change { id kind copies } lots { id quantity } errors { code field message } } }";
const EDIT: &str = "mutation ($edits: [InventoryEditInput!]!) { editInventory(edits: $edits) {
    change { id lots } lots { id quantity grade binder { name } } errors { code field } } }";
const SELL: &str = "mutation ($sales: [InventorySaleInput!]!) { sellFromInventory(sales: $sales, soldOn: \"2026-11-01\") {
    change { id copies movements { copies price { amount currency } soldOn lot { acquiredOn } } } errors { code field } } }";
const REMOVE: &str = "mutation ($lots: [InventoryRemovalInput!]!) { removeFromInventory(lots: $lots) {
    change { id } errors { code field } } }";
const UNDO: &str = "mutation ($id: ID!) { undoInventoryChange(id: $id) { change { id kind undoes } errors { code field } } }";
const ALL: &str =
    "{ viewer { inventory { totalLots totalCopies nodes { id quantity finish grade condition language
    printing { card { name } } cost { amount currency } acquiredOn binder { name } tags forTrade } } } }";

async fn world() -> (Served, Person) {
    let served = Served::new().await;
    let cards: Vec<_> = (1..=60).map(|n| card(n, n, &json!({}))).collect();
    import(&served.app, &cards, "2026-11-01").await;
    let jace = Person::new(&served, "jace").await;
    (served, jace)
}

impl Person {
    /// What a mutation answers that went well.
    async fn change(&self, served: &Served, mutation: &str, variables: Value) -> Value {
        let answer = served.ask_as(Some(&self.access), mutation, variables).await;
        let payload = answer["data"].as_object().and_then(|data| data.values().next()).cloned();
        payload.unwrap_or_else(|| panic!("{answer}"))
    }

    async fn all(&self, served: &Served) -> Value {
        self.ask(served, ALL).await["data"]["viewer"]["inventory"].clone()
    }
}

fn lot(number: u32, more: &Value) -> Value {
    let mut lot = json!({ "printingId": printing_id(number), "finish": "NONFOIL" });
    lot.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    lot
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_come_change_and_go_and_everything_can_be_taken_back() {
    let (served, jace) = world().await;
    let full = json!({ "quantity": 4, "grade": "EXCELLENT", "language": "JA", "acquiredOn": "2024-05-01",
        "cost": { "amount": "12.50", "currency": "cad" }, "tags": ["b", "a", "b"], "forTrade": true });
    let lots = json!({ "lots": [lot(1, &full), lot(1, &full), lot(2, &json!({}))] });
    let added = jace.change(&served, ADD, lots).await;
    assert_eq!(added["change"]["copies"], 9, "{added}");
    let all = jace.all(&served).await;
    assert_eq!((&all["totalLots"], &all["totalCopies"]), (&json!(2), &json!(9)));
    let dear = all["nodes"].as_array().unwrap().iter().find(|node| node["quantity"] == 8).unwrap().clone();
    let expected = json!({ "id": dear["id"], "quantity": 8, "finish": "NONFOIL", "grade": "EXCELLENT", "condition": "LP",
        "language": "JA", "printing": { "card": { "name": "Test Card 1" } }, "cost": { "amount": "12.50", "currency": "CAD" },
        "acquiredOn": "2024-05-01", "binder": null, "tags": ["a", "b"], "forTrade": true });
    assert_eq!(dear, expected, "what is alike is one lot");

    let binder = "mutation ($name: String!) { createBinder(name: $name) { binder { id } errors { code } } }";
    let made = jace.change(&served, binder, json!({ "name": " Trades " })).await;
    let taken = jace.change(&served, binder, json!({ "name": "TRADES" })).await;
    assert_eq!(taken["errors"][0]["code"], "NAME_TAKEN", "{taken}");
    let set = json!({ "binderId": made["binder"]["id"], "grade": "POOR" });
    let split = json!({ "edits": [{ "lotId": dear["id"], "quantity": 3, "set": set }] });
    let split = jace.change(&served, EDIT, split).await;
    let sides: Vec<_> = split["lots"].as_array().unwrap().iter().map(|lot| &lot["quantity"]).collect();
    assert_eq!(sides, [5, 3], "{split}");
    assert_eq!(split["lots"][1]["binder"]["name"], "Trades", "{split}");
    let nothing = json!({ "edits": [{ "lotId": dear["id"], "set": { "grade": "EXCELLENT" } }] });
    assert_eq!(jace.change(&served, EDIT, nothing).await["change"], Value::Null, "it is so already");

    let delete = "mutation ($id: ID!) { deleteBinder(id: $id) { binder { deletedAt } errors { code } } }";
    let full = jace.change(&served, delete, json!({ "id": made["binder"]["id"] })).await;
    assert_eq!(full["errors"][0]["code"], "NOT_EMPTY", "{full}");
    let undone = jace.change(&served, UNDO, json!({ "id": split["change"]["id"] })).await;
    assert_eq!(undone["change"]["kind"], "UNDONE", "{undone}");
    let twice = jace.change(&served, UNDO, json!({ "id": split["change"]["id"] })).await;
    assert_eq!(twice["errors"][0]["code"], "ALREADY_UNDONE", "{twice}");
    assert_eq!(jace.all(&served).await, all, "as it was");
    let empty = jace.change(&served, delete, json!({ "id": made["binder"]["id"] })).await;
    assert!(empty["binder"]["deletedAt"].is_string(), "{empty}");
    let again = jace.change(&served, UNDO, json!({ "id": undone["change"]["id"] })).await;
    assert!(again["change"]["id"].is_string(), "what was taken back can come again: {again}");
    let gone = json!({ "lots": [{ "lotId": dear["id"], "quantity": 5 }] });
    jace.change(&served, REMOVE, gone).await;
    let late = jace.change(&served, UNDO, json!({ "id": added["change"]["id"] })).await;
    assert_eq!(late["errors"][0]["code"], "NOT_ENOUGH", "its copies went on: {late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_copies_are_sold_first_and_never_more_than_there_are() {
    let (served, jace) = world().await;
    let came = |day: &str, cost: &str| {
        lot(1, &json!({ "quantity": 2, "acquiredOn": day, "cost": { "amount": cost, "currency": "USD" } }))
    };
    let lots =
        [came("2025-03-01", "3"), came("2024-01-01", "1"), came("2026-02-01", "9"), lot(2, &json!({}))];
    jace.change(&served, ADD, json!({ "lots": lots })).await;
    let price = json!({ "amount": "5", "currency": "USD" });
    let oldest = json!({ "oldest": { "printingId": printing_id(1), "finish": "NONFOIL" } });
    let sale = |quantity: i32| json!({ "sales": [{ "of": oldest, "quantity": quantity, "price": price }] });
    let sold = jace.change(&served, SELL, sale(3)).await;
    let moved: Vec<_> = sold["change"]["movements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["copies"].as_i64().unwrap(), one["lot"]["acquiredOn"].as_str().unwrap().to_owned()))
        .collect();
    let mut moved = moved;
    moved.sort();
    assert_eq!(moved, [(-2, "2024-01-01".to_owned()), (-1, "2025-03-01".to_owned())], "{sold}");
    assert_eq!(sold["change"]["movements"][0]["price"], json!({ "amount": "5.00", "currency": "USD" }));
    let too_many = jace.change(&served, SELL, sale(4)).await;
    assert_eq!(too_many["errors"], json!([{ "code": "NOT_ENOUGH", "field": "sales[0].quantity" }]));
    assert_eq!(jace.all(&served).await["totalCopies"], 4, "nothing of it was sold");
    let (one, two) = tokio::join!(jace.change(&served, SELL, sale(3)), jace.change(&served, SELL, sale(3)));
    let won = [&one, &two].iter().filter(|sale| sale["change"]["id"].is_string()).count();
    assert_eq!(won, 1, "{one} {two}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_is_said_with_its_place_and_nothing_is_done() {
    let (served, jace) = world().await;
    let wrong = [
        lot(1, &json!({ "quantity": 0 })),
        lot(99, &json!({})),
        lot(1, &json!({ "finish": "ETCHED" })),
        lot(1, &json!({ "cost": { "amount": "1", "currency": "dollars" } })),
        lot(1, &json!({ "binderId": "nonsense" })),
        lot(1, &json!({ "notes": "x".repeat(2_001) })),
        lot(1, &json!({})),
    ];
    let refused = jace.change(&served, ADD, json!({ "lots": wrong })).await;
    let said = refusals(&refused);
    let expected = [
        ("INVALID", "lots[0].quantity"),
        ("NOT_FOUND", "lots[1].printingId"),
        ("INVALID", "lots[2].finish"),
        ("INVALID", "lots[3].cost.currency"),
        ("NOT_FOUND", "lots[4].binderId"),
        ("INVALID", "lots[5].notes"),
    ];
    assert_eq!(said, expected);
    assert_eq!(jace.all(&served).await["totalLots"], 0);
    let none = jace.change(&served, ADD, json!({ "lots": [] })).await;
    assert_eq!(none["errors"][0]["field"], "lots", "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn so_much_is_kept_and_no_more() {
    let (served, jace) = world().await;
    let most = json!({ "lots": [lot(1, &json!({ "quantity": 1_000_000 }))] });
    assert_eq!(jace.change(&served, ADD, most).await["errors"], json!([]));
    let one = |number| json!({ "lots": [lot(number, &json!({}))] });
    let refused = async |number| jace.change(&served, ADD, one(number)).await["errors"][0]["code"].clone();
    assert_eq!(refused(1).await, "LIMIT_REACHED", "a lot holds a million");
    served.app.sql("UPDATE inventories SET lots = 250000", &[]).await;
    assert_eq!(refused(2).await, "LIMIT_REACHED", "an inventory holds so many lots");
    let binders = "INSERT INTO binders (user_id, name, created_at) \
                   SELECT user_id, n::text, now() FROM inventories, generate_series(1, 500) n";
    served.app.sql(binders, &[]).await;
    let binder = "mutation { createBinder(name: \"One more\") { errors { code } } }";
    let refused = jace.change(&served, binder, json!({})).await;
    assert_eq!(refused["errors"][0]["code"], "LIMIT_REACHED");
    assert_eq!(jace.all(&served).await["totalCopies"], 1_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_touches_what_is_somebody_elses() {
    let (served, jace) = world().await;
    let vraska = Person::new(&served, "vraska").await;
    let added = jace.change(&served, ADD, json!({ "lots": [lot(1, &json!({ "quantity": 2 }))] })).await;
    let (id, change) = (&added["lots"][0]["id"], &added["change"]["id"]);
    let binder = "mutation { createBinder(name: \"Mine\") { binder { id } } }";
    let binder = jace.change(&served, binder, json!({})).await["binder"]["id"].clone();
    let price = json!({ "amount": "1", "currency": "USD" });
    let tries = [
        (EDIT, json!({ "edits": [{ "lotId": id, "set": { "grade": "POOR" } }] })),
        (SELL, json!({ "sales": [{ "of": { "lotId": id }, "quantity": 1, "price": price }] })),
        (REMOVE, json!({ "lots": [{ "lotId": id, "quantity": 1 }] })),
        (UNDO, json!({ "id": change })),
        (ADD, json!({ "lots": [lot(1, &json!({ "binderId": binder }))] })),
    ];
    for (mutation, variables) in tries {
        let refused = vraska.change(&served, mutation, variables).await;
        assert_eq!(refused["errors"][0]["code"], "NOT_FOUND", "{refused}");
    }
    assert_eq!(jace.all(&served).await["totalCopies"], 2);
    assert_eq!(vraska.all(&served).await["totalLots"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_lots_costs_as_many_statements_as_one_lot() {
    let (served, jace) = world().await;
    let made = "mutation { createBinder(name: \"B\") { binder { id } } }";
    let binder = jace.change(&served, made, json!({})).await["binder"]["id"].clone();
    let lots: Vec<_> = (1..=60).map(|n| lot(n, &json!({ "binderId": binder }))).collect();
    jace.change(&served, ADD, json!({ "lots": lots })).await;
    let query = |first: i32| {
        format!(
            "{{ viewer {{ inventory(first: {first}) {{ totalLots nodes {{ id binder {{ name }} printing {{
        card {{ name }} set {{ code }} latestPrices {{ money {{ amount }} }} }} }} }} }} }}"
        )
    };
    let mut counts = Vec::new();
    for first in [1, 50] {
        let (answer, all) = served.app.statements(jace.ask(&served, &query(first))).await.unwrap();
        let nodes = answer["data"]["viewer"]["inventory"]["nodes"].as_array().map(Vec::len);
        assert_eq!(nodes, Some(usize::try_from(first).unwrap()), "{answer}");
        counts.push(all.len());
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
    let changes = "{ viewer { inventoryChanges { nodes { kind undone movements { copies lot { id } } } } } }";
    let (_, all) = served.app.statements(jace.ask(&served, changes)).await.unwrap();
    assert!(all.len() <= 6, "{all:#?}");
}

/// A change of as many lots as an import makes.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_large_change_only_what_is_shown_is_read() {
    const CHANGES: &str = "{ viewer { inventoryChanges { nodes { id movements { copies lot { id } } } } } }";
    let (served, jace) = world().await;
    for number in [1, 2] {
        let added = jace.change(&served, ADD, json!({ "lots": [lot(number, &json!({}))] })).await;
        assert_eq!(added["change"]["copies"], 1, "{added}");
    }
    let large = "INSERT INTO inventory_movements (change_id, item_id, user_id, copies) \
                 SELECT m.change_id, m.item_id, m.user_id, n FROM inventory_movements m, generate_series(2, 50000) n \
                 ORDER BY m.change_id, n";
    served.app.sql(large, &[]).await;
    served.app.sql("ANALYZE inventory_movements", &[]).await;
    let asked = jace.ask(&served, CHANGES);
    let (answer, rows, blocks) = served.app.read_of("inventory_movements", asked).await.unwrap();
    let changes = answer["data"]["viewer"]["inventoryChanges"]["nodes"].as_array().unwrap();
    assert_eq!(changes.len(), 2, "{answer}");
    for change in changes {
        let copies: Vec<i64> = change["movements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["copies"].as_i64().unwrap())
            .collect();
        assert_eq!(copies.len(), 100);
        assert!(copies.into_iter().eq(1..=100), "the first ones, in their order");
    }
    assert_eq!(rows, 200);
    assert!(blocks < 100, "{blocks} blocks were looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_window_does_another_sees() {
    let (served, jace) = world().await;
    let vraska = Person::new(&served, "vraska").await;
    tokio::spawn(Relay::new(served.app.app.hub.clone(), served.app.settings.database_url.clone()).run());
    let mut socket = Socket::open_as(served.address, &jace.access).await;
    let follow =
        "subscription { inventoryUpdated { kind totalLots totalCopies changed lots { id quantity } } }";
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": follow } })).await;
    let first = socket.hear().await["payload"]["data"]["inventoryUpdated"].clone();
    assert_eq!(
        first,
        json!({ "kind": "SNAPSHOT", "totalLots": 0, "totalCopies": 0, "changed": 0, "lots": [] })
    );
    vraska.change(&served, ADD, json!({ "lots": [lot(2, &json!({}))] })).await;
    let added = jace.change(&served, ADD, json!({ "lots": [lot(1, &json!({ "quantity": 3 }))] })).await;
    let seen = socket.hear().await["payload"]["data"]["inventoryUpdated"].clone();
    let lots = json!([{ "id": added["lots"][0]["id"], "quantity": 3 }]);
    assert_eq!(
        seen,
        json!({ "kind": "DELTA", "totalLots": 1, "totalCopies": 3, "changed": 1, "lots": lots })
    );
}
