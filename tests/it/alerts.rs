//! What people want to be told of, from the rule to the word, through GraphQL and price lists that land.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::alerts::{self, Checked};
use domain::events::Relay;
use domain::prices::ingest_card_kingdom;
use markets::Book;
use markets::listing::{Grade, Head, Ids, Kind, Listing, Money, Quote, Surface};
use serde_json::{Value, json};

use crate::http::Served;
use crate::people::Person;
use crate::world::{at, card, import, number, oracle_id, printing_id};
use crate::ws::Socket;

const CREATE: &str = "mutation ($input: AlertInput!) { createAlert(input: $input) {
    alert { id version phase } errors { code field message } } }";
const BEGAN: &str = "2026-11-10";

pub struct World {
    began: DateTime<Utc>,
    pub served: Served,
    pub jace: Person,
}

/// What a store asks for a card and what it pays, in cents.
#[derive(Clone, Copy)]
pub struct Says(pub u32, pub Option<i64>, pub Option<i64>);

impl World {
    /// Cards 1 to 3 of one printing each; card 4 has the printings 4 and 5.
    pub async fn new() -> Self {
        Self::since(|_| at(BEGAN)).await
    }

    /// The same that begins in this hour: what is explained is explained by the clock.
    pub async fn now() -> Self {
        let hour = TimeDelta::hours(1);
        Self::since(|now| now.duration_trunc(hour).unwrap()).await
    }

    pub async fn since(began: impl Fn(DateTime<Utc>) -> DateTime<Utc>) -> Self {
        let served = Served::new().await;
        let cards: Vec<_> = (1..=5).map(|n| card(n, n.min(4), &json!({}))).collect();
        import(&served.app, &cards, "2026-11-01").await;
        let jace = Person::new(&served, "jace").await;
        let began = began(served.app.ctx().now());
        Self { began, served, jace }
    }

    pub fn hours(&self, hours: i64) -> DateTime<Utc> {
        self.began + TimeDelta::hours(hours)
    }

    /// A whole price list lands so many hours after the beginning; what it does not name is withdrawn.
    pub async fn land(&self, hour: i64, says: &[Says]) {
        let quote = |kind, cents: &Option<i64>| {
            let quote = |cents| Quote {
                surface: Surface::Nonfoil,
                kind,
                grade: Grade::Nm,
                money: Money::Usd,
                cents,
                quantity: Some(4),
            };
            cents.map(quote)
        };
        let listing = |Says(n, asks, pays): &Says| Listing {
            product: format!("TST-{n}"),
            name: format!("Test Card {}", n.min(&4)),
            ids: Ids { scryfall: Some(printing_id(*n).parse().unwrap()), ..Ids::default() },
            quotes: quote(Kind::Retail, asks).into_iter().chain(quote(Kind::Buylist, pays)).collect(),
        };
        let book = Book { head: Head::whole(self.hours(hour)), listings: says.iter().map(listing).collect() };
        let ctx = self.served.app.ctx().at(self.hours(hour));
        let done = ingest_card_kingdom(&ctx, &book, true).await.unwrap();
        assert_eq!(done.quarantined, None);
    }

    pub async fn check(&self, hour: i64) -> Checked {
        alerts::check(&self.served.app.ctx().at(self.hours(hour))).await.unwrap()
    }

    /// Prices of card 1 land, and alerts are looked at. How many fired.
    pub async fn price(&self, hour: i64, cents: i64) -> i64 {
        self.land(hour, &[Says(1, Some(cents), None)]).await;
        self.check(hour).await.fired
    }

    pub async fn tell(&self, mutation: &str, variables: Value) -> Value {
        let answer = self.served.ask_as(Some(&self.jace.access), mutation, variables).await;
        let payload = answer["data"].as_object().and_then(|data| data.values().next()).cloned();
        payload.unwrap_or_else(|| panic!("{answer}"))
    }

    /// An alert about what card 1 costs, or about what `more` says.
    pub async fn alert(&self, more: Value) -> String {
        let made = self.tell(CREATE, json!({ "input": input(more) })).await;
        made["alert"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
    }

    pub async fn seen(&self, id: &str, fields: &str) -> Value {
        let query = format!("{{ viewer {{ alert(id: \"{id}\") {{ {fields} }} }} }}");
        let answer = self.jace.ask(&self.served, &query).await;
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"]["viewer"]["alert"].clone()
    }

    /// States and reasons of an alert's events, the newest first.
    pub async fn events(&self, id: &str) -> Vec<(String, Option<String>)> {
        let seen = self.seen(id, "lastEvents { state suppression }").await;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let events = seen["lastEvents"].as_array().unwrap().iter();
        events.map(|event| (text(&event["state"]).unwrap(), text(&event["suppression"]))).collect()
    }
}

pub fn input(more: Value) -> Value {
    let mut input = json!({ "printingId": printing_id(1), "currency": "USD", "finish": "NONFOIL",
        "rule": "BELOW", "amount": "5.00" });
    let fields = input.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    input
}

fn fired() -> (String, Option<String>) {
    ("FIRED".to_owned(), None)
}

fn suppressed(why: &str) -> (String, Option<String>) {
    ("SUPPRESSED".to_owned(), Some(why.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crossing_that_lasts_fires_once_and_again_after_the_price_came_back() {
    let world = World::now().await;
    world.price(0, 600).await;
    let id = world.alert(json!({})).await;
    assert_eq!(world.check(0).await, Checked { alerts: 1, fired: 0 });
    assert_eq!(world.price(1, 490).await, 0, "it has to last");
    let seen = world
        .seen(&id, "phase since explanation { value threshold distance ripeAt text source printing { collectorNumber } }")
        .await;
    assert_eq!(
        (&seen["phase"], &seen["explanation"]["distance"]),
        (&json!("PENDING"), &json!("-0.10")),
        "{seen}"
    );
    assert_eq!(seen["explanation"]["ripeAt"], world.hours(13).to_rfc3339(), "{seen}");
    assert_eq!(world.price(5, 520).await, 0, "it did not last");
    assert_eq!(world.price(6, 480).await, 0);
    assert_eq!(world.check(17).await.fired, 0);
    assert_eq!(world.check(18).await.fired, 1, "twelve hours after it fell for good");
    assert_eq!(world.check(19).await, Checked::default(), "nothing is left to look at");
    // Up to the threshold and five per cent beyond it is a wobble.
    for (hour, cents) in [(20, 505), (34, 470), (35, 520), (48, 499)] {
        assert_eq!(world.price(hour, cents).await, 0, "a wobble at {cents}");
    }
    assert_eq!(world.price(50, 530).await, 0);
    assert_eq!(world.price(60, 490).await, 0, "it was not back for long enough");
    assert_eq!(world.price(61, 530).await, 0);
    world.check(73).await;
    assert_eq!(world.seen(&id, "phase").await["phase"], "ARMED");
    world.price(74, 450).await;
    world.price(80, 440).await;
    assert_eq!(world.check(86).await.fired, 1);
    assert_eq!(world.events(&id).await, [fired(), fired()]);
    let last = "lastEvents { before after threshold since at side source printing { collectorNumber } }";
    let last = world.seen(&id, last).await["lastEvents"][0].clone();
    let expected = json!({ "before": "5.30", "after": "4.40", "threshold": "5.00", "side": "LOW",
        "since": world.hours(74).to_rfc3339(), "at": world.hours(86).to_rfc3339(), "source": "CARD_KINGDOM",
        "printing": { "collectorNumber": "1" } });
    assert_eq!(last, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_rule_fires_once() {
    let world = World::new().await;
    let now = |more: Value| {
        let mut more = more;
        more.as_object_mut().unwrap().insert("persistenceMinutes".to_owned(), json!(0));
        more
    };
    world.land(0, &[Says(1, Some(1_000), Some(300)), Says(2, Some(800), None)]).await;
    let wanted = [
        now(json!({ "amount": "9.00" })),
        now(json!({ "rule": "ABOVE", "amount": "4.00", "book": "BUYLIST" })),
        now(
            json!({ "rule": "PERCENT", "amount": null, "percent": "20", "anchor": "10.00", "direction": "DOWN" }),
        ),
        now(json!({ "rule": "PERCENT", "amount": null, "percent": "20", "windowDays": 10 })),
        now(json!({ "rule": "SPREAD", "amount": null, "percent": "50" })),
        now(
            json!({ "rule": "BACK_IN_STOCK", "amount": null, "book": "BUYLIST", "printingId": printing_id(2) }),
        ),
    ];
    let mut ids = Vec::new();
    for one in wanted {
        ids.push(world.alert(one).await);
    }
    assert_eq!(world.check(0).await.fired, 0);
    // Two per cent a day: no step of it is large, and all of them together are.
    let mut price = 1_000;
    for day in 1..=12 {
        price -= 20;
        world.land(24 * day, &[Says(1, Some(price), Some(300)), Says(2, Some(800), None)]).await;
        world.check(24 * day).await;
    }
    for (n, expected) in [1, 0, 1, 1, 0, 0].into_iter().enumerate() {
        assert_eq!(world.events(&ids[n]).await.len(), expected, "rule {n}");
    }
    world.land(13 * 24, &[Says(1, Some(760), Some(450)), Says(2, Some(800), Some(10))]).await;
    assert_eq!(world.check(13 * 24).await.fired, 3, "what stores pay rose, and one buys again");
    world.land(14 * 24, &[Says(1, Some(750), Some(460)), Says(2, Some(800), Some(12))]).await;
    assert_eq!(world.check(14 * 24).await.fired, 0);
    for id in &ids {
        assert_eq!(world.events(id).await, [fired()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_printing_is_the_cheapest_and_the_next_one_when_that_is_gone() {
    let world = World::now().await;
    let about = json!({ "printingId": null, "cardId": oracle_id(4), "persistenceMinutes": 0 });
    let id = world.alert(about).await;
    world.land(0, &[Says(4, Some(900), None), Says(5, Some(700), None)]).await;
    assert_eq!(world.check(0).await.fired, 0);
    world.land(1, &[Says(4, Some(900), None), Says(5, Some(450), None)]).await;
    assert_eq!(world.check(1).await.fired, 1);
    let seen =
        world.seen(&id, "card { name } printing { id } lastEvents { printing { collectorNumber } }").await;
    assert_eq!(seen["lastEvents"][0]["printing"]["collectorNumber"], "5", "{seen}");
    assert_eq!((&seen["card"]["name"], &seen["printing"]), (&json!("Test Card 4"), &Value::Null));
    world.land(2, &[Says(4, Some(900), None)]).await;
    world.check(2).await;
    let seen = world.seen(&id, "phase explanation { value printing { collectorNumber } }").await;
    let expected = json!({ "phase": "ARMED", "explanation": { "value": "9.00", "printing": { "collectorNumber": "4" } } });
    assert_eq!(seen, expected, "what is out of stock has no price");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_while_snoozed_over_budget_by_old_prices_or_by_a_jump() {
    let world = World::new().await;
    world.price(0, 600).await;
    let quick = world.alert(json!({ "persistenceMinutes": 0, "dailyLimit": 1, "rearmPercent": "0" })).await;
    let patient = world.alert(json!({})).await;
    world.check(0).await;
    let snooze = "mutation ($id: ID!, $until: DateTime) { snoozeAlert(id: $id, until: $until) { alert { version } errors { code } } }";
    let until = world.served.app.ctx().now() + TimeDelta::days(300);
    let snoozed = world.tell(snooze, json!({ "id": quick, "until": until })).await;
    assert_eq!(snoozed["alert"]["version"], 2, "{snoozed}");
    assert_eq!(world.price(1, 490).await, 0);
    assert_eq!(world.events(&quick).await, [suppressed("SNOOZED")]);
    world.tell(snooze, json!({ "id": quick })).await;
    world.price(2, 600).await;
    assert_eq!(world.price(3, 490).await, 1);
    world.price(4, 600).await;
    assert_eq!(world.price(5, 490).await, 0, "once a day is enough");
    assert_eq!(world.events(&quick).await[0], suppressed("ALERT_BUDGET"));
    // The list does not come any more: twenty-five hours later its prices say nothing.
    assert_eq!(world.check(30).await.fired, 0);
    assert_eq!(world.events(&patient).await, [suppressed("STALE")]);
    let text = world.seen(&patient, "phase explanation { fresh text }").await;
    assert_eq!((&text["phase"], &text["explanation"]["fresh"]), (&json!("PENDING"), &json!(false)), "{text}");
    assert_eq!(world.price(40, 480).await, 1, "it is true still");
    assert_eq!(world.events(&patient).await, [fired()], "one crossing is one event");

    let jumping = world.alert(json!({ "rule": "ABOVE", "amount": "50.00", "persistenceMinutes": 60 })).await;
    world.check(40).await;
    assert_eq!(world.price(41, 9_900).await, 0);
    assert_eq!(world.check(42).await.fired, 0);
    assert_eq!(world.events(&jumping).await, [suppressed("JUMP")]);
    assert_eq!(world.price(64, 9_800).await, 0);
    assert_eq!(world.check(65).await.fired, 1, "it lasted a day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_began_before_its_owners_change_writes_nothing() {
    let world = World::new().await;
    let app = &world.served.app;
    world.land(0, &[Says(1, Some(400), None)]).await;
    let id = world.alert(json!({ "persistenceMinutes": 0 })).await;
    let owner = domain::db::dedicated(&app.app.database_url).await.unwrap();
    owner.batch_execute("BEGIN; UPDATE alert_states SET version = version + 1").await.unwrap();
    let ctx = app.ctx().at(world.hours(0));
    let look = tokio::spawn(async move { alerts::check(&ctx).await });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    world.served.until(async || number(app, waits).await > 0).await;
    owner.batch_execute("COMMIT").await.unwrap();
    assert_eq!(look.await.unwrap().unwrap().fired, 0, "by a rule that is no more");
    assert_eq!(world.events(&id).await, []);
    assert_eq!(world.seen(&id, "phase").await["phase"], "NEW");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_user_is_told_fifty_times_a_day() {
    let world = World::new().await;
    world.price(0, 600).await;
    for _ in 0..52 {
        world.alert(json!({ "persistenceMinutes": 0 })).await;
    }
    world.check(0).await;
    assert_eq!(world.price(1, 490).await, 50);
    let events = "{ viewer { alertEvents(first: 100) { nodes { suppression alert { id } } } } }";
    let events = world.jace.ask(&world.served, events).await;
    let nodes = events["data"]["viewer"]["alertEvents"]["nodes"].as_array().unwrap();
    let held = nodes.iter().filter(|event| event["suppression"] == "USER_BUDGET").count();
    assert_eq!((nodes.len(), held), (52, 2));
    let many = "INSERT INTO alerts (user_id, printing_id, book, currency, rule, amount, persistence_minutes, band, daily_limit, \
                announce_met, created_at, changed_at) SELECT a.user_id, a.printing_id, 1, 1, 1, 1, 0, 0, 1, true, now(), now() \
                FROM (SELECT * FROM alerts LIMIT 1) a, generate_series(1, 448)";
    world.served.app.sql(many, &[]).await;
    let refused = world.tell(CREATE, json!({ "input": input(json!({})) })).await;
    assert_eq!(refused["errors"][0]["code"], "LIMIT_REACHED", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_said_and_what_is_somebody_elses_is_nobodys() {
    let world = World::new().await;
    let wrong = [
        (json!({ "amount": "0" }), "INVALID", "amount"),
        (json!({ "amount": null }), "INVALID", "amount"),
        (json!({ "printingId": printing_id(99) }), "NOT_FOUND", "printingId"),
        (json!({ "printingId": null }), "INVALID", "subject"),
        (json!({ "cardId": oracle_id(1) }), "INVALID", "subject"),
        (json!({ "printingId": null, "cardId": "nonsense" }), "NOT_FOUND", "cardId"),
        (json!({ "finish": "ETCHED" }), "INVALID", "finish"),
        (json!({ "windowDays": 3 }), "INVALID", "windowDays"),
        (json!({ "rule": "PERCENT", "amount": null, "percent": "10" }), "INVALID", "windowDays"),
        (json!({ "rule": "PERCENT", "amount": null, "percent": "100", "anchor": "1" }), "INVALID", "percent"),
        (json!({ "rule": "BACK_IN_STOCK", "amount": null }), "INVALID", "book"),
        (json!({ "persistenceMinutes": 10_081 }), "INVALID", "persistenceMinutes"),
        (json!({ "rearmPercent": "50.01" }), "INVALID", "rearmPercent"),
        (json!({ "dailyLimit": 0 }), "INVALID", "dailyLimit"),
        (json!({ "expiresAt": "2020-01-01T00:00:00Z" }), "INVALID", "expiresAt"),
        (json!({ "name": "  " }), "INVALID", "name"),
    ];
    for (more, code, field) in wrong {
        let refused = world.tell(CREATE, json!({ "input": input(more) })).await;
        assert_eq!(
            (&refused["errors"][0]["code"], &refused["errors"][0]["field"]),
            (&json!(code), &json!(field)),
            "{refused}"
        );
    }
    let id = world.alert(json!({ "name": "Mine" })).await;
    let vraska = Person::new(&world.served, "vraska").await;
    let edit = "mutation ($id: ID!, $input: AlertInput!) { editAlert(id: $id, input: $input) { alert { version amount } errors { code } } }";
    let tries = [
        (edit, json!({ "id": id, "input": input(json!({})) })),
        ("mutation ($id: ID!) { deleteAlert(id: $id) { id errors { code } } }", json!({ "id": id })),
        ("mutation ($id: ID!) { pauseAlert(id: $id) { errors { code } } }", json!({ "id": id })),
        ("mutation ($id: ID!) { snoozeAlert(id: $id) { errors { code } } }", json!({ "id": id })),
    ];
    for (mutation, variables) in &tries {
        let answer = world.served.ask_as(Some(&vraska.access), mutation, variables.clone()).await;
        assert!(answer.to_string().contains("NOT_FOUND"), "{answer}");
    }
    let edited = world.tell(edit, json!({ "id": id, "input": input(json!({ "amount": "7" })) })).await;
    assert_eq!(edited["alert"], json!({ "version": 2, "amount": "7.00" }), "{edited}");
    let paused = world
        .tell("mutation ($id: ID!) { pauseAlert(id: $id) { alert { paused } } }", json!({ "id": id }))
        .await;
    assert_eq!(paused["alert"]["paused"], true);
    world.price(0, 100).await;
    assert_eq!(world.check(24).await.alerts, 0, "it rests");
    let gone = world.tell(tries[1].0, json!({ "id": id })).await;
    assert_eq!(gone["id"], json!(id));
    assert_eq!(world.seen(&id, "id").await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_looks_at_what_landed_and_every_window_is_told() {
    let world = World::new().await;
    let app = &world.served.app;
    tokio::spawn(Relay::new(app.app.hub.clone(), app.app.database_url.clone()).run());
    world.land(0, &[Says(1, Some(600), None)]).await;
    world.alert(json!({ "persistenceMinutes": 0 })).await;
    jobs::run_due(app.app.clone(), jobs::Registry::all()).await.unwrap();
    let mut socket = Socket::open_as(world.served.address, &world.jace.access).await;
    let follow = "subscription { alertTriggered { kind fired events { state after alert { amount } } } }";
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": follow } })).await;
    assert_eq!(socket.hear().await["payload"]["data"]["alertTriggered"]["kind"], "SNAPSHOT");
    // Now, so that the job's clock finds the price fresh.
    let hour = (app.ctx().now() - at(BEGAN)).num_hours();
    world.land(hour, &[Says(1, Some(400), None)]).await;
    jobs::run_due(app.app.clone(), jobs::Registry::all()).await.unwrap();
    let told = socket.hear().await["payload"]["data"]["alertTriggered"].clone();
    let events = json!([{ "state": "FIRED", "after": "4.00", "alert": { "amount": "5.00" } }]);
    assert_eq!(told, json!({ "kind": "DELTA", "fired": 1, "events": events }));
    let notified = "{ viewer { unreadNotifications notifications { nodes { kind title body link } } } }";
    let told = world.jace.ask(&world.served, notified).await["data"]["viewer"].clone();
    let node = told["notifications"]["nodes"][0].clone();
    assert_eq!((&told["unreadNotifications"], &node["kind"]), (&json!(1), &json!("ALERT")), "{told}");
    assert_eq!(node["title"], "Test Card 1: at or below 5.00 USD");
    assert_eq!(node["body"], "It is 4.00 USD.", "the price of before was too old to be seen");
    assert!(node["link"].as_str().unwrap().starts_with("/cards/"), "{node}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_says_what_the_past_would_have_done() {
    let world = World::since(|now| now - TimeDelta::days(20)).await;
    let days = [600, 480, 600, 490, 600, 400, 400, 600, 600, 470, 470];
    for (day, cents) in (0..).zip(days) {
        world.land(24 * day, &[Says(1, Some(cents), None)]).await;
        world
            .land(24 * day + 6, &[Says(1, Some(if cents < 500 && day < 4 { 600 } else { cents }), None)])
            .await;
    }
    let simulate = "query ($input: AlertInput!) { alertSimulation(input: $input, days: 100) {
        simulation { fired naive suppressed knownSince times { since at before after printing { collectorNumber } } } errors { code } } }";
    let answer =
        world.served.ask_as(Some(&world.jace.access), simulate, json!({ "input": input(json!({})) })).await;
    let simulation = &answer["data"]["alertSimulation"]["simulation"];
    assert_eq!((&simulation["fired"], &simulation["naive"]), (&json!(2), &json!(4)), "{answer}");
    assert_eq!(simulation["times"][1]["after"], "4.00", "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_alerts_costs_as_many_statements_as_one() {
    let world = World::now().await;
    world.price(0, 600).await;
    let page = async || {
        let query = "{ viewer { alerts(first: 20) { nodes { name printing { card { name } } \
                     explanation { text value } lastEvents { at } } } } }";
        let asked = world.jace.ask(&world.served, query);
        let (answer, statements) = world.served.app.statements(asked).await.unwrap();
        assert!(answer["errors"].is_null(), "{answer}");
        statements
    };
    world.alert(json!({})).await;
    page().await;
    let one = page().await;
    for n in 1..=3 {
        world.alert(json!({ "printingId": printing_id(n), "rule": "PERCENT", "amount": null, "percent": "5", "anchor": "3" })).await;
    }
    let many = page().await;
    assert_eq!(many.len(), one.len(), "{many:#?}\nfor one: {one:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_told_by_how_near_they_are() {
    let world = World::now().await;
    world.price(-4, 600).await;
    let below = async |name: &str, amount: &str| {
        world.alert(json!({ "name": name, "amount": amount, "persistenceMinutes": 600 })).await
    };
    below("far", "1.00").await;
    below("near", "5.90").await;
    below("nearer", "5.95").await;
    let resting = below("resting", "5.99").await;
    let moves = json!({ "name": "moves", "rule": "PERCENT", "amount": null, "percent": "99", "anchor": "6" });
    world.alert(moves).await;
    world.check(-3).await;
    let rest = "mutation ($id: ID!) { pauseAlert(id: $id, paused: true) { errors { message } } }";
    world.tell(rest, json!({ "id": resting })).await;
    let names = async || {
        let nearest = "{ viewer { nearestAlerts(first: 3) { name explanation { distance } } } }";
        let answer = world.jace.ask(&world.served, nearest).await;
        let alerts = answer["data"]["viewer"]["nearestAlerts"].as_array();
        let alerts = alerts.unwrap_or_else(|| panic!("{answer}"));
        alerts.iter().map(|alert| alert["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["nearer", "near", "far"]);
    world.price(-2, 592).await;
    assert_eq!(names().await, ["nearer", "near", "far"], "what waits to last comes first");
    world.price(-1, 80).await;
    assert_eq!(names().await, ["nearer", "far", "near"], "by when it began, then by how far it is beyond");
}
