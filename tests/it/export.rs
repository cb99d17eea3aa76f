//! What somebody owns as a file, and what such a file says when it is read again.

use std::collections::BTreeMap;

use dialects::{Content, Dialect, Limits, Lot, Reader};
use reqwest::Response;
use serde_json::json;

use crate::http::Served;
use crate::people::{Person, code};
use crate::world::{card, import, printing_id};

const ADD: &str = "mutation ($lots: [InventoryLotInput!]!) { addToInventory(lots: $lots) { change { copies } errors { field message } } }";

async fn file(served: &Served, bearer: Option<&str>, format: &str) -> Response {
    let request = served.client.get(format!("http://{}/export/inventory/{format}", served.address));
    let request = match bearer {
        Some(bearer) => request.bearer_auth(bearer),
        None => request,
    };
    request.send().await.unwrap()
}

fn count(response: &Response, name: &str) -> usize {
    response.headers()[name].to_str().unwrap().parse().unwrap()
}

fn lots(bytes: &[u8]) -> Vec<Lot> {
    let rows = Reader::open(bytes, None, Limits::default()).unwrap();
    rows.map(|row| row.unwrap())
        .flat_map(|row| match row.content {
            Content::Lots(lots) => lots,
            other => panic!("line {}: {other:?}", row.line),
        })
        .collect()
}

/// Somebody with lots of every sort; one printing is at Cardmarket, the other is not.
async fn collector() -> (Served, Person) {
    let served = Served::new().await;
    let named = json!({ "name": "Fire // \"Ice\", Æther", "cardmarket_id": 77, "tcgplayer_id": 55 });
    import(&served.app, &[card(1, 1, &named), card(2, 2, &json!({}))], "2026-11-01").await;
    let jace = Person::new(&served, "jace").await;
    let made = jace
        .ask(&served, "mutation { createBinder(name: \"=Trades; \\\"best\\\"\") { binder { id } } }")
        .await;
    let binder = &made["data"]["createBinder"]["binder"]["id"];
    let full = json!({ "printingId": printing_id(1), "finish": "FOIL", "quantity": 3, "grade": "EXCELLENT", "language": "DE",
        "binderId": binder, "cost": { "amount": "12.50", "currency": "EUR" }, "acquiredOn": "2024-05-01", "signed": true,
        "altered": true, "misprint": true, "forTrade": true, "hidden": true, "notes": "two\nlines, \"quoted\"", "tags": ["a", "b c"],
        "conditionText": "Slightly bent", "grading": { "grader": "BGS", "grade": "9.5", "certificate": "0012" } });
    let yen = json!({ "printingId": printing_id(1), "finish": "NONFOIL", "cost": { "amount": "500", "currency": "JPY" } });
    let plain = json!({ "printingId": printing_id(2), "finish": "NONFOIL", "quantity": 2 });
    let lots = json!({ "lots": [full, yen, plain] });
    let added = served.ask_as(Some(&jace.access), ADD, lots).await;
    assert_eq!(added["data"]["addToInventory"]["change"]["copies"], 6, "{added}");
    (served, jace)
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_file_says_everything() {
    let (served, jace) = collector().await;
    for format in ["own", "own_json"] {
        let response = file(&served, Some(&jace.access), format).await;
        assert_eq!(response.status(), 200);
        let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert!(
            disposition.starts_with(&format!("attachment; filename=\"inventory-{format}-20")),
            "{disposition}"
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
        let counts = ["dualcaster-lots", "dualcaster-shortened", "dualcaster-left-out"];
        assert_eq!(counts.map(|name| count(&response, name)), [3, 0, 0], "{format}");
        let lots = lots(&response.bytes().await.unwrap());
        let full = &lots[0];
        assert_eq!((full.name.as_str(), full.quantity, full.for_trade), ("Fire // \"Ice\", Æther", 3, 3));
        assert_eq!((full.set_code.as_deref(), full.number.as_deref()), (Some("tst"), Some("1")));
        assert_eq!(full.ids.scryfall.map(|id| id.to_string()), Some(printing_id(1)));
        assert_eq!((full.ids.cardmarket_product, full.ids.tcgplayer_product), (Some(77), Some(55)));
        assert_eq!(
            (full.finish, full.grade),
            (Some(dialects::Finish::Foil), Some(dialects::Grade::Excellent))
        );
        assert_eq!(
            (full.language, full.condition_text.as_deref()),
            (Some(dialects::Language::De), Some("Slightly bent"))
        );
        assert_eq!(full.binder.as_ref().map(|binder| binder.name.as_str()), Some("=Trades; \"best\""));
        assert_eq!(
            full.cost.map(|cost| (cost.minor, cost.currency.unwrap().to_string())),
            Some((1250, "EUR".to_owned()))
        );
        assert_eq!(full.acquired.map(|day| day.to_string()).as_deref(), Some("2024-05-01"));
        assert_eq!((full.signed, full.altered, full.misprint, full.hidden), (true, true, true, true));
        assert_eq!(
            (full.notes.as_deref(), &full.tags),
            (Some("two\nlines, \"quoted\""), &vec!["a".to_owned(), "b c".to_owned()])
        );
        let rest = [("Certificate", "0012"), ("Grade by grader", "9.5"), ("Grader", "BGS")];
        assert_eq!(full.rest, BTreeMap::from(rest.map(|(name, text)| (name.to_owned(), text.to_owned()))));
        assert_eq!(lots[1].cost.map(|cost| cost.minor), Some(500), "yen have no hundredths");
        assert_eq!((lots[2].cost, lots[2].quantity), (None, 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_is_recognised_as_what_it_is_and_accounts_for_every_lot() {
    let (served, jace) = collector().await;
    let query = "{ inventoryExportFormats { format name extension keeps } }";
    let formats = served.ask(query).await["data"]["inventoryExportFormats"].clone();
    assert_eq!(formats.as_array().map(Vec::len), Some(Dialect::WRITTEN.len()));
    for format in formats.as_array().unwrap() {
        let name = format["format"].as_str().unwrap();
        let response = file(&served, Some(&jace.access), name).await;
        let (written, left_out) =
            (count(&response, "dualcaster-lots"), count(&response, "dualcaster-left-out"));
        assert_eq!(written + left_out, 3, "{name}");
        assert_eq!(
            left_out,
            usize::from(name == "cardmarket"),
            "{name}: only one printing is unknown, at Cardmarket"
        );
        let bytes = response.bytes().await.unwrap();
        let read = Reader::open(&bytes[..], None, Limits::default()).unwrap();
        assert_eq!(json!(read.detected().dialect), json!(name), "{}", String::from_utf8_lossy(&bytes));
        let copies: u32 = lots(&bytes).iter().map(|lot| lot.quantity).sum();
        assert_eq!(copies, if left_out > 0 { 4 } else { 6 }, "{name}");
        let cells = String::from_utf8_lossy(&bytes).contains(",=Trades");
        assert!(!cells, "{name}: a spreadsheet would run the name of the binder");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_for_its_owner_alone() {
    let (served, jace) = collector().await;
    let vraska = Person::new(&served, "vraska").await;
    let empty = file(&served, Some(&vraska.access), "own").await;
    assert_eq!((empty.status().as_u16(), count(&empty, "dualcaster-lots")), (200, 0));
    for (bearer, format, status, expected) in [
        (None, "own", 401, "UNAUTHENTICATED"),
        (Some("nonsense"), "own", 401, "UNAUTHENTICATED"),
        (Some(jace.access.as_str()), "excel", 404, "NOT_FOUND"),
        (Some(jace.access.as_str()), "mtgo", 404, "NOT_FOUND"),
    ] {
        let refused = file(&served, bearer, format).await;
        assert_eq!(refused.status(), status, "{format}");
        assert_eq!(code(&refused.json().await.unwrap()), expected);
    }
    let key = |scopes: &str| {
        format!("mutation {{ createApiKey(input: {{ name: \"k\", scopes: [{scopes}] }}) {{ secret }} }}")
    };
    for (scopes, status) in [("", 403), ("READ_OWN", 200)] {
        let made = jace.ask(&served, &key(scopes)).await;
        let secret = made["data"]["createApiKey"]["secret"].as_str().unwrap();
        assert_eq!(file(&served, Some(secret), "own").await.status(), status, "{scopes}");
    }
}

/// Two files are made at a time; here they wait in the middle of their work, so that nothing is left to luck.
#[tokio::test(flavor = "multi_thread")]
async fn who_comes_while_two_files_are_made_is_told_when_to_come_again() {
    let (served, jace) = collector().await;
    let waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'binders'::regclass";
    let mut other = domain::db::dedicated(&served.app.settings.database_url).await.unwrap();
    let held = other.transaction().await.unwrap();
    held.execute("LOCK TABLE binders IN ACCESS EXCLUSIVE MODE", &[]).await.unwrap();
    let refused = async {
        served.until(async || served.app.sql(waiting, &[]).await.len() == 2).await;
        let refused = file(&served, Some(&jace.access), "own").await;
        assert_eq!(served.app.sql(waiting, &[]).await.len(), 2, "the third does not wait beside them");
        held.rollback().await.unwrap();
        refused
    };
    let own = || file(&served, Some(&jace.access), "own");
    let (first, second, refused) = tokio::join!(own(), own(), refused);
    assert_eq!((first.status().as_u16(), count(&first, "dualcaster-lots")), (200, 3));
    assert_eq!((second.status().as_u16(), count(&second, "dualcaster-lots")), (200, 3));
    assert_eq!((refused.status().as_u16(), count(&refused, "retry-after")), (503, 1));
    let refused = refused.json().await.unwrap();
    assert_eq!(code(&refused), "QUEUE_FULL", "{refused}");
    assert_eq!(own().await.status(), 200, "there is room again");
}
