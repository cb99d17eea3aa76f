//! The current price and the history against a naive model, for slices in any order.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use domain::prices::ingest_card_kingdom;
use markets::Book;
use markets::listing::{Grade, Head, Ids, Kind, Listing, Money, Quote, Surface};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tests::TestApp;

use crate::world::{at, card, import};

const CARDS: u32 = 4;

/// What a whole price list says: of each card cents and copies, or nothing.
type Said = Vec<Option<(i64, i32)>>;

#[derive(Clone, Debug)]
struct Step {
    /// When the list was made, in hours.
    hour: i64,
    said: Said,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let price = prop_oneof![1 => Just(None), 4 => (1..4_i64, 1..3_i32).prop_map(Some)];
    let said = prop::collection::vec(price, CARDS as usize);
    prop::collection::vec((0..8_i64, said).prop_map(|(hour, said)| Step { hour, said }), 1..9)
}

fn hour(number: i64) -> DateTime<Utc> {
    at("2026-10-30") + Duration::hours(12 * number)
}

/// The slices that are believed, by their time; and the rule that refuses one.
#[derive(Clone, Default)]
struct Model(BTreeMap<i64, Said>);

impl Model {
    fn take(&mut self, step: &Step) {
        let count = |said: &Said| said.iter().flatten().count() as f64;
        let before = self.0.range(..=step.hour).next_back();
        if before.is_none_or(|(_, before)| count(&step.said) >= count(before) * 0.5)
            && count(&step.said) > 0.0
        {
            self.0.insert(step.hour, step.said.clone());
        }
    }

    fn price(&self, card: u32, when: i64) -> Option<(i64, i32)> {
        self.0.range(..=when).next_back()?.1[card as usize - 1]
    }
}

fn list(step: &Step) -> Book {
    let listing = |(number, said): (usize, &Option<(i64, i32)>)| Listing {
        product: format!("TST-{:04}", number + 1),
        name: format!("Test Card {}", number + 1),
        ids: Ids::default(),
        quotes: said.iter().map(|(cents, copies)| retail(*cents, *copies)).collect(),
    };
    Book { head: Head::whole(hour(step.hour)), listings: step.said.iter().enumerate().map(listing).collect() }
}

fn retail(cents: i64, copies: i32) -> Quote {
    Quote {
        surface: Surface::Unsaid,
        kind: Kind::Retail,
        grade: Grade::Nm,
        money: Money::Usd,
        cents,
        quantity: Some(copies),
    }
}

type Row = (DateTime<Utc>, DateTime<Utc>, Option<(i64, i32)>);

/// Rows of a card's history: observed, ingested, price.
async fn history(app: &TestApp, card: u32) -> Vec<Row> {
    let sql = "SELECT h.observed_at, h.ingested_at, h.amount, h.quantity FROM price_history h \
               JOIN price_series s ON s.id = h.series_id JOIN printings p ON p.id = s.printing_id \
               WHERE p.number_value = $1 ORDER BY h.observed_at DESC, h.ingested_at DESC";
    let rows = app.sql(sql, &[&(card as i32)]).await;
    rows.iter().map(|r| (r.get(0), r.get(1), r.get::<_, Option<i64>>(2).zip(r.get(3)))).collect()
}

/// Plays the steps and compares with the model, as it is known now and as it was known after each step.
async fn play(app: &TestApp, steps: &[Step]) -> Result<(), TestCaseError> {
    for table in ["price_history", "reference_prices", "price_series", "price_slices", "outbox"] {
        app.sql(&format!("DELETE FROM {table}"), &[]).await;
    }
    let mut known = vec![Model::default()];
    let ingested = |turn: usize| at("2026-11-20") + Duration::minutes(turn as i64);
    for (turn, step) in steps.iter().enumerate() {
        let mut model = known[turn].clone();
        model.take(step);
        known.push(model);
        let ctx = app.ctx().at(ingested(turn + 1));
        let done = ingest_card_kingdom(&ctx, &list(step), true).await;
        done.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
    }
    let model = &known[steps.len()];
    let newest = model.0.keys().next_back().copied().unwrap_or_default();
    for card in 1..=CARDS {
        let sql = "SELECT s.amount, s.quantity FROM price_series s JOIN printings p ON p.id = s.printing_id WHERE p.number_value = $1";
        let row = app.sql(sql, &[&(card as i32)]).await;
        let current = row.first().and_then(|r| r.get::<_, Option<i64>>(0).zip(r.get(1)));
        prop_assert_eq!(current, model.price(card, newest), "current price of card {}", card);
        let rows = history(app, card).await;
        for (turn, model) in known.iter().enumerate() {
            for when in 0..8 {
                let row = rows.iter().find(|row| row.0 <= hour(when) && row.1 <= ingested(turn));
                let price = row.and_then(|row| row.2);
                prop_assert_eq!(
                    price,
                    model.price(card, when),
                    "card {} at {} as known after {}: {:?}",
                    card,
                    when,
                    turn,
                    rows
                );
            }
        }
    }
    Ok(())
}

#[test]
fn prices_and_history_equal_a_naive_model() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = runtime.block_on(async {
        let app = TestApp::new().await;
        let cards: Vec<_> = (1..=CARDS).map(|n| card(n, n, &json!({"finishes": ["nonfoil"]}))).collect();
        import(&app, &cards, "2026-10-01").await;
        app
    });
    let config = Config { cases: 24, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let result = TestRunner::new(config).run(&steps(), |steps| runtime.block_on(play(&app, &steps)));
    result.unwrap_or_else(|error| panic!("{error}"));
}
