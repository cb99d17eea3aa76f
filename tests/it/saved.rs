//! Searches that somebody comes back to: what they find now, what is new of it, and who is told.

use chrono::{DateTime, TimeDelta, Utc};
use domain::events::Relay;
use domain::saved;
use serde_json::{Value, json};

use crate::http::Served;
use crate::people::Person;
use crate::world::{card, import, number};
use crate::ws::Socket;

const CREATE: &str = "mutation ($input: SavedSearchInput!) { createSavedSearch(input: $input) {
    search { id name query matching } errors { code field message } } }";
const EDIT: &str =
    "mutation ($id: ID!, $input: SavedSearchInput!) { editSavedSearch(id: $id, input: $input) {
    search { id name query matching } errors { code field message } } }";
const TOLD: &str = "{ viewer { notifications { nodes { title body link } } } }";

struct World {
    served: Served,
    jace: Person,
}

/// Card `n`, cheaper or dearer than a dollar; odd ones fly.
fn priced(n: u32, cheap: bool) -> Value {
    let prices = json!({ "usd": if cheap { "0.50" } else { "5.00" } });
    let text = if n % 2 == 1 { "Flying" } else { "Trample" };
    card(n, n, &json!({ "prices": prices, "oracle_text": text, "keywords": [text] }))
}

impl World {
    /// Cards 1 to 4, of which 1 and 2 are cheap.
    async fn new() -> Self {
        let served = Served::new().await;
        let world = Self { jace: Person::new(&served, "jace").await, served };
        world.cards(&[1, 2], 4).await;
        world
    }

    async fn cards(&self, cheap: &[u32], most: u32) {
        let cards: Vec<_> = (1..=most).map(|n| priced(n, cheap.contains(&n))).collect();
        let now = self.served.app.ctx().now();
        import(&self.served.app, &cards, &now.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()).await;
    }

    async fn tell(&self, mutation: &str, variables: Value) -> Value {
        let answer = self.served.ask_as(Some(&self.jace.access), mutation, variables).await;
        let payload = answer["data"].as_object().and_then(|data| data.values().next()).cloned();
        payload.unwrap_or_else(|| panic!("{answer}"))
    }

    async fn save(&self, name: &str, query: &str, tells: bool) -> Value {
        let input = json!({ "name": name, "query": query, "tells": tells });
        self.tell(CREATE, json!({ "input": input })).await
    }

    async fn check(&self, at: DateTime<Utc>) -> u64 {
        saved::check(&self.served.app.ctx().at(at)).await.unwrap()
    }

    /// Titles and bodies of what jace was told, the newest first.
    async fn told(&self) -> Vec<(String, String)> {
        let answer = self.jace.ask(&self.served, TOLD).await;
        let nodes = answer["data"]["viewer"]["notifications"]["nodes"].as_array().cloned().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        nodes.iter().map(|node| (text(&node["title"]), text(&node["body"]))).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_is_not_new_and_what_comes_is_told_once() {
    let world = World::new().await;
    let saved = world.save(" Fliers ", "keyword:flying", true).await;
    assert_eq!(
        (&saved["search"]["name"], &saved["search"]["matching"]),
        (&json!("Fliers"), &json!(2)),
        "{saved}"
    );
    let now = world.served.app.ctx().now();
    assert_eq!(world.check(now).await, 0, "they were there");
    world.cards(&[], 8).await;
    assert_eq!(world.check(now + TimeDelta::minutes(15)).await, 1);
    assert_eq!(world.check(now + TimeDelta::minutes(30)).await, 0, "once");
    let told = world.told().await;
    assert_eq!(
        told,
        [("Fliers finds new cards".to_owned(), "Test Card 5, Test Card 7.".to_owned())],
        "odd ones fly"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_is_back_soon_is_no_news() {
    let world = World::new().await;
    world.save("Cheap", "usd<1", true).await;
    let begun = world.served.app.ctx().now();
    let hour = |n: i64| begun + TimeDelta::hours(n);
    // Card 3 becomes cheap and is dear again; card 4 becomes cheap and stays so, card 1 is away for an hour.
    world.cards(&[2, 3, 4], 4).await;
    assert_eq!(world.check(hour(0)).await, 0, "it has to last");
    world.cards(&[1, 2, 4], 4).await;
    assert_eq!(world.check(hour(1)).await, 0);
    assert_eq!(world.check(hour(11)).await, 0);
    assert_eq!(world.check(hour(13)).await, 1);
    assert_eq!(world.told().await, [("Cheap finds something new".to_owned(), "Test Card 4.".to_owned())]);
    // Away for longer than half a day, card 1 is new again.
    world.cards(&[2, 4], 4).await;
    assert_eq!(world.check(hour(20)).await, 0);
    world.cards(&[1, 2, 4], 4).await;
    assert_eq!(world.check(hour(40)).await, 0);
    assert_eq!(world.check(hour(53)).await, 1);
    assert_eq!(world.told().await[0].1, "Test Card 1.");
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_that_land_have_them_looked_at_once_a_minute() {
    let world = World::new().await;
    let app = &world.served.app;
    let waiting = "SELECT count(*) FROM jobs WHERE kind = 'saved_search_check'";
    world.save("Quiet", "usd<1", false).await;
    world.cards(&[1], 4).await;
    assert_eq!(number(app, waiting).await, 0, "nobody wants to be told");
    world.save("Fliers", "keyword:flying", true).await;
    assert_eq!(number(app, waiting).await, 0, "nothing landed since");
    world.cards(&[1, 2], 6).await;
    world.cards(&[], 6).await;
    let moments = "SELECT count(DISTINCT run_at) FROM jobs WHERE kind = 'saved_search_check'";
    let checks = number(app, waiting).await;
    assert!(
        (1..=2).contains(&checks) && checks == number(app, moments).await,
        "{checks}: one for each minute"
    );
    let soon =
        format!("{waiting} AND run_at - created_at BETWEEN interval '10 seconds' AND interval '75 seconds'");
    assert_eq!(number(app, &soon).await, checks);
    // Those that wait when one begins are one pass.
    domain::jobs::submit(&app.ctx(), &saved::CheckSearches::default()).await.unwrap();
    app.sql("UPDATE jobs SET run_at = now() WHERE kind = 'saved_search_check'", &[]).await;
    jobs::run_due(app.app.clone(), jobs::Registry::all()).await.unwrap();
    assert_eq!(number(app, &format!("{waiting} AND state = 4")).await, 1, "one had something to tell");
    let left = format!("{waiting} AND note = 'another one waits that sees as much'");
    assert_eq!(number(app, &left).await, checks, "and the others left it to that one");
    assert_eq!(world.told().await, [("Fliers finds something new".to_owned(), "Test Card 5.".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_cost_few_more_statements_than_one_and_keep_apart() {
    let world = World::new().await;
    let app = &world.served.app;
    world.save("Fliers", "keyword:flying", true).await;
    let now = app.ctx().now();
    let ctx = app.ctx();
    world.cards(&[1, 2], 6).await;
    let (told, one) = app.statements(saved::check(&ctx)).await.unwrap();
    assert_eq!(told.unwrap(), 1);
    for n in 1..=6 {
        world
            .save(&format!("Card {n}"), &format!("\"Test Card {n}\" or \"Test Card {}\"", n + 6), true)
            .await;
    }
    world.save("By pattern", "name:/Card 1[01]$/", true).await;
    let nahiri = Person::new(&world.served, "nahiri").await;
    let hers = json!({ "name": "Hers", "query": "\"Test Card 8\"", "tells": true });
    world.served.ask_as(Some(&nahiri.access), CREATE, json!({ "input": hers })).await;
    world.cards(&[1, 2], 9).await;
    let (told, many) = app.statements(saved::check(&ctx)).await.unwrap();
    assert_eq!(told.unwrap(), 4, "7, 8 twice and 9; of fliers nobody is told so soon again");
    let hers = nahiri.ask(&world.served, TOLD).await;
    assert_eq!(hers["data"]["viewer"]["notifications"]["nodes"][0]["body"], "Test Card 8.", "{hers}");
    let titles: Vec<_> =
        world.told().await.into_iter().map(|(title, body)| format!("{title}: {body}")).collect();
    let finds = |n: u32| format!("Card {n} finds something new: Test Card {}.", n + 6);
    for n in 1..=3 {
        assert!(titles.contains(&finds(n)), "{titles:#?}");
    }
    // The pattern is asked by itself, in a transaction that bounds its time.
    assert!(many.len() <= one.len() + 3, "{} {} {one:#?} {many:#?}", one.len(), many.len());
    world.cards(&[1, 2], 11).await;
    assert_eq!(world.check(now + TimeDelta::minutes(15)).await, 3, "4 and 5, and the pattern");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_keeps_no_other_from_being_looked_at() {
    let world = World::new().await;
    let app = &world.served.app;
    for n in 1..=3 {
        world.save(&format!("Card {n}"), &format!("\"Test Card {}\"", n + 4), true).await;
    }
    let fails = "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT FROM saved_searches WHERE id = NEW.search_id AND name = 'Card 2') THEN
                RAISE EXCEPTION 'it fails'; END IF;
            RETURN NEW; END $$";
    app.sql(fails, &[]).await;
    let when =
        "CREATE TRIGGER fails BEFORE INSERT ON saved_search_matches FOR EACH ROW EXECUTE FUNCTION fails()";
    app.sql(when, &[]).await;
    world.cards(&[1, 2], 8).await;
    assert_eq!(world.check(app.ctx().now()).await, 2);
    app.sql("DROP TRIGGER fails ON saved_search_matches", &[]).await;
    assert_eq!(world.check(app.ctx().now()).await, 1, "it is made up for");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_is_said_and_what_is_somebody_elses_is_nobodys() {
    let world = World::new().await;
    let refused = |answer: Value| {
        let error = answer["errors"][0].clone();
        (error["code"].as_str().unwrap_or_default().to_owned(), error["field"].clone())
    };
    let of = |code: &str, field: &str| (code.to_owned(), json!(field));
    assert_eq!(refused(world.save(" ", "t:wizard", false).await), of("INVALID", "name"));
    assert_eq!(refused(world.save("Empty", " ", false).await), of("INVALID", "query"));
    assert_eq!(refused(world.save("Deep", &"(".repeat(200), false).await), of("INVALID", "query"));
    let made = world.save("Mine", "t:wizard", false).await;
    assert_eq!(refused(world.save("MINE", "t:elf", false).await), of("NAME_TAKEN", "name"));
    let id = &made["search"]["id"];
    let input = json!({ "name": "Mine", "query": "usd<1" });
    let edited = world.tell(EDIT, json!({ "id": id, "input": input })).await;
    assert_eq!(edited["search"]["matching"], 2, "{edited}");
    let nahiri = Person::new(&world.served, "nahiri").await;
    let foreign = world.served.ask_as(Some(&nahiri.access), EDIT, json!({ "id": id, "input": input })).await;
    assert_eq!(foreign["data"]["editSavedSearch"]["errors"][0]["code"], "NOT_FOUND", "{foreign}");
    let delete = "mutation ($id: ID!) { deleteSavedSearch(id: $id) { id errors { code } } }";
    let kept = world.served.ask_as(Some(&nahiri.access), delete, json!({ "id": id })).await;
    assert_eq!(kept["data"]["deleteSavedSearch"]["errors"][0]["code"], "NOT_FOUND", "{kept}");
    assert_eq!(world.tell(delete, json!({ "id": id })).await["id"], *id);
    let left = world.jace.ask(&world.served, "{ viewer { savedSearches { id } } }").await;
    assert_eq!(left["data"]["viewer"]["savedSearches"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_sees_the_counts_move() {
    let world = World::new().await;
    let app = &world.served.app;
    tokio::spawn(Relay::new(app.app.hub.clone(), app.app.database_url.clone()).run());
    world.save("Cheap", "usd<1", false).await;
    let mut socket = Socket::open_as(world.served.address, &world.jace.access).await;
    let follow = "subscription { savedSearchesUpdated { kind searches { name matching } } }";
    socket.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": follow } })).await;
    let first = socket.hear().await["payload"]["data"]["savedSearchesUpdated"].clone();
    assert_eq!(first, json!({ "kind": "SNAPSHOT", "searches": [{ "name": "Cheap", "matching": 2 }] }));
    world.cards(&[1, 2, 3], 4).await;
    let moved = socket.hear().await["payload"]["data"]["savedSearchesUpdated"].clone();
    assert_eq!(moved["searches"], json!([{ "name": "Cheap", "matching": 3 }]), "{moved}");
    world.save("Wizards", "t:wizard", false).await;
    let made = socket.hear().await["payload"]["data"]["savedSearchesUpdated"].clone();
    assert_eq!(made["searches"].as_array().unwrap().len(), 2, "{made}");
}
