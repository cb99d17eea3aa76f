//! What people look for: lists of wants beside what they have and what it costs.

use domain::events::Relay;
use serde_json::{Value, json};

use crate::http::Served;
use crate::people::Person;
use crate::world::{card, import, number, oracle_id, printing_id, refusals};
use crate::ws::Socket;

const ADD: &str = "mutation ($list: ID, $wants: [WantInput!]!) { addWants(listId: $list, wants: $wants) { \
    list { id name totalWants wantedCopies missingCopies } wants { id quantity have missing note priority } \
    errors { code field message } } }";
const EDIT: &str = "mutation ($edits: [WantEditInput!]!) { editWants(edits: $edits) { wants { id quantity finish \
    gradeAtLeast languages sets { code } printing { collectorNumber } target { price { amount currency } source } } \
    errors { code field } } }";
const MOVE: &str = "mutation ($ids: [ID!]!, $list: ID!) { moveWants(ids: $ids, listId: $list) { \
    list { id name totalWants } wants { id quantity } errors { code field } } }";
const REMOVE: &str = "mutation ($ids: [ID!]!) { removeWants(ids: $ids) { wants { id quantity card { name } } errors { code field } } }";
const PASTE: &str = "mutation ($text: String!, $as: Boolean!) { pasteWants(text: $text, asWritten: $as) { \
    list { id } entered refused { line text code } errors { code field } } }";
const CREATE: &str =
    "mutation ($name: String!) { createWantList(name: $name) { list { id isDefault } errors { code } } }";
const LIST: &str = "query ($id: ID!, $first: Int!, $after: String, $sort: WantOrder!) { viewer { wantList(id: $id) { name \
    wants(first: $first, after: $after, sort: $sort) { pageInfo { endCursor hasNextPage } nodes { id card { name } \
    printing { collectorNumber set { code } } sets { code } quantity have missing targetReached \
    bestPrice { source condition money { amount currency } converted { amount currency } printing { collectorNumber } } \
    prices { source inTargetCurrency } } } } } }";

/// Sixty cards in set `tst`, each also in set `two` with 100 more on its number; prices of some.
async fn world() -> (Served, Person) {
    let served = Served::new().await;
    let two = |n: u32| {
        let set = json!({ "set": "two", "set_id": "cccccccc-0000-4000-8000-000000000002", "set_name": "Second Set" });
        card(n + 100, n, &set)
    };
    let cards: Vec<_> = (1..=60).map(|n| card(n, n, &json!({}))).chain((1..=60).map(two)).collect();
    import(&served.app, &cards, "2026-11-01").await;
    let jace = Person::new(&served, "jace").await;
    (served, jace)
}

impl Person {
    async fn wish(&self, served: &Served, mutation: &str, variables: Value) -> Value {
        let answer = served.ask_as(Some(&self.access), mutation, variables).await;
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"].as_object().unwrap().values().next().unwrap().clone()
    }

    async fn list(&self, served: &Served, id: &Value, sort: &str) -> Vec<Value> {
        let variables = json!({ "id": id, "first": 20, "sort": sort });
        let list = self.wish(served, LIST, variables).await["wantList"].clone();
        list["wants"]["nodes"].as_array().unwrap_or_else(|| panic!("{list}")).clone()
    }
}

fn of_card(number: u32, more: &Value) -> Value {
    let mut want = json!({ "of": { "cardId": oracle_id(number) } });
    want.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    want
}

/// Copies of `printing` come.
async fn own(served: &Served, person: &Person, printing: u32, more: &str) {
    let lot = format!("{{ printingId: \"{}\", {more} }}", printing_id(printing));
    let added = format!("mutation {{ addToInventory(lots: [{lot}]) {{ errors {{ code }} }} }}");
    let added = person.ask(served, &added).await;
    assert_eq!(added["data"]["addToInventory"]["errors"], json!([]), "{added}");
}

/// A price of a printing: headline, or what a store asks for worse copies.
async fn price(served: &Served, printing: u32, source: i16, condition: i16, amount: i64, currency: i16) {
    let price = "INSERT INTO price_series (printing_id, source, feed, kind, finish, condition, currency, headline, amount, \
                 changed_at, ingested_at, version) SELECT id, $2::smallint, $2::smallint, 8, 1, $3::smallint, $5::smallint, $3::smallint = 1, $4::bigint, now(), now(), 1 \
                 FROM printings WHERE scryfall_id = ($1::text)::uuid";
    served.app.sql(price, &[&printing_id(printing), &source, &condition, &amount, &currency]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_want_is_wanted_more_and_what_one_has_is_beside_it() {
    let (served, jace) = world().await;
    let wants = json!({ "wants": [of_card(1, &json!({ "quantity": 3 })), of_card(1, &json!({ "priority": 1, "note": " now " }))] });
    let added = jace.wish(&served, ADD, wants.clone()).await;
    assert_eq!(
        (&added["list"]["name"], &added["list"]["totalWants"]),
        (&json!("Wants"), &json!(1)),
        "{added}"
    );
    assert_eq!(added["wants"][0]["quantity"], 4, "{added}");
    let again = jace.wish(&served, ADD, wants).await;
    assert_eq!(
        (&again["wants"][0]["quantity"], &again["wants"][0]["id"]),
        (&json!(8), &added["wants"][0]["id"])
    );

    own(&served, &jace, 1, "finish: FOIL, quantity: 2, grade: PLAYED, language: JA").await;
    own(&served, &jace, 101, "finish: NONFOIL, quantity: 1, grade: MINT").await;
    let list = again["list"]["id"].clone();
    let two = json!({ "cardInSets": { "cardId": oracle_id(1), "setIds": [] } });
    let set = "SELECT id FROM mtg_sets WHERE code = 'two'";
    let set = domain::SetId(served.app.sql(set, &[]).await[0].get(0)).public();
    let mut in_two = of_card(1, &json!({ "quantity": 2 }));
    in_two["of"] = two;
    in_two["of"]["cardInSets"]["setIds"] = json!([set]);
    let mut exact = of_card(1, &json!({ "finish": "FOIL" }));
    exact["of"] = json!({ "printingId": printing_id(1) });
    let good = of_card(1, &json!({ "gradeAtLeast": "EXCELLENT", "quantity": 5 }));
    let japanese = of_card(1, &json!({ "languages": ["JA", "DE", "JA"], "quantity": 5 }));
    let more = json!({ "list": list, "wants": [in_two, exact, good, japanese] });
    let more = jace.wish(&served, ADD, more).await;
    let have: Vec<_> =
        more["wants"].as_array().unwrap().iter().map(|want| (&want["have"], &want["missing"])).collect();
    assert_eq!(
        have,
        [(&json!(1), &json!(1)), (&json!(2), &json!(0)), (&json!(1), &json!(4)), (&json!(2), &json!(3))]
    );
    assert_eq!(
        (&more["list"]["totalWants"], &more["list"]["missingCopies"]),
        (&json!(5), &json!(5 + 1 + 4 + 3))
    );

    // A want that becomes like another one joins it.
    let id = more["wants"][2]["id"].clone();
    let edits = json!({ "edits": [{ "wantId": id, "set": { "gradeAtLeast": null,
        "target": { "amount": "2.50", "currency": "eur", "source": "CARDMARKET" } } }] });
    let joined = jace.wish(&served, EDIT, edits).await;
    assert_eq!((&joined["wants"][0]["id"], &joined["wants"][0]["quantity"]), (&id, &json!(13)), "{joined}");
    let target = json!({ "price": { "amount": "2.50", "currency": "EUR" }, "source": "CARDMARKET" });
    assert_eq!(joined["wants"][0]["target"], target);
    let other = jace.wish(&served, CREATE, json!({ "name": "Other" })).await["list"]["id"].clone();
    let moved = jace.wish(&served, MOVE, json!({ "ids": [id], "list": other })).await;
    assert_eq!((&moved["list"]["name"], &moved["wants"][0]["id"]), (&json!("Other"), &id), "{moved}");
    let removed = jace.wish(&served, REMOVE, json!({ "ids": [id] })).await;
    assert_eq!(
        (&removed["wants"][0]["quantity"], &removed["wants"][0]["card"]["name"]),
        (&json!(13), &json!("Test Card 1"))
    );
    assert_eq!(jace.list(&served, &other, "NAME").await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_said_and_nothing_done() {
    let (served, jace) = world().await;
    let target = json!({ "target": { "amount": "0", "currency": "YENS" } });
    let nowhere = json!({ "of": { "printingId": "nonsense" } });
    let etched = json!({ "of": { "printingId": printing_id(1) }, "finish": "ETCHED" });
    let wants = json!([
        of_card(1, &json!({ "quantity": 0 })),
        of_card(99, &json!({})),
        nowhere,
        etched,
        of_card(2, &json!({ "priority": 6 })),
        of_card(3, &target),
        of_card(4, &json!({ "note": "x".repeat(501) }))
    ]);
    let refused = jace.wish(&served, ADD, json!({ "wants": wants })).await;
    let said = refusals(&refused);
    let expected = [
        ("INVALID", "wants[0].quantity"),
        ("NOT_FOUND", "wants[1].of"),
        ("NOT_FOUND", "wants[2].of"),
        ("INVALID", "wants[3].finish"),
        ("INVALID", "wants[4].priority"),
        ("INVALID", "wants[5].target.amount"),
        ("INVALID", "wants[5].target.currency"),
        ("INVALID", "wants[6].note"),
    ];
    assert_eq!(said, expected);
    assert_eq!(number(&served.app, "SELECT count(*) FROM want_lists").await, 0);

    let most = json!({ "wants": [of_card(1, &json!({ "quantity": 10_000 }))] });
    assert_eq!(jace.wish(&served, ADD, most).await["errors"], json!([]));
    let code = async |variables: Value| jace.wish(&served, ADD, variables).await["errors"][0]["code"].clone();
    assert_eq!(
        code(json!({ "wants": [of_card(1, &json!({}))] })).await,
        "LIMIT_REACHED",
        "a want wants so many"
    );
    let full = "INSERT INTO wants (user_id, list_id, card_id, quantity, priority, note, sets, added_at, changed_at) \
                SELECT w.user_id, w.list_id, w.card_id, 1, 3, '', ARRAY[n], now(), now() FROM wants w, generate_series(1, 4999) n";
    served.app.sql(full, &[]).await;
    assert_eq!(code(json!({ "wants": [of_card(2, &json!({}))] })).await, "LIMIT_REACHED");
    let lists = "INSERT INTO want_lists (user_id, name, is_default, created_at, changed_at) \
                 SELECT user_id, n::text, false, now(), now() FROM want_lists, generate_series(1, 99) n";
    served.app.sql(lists, &[]).await;
    assert_eq!(
        jace.wish(&served, CREATE, json!({ "name": "One more" })).await["errors"][0]["code"],
        "LIMIT_REACHED"
    );

    let vraska = Person::new(&served, "vraska").await;
    let (list, want) = ("SELECT min(id) FROM want_lists", "SELECT min(id) FROM wants");
    let list = domain::WantListId(served.app.sql(list, &[]).await[0].get(0)).public();
    let want = domain::WantId(served.app.sql(want, &[]).await[0].get(0)).public();
    let tries = [
        (ADD, json!({ "list": list, "wants": [of_card(1, &json!({}))] })),
        (EDIT, json!({ "edits": [{ "wantId": want, "set": { "quantity": 1 } }] })),
        (MOVE, json!({ "ids": [want], "list": list })),
        (REMOVE, json!({ "ids": [want] })),
    ];
    for (mutation, variables) in tries {
        let refused = vraska.wish(&served, mutation, variables).await;
        assert_eq!(refused["errors"][0]["code"], "NOT_FOUND", "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decklist_is_pasted_and_its_bad_lines_are_told() {
    let (served, jace) = world().await;
    let text = "// A deck\n4 Test Card 1\nTest Card 2\n2x test card 3 (TWO) 103 *F*\n3 Test Card 4 (TWO)\n\n\
                Sideboard\n1 No Such Card\n12345678901 Test Card 5\n20000 Test Card 6\n1 Test Card 1\n";
    let pasted = jace.wish(&served, PASTE, json!({ "text": text, "as": true })).await;
    assert_eq!((&pasted["entered"], &pasted["errors"]), (&json!(4), &json!([])), "{pasted}");
    let refused: Vec<_> = pasted["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["line"].as_i64().unwrap(), line["code"].as_str().unwrap()))
        .collect();
    assert_eq!(refused, [(8, "NO_SUCH_CARD"), (9, "UNREADABLE"), (10, "TOO_MANY_COPIES")], "{pasted}");
    assert_eq!(pasted["refused"][0]["text"], "1 No Such Card");
    let list = jace.list(&served, &pasted["list"]["id"], "NAME").await;
    let read: Vec<_> = list
        .iter()
        .map(|want| (want["quantity"].as_i64().unwrap(), &want["printing"]["collectorNumber"], &want["sets"]))
        .collect();
    let nothing = (json!(null), json!([]), json!([{ "code": "two" }]), json!("103"));
    assert_eq!(
        read,
        [
            (5, &nothing.0, &nothing.1),
            (1, &nothing.0, &nothing.1),
            (2, &nothing.3, &nothing.1),
            (3, &nothing.0, &nothing.2)
        ]
    );
    let rubbish =
        jace.wish(&served, PASTE, json!({ "text": "Dear store,\nhow are you?", "as": false })).await;
    assert_eq!(
        (&rubbish["entered"], rubbish["refused"].as_array().map(Vec::len)),
        (&json!(0), Some(2)),
        "{rubbish}"
    );
    let long =
        jace.wish(&served, PASTE, json!({ "text": "1 Test Card 1\n".repeat(1_001), "as": false })).await;
    assert_eq!(long["errors"][0]["field"], "text");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cheapest_copy_that_satisfies_a_want_is_found_at_every_source() {
    let (served, jace) = world().await;
    let rates = "WITH d AS (INSERT INTO fx_days (day, source, stored_at) VALUES (current_date, 1, now())) \
                 INSERT INTO fx_rates (currency, day, micros) VALUES ('USD', current_date, 2000000), ('JPY', current_date, 100000000)";
    served.app.sql(rates, &[]).await;
    // Card Kingdom asks 9.00 for a good copy of the first, 4.00 for a played one; 7.00 in the second set.
    price(&served, 1, 4, 1, 900, 1).await;
    price(&served, 1, 4, 4, 400, 1).await;
    price(&served, 101, 4, 1, 700, 1).await;
    // Cardmarket asks 3.00 euros, which are 6.00 dollars.
    price(&served, 101, 2, 1, 300, 2).await;
    let yen = json!({ "target": { "amount": "310", "currency": "JPY" } });
    let kingdom = json!({ "gradeAtLeast": "NEAR_MINT", "target": { "amount": "6.50", "currency": "USD", "source": "CARD_KINGDOM" } });
    let mut exact = of_card(1, &json!({ "gradeAtLeast": "MINT" }));
    exact["of"] = json!({ "printingId": printing_id(1) });
    let wants = json!({ "wants": [of_card(1, &yen), of_card(1, &kingdom), exact, of_card(2, &json!({}))] });
    let added = jace.wish(&served, ADD, wants).await;
    assert_eq!(added["errors"], json!([]), "{added}");
    let list = jace.list(&served, &added["list"]["id"], "PRICE").await;
    let read = |want: &Value| {
        let best = &want["bestPrice"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (
            text(&best["source"]),
            text(&best["converted"]["amount"]),
            text(&best["printing"]["collectorNumber"]),
            want["targetReached"].clone(),
        )
    };
    let text = |a: &str, b: &str, c: &str, reached| (a.to_owned(), b.to_owned(), c.to_owned(), reached);
    let expected = [
        text("CARD_KINGDOM", "9.00", "1", json!(null)),
        text("CARD_KINGDOM", "7.00", "101", json!(false)),
        text("CARD_KINGDOM", "4.00", "1", json!(true)),
        text("", "", "", json!(null)),
    ];
    assert_eq!(
        list.iter().map(read).collect::<Vec<_>>(),
        expected,
        "the dearest first, without a price last"
    );
    assert_eq!(
        list[2]["prices"],
        json!([{ "source": "CARD_KINGDOM", "inTargetCurrency": "200.00" },
        { "source": "CARDMARKET", "inTargetCurrency": "300.00" }])
    );

    let (mut after, mut seen) = (Value::Null, Vec::new());
    for _ in 0..4 {
        let variables = json!({ "id": added["list"]["id"], "first": 1, "after": after, "sort": "PRICE" });
        let page = jace.wish(&served, LIST, variables).await["wantList"]["wants"].clone();
        seen.push(page["nodes"][0]["id"].clone());
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, list.iter().map(|want| want["id"].clone()).collect::<Vec<_>>(), "page by page");
    for (sort, first) in [("ADDED_AT", "Test Card 2"), ("NAME", "Test Card 1"), ("PRIORITY", "Test Card 1")] {
        assert_eq!(jace.list(&served, &added["list"]["id"], sort).await[0]["card"]["name"], first, "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_wants_costs_as_many_statements_as_one_want() {
    let (served, jace) = world().await;
    for n in 1..=60 {
        price(&served, n, 4, 1, 100 + i64::from(n), 1).await;
    }
    let wants: Vec<_> =
        (1..=60).map(|n| of_card(n, &json!({ "target": { "amount": "1.20", "currency": "USD" } }))).collect();
    let added = jace.wish(&served, ADD, json!({ "wants": wants })).await;
    let mut counts = Vec::new();
    for first in [1, 60] {
        let variables = json!({ "id": added["list"]["id"], "first": first, "sort": "PRIORITY" });
        let ask = served.ask_as(Some(&jace.access), LIST, variables);
        let (answer, all) = served.app.statements(ask).await.unwrap();
        let nodes = answer["data"]["viewer"]["wantList"]["wants"]["nodes"].as_array().map(Vec::len);
        assert_eq!(nodes, Some(first), "{answer}");
        counts.push(all.len());
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wants_of_all_lists_that_are_as_cheap_as_their_targets_are_told_in_one_question() {
    const REACHED: &str = "query ($first: Int!) { wantsReached: viewer { wantsReached(first: $first) {
        card { name } targetReached missing alert { phase }
        bestPrice { converted { amount } printing { set { code } } } } } }";
    let (served, jace) = world().await;
    for n in 1..=9 {
        price(&served, n, 4, 1, 100 + i64::from(n), 1).await;
    }
    let want =
        |n: u32, target: &str| of_card(n, &json!({ "target": { "amount": target, "currency": "USD" } }));
    // 5 costs half of its target, 6 is at it, 7 is above it, 8 is there already, 9 has no target, 20 no price.
    let wants =
        json!([want(6, "1.06"), want(7, "1.06"), want(8, "5.00"), of_card(9, &json!({})), want(20, "5.00"),]);
    jace.wish(&served, ADD, json!({ "wants": wants })).await;
    let deck = jace.wish(&served, CREATE, json!({ "name": "Deck" })).await["list"]["id"].clone();
    jace.wish(&served, ADD, json!({ "list": deck, "wants": [want(5, "2.10")] })).await;
    crate::portfolio::add(&served, &jace, json!([crate::portfolio::lot(8, 1, &json!({}))])).await;
    let mut counts = Vec::new();
    for first in [1, 20] {
        let ask = served.ask_as(Some(&jace.access), REACHED, json!({ "first": first }));
        let (answer, made) = served.app.statements(ask).await.unwrap();
        assert!(answer["errors"].is_null(), "{answer}");
        let found = answer["data"]["wantsReached"]["wantsReached"].as_array().unwrap().clone();
        assert!(found.iter().all(|want| want["targetReached"] == true && want["missing"] == 1), "{answer}");
        let names: Vec<_> = found.iter().map(|want| want["card"]["name"].clone()).collect();
        counts.push((names, made.len()));
    }
    assert_eq!(counts[1].0, ["Test Card 5", "Test Card 6"]);
    assert_eq!((&counts[0].0[..], counts[0].1), (&counts[1].0[..1], counts[1].1), "{counts:?}");
    let vraska = Person::new(&served, "vraska").await;
    let hers = served.ask_as(Some(&vraska.access), REACHED, json!({ "first": 20 })).await;
    assert_eq!(hers["data"]["wantsReached"]["wantsReached"], json!([]), "{hers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_windows_see_a_list_change() {
    let (served, jace) = world().await;
    let relay = Relay::new(served.app.app.hub.clone(), served.app.settings.database_url.clone());
    let relay = tokio::spawn(relay.run());
    let list = jace.wish(&served, CREATE, json!({ "name": "Deck" })).await["list"]["id"].clone();
    let follow = "subscription ($id: ID!) { wantListUpdated(id: $id) { kind changed removed list { totalWants } wants { quantity } } }";
    let mut socket = Socket::open_as(served.address, &jace.access).await;
    let subscribe = json!({ "query": follow, "variables": { "id": list } });
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": subscribe })).await;
    let first = socket.hear().await["payload"]["data"]["wantListUpdated"].clone();
    assert_eq!((&first["kind"], &first["list"]["totalWants"]), (&json!("SNAPSHOT"), &json!(0)), "{first}");
    let added = jace
        .wish(&served, ADD, json!({ "list": list, "wants": [of_card(1, &json!({ "quantity": 4 }))] }))
        .await;
    let heard = socket.hear().await["payload"]["data"]["wantListUpdated"].clone();
    assert_eq!(heard["wants"], json!([{ "quantity": 4 }]), "{heard}");
    let id = added["wants"][0]["id"].clone();
    jace.wish(&served, REMOVE, json!({ "ids": [id] })).await;
    let heard = socket.hear().await["payload"]["data"]["wantListUpdated"].clone();
    assert_eq!((&heard["removed"], &heard["list"]["totalWants"]), (&json!([id]), &json!(0)), "{heard}");
    relay.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_a_list_for_the_store() {
    let (served, jace) = world().await;
    own(&served, &jace, 2, "finish: NONFOIL, quantity: 1").await;
    let mut exact = of_card(3, &json!({ "finish": "FOIL" }));
    exact["of"] = json!({ "printingId": printing_id(103) });
    let wants = json!({ "wants": [exact, of_card(2, &json!({ "quantity": 3 })), of_card(1, &json!({}))] });
    let list = jace.wish(&served, ADD, wants).await["list"]["id"].as_str().unwrap().to_owned();
    let get = async |file: &str, who: &Person| {
        let url = format!("http://{}/export/wants/{list}/{file}", served.address);
        let answer = served.client.get(url).bearer_auth(&who.access).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let by_color = "// Blue\n1 Test Card 1\n2 Test Card 2\n1 Test Card 3 (TWO) 103 *F*\n";
    assert_eq!(get("by-color.txt", &jace).await, (200, by_color.to_owned()));
    let by_set = "// TWO\n1 Test Card 3 (TWO) 103 *F*\n\n// Any set\n1 Test Card 1\n2 Test Card 2\n";
    assert_eq!(get("by-set.txt", &jace).await, (200, by_set.to_owned()));
    let mut risky = of_card(
        4,
        &json!({ "gradeAtLeast": "EXCELLENT", "languages": ["EN", "JA"], "finish": "NONFOIL",
        "target": { "amount": "3.50", "currency": "USD" } }),
    );
    let sets = served.app.sql("SELECT id FROM mtg_sets ORDER BY code", &[]).await;
    let sets: Vec<_> = sets.iter().map(|row| domain::SetId(row.get(0)).public()).collect();
    risky["of"] = json!({ "cardInSets": { "cardId": oracle_id(4), "setIds": sets } });
    jace.wish(&served, ADD, json!({ "list": list, "wants": [risky] })).await;
    served.app.sql("UPDATE cards SET name = '=SUM(A1), \"four\"' WHERE name = 'Test Card 4'", &[]).await;
    let table = "Count,Name,Set,Collector Number,Finish,Condition at least,Language,Target price,Currency\n\
        1,Test Card 3,TWO,103,Foil,,,,\n1,Test Card 1,,,,,,,\n2,Test Card 2,,,,,,,\n\
        1,\"'=SUM(A1), \"\"four\"\"\",TST / TWO,,Regular,Excellent,en / ja,3.50,USD\n";
    assert_eq!(get("by-set.csv", &jace).await, (200, table.to_owned()));
    assert!(get("by-color.csv", &jace).await.1.lines().nth(1).unwrap().starts_with("1,Test Card 1,"));
    assert_eq!(get("by-weight.txt", &jace).await.0, 404);
    let vraska = Person::new(&served, "vraska").await;
    assert_eq!(get("by-set.txt", &vraska).await.0, 404);
    assert_eq!(get("by-set.csv", &vraska).await.0, 404);
}
