//! Which of somebody's cards moved, and what that did to what they are worth.

use serde_json::{Value, json};
use tests::TestApp;

use crate::http::Served;
use crate::people::{Person, code};
use crate::portfolio::{Said, add, lot, portfolio, say, tcg, world};

const FIELDS: &str = "printing { collectorNumber card { name } } finish condition source copies
    before { amount currency } after { amount } changePercent effect { amount currency }";

/// A price so many hours ago, and what it is since an hour.
async fn moved(app: &TestApp, said: &Said, hours: i32, before: i64) {
    say(app, &Said { amount: before, ..*said }, hours).await;
    say(app, said, 1).await;
}

async fn movers(served: &Served, whose: &Person, by: &str, arguments: &str) -> Vec<Value> {
    let found = portfolio(served, whose, by, &format!("movers{arguments} {{ {FIELDS} }}")).await;
    found["movers"].as_array().unwrap().clone()
}

/// The numbers of the printings, and what they did to the value.
fn effects<'a>(movers: &'a [Value]) -> Vec<(&'a str, &'a str)> {
    let text = |mover: &'a Value, at: &str| mover.pointer(at).and_then(Value::as_str).unwrap();
    let effect = |mover| (text(mover, "/printing/collectorNumber"), text(mover, "/effect/amount"));
    movers.iter().map(effect).collect()
}

fn cardmarket(number: u32, amount: i64) -> Said {
    Said { number, source: 2, kind: 3, condition: 1, currency: 2, amount, quantity: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_that_moved_are_told_by_what_they_did_to_the_value() {
    let (served, jace) = world().await;
    let vraska = Person::new(&served, "vraska").await;
    let lots = json!([
        lot(1, 2, &json!({})),
        lot(1, 1, &json!({ "grade": "POOR" })),
        lot(2, 1, &json!({})),
        lot(3, 4, &json!({})),
        lot(4, 9, &json!({})),
        lot(6, 1, &json!({})),
        lot(7, 1, &json!({})),
        lot(8, 2, &json!({})),
    ]);
    add(&served, &jace, lots).await;
    add(&served, &vraska, json!([lot(5, 1, &json!({}))])).await;
    moved(&served.app, &tcg(1, 1_200), 48, 1_000).await;
    moved(&served.app, &tcg(2, 900), 48, 500).await;
    moved(&served.app, &tcg(3, 200), 48, 300).await;
    // 4 had no price, 5 is somebody else's, 6 stood still, 7 went up and came back, 8 is sold for euros.
    say(&served.app, &tcg(4, 5_000), 1).await;
    moved(&served.app, &tcg(5, 9_000), 48, 1_000).await;
    say(&served.app, &tcg(6, 700), 48).await;
    say(&served.app, &tcg(7, 100), 48).await;
    say(&served.app, &tcg(7, 200), 5).await;
    say(&served.app, &tcg(7, 100), 1).await;
    moved(&served.app, &cardmarket(8, 150), 48, 125).await;

    let up = movers(&served, &jace, "", "(direction: UP)").await;
    assert_eq!(effects(&up), [("1", "6.00"), ("2", "4.00"), ("8", "1.00")], "{up:#?}");
    let first = json!({
        "printing": { "collectorNumber": "1", "card": { "name": "Test Card 1" } }, "finish": "NONFOIL",
        "condition": "NM", "source": "TCGPLAYER", "copies": 3, "before": { "amount": "10.00", "currency": "USD" },
        "after": { "amount": "12.00" }, "changePercent": "20.00", "effect": { "amount": "6.00", "currency": "USD" },
    });
    assert_eq!(up[0], first, "both lots have the one price");
    let down = movers(&served, &jace, "", "(direction: DOWN)").await;
    assert_eq!(effects(&down), [("3", "-4.00")], "{down:#?}");
    assert_eq!(down[0]["changePercent"], "-33.30");
    let both = movers(&served, &jace, "", "").await;
    assert_eq!(effects(&both), [("1", "6.00"), ("2", "4.00"), ("3", "-4.00"), ("8", "1.00")], "{both:#?}");
    assert_eq!(effects(&movers(&served, &jace, "", "(first: 1)").await), [("1", "6.00")]);

    let euros = movers(&served, &jace, "(by: { currency: EUR })", "(direction: UP)").await;
    assert_eq!(effects(&euros), [("1", "3.00"), ("2", "2.00"), ("8", "0.50")], "{euros:#?}");
    assert_eq!(euros[0]["before"], json!({ "amount": "5.00", "currency": "EUR" }));
    assert_eq!(effects(&movers(&served, &vraska, "", "").await), [("5", "80.00")]);
    let one = movers(&served, &jace, "(by: { source: CARDMARKET })", "").await;
    assert_eq!(effects(&one), [("8", "1.00")], "{one:#?}");
    for refused in ["movers(first: 0) { copies }", "movers(first: 51) { copies }"] {
        let answer = jace.ask(&served, &format!("{{ viewer {{ portfolio {{ {refused} }} }} }}")).await;
        assert_eq!(code(&answer), "BAD_USER_INPUT", "{answer}");
    }
    let tickets = "{ viewer { portfolio(by: { currency: TIX }) { movers { copies } } } }";
    assert_eq!(code(&jace.ask(&served, tickets).await), "BAD_USER_INPUT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_window_compares_with_an_older_price() {
    let (served, jace) = world().await;
    add(&served, &jace, json!([lot(1, 1, &json!({})), lot(2, 1, &json!({}))])).await;
    for (hours, amount) in [(24 * 40, 400), (24 * 10, 500), (24 * 3, 650), (2, 600)] {
        say(&served.app, &tcg(1, amount), hours).await;
    }
    for (hours, amount) in [(24 * 40, 100), (24 * 3, 200)] {
        say(&served.app, &tcg(2, amount), hours).await;
    }
    let by = "(by: { includeStale: true })";
    let windows = [
        ("DAY", vec![("1", "-0.50")]),
        // Both came to one dollar more: the series that was there first stands first.
        ("WEEK", vec![("1", "1.00"), ("2", "1.00")]),
        ("MONTH", vec![("1", "2.00"), ("2", "1.00")]),
    ];
    for (window, expected) in windows {
        let found = movers(&served, &jace, by, &format!("(window: {window})")).await;
        assert_eq!(effects(&found), expected, "{window}: {found:#?}");
    }
    let fresh = movers(&served, &jace, "", "(window: MONTH)").await;
    assert_eq!(effects(&fresh), [("1", "2.00")], "what nobody confirmed for a day does not count");
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_that_came_today_gain_only_what_their_price_did() {
    let (served, jace) = world().await;
    for number in 1..=2 {
        say(&served.app, &tcg(number, 10_000), 48).await;
    }
    moved(&served.app, &tcg(1, 10_100), 48, 10_000).await;
    let today = served.app.ctx().now().date_naive().to_string();
    let paid = json!({ "cost": { "amount": "1", "currency": "USD" }, "acquiredOn": today });
    add(&served, &jace, json!([lot(1, 2, &paid), lot(2, 7, &paid)])).await;
    let found = movers(&served, &jace, "(by: { includeStale: true })", "").await;
    assert_eq!(effects(&found), [("1", "2.00")], "{found:#?}");
    let today =
        portfolio(&served, &jace, "(by: { includeStale: true })", "value { amount } today { amount }").await;
    assert_eq!(today["value"]["amount"], "902.00", "{today}");
}
