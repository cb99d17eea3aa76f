//! What a collection is worth, as its owner sees it through GraphQL.

use std::time::{Duration, Instant};

use domain::UserId;
use domain::events::Relay;
use domain::portfolio::{PortfolioBackfill, backfill};
use domain::prices::Currency;
use serde_json::{Value, json};
use tests::TestApp;

use crate::http::Served;
use crate::people::{Person, code};
use crate::world::{card, import, number, printing_id};
use crate::ws::Socket;

/// Prices by numbers of the database: TCGplayer 1 says market prices (1), Cardmarket 2 trends (3), Card Kingdom
/// 4 what it asks (8) and pays (9).
pub struct Said {
    pub number: u32,
    pub source: i16,
    pub kind: i16,
    pub condition: i16,
    pub currency: i16,
    pub amount: i64,
    pub quantity: Option<i32>,
}

pub fn tcg(number: u32, amount: i64) -> Said {
    Said { number, source: 1, kind: 1, condition: 1, currency: 1, amount, quantity: None }
}

fn kingdom(number: u32, kind: i16, condition: i16, amount: i64, quantity: Option<i32>) -> Said {
    Said { number, source: 4, kind, condition, currency: 1, amount, quantity }
}

/// Has a market say a price, so many hours ago.
pub async fn say(app: &TestApp, said: &Said, hours: i32) {
    let sql = "WITH s AS (
        INSERT INTO price_series (printing_id, source, feed, kind, finish, condition, currency, headline, amount,
            quantity, changed_at, ingested_at, version)
        SELECT p.id, $2::int2, 1, $3::int2, 1, $4::int2, $5::int2, $4::int2 = 1 AND $3::int2 <> 9, $6::int8, $7::int4, now() - make_interval(hours => $8::int4), now(), 1
        FROM printings p WHERE p.scryfall_id = $1::text::uuid
        ON CONFLICT ON CONSTRAINT price_series_key DO UPDATE SET amount = excluded.amount,
            quantity = excluded.quantity, changed_at = greatest(price_series.changed_at, excluded.changed_at)
        RETURNING id)
        INSERT INTO price_history (series_id, observed_at, ingested_at, amount, quantity)
        SELECT id, now() - make_interval(hours => $8::int4), now(), $6::int8, $7::int4 FROM s";
    let scryfall = printing_id(said.number);
    app.sql(
        sql,
        &[
            &scryfall,
            &said.source,
            &said.kind,
            &said.condition,
            &said.currency,
            &said.amount,
            &said.quantity,
            &hours,
        ],
    )
    .await;
}

/// A dollar was a euro once, and half of one since November 2026.
pub async fn rates(app: &TestApp) {
    let days =
        "INSERT INTO fx_days SELECT d, 1, now() FROM unnest(ARRAY['2025-01-01', '2026-11-01']::date[]) d";
    app.sql(days, &[]).await;
    let rates = "INSERT INTO fx_rates VALUES ('USD', '2025-01-01', 1000000), ('USD', '2026-11-01', 2000000)";
    app.sql(rates, &[]).await;
}

/// Sixty cards, two rates, and somebody.
pub async fn world() -> (Served, Person) {
    let served = Served::new().await;
    let cards: Vec<_> = (1..=60).map(|n| card(n, n, &json!({}))).collect();
    import(&served.app, &cards, "2026-11-01").await;
    rates(&served.app).await;
    let jace = Person::new(&served, "jace").await;
    (served, jace)
}

/// Copies to add.
pub fn lot(number: u32, quantity: i32, more: &Value) -> Value {
    let mut lot = json!({ "printingId": printing_id(number), "finish": "NONFOIL", "quantity": quantity });
    lot.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    lot
}

/// Adds lots to somebody's inventory.
pub async fn add(served: &Served, whose: &Person, lots: Value) -> Value {
    let mutation = "mutation ($lots: [InventoryLotInput!]!) { addToInventory(lots: $lots) {
        change { id } lots { id } errors { code field message } } }";
    let answer = served.ask_as(Some(&whose.access), mutation, json!({ "lots": lots })).await;
    assert_eq!(answer["data"]["addToInventory"]["errors"], json!([]), "{answer}");
    answer["data"]["addToInventory"].clone()
}

/// What somebody is told of their portfolio.
pub async fn portfolio(served: &Served, whose: &Person, by: &str, fields: &str) -> Value {
    let answer = whose.ask(served, &format!("{{ viewer {{ portfolio{by} {{ {fields} }} }} }}")).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["viewer"]["portfolio"].clone()
}

const FIGURES: &str = "value { amount currency } cost { amount } gain { amount } gainPercent lots copies
    pricedAsNearMint costUnknown { copies value { amount } } unpriced { lots copies }
    stale { copies value { amount } } sales { copies proceeds { amount } cost { amount } gain { amount } unknownCopies }";

/// Lots in two currencies, one without a cost, one without a price, one that only near mint prices value.
async fn collected(served: &Served, jace: &Person) {
    let cost = |amount: &str, currency: &str, day: &str| json!({ "cost": { "amount": amount, "currency": currency }, "acquiredOn": day });
    let mut lesser = cost("3", "USD", "2026-11-05");
    lesser["grade"] = json!("EXCELLENT");
    let lots = json!([
        lot(1, 4, &cost("10", "EUR", "2025-01-02")),
        lot(2, 2, &json!({})),
        lot(3, 1, &lesser),
        lot(4, 5, &cost("1", "USD", "2026-11-05")),
        lot(1, 1, &json!({ "grade": "POOR" })),
    ]);
    add(served, jace, lots).await;
    let cardmarket =
        Said { number: 2, source: 2, kind: 3, condition: 1, currency: 2, amount: 500, quantity: None };
    let all = [tcg(1, 2_500), cardmarket, kingdom(3, 8, 1, 800, None), kingdom(3, 8, 2, 640, None)];
    for said in &all {
        say(&served.app, said, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_amount_counts_at_the_rate_of_its_own_day() {
    let (served, jace) = world().await;
    collected(&served, &jace).await;
    let sell = format!(
        "mutation {{ sellFromInventory(soldOn: \"2026-11-03\", sales: [{{ of: {{ oldest: {{ printingId: \"{}\", finish: NONFOIL }} }},
         quantity: 1, price: {{ amount: \"15\", currency: \"EUR\" }} }}]) {{ change {{ id }} errors {{ message }} }} }}",
        printing_id(1)
    );
    let sold = jace.ask(&served, &sell).await;
    let change =
        sold["data"]["sellFromInventory"]["change"]["id"].as_str().unwrap_or_else(|| panic!("{sold}"));
    let figures = portfolio(&served, &jace, "", FIGURES).await;
    // 3 x 25 + 1 x 25 at near mint, 2 x 5 EUR, 6.40 by its own state; 3 x 10 EUR were 30 USD.
    let amount = |amount: &str| json!({ "amount": amount });
    let expected = json!({
        "value": { "amount": "126.40", "currency": "USD" }, "cost": amount("38.00"), "gain": amount("48.40"),
        "gainPercent": "146.67", "lots": 5, "copies": 12, "pricedAsNearMint": 1,
        "costUnknown": { "copies": 3, "value": amount("45.00") }, "unpriced": { "lots": 1, "copies": 5 },
        "stale": { "copies": 0, "value": amount("0.00") },
        "sales": { "copies": 1, "proceeds": amount("30.00"), "cost": amount("10.00"), "gain": amount("20.00"),
            "unknownCopies": 0 },
    });
    assert_eq!(figures, expected);
    let euros = portfolio(&served, &jace, "(by: { currency: EUR })", FIGURES).await;
    assert_eq!(euros["value"]["amount"], "63.20", "{euros}");
    assert_eq!(euros["sales"]["gain"]["amount"], "5.00", "15 EUR less 10 EUR: {euros}");
    let one =
        portfolio(&served, &jace, "(by: { source: TCGPLAYER })", "value { amount } unpriced { copies }")
            .await;
    assert_eq!(one, json!({ "value": amount("100.00"), "unpriced": { "copies": 8 } }));

    let undo = format!("mutation {{ undoInventoryChange(id: \"{change}\") {{ change {{ id }} }} }}");
    jace.ask(&served, &undo).await;
    let back = portfolio(&served, &jace, "", FIGURES).await;
    assert_eq!(back["sales"]["gain"], amount("0.00"), "what was taken back was no sale: {back}");
    assert_eq!(back["value"]["amount"], "151.40");
    let tickets = jace.ask(&served, "{ viewer { portfolio(by: { currency: TIX }) { lots } } }").await;
    assert_eq!(code(&tickets), "BAD_USER_INPUT", "{tickets}");
}

/// A dollar was a euro when the copy came; it is half of one when another fact of it changes.
#[tokio::test(flavor = "multi_thread")]
async fn a_cost_keeps_its_day_when_another_fact_changes() {
    let (served, jace) = world().await;
    say(&served.app, &tcg(1, 2_500), 1).await;
    let cost = json!({ "cost": { "amount": "10", "currency": "EUR" } });
    let added = add(&served, &jace, json!([lot(1, 1, &cost)])).await;
    served.app.sql("UPDATE inventory_items SET held_since = '2025-01-02'", &[]).await;
    let edit = "mutation ($lot: ID!) { editInventory(edits: [{ lotId: $lot, set: { signed: true } }]) {
        lots { quantity heldSince } errors { message } } }";
    let lot = json!({ "lot": added["lots"][0]["id"] });
    let edited = served.ask_as(Some(&jace.access), edit, lot).await["data"].clone();
    let lots =
        json!([{ "quantity": 0, "heldSince": "2025-01-02" }, { "quantity": 1, "heldSince": "2025-01-02" }]);
    assert_eq!(edited["editInventory"]["lots"], lots, "{edited}");
    let figures = portfolio(&served, &jace, "", "cost { amount }").await;
    assert_eq!(figures["cost"]["amount"], "10.00");
    let chart = "INSERT INTO portfolio_charts (user_id, currency, source, asked_at) \
                 SELECT id, 1, 0, now() FROM users WHERE email = $1 RETURNING user_id";
    let user = UserId(served.app.sql(chart, &[&jace.email]).await[0].get(0));
    let job = PortfolioBackfill { user, version: 0, currency: Currency::Usd, source: None };
    backfill(&served.app.ctx(), &job).await.unwrap();
    let last = "SELECT cost FROM portfolio_snapshots ORDER BY day DESC LIMIT 1";
    assert_eq!(number(&served.app, last).await, 1_000, "the chart says the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_taken_apart_and_the_best_and_worst_are_named() {
    let (served, jace) = world().await;
    collected(&served, &jace).await;
    say(&served.app, &tcg(4, 50), 1).await;
    let fields = "allocation(by: RARITY) { key label value { amount } percent copies }
        best { lot { printing { card { name } } } gain { amount } gainPercent }
        worst { lot { printing { card { name } } } gain { amount } gainPercent }";
    let found = portfolio(&served, &jace, "", fields).await;
    let whole = json!([{ "key": "rare", "label": "Rare", "value": { "amount": "153.90" }, "percent": "100.00", "copies": 13 }]);
    assert_eq!(found["allocation"], whole, "{found}");
    let named = |which: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let name =
            |one: &Value| (text(&one["lot"]["printing"]["card"]["name"]), text(&one["gain"]["amount"]));
        found[which].as_array().unwrap().iter().map(name).collect()
    };
    let gain = |card: &str, amount: &str| (card.to_owned(), amount.to_owned());
    assert_eq!(named("best"), [gain("Test Card 1", "60.00"), gain("Test Card 3", "3.40")]);
    assert_eq!(named("worst"), [gain("Test Card 4", "-2.50")]);
    for by in ["SET", "COLOR", "FORMAT", "AGE"] {
        let found = portfolio(
            &served,
            &jace,
            "",
            &format!("allocation(by: {by}) {{ key label value {{ amount }} }}"),
        )
        .await;
        let first = &found["allocation"][0];
        assert_eq!(first["value"]["amount"], "153.90", "{by}: {found}");
        assert!(first["key"].is_string(), "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_confirmed_for_a_day_counts_only_if_asked_for() {
    let (served, jace) = world().await;
    add(&served, &jace, json!([lot(1, 2, &json!({})), lot(2, 1, &json!({}))])).await;
    say(&served.app, &tcg(1, 1_000), 1).await;
    say(&served.app, &tcg(2, 500), 72).await;
    let fields = "value { amount } stale { copies value { amount } } unpricedLots { quantity } asOf";
    let fresh = portfolio(&served, &jace, "", fields).await;
    assert_eq!(fresh["value"]["amount"], "20.00", "{fresh}");
    assert_eq!(fresh["stale"], json!({ "copies": 1, "value": { "amount": "5.00" } }));
    assert_eq!(fresh["unpricedLots"], json!([{ "quantity": 1 }]));
    let all = portfolio(&served, &jace, "(by: { includeStale: true })", fields).await;
    assert_eq!((&all["value"]["amount"], &all["unpricedLots"]), (&json!("25.00"), &json!([])), "{all}");
    // The whole market spoke since, and did not change it.
    let slice = "INSERT INTO price_slices (source, feed, observed_at, ingested_at, offered, matched, changed, complete) \
                 VALUES (1, 1, now() - interval '2 hours', now(), 2, 2, 0, true)";
    served.app.sql(slice, &[]).await;
    let confirmed = portfolio(&served, &jace, "", fields).await;
    assert_eq!(confirmed["value"]["amount"], "25.00", "{confirmed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_takes_only_so_many_and_the_best_first() {
    let (served, jace) = world().await;
    let grade = |grade: &str| json!({ "grade": grade });
    let lots = json!([
        lot(1, 2, &grade("EXCELLENT")),
        lot(1, 1, &json!({ "notes": "apart" })),
        lot(1, 1, &json!({})),
        lot(1, 1, &grade("POOR")),
        lot(1, 1, &json!({ "altered": true })),
        lot(2, 3, &json!({})),
        lot(3, 7, &json!({})),
    ]);
    add(&served, &jace, lots).await;
    let all = [
        tcg(1, 3_000),
        kingdom(1, 9, 1, 1_200, Some(3)),
        kingdom(1, 8, 1, 3_000, None),
        kingdom(1, 8, 2, 2_400, None),
        kingdom(2, 9, 1, 500, Some(0)),
        kingdom(3, 9, 1, 10, None),
    ];
    for said in &all {
        say(&served.app, said, 1).await;
    }
    let fields =
        "liquidation { cash { amount } credit { amount } creditRule marketValue { amount } taken withoutLimit
        tooMany unwanted unboughtGrade particular }";
    let found = portfolio(&served, &jace, "", fields).await["liquidation"].clone();
    // Two near mint at 12, one of the played at 12 x 24 / 30, and seven at 0.10 without a limit.
    let amount = |amount: &str| json!({ "amount": amount });
    let expected = json!({
        "cash": amount("34.30"), "credit": amount("44.59"), "creditRule": "card-kingdom-2026-08",
        "marketValue": amount("90.00"), "taken": 10, "withoutLimit": 7, "tooMany": 1, "unwanted": 3,
        "unboughtGrade": 1, "particular": 1,
    });
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portfolio_is_its_owners_and_costs_as_much_for_many_lots() {
    let (served, jace) = world().await;
    let vraska = Person::new(&served, "vraska").await;
    let cost = json!({ "cost": { "amount": "1", "currency": "USD" } });
    let all = [
        "value { amount } today { amount } shares { value { amount } }",
        "unpricedLots { printing { card { name } } }",
        "best { lot { printing { card { name } } } }",
        "worst { lot { printing { card { name } } } }",
        "allocation(by: SET) { key }",
        "liquidation { taken }",
        "movers { printing { card { name } set { code } } }",
        "history { pending points returns { marketPercent } }",
    ];
    let mut counts = Vec::new();
    for (from, to) in [(1_u32, 3), (4, 60)] {
        let lots: Vec<_> = (from..=to).map(|n| lot(n, 1, &cost)).collect();
        add(&served, &jace, json!(lots)).await;
        for n in (from..=to).filter(|n| n % 2 == 0) {
            say(&served.app, &tcg(n, 200), 1).await;
        }
        // The first look has the chart worked out.
        portfolio(&served, &jace, "", "history { pending }").await;
        jobs::run_due(served.app.app.clone(), jobs::Registry::all()).await.unwrap();
        let mut each = Vec::new();
        for fields in all {
            let (_, made) = served.app.statements(portfolio(&served, &jace, "", fields)).await.unwrap();
            each.push((fields, made.len()));
        }
        counts.push(each);
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
    let of_jace = portfolio(
        &served,
        &jace,
        "",
        "value { amount } history { pending days { value { amount } copies } }",
    )
    .await;
    assert_eq!(of_jace["value"]["amount"], "60.00");
    let day = json!([{ "value": { "amount": "60.00" }, "copies": 60 }]);
    assert_eq!(of_jace["history"], json!({ "pending": false, "days": day }));
    let hers =
        portfolio(&served, &vraska, "", "lots value { amount } history { pending days { copies } }").await;
    assert_eq!(
        hers,
        json!({ "lots": 0, "value": { "amount": "0.00" }, "history": { "pending": false, "days": [] } })
    );
}

const FOLLOW: &str = "subscription { portfolioUpdated(by: { includeStale: true }) {
    kind inventoryChanged value { amount } lots copies } }";

async fn heard(socket: &mut Socket) -> Value {
    loop {
        let message = socket.hear().await;
        if message["type"] == "ping" {
            socket.say(json!({ "type": "pong" })).await;
            continue;
        }
        assert_eq!(message["type"], "next", "{message}");
        return message["payload"]["data"]["portfolioUpdated"].clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_lands_shows_within_a_second() {
    let (served, jace) = world().await;
    tokio::spawn(Relay::new(served.app.app.hub.clone(), served.app.settings.database_url.clone()).run());
    let at = |minute: u32| format!("2026-11-02T01:{minute:02}:00Z");
    let price = |minute: u32| json!({ "prices": { "usd": format!("10.{minute:02}") } });
    import(&served.app, &[card(1, 1, &price(1)), card(2, 2, &price(1))], &at(1)).await;
    add(&served, &jace, json!([lot(1, 2, &json!({}))])).await;
    let mut socket = Socket::open_as(served.address, &jace.access).await;
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": FOLLOW } })).await;
    let first = heard(&mut socket).await;
    assert_eq!((&first["kind"], &first["value"]["amount"]), (&json!("SNAPSHOT"), &json!("20.02")), "{first}");
    let mut waits = Vec::new();
    for minute in 2..22 {
        // Card 2 is nobody's.
        import(&served.app, &[card(1, 1, &price(minute)), card(2, 2, &price(minute))], &at(minute)).await;
        let landed = Instant::now();
        let wanted = format!("20.{:02}", 2 * minute);
        let mut seen = heard(&mut socket).await;
        while seen["value"]["amount"] != json!(wanted) {
            seen = heard(&mut socket).await;
        }
        assert_eq!(seen["inventoryChanged"], false, "{seen}");
        waits.push(landed.elapsed());
    }
    waits.sort();
    println!("a price shows after {:?} at the median, {:?} at the 95th percentile", waits[10], waits[18]);
    assert!(waits[18] < Duration::from_secs(1), "{waits:?}");
    add(&served, &jace, json!([lot(2, 1, &json!({}))])).await;
    let seen = heard(&mut socket).await;
    assert_eq!((&seen["inventoryChanged"], &seen["lots"]), (&json!(true), &json!(2)), "{seen}");
    assert_eq!(
        number(&served.app, "SELECT count(*) FROM portfolio_charts").await,
        0,
        "nobody asked for a chart"
    );
}
