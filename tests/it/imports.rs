//! Files of collections, from the upload to the inventory and back.

use std::io::Write;

use dialects::{Dialect, Field};
use domain::events::Relay;
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::Response;
use serde_json::{Value, json};

use crate::http::Served;
use crate::people::Person;
use crate::world::{card, import, printing_id};
use crate::ws::Socket;

const START: &str = "mutation ($name: String!) { startInventoryImport(fileName: $name) {
    import { id state } uploadPath errors { code field message } } }";
const SHOWN: &str = "state problem format sureness rowsRead exact approximate unmatched refused skipped copies \
    copiesBefore changeId";
const LOTS: &str = "{ viewer { inventory(first: 100) { totalLots totalCopies nodes { quantity finish grade language \
    printing { id } cost { amount currency } acquiredOn binder { name } tags notes forTrade hidden signed altered misprint \
    conditionText grading { grader grade certificate } } } } }";
/// Rows of every sort, as ManaBox would write them.
const MIXED: &str = "\
Binder Name,Binder Type,Name,Set code,Set name,Collector number,Foil,Rarity,Quantity,ManaBox ID,Scryfall ID,Purchase price,Misprint,Altered,Condition,Language,Purchase price currency
Trades,binder,Test Card 1,TST,Test Set,1,normal,rare,3,1,aaaaaaaa-0000-4000-8000-000000000001,1.50,false,false,near_mint,en,USD
Trades,binder,Test Card 2,TST,Test Set,2,foil,rare,1,2,,0,false,false,excellent,de,USD
,,Test Card 7,NOPE,Nowhere,99,normal,rare,2,3,,,false,false,near_mint,en,USD
,,Nobody's Card,TST,Test Set,999,normal,rare,1,4,,,false,false,near_mint,en,USD
Wishes,list,Test Card 3,TST,Test Set,3,normal,rare,1,5,,,false,false,near_mint,en,USD
,,Test Card 4,TST,Test Set,4,normal,rare,many,6,,,false,false,near_mint,en,USD
";

async fn world() -> (Served, Person) {
    let served = Served::new().await;
    let more = |n| {
        let name = if n == 7 || n == 8 { "Test Card 7".to_owned() } else { format!("Test Card {n}") };
        json!({ "name": name, "cardmarket_id": 7_100 + n })
    };
    let cards: Vec<_> = (1..=20).map(|n| card(n, if n == 8 { 7 } else { n }, &more(n))).collect();
    import(&served.app, &cards, "2026-11-01").await;
    let jace = Person::new(&served, "jace").await;
    (served, jace)
}

async fn put(served: &Served, path: &str, body: impl Into<Vec<u8>>) -> Response {
    let request = served.client.put(format!("http://{}{path}", served.address));
    request.body(body.into()).send().await.unwrap()
}

async fn work(served: &Served) {
    jobs::run_due(served.app.app.clone(), jobs::Registry::all()).await.unwrap();
}

impl Person {
    /// Uploads a file, and has it read.
    async fn bring(&self, served: &Served, name: &str, body: impl Into<Vec<u8>>) -> String {
        let begun = self.tell(served, START, json!({ "name": name })).await;
        let path = begun["uploadPath"].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned();
        let answer = put(served, &path, body).await;
        assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
        work(served).await;
        begun["import"]["id"].as_str().unwrap().to_owned()
    }

    /// The first member of what a mutation answers.
    async fn tell(&self, served: &Served, mutation: &str, variables: Value) -> Value {
        let answer = served.ask_as(Some(&self.access), mutation, variables).await;
        let payload = answer["data"].as_object().and_then(|data| data.values().next()).cloned();
        payload.unwrap_or_else(|| panic!("{answer}"))
    }

    async fn seen(&self, served: &Served, id: &str) -> Value {
        let query = format!("{{ viewer {{ inventoryImport(id: \"{id}\") {{ {SHOWN} }} }} }}");
        self.ask(served, &query).await["data"]["viewer"]["inventoryImport"].clone()
    }

    /// Rows with the codes of their causes.
    async fn rows(&self, served: &Served, id: &str) -> Vec<Value> {
        let query = format!(
            "{{ viewer {{ inventoryImport(id: \"{id}\") {{ rows {{ nodes {{ row line status copies finish grade matchedBy \
             printing {{ id card {{ name }} }} causes {{ code field value message }} }} }} }} }} }}"
        );
        let answer = self.ask(served, &query).await;
        let nodes = answer["data"]["viewer"]["inventoryImport"]["rows"]["nodes"].as_array().cloned();
        nodes.unwrap_or_else(|| panic!("{answer}"))
    }

    async fn enter(&self, served: &Served, id: &str, more: &str) -> Value {
        let enter = format!(
            "mutation {{ enterInventoryImport(id: \"{id}\"{more}) {{ import {{ state }} errors {{ code message }} }} }}"
        );
        let begun = self.tell(served, &enter, json!({})).await;
        assert_eq!(begun["errors"], json!([]), "{begun}");
        work(served).await;
        self.seen(served, id).await
    }

    async fn undo(&self, served: &Served, import: &Value) {
        let undo =
            "mutation ($id: ID!) { undoInventoryChange(id: $id) { change { copies } errors { message } } }";
        let undone = self.tell(served, undo, json!({ "id": import["changeId"] })).await;
        assert_eq!(undone["errors"], json!([]), "{undone}");
    }

    async fn owned(&self, served: &Served) -> Value {
        self.ask(served, LOTS).await["data"]["viewer"]["inventory"].clone()
    }

    async fn copies(&self, served: &Served) -> i64 {
        self.owned(served).await["totalCopies"].as_i64().unwrap()
    }
}

fn codes(row: &Value) -> Vec<&str> {
    row["causes"].as_array().unwrap().iter().map(|cause| cause["code"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_accounted_for_before_anything_is_entered() {
    let (served, jace) = world().await;
    let id = jace.bring(&served, "mine.csv", MIXED).await;
    let seen = jace.seen(&served, &id).await;
    let expected = json!({ "state": "READY", "problem": null, "format": "ManaBox", "sureness": "EXACT", "rowsRead": 6,
        "exact": 2, "approximate": 1, "unmatched": 1, "refused": 1, "skipped": 1, "copies": 6, "copiesBefore": 0,
        "changeId": null });
    assert_eq!(seen, expected);
    let rows = jace.rows(&served, &id).await;
    let came: Vec<_> = rows
        .iter()
        .map(|row| (row["line"].as_i64().unwrap(), row["status"].as_str().unwrap(), codes(row)))
        .collect();
    let expected = [
        (2, "EXACT", vec![]),
        (3, "EXACT", vec![]),
        (4, "APPROXIMATE", vec!["SEVERAL_PRINTINGS", "SET_UNKNOWN"]),
        (5, "UNMATCHED", vec!["NO_SUCH_CARD"]),
        (6, "SKIPPED", vec!["ON_A_LIST"]),
        (7, "REFUSED", vec!["UNREADABLE"]),
    ];
    assert_eq!(came, expected);
    assert_eq!((&rows[0]["matchedBy"], &rows[1]["matchedBy"]), (&json!("ID"), &json!("SET_AND_NUMBER")));
    assert_eq!(
        (&rows[5]["causes"][0]["field"], &rows[5]["causes"][0]["value"]),
        (&json!("QUANTITY"), &json!("many"))
    );
    assert_eq!(jace.copies(&served).await, 0, "nothing is entered yet");

    let done = jace.enter(&served, &id, "").await;
    assert_eq!((&done["state"], jace.copies(&served).await), (&json!("DONE"), 4), "{done}");
    let owned = jace.owned(&served).await;
    let dear = owned["nodes"].as_array().unwrap().iter().find(|lot| lot["quantity"] == 3).unwrap();
    assert_eq!(
        (&dear["binder"]["name"], &dear["cost"]["amount"]),
        (&json!("Trades"), &json!("1.50")),
        "{dear}"
    );
    let worn = owned["nodes"].as_array().unwrap().iter().find(|lot| lot["quantity"] == 1).unwrap();
    let said = (&worn["finish"], &worn["grade"], &worn["language"], &worn["cost"]);
    assert_eq!(said, (&json!("FOIL"), &json!("EXCELLENT"), &json!("DE"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_changes_nothing_until_it_is_taken_back() {
    let (served, jace) = world().await;
    let first = jace.bring(&served, "mine.csv", MIXED).await;
    let first = jace.enter(&served, &first, ", approximate: true").await;
    assert_eq!(jace.copies(&served).await, 6);
    let again = jace.bring(&served, "mine-again.csv", MIXED).await;
    assert_eq!(jace.seen(&served, &again).await["copiesBefore"], 6);
    let again = jace.enter(&served, &again, ", approximate: true").await;
    assert_eq!((jace.copies(&served).await, &again["changeId"]), (6, &Value::Null), "{again}");

    // One copy more, and a card of which there was none.
    let more =
        MIXED.replace(",rare,3,1,", ",rare,4,1,") + ",,Test Card 5,TST,Test Set,5,normal,rare,2,7,,,,,,,\n";
    let more = jace.bring(&served, "more.csv", more).await;
    let more = jace.enter(&served, &more, ", approximate: true").await;
    assert_eq!(jace.copies(&served).await, 9, "{more}");
    jace.undo(&served, &more).await;
    jace.undo(&served, &first).await;
    assert_eq!(jace.copies(&served).await, 0, "an import is taken back as one change");
    let anew = jace.bring(&served, "mine.csv", MIXED).await;
    assert_eq!(jace.seen(&served, &anew).await["copiesBefore"], 0, "what was taken back is not there");
    jace.enter(&served, &anew, "").await;
    let copy = jace.bring(&served, "mine.csv", MIXED).await;
    jace.enter(&served, &copy, ", again: true").await;
    assert_eq!(jace.copies(&served).await, 8, "whoever has them twice may say so");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_owner_decides_what_a_row_means_and_nobody_else() {
    let (served, jace) = world().await;
    let vraska = Person::new(&served, "vraska").await;
    let id = jace.bring(&served, "mine.csv", MIXED).await;
    let decide = "mutation ($id: ID!, $row: Int!, $printing: ID) { resolveInventoryImportRow(id: $id, row: $row, \
        printingId: $printing) { row { status matchedBy causes { code } } import { exact unmatched skipped } errors { code field } } }";
    let theirs = vraska.tell(&served, decide, json!({ "id": id, "row": 4 })).await;
    assert_eq!(theirs["errors"], json!([{ "code": "NOT_FOUND", "field": "id" }]));
    let chosen = jace.tell(&served, decide, json!({ "id": id, "row": 4, "printing": printing_id(9) })).await;
    assert_eq!(chosen["row"], json!({ "status": "EXACT", "matchedBy": "OWNER", "causes": [] }), "{chosen}");
    let left = jace.tell(&served, decide, json!({ "id": id, "row": 1 })).await;
    assert_eq!(left["import"], json!({ "exact": 2, "unmatched": 0, "skipped": 2 }), "{left}");
    let wrong = jace.tell(&served, decide, json!({ "id": id, "row": 77 })).await;
    assert_eq!(wrong["errors"], json!([{ "code": "NOT_FOUND", "field": "row" }]));
    jace.enter(&served, &id, "").await;
    assert_eq!(jace.copies(&served).await, 2);
    let late = jace.tell(&served, decide, json!({ "id": id, "row": 4 })).await;
    assert_eq!(late["errors"][0]["code"], "INVALID", "what is in is in");
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_mean_what_their_owner_says() {
    let (served, jace) = world().await;
    let file = "Karte,Menge,Was,Bezahlt\nTest Card 1,2,1,3.00\n";
    let id = jace.bring(&served, "liste.csv", file).await;
    let before = jace.seen(&served, &id).await;
    assert_eq!((&before["sureness"], &before["exact"]), (&json!("NOTHING"), &json!(0)), "{before}");
    let remap = "mutation ($id: ID!, $columns: [ImportColumnInput!]!) { remapInventoryImport(id: $id, columns: $columns, \
        currency: \"EUR\") { import { state } errors { code field } } }";
    let column = |name: &str, field: &str| json!({ "name": name, "field": field });
    let columns = [("Karte", "NAME"), ("Menge", "QUANTITY"), ("Bezahlt", "COST")].map(|(n, f)| column(n, f));
    let begun = jace.tell(&served, remap, json!({ "id": id, "columns": columns })).await;
    assert_eq!(begun, json!({ "import": { "state": "READING" }, "errors": [] }));
    work(&served).await;
    assert_eq!(jace.seen(&served, &id).await["exact"], 1);
    jace.enter(&served, &id, "").await;
    let lot = jace.owned(&served).await["nodes"][0].clone();
    assert_eq!(
        (&lot["quantity"], &lot["cost"]),
        (&json!(2), &json!({ "amount": "3.00", "currency": "EUR" }))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_collection_is_refused_whatever_its_name() {
    let (served, jace) = world().await;
    let packed = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let twice = packed(&packed(MIXED.as_bytes()));
    let mut broken = packed(MIXED.as_bytes());
    broken.truncate(broken.len() - 20);
    let cases: [(&str, Vec<u8>, u16, &str); 8] = [
        ("mine.csv", Vec::new(), 422, "empty"),
        ("mine.csv", b"\x7fELF\0\0\0\0binary".to_vec(), 422, "neither"),
        ("mine.csv", b"PK\x03\x04rest".to_vec(), 422, "not what its name says"),
        ("mine.xlsx", MIXED.into(), 422, "not what its name says"),
        ("mine.csv.gz", packed(&vec![b'a'; 2_000_000]), 422, "too large when it is unpacked"),
        ("mine.csv.gz", twice, 422, "packed twice"),
        ("mine.csv.gz", broken, 422, "cannot be unpacked"),
        ("mine.csv", vec![b'a'; (10 << 20) + 1], 413, "larger than"),
    ];
    let begun = jace.tell(&served, START, json!({ "name": "x" })).await;
    let path = begun["uploadPath"].as_str().unwrap();
    for (name, body, status, says) in cases {
        let rename = "UPDATE inventory_imports SET file_name = $1";
        served.app.sql(rename, &[&name]).await;
        let answer = put(&served, path, body).await;
        assert_eq!(answer.status(), status, "{name}: {says}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(says), "{name}: {text}");
    }
    // A refusal leaves the ticket as it was; a file that is taken uses it up.
    served.app.sql("UPDATE inventory_imports SET file_name = 'mine.csv.gz'", &[]).await;
    assert_eq!(put(&served, path, packed(MIXED.as_bytes())).await.status(), 202);
    assert_eq!(put(&served, path, packed(MIXED.as_bytes())).await.status(), 404);
    assert_eq!(put(&served, "/import/inventory/guessed", MIXED).await.status(), 404);
    work(&served).await;
    let id = begun["import"]["id"].as_str().unwrap();
    assert_eq!(jace.seen(&served, id).await["exact"], 2);

    for n in 2..=20 {
        let begun = jace.tell(&served, START, json!({ "name": format!("{n}.csv") })).await;
        assert_eq!(begun["errors"], json!([]), "{n}");
    }
    let one_more = jace.tell(&served, START, json!({ "name": "21.csv" })).await;
    assert_eq!(one_more["errors"][0]["code"], "LIMIT_REACHED", "{one_more}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_sees_it_go_on() {
    let (served, jace) = world().await;
    tokio::spawn(Relay::new(served.app.app.hub.clone(), served.app.settings.database_url.clone()).run());
    let begun = jace.tell(&served, START, json!({ "name": "mine.csv" })).await;
    let (id, path) = (&begun["import"]["id"], begun["uploadPath"].as_str().unwrap());
    let mut socket = Socket::open_as(served.address, &jace.access).await;
    let follow =
        "subscription ($id: ID!) { inventoryImportUpdated(id: $id) { kind import { state rowsRead } } }";
    let payload = json!({ "query": follow, "variables": { "id": id } });
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    let mut hear = async || socket.hear().await["payload"]["data"]["inventoryImportUpdated"].clone();
    let first = hear().await;
    assert_eq!(first, json!({ "kind": "SNAPSHOT", "import": { "state": "WAITING", "rowsRead": 0 } }));
    put(&served, path, MIXED).await;
    work(&served).await;
    let mut last = Value::Null;
    while last["import"]["state"] != "READY" {
        last = hear().await;
    }
    assert_eq!(last["import"]["rowsRead"], 6);
}

/// Every format that can be written is read again as the same lots, as far as it has words for them.
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_comes_in_again() {
    let (served, jace) = world().await;
    let full = json!({ "printingId": printing_id(1), "finish": "FOIL", "quantity": 3, "grade": "GOOD", "language": "DE",
        "cost": { "amount": "12.50", "currency": "EUR" }, "acquiredOn": "2024-05-01", "signed": true, "altered": true,
        "misprint": true, "forTrade": true, "hidden": true, "notes": "two\nlines, \"quoted\"", "tags": ["a", "b c"],
        "conditionText": "Slightly bent", "grading": { "grader": "BGS", "grade": "9.5", "certificate": "0012" } });
    let plain = json!({ "printingId": printing_id(2), "finish": "NONFOIL", "quantity": 2 });
    let add =
        "mutation ($lots: [InventoryLotInput!]!) { addToInventory(lots: $lots) { errors { message } } }";
    jace.tell(&served, add, json!({ "lots": [full, plain] })).await;
    let wanted = jace.owned(&served).await;
    println!("{:<16} {:>6} {:>6}  fields that are kept", "format", "exact", "copies");
    for dialect in Dialect::WRITTEN {
        let name = serde_json::to_value(dialect).unwrap().as_str().unwrap().to_owned();
        let file = served.client.get(format!("http://{}/export/inventory/{name}", served.address));
        let file = file.bearer_auth(&jace.access).send().await.unwrap();
        let left_out: i64 = file.headers()["dualcaster-left-out"].to_str().unwrap().parse().unwrap();
        let bytes = file.bytes().await.unwrap().to_vec();
        let other = Person::new(&served, &format!("reader-{}", name.replace('_', "-"))).await;
        let id = other.bring(&served, &format!("mine.{}", dialect.extension()), bytes).await;
        let seen = other.enter(&served, &id, ", approximate: true").await;
        let (kept, copies) = (dialect.kept(), other.copies(&served).await);
        println!("{name:<16} {:>6} {copies:>6}  {}", seen["exact"], kept.len());
        assert_eq!(left_out, 0, "{name}");
        assert_eq!(copies, 5, "{name}: {seen}, {:?}", other.rows(&served, &id).await);
        let owned = other.owned(&served).await;
        let of = |all: &Value, member: &str| {
            let mut values: Vec<_> =
                all["nodes"].as_array().unwrap().iter().map(|lot| lot[member].to_string()).collect();
            values.sort();
            values
        };
        if kept.contains(&Field::Rest) {
            assert_eq!(owned, wanted, "{name}");
        }
        let members = [(Field::Finish, "finish"), (Field::Language, "language"), (Field::Notes, "notes")];
        for (_, member) in members.iter().filter(|(field, _)| kept.contains(field)) {
            assert_eq!(of(&owned, member), of(&wanted, member), "{name}: {member}");
        }
    }
}
