//! Lots found in the search language and sorted; and cards found by what somebody owns of them.

use serde_json::{Value, json};

use crate::http::Served;
use crate::people::Person;
use crate::world::{card, import, printing_id};

const ADD: &str = "mutation ($lots: [InventoryLotInput!]!) { addToInventory(lots: $lots) {
    lots { id } errors { code field message } } }";
const FIND: &str =
    "query ($filter: InventoryFilterInput!, $order: InventoryOrder!, $direction: SortDirection!,
    $first: Int!, $after: String) { viewer { inventory(filter: $filter, order: $order, direction: $direction,
    first: $first, after: $after) { matching { lots copies } warnings { message } normalized
    pageInfo { hasNextPage endCursor } nodes { notes } } } }";

async fn world() -> (Served, Person) {
    let served = Served::new().await;
    let price =
        |n: u32| json!({ "usd": format!("{n}.00"), "usd_foil": format!("{}.50", 10 * n), "eur": "0.20" });
    let cards: Vec<_> = (1..=12).map(|n| card(n, n, &json!({ "prices": price(n) }))).collect();
    import(&served.app, &cards, "2026-11-01").await;
    let jace = Person::new(&served, "jace").await;
    (served, jace)
}

/// Six lots, called by their notes.
async fn collection(served: &Served, jace: &Person) {
    let binder = "mutation ($name: String!) { createBinder(name: $name) { binder { id } errors { code } } }";
    let made = served.ask_as(Some(&jace.access), binder, json!({ "name": "Échange Box" })).await;
    let binder = made["data"]["createBinder"]["binder"]["id"].clone();
    let lot = |name: &str, number: u32, more: Value| {
        let mut lot = json!({ "printingId": printing_id(number), "finish": "NONFOIL", "notes": name });
        lot.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lot
    };
    let slab = json!({ "grader": "PSA", "grade": "9" });
    let lots = json!([
        lot("plain", 3, json!({ "quantity": 3 })),
        lot("foil", 3, json!({ "finish": "FOIL", "quantity": 2, "binderId": binder })),
        lot("played", 1, json!({ "grade": "PLAYED", "binderId": binder, "acquiredOn": "2020-01-01" })),
        lot(
            "japanese",
            2,
            json!({ "language": "JA", "grade": "EXCELLENT", "tags": ["EDH"], "forTrade": true })
        ),
        lot("mint", 12, json!({ "grade": "MINT", "signed": true, "acquiredOn": "2024-01-01" })),
        lot("slab", 5, json!({ "grading": slab, "altered": true, "misprint": true, "hidden": true })),
    ]);
    let added = served.ask_as(Some(&jace.access), ADD, json!({ "lots": lots })).await;
    assert_eq!(added["data"]["addToInventory"]["errors"], json!([]), "{added}");
}

async fn find(served: &Served, who: &Person, wanted: Value) -> Value {
    let mut variables = json!({ "filter": {}, "order": "NAME", "direction": "AUTO", "first": 100 });
    variables.as_object_mut().unwrap().extend(wanted.as_object().unwrap().clone());
    let answer = served.ask_as(Some(&who.access), FIND, variables).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["viewer"]["inventory"].clone()
}

fn names(found: &Value) -> Vec<&str> {
    let nodes = found["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["notes"].as_str().unwrap()).collect()
}

async fn found(served: &Served, who: &Person, query: &str) -> Vec<String> {
    let answer = find(served, who, json!({ "filter": { "query": query } })).await;
    let mut names: Vec<_> = names(&answer).into_iter().map(str::to_owned).collect();
    assert_eq!(answer["matching"]["lots"], names.len(), "{query}");
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn lots_are_found_by_what_they_are_and_by_what_their_cards_are() {
    let (served, jace) = world().await;
    collection(&served, &jace).await;
    let all = ["foil", "japanese", "mint", "plain", "played", "slab"];
    let cases: [(&str, &[&str]); 30] = [
        ("", &all),
        ("t:wizard c:u", &all),
        ("\"test card 3\"", &["foil", "plain"]),
        ("is:foil", &["foil"]),
        ("is:nonfoil \"card 3\"", &["plain"]),
        ("lang:ja", &["japanese"]),
        ("lang:en cn<=2", &["played"]),
        ("usd>=30", &["foil"]),
        ("usd<3", &["japanese", "played"]),
        ("usdfoil>100", &["mint"]),
        ("eur<1", &["japanese", "mint", "plain", "played", "slab"]),
        ("binder:echange", &["foil", "played"]),
        ("binder:none -is:signed", &["japanese", "plain", "slab"]),
        ("binder:nowhere", &[]),
        ("cond:nm", &["foil", "mint", "plain", "slab"]),
        ("cond:mint", &["mint"]),
        ("cond<nm", &["japanese", "played"]),
        ("cond>=lp", &["foil", "japanese", "mint", "plain", "slab"]),
        ("cond<=hp", &["played"]),
        ("cond!=nm", &["japanese", "played"]),
        ("qty>=2", &["foil", "plain"]),
        ("have=5", &["foil", "plain"]),
        ("have:1", &["japanese", "mint", "played", "slab"]),
        ("tag:edh or is:graded", &["japanese", "slab"]),
        ("is:fortrade", &["japanese"]),
        ("is:altered is:misprint", &["slab"]),
        ("is:hidden", &["slab"]),
        ("-is:fortrade -(is:foil or qty:3) -cond:mint -is:graded", &["played"]),
        ("o:/fly+ing/ is:foil", &["foil"]),
        ("have:0", &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&served, &jace, query).await, expected, "{query}");
    }
    let odd = find(&served, &jace, json!({ "filter": { "query": "cond:crisp is:foil" } })).await;
    assert_eq!((names(&odd), odd["normalized"].as_str()), (vec!["foil"], Some("is:foil")), "{odd}");
    assert_eq!(odd["warnings"][0]["message"], "“crisp” is not a value of “cond”");
    let nissa = Person::new(&served, "nissa").await;
    assert_eq!(found(&served, &nissa, "").await, Vec::<String>::new(), "they are somebody else's");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_goes_on_where_the_page_ended() {
    let (served, jace) = world().await;
    collection(&served, &jace).await;
    let orders = [
        ("ADDED", "ASC", ["plain", "foil", "played", "japanese", "mint", "slab"]),
        ("ADDED", "AUTO", ["slab", "mint", "japanese", "played", "foil", "plain"]),
        ("NAME", "AUTO", ["played", "mint", "japanese", "plain", "foil", "slab"]),
        ("SET", "DESC", ["mint", "slab", "foil", "plain", "japanese", "played"]),
        ("QUANTITY", "AUTO", ["plain", "foil", "slab", "mint", "japanese", "played"]),
        ("USD", "AUTO", ["foil", "mint", "slab", "plain", "japanese", "played"]),
        ("EUR", "ASC", ["plain", "played", "japanese", "mint", "slab", "foil"]),
        ("ACQUIRED", "ASC", ["played", "mint", "plain", "foil", "japanese", "slab"]),
        ("ACQUIRED", "DESC", ["mint", "played", "slab", "japanese", "foil", "plain"]),
    ];
    for (order, direction, expected) in orders {
        for first in [1, 2, 100] {
            let (mut seen, mut after) = (Vec::new(), Value::Null);
            loop {
                let wanted =
                    json!({ "order": order, "direction": direction, "first": first, "after": after });
                let page = find(&served, &jace, wanted).await;
                seen.extend(names(&page).into_iter().map(str::to_owned));
                after = page["pageInfo"]["endCursor"].clone();
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
            }
            assert_eq!(seen, expected, "{order} {direction} by {first}");
        }
    }
    let first = find(&served, &jace, json!({ "order": "USD", "first": 1 })).await;
    let other = json!({ "filter": {}, "order": "EUR", "direction": "AUTO", "first": 1,
        "after": first["pageInfo"]["endCursor"] });
    let refused = served.ask_as(Some(&jace.access), FIND, other).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_knows_what_its_reader_owns_and_tells_nobody_else() {
    const SEARCH: &str =
        "query ($q: String!, $unique: SearchUnique!) { search(query: $q, unique: $unique, first: 100) {
        totalCount warnings { message } nodes { collectorNumber } } }";
    let (served, jace) = world().await;
    collection(&served, &jace).await;
    let nissa = Person::new(&served, "nissa").await;
    for unique in ["CARDS", "PRINTS"] {
        let counts = [
            ("have:yes", 5),
            ("have:0", 7),
            ("have>=5", 1),
            ("have<5", 11),
            ("binder:echange", 2),
            ("is:signed", 1),
        ];
        for (query, expected) in counts {
            let asked = json!({ "q": query, "unique": unique });
            let found = served.ask_as(Some(&jace.access), SEARCH, asked.clone()).await;
            assert_eq!(found["data"]["search"]["totalCount"], expected, "{unique} {query}: {found}");
            assert_eq!(found["data"]["search"]["warnings"], json!([]), "{query}");
            let without = if query == "have:0" || query == "have<5" { 12 } else { 0 };
            let other = served.ask_as(Some(&nissa.access), SEARCH, asked.clone()).await;
            assert_eq!(other["data"]["search"]["totalCount"], without, "{unique} {query}: {other}");
            let nobody = served.ask_as(None, SEARCH, asked).await;
            assert_eq!(nobody["data"]["search"]["totalCount"], 12, "ignored: {nobody}");
            let warning = nobody["data"]["search"]["warnings"][0]["message"].as_str().unwrap();
            assert!(warning.contains("need a login"), "{nobody}");
        }
    }
}
