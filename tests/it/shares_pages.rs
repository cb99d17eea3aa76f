//! What a link shows to whoever has it, and what it does not.

use domain::accounts::Status;
use serde_json::{Value, json};

use crate::http::Served;
use crate::shares::{SECRET, private, world};
use crate::world::{oracle_id, printing_id};

/// Everything that there is to ask.
const ALL: &str = "query ($token: String!, $first: Int = 50, $after: String) { shared(token: $token) {
    name ownerName kind changedAt showsPrices
    totals { lots wants copies missing values { unpricedCopies money { amount currency } } }
    lots(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { quantity finish grade condition language
        grading { grader grade } signed altered misprint forTrade printing { id collectorNumber card { name } set { code } } } }
    wants(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { quantity missing finish gradeAtLeast
        languages card { name defaultPrinting { id } } printing { id collectorNumber } sets { code } } } } }";

/// The whole answer to somebody who is nobody in particular.
async fn raw(served: &Served, token: &Value, more: Value) -> String {
    let mut variables = json!({ "token": token });
    variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    served.post(ALL, &variables).send().await.unwrap().text().await.unwrap()
}

async fn open(served: &Served, token: &Value) -> Value {
    let text = raw(served, token, json!({})).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["shared"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binder_shows_what_it_may_and_nothing_else() {
    let (served, jace) = world(5).await;
    let binder = jace.binder(&served, "Trades").await;
    let other = jace.binder(&served, "The safe").await;
    let lots = vec![
        private(2, &binder, &json!({ "quantity": 3, "forTrade": true, "signed": true, "grade": "PLAYED" })),
        private(1, &binder, &json!({ "finish": "FOIL", "language": "JA", "altered": true })),
        private(3, &binder, &json!({ "hidden": true, "quantity": 100, "misprint": true })),
        private(4, &other, &json!({ "quantity": 1000 })),
        private(5, &Value::Null, &json!({})),
    ];
    jace.put(&served, lots).await;
    let share = jace.share(&served, json!({ "binderId": binder }), false).await;
    let shown = open(&served, &share["token"]).await;
    assert_eq!((&shown["name"], &shown["ownerName"]), (&json!("Trades"), &json!("jace")), "{shown}");
    assert_eq!((&shown["kind"], &shown["wants"]), (&json!("BINDER"), &Value::Null));
    let totals = json!({ "lots": 2, "wants": null, "copies": 4, "missing": null, "values": null });
    assert_eq!(shown["totals"], totals, "hidden copies do not count");
    let nodes = shown["lots"]["nodes"].as_array().unwrap();
    let named: Vec<_> = nodes.iter().map(|lot| lot["printing"]["card"]["name"].as_str().unwrap()).collect();
    assert_eq!(named, ["Test Card 1", "Test Card 2"]);
    let second = json!({ "quantity": 3, "finish": "NONFOIL", "grade": "PLAYED", "condition": "HP", "language": "EN",
        "grading": { "grader": "PSA", "grade": "9" }, "signed": true, "altered": false, "misprint": false,
        "forTrade": true, "printing": nodes[1]["printing"] });
    assert_eq!(nodes[1], second);

    jace.share(&served, json!({ "binderId": binder }), true).await;
    let text = raw(&served, &share["token"], json!({})).await;
    let priced: Value = serde_json::from_str(&text).unwrap();
    // Three of 2.00 and one foil of 1.50; nobody tells euros.
    let values = json!([{ "unpricedCopies": 0, "money": { "amount": "7.50", "currency": "USD" } },
        { "unpricedCopies": 4, "money": { "amount": "0.00", "currency": "EUR" } }]);
    assert_eq!(priced["data"]["shared"]["totals"]["values"], values);
    let never = [
        SECRET,
        "7654",
        "CHF",
        "2019-03",
        "0012",
        "The safe",
        "Test Card 3",
        "Test Card 4",
        "Test Card 5",
        &printing_id(3),
        &jace.email,
        &jace.id,
        "ravnica.example",
    ];
    for secret in never {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

/// The fields themselves: what is not there cannot be asked for.
#[tokio::test]
async fn no_field_tells_what_is_nobody_elses() {
    let query = "{ __schema { types { name fields { name } } } }";
    let answer = domain::root::schema().finish().execute(query).await.data.into_json().unwrap();
    let types = answer["__schema"]["types"].as_array().unwrap();
    let fields = |name: &str| -> Vec<&str> {
        let kind = types.iter().find(|kind| kind["name"] == name).unwrap();
        kind["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect()
    };
    let lot =
        ["printing", "quantity", "finish", "grade", "condition", "language", "grading", "signed", "altered"];
    let lot: Vec<_> = lot.into_iter().chain(["misprint", "forTrade"]).collect();
    assert_eq!(fields("SharedLot"), lot);
    assert_eq!(fields("SharedGrading"), ["grader", "grade"]);
    let want = ["card", "printing", "sets", "finish", "gradeAtLeast", "languages", "quantity", "missing"];
    assert_eq!(fields("SharedWant"), want);
    let whole = ["name", "ownerName", "kind", "changedAt", "showsPrices", "totals", "lots", "wants"];
    assert_eq!(fields("SharedCollection"), whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_what_is_missing_as_if_hidden_copies_were_not_there() {
    let (served, jace) = world(3).await;
    let target = json!({ "amount": "7654.32", "currency": "USD" });
    let of = |n: u32, quantity: i32| {
        json!({ "of": { "cardId": oracle_id(n) }, "quantity": quantity, "priority": 1, "target": target,
            "note": format!("{SECRET}: note") })
    };
    let exact = json!({ "of": { "printingId": printing_id(3) }, "finish": "FOIL", "gradeAtLeast": "EXCELLENT",
        "languages": ["JA"] });
    let list = jace.want(&served, vec![of(2, 4), of(1, 4), exact]).await;
    let safe = jace.binder(&served, "The safe").await;
    let lots = vec![
        private(1, &safe, &json!({ "quantity": 1 })),
        private(1, &safe, &json!({ "quantity": 2, "hidden": true })),
    ];
    jace.put(&served, lots).await;
    let share = jace.share(&served, json!({ "wantListId": list }), true).await;
    let text = raw(&served, &share["token"], json!({})).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    let shown = &answer["data"]["shared"];
    assert_eq!((&shown["kind"], &shown["lots"]), (&json!("WANT_LIST"), &Value::Null), "{shown}");
    let totals = json!({ "lots": null, "wants": 3, "copies": 9, "missing": 8, "values": null });
    assert_eq!(shown["totals"], totals);
    let nodes = shown["wants"]["nodes"].as_array().unwrap();
    let told: Vec<_> = nodes
        .iter()
        .map(|want| {
            (want["card"]["name"].as_str().unwrap(), want["quantity"].as_i64(), want["missing"].as_i64())
        })
        .collect();
    let all = [("Test Card 1", 4, 3), ("Test Card 2", 4, 4), ("Test Card 3", 1, 1)];
    assert_eq!(told, all.map(|(name, wanted, missing)| (name, Some(wanted), Some(missing))));
    assert_eq!(
        (&nodes[2]["finish"], &nodes[2]["gradeAtLeast"], &nodes[2]["languages"]),
        (&json!("FOIL"), &json!("EXCELLENT"), &json!(["JA"]))
    );
    for secret in [SECRET, "7654", "The safe", "priority", &jace.email, &jace.id] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_nowhere_tells_nothing() {
    let (served, jace) = world(1).await;
    let binder = jace.binder(&served, "Trades").await;
    let lot = jace.put(&served, vec![private(1, &binder, &json!({}))]).await[0].clone();
    let of = json!({ "binderId": binder });
    let share = jace.share(&served, of.clone(), true).await;
    assert!(open(&served, &share["token"]).await.is_object());
    jace.unshare(&served, &share["id"]).await;
    let revoked = raw(&served, &share["token"], json!({})).await;
    for guess in ["AAAAAAAAAAAAAAAAAAAAAA", "", "'; --", &"A".repeat(10_000), "\u{0}AAAAAAAAAAAAAAAAAAAAA"] {
        let guessed = raw(&served, &json!(guess), json!({})).await;
        let of = |text: &str| serde_json::from_str::<Value>(text).unwrap()["data"].clone();
        assert_eq!(of(&guessed), of(&revoked), "{guess}");
        assert_eq!(of(&guessed), json!({ "shared": null }));
    }

    // A binder that is thrown away takes its link with it, and so does a list.
    let share = jace.share(&served, of.clone(), true).await;
    let remove = "mutation ($lot: ID!) { removeFromInventory(lots: [{ lotId: $lot, quantity: 1 }]) { errors { code } } }";
    jace.does(&served, remove, json!({ "lot": lot })).await;
    assert_eq!(open(&served, &share["token"]).await["totals"]["copies"], 0, "an empty one is shown");
    let delete = "mutation ($id: ID!) { deleteBinder(id: $id) { errors { code } } }";
    jace.does(&served, delete, json!({ "id": binder })).await;
    assert_eq!(open(&served, &share["token"]).await, Value::Null);
    let list = jace.want(&served, vec![json!({ "of": { "cardId": oracle_id(1) } })]).await;
    let share = jace.share(&served, json!({ "wantListId": list }), true).await;
    assert!(open(&served, &share["token"]).await.is_object());
    let delete = "mutation ($id: ID!) { deleteWantList(id: $id, withWants: true) { errors { code } } }";
    jace.does(&served, delete, json!({ "id": list })).await;
    assert_eq!(open(&served, &share["token"]).await, Value::Null);
    assert!(served.app.sql("SELECT FROM shares", &[]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_blocked_or_gone_shows_nothing() {
    let (served, jace) = world(1).await;
    let binder = jace.binder(&served, "Trades").await;
    let share = jace.share(&served, json!({ "binderId": binder }), false).await;
    let status = "UPDATE users SET status = $1";
    served.app.sql(status, &[&(Status::Disabled as i16)]).await;
    assert_eq!(open(&served, &share["token"]).await, Value::Null, "blocked");
    served.app.sql(status, &[&(Status::Active as i16)]).await;
    assert!(open(&served, &share["token"]).await.is_object());
    let gone = jace.ask(&served, "mutation { closeAccount { done } }").await;
    assert_eq!(gone["data"]["closeAccount"]["done"], true, "{gone}");
    assert_eq!(open(&served, &share["token"]).await, Value::Null, "at once");
    jobs::run_due(served.app.app.clone(), jobs::Registry::all()).await.unwrap();
    assert_eq!(open(&served, &share["token"]).await, Value::Null);
    assert!(served.app.sql("SELECT FROM shares", &[]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_binder_comes_page_by_page_in_as_many_statements_as_a_small_one() {
    let (served, jace) = world(250).await;
    let binder = jace.binder(&served, "Trades").await;
    for from in [1, 101, 201] {
        let some =
            (from..(from + 100).min(251)).map(|n| private(n, &binder, &json!({ "hidden": n % 10 == 0 })));
        jace.put(&served, some.collect()).await;
    }
    let share = jace.share(&served, json!({ "binderId": binder }), true).await;
    let (mut seen, mut after, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let text = raw(&served, &share["token"], json!({ "first": 60, "after": after })).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        let page = &answer["data"]["shared"]["lots"];
        let nodes = page["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"));
        seen.extend(nodes.iter().map(|lot| lot["printing"]["collectorNumber"].as_str().unwrap().to_owned()));
        (after, pages) = (page["pageInfo"]["endCursor"].clone(), pages + 1);
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), pages), (225, 4), "each once");
    assert!(seen.iter().all(|number| !number.ends_with('0')), "every tenth is hidden");
    let many =
        format!("{{ shared(token: {}) {{ lots(first: 101) {{ nodes {{ quantity }} }} }} }}", share["token"]);
    let refused = served.ask(&many).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{refused}");

    let wants = (1..=100).map(|n| json!({ "of": { "printingId": printing_id(n) } })).collect();
    let list = jace.want(&served, wants).await;
    let wanted = jace.share(&served, json!({ "wantListId": list }), true).await;
    for (token, most) in [(&share["token"], 5), (&wanted["token"], 7)] {
        for first in [1, 100] {
            let ask = served.app.gql(ALL, json!({ "token": token, "first": first }));
            let (answer, all) = served.app.statements(ask).await.unwrap();
            assert!(answer["errors"].is_null(), "{answer}");
            let own: Vec<_> = all.iter().filter(|text| *text != "SELECT $1").collect();
            assert!(own.len() <= most, "{first}: {own:#?}");
        }
    }
}

/// A link works until it is taken back, and not a moment longer.
#[tokio::test(flavor = "multi_thread")]
async fn no_cache_keeps_what_is_shared() {
    let (served, jace) = world(1).await;
    let binder = jace.binder(&served, "Trades").await;
    let share = jace.share(&served, json!({ "binderId": binder }), false).await;
    let query = format!("{{ shared(token: {}) {{ name }} }}", share["token"]);
    let url = format!("http://{}/graphql", served.address);
    let get = served.client.get(&url).query(&[("query", &query)]).header("accept", "application/json");
    let answer = get.send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.text().await.unwrap().contains("Trades"));
}
