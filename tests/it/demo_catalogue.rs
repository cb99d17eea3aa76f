//! Files of cards, sets and migrations against a real database.

use serde_json::json;
use tests::TestApp;

use crate::demo_world::{card, import, number};

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_imported_and_the_same_file_again_changes_nothing() {
    let app = TestApp::new().await;
    let cards = [
        card(1, 1, &json!({"prices": {"usd": "1.50", "usd_foil": "4.00", "eur": "1.20", "tix": "0.02"}})),
        card(2, 1, &json!({"promo": true, "prices": {"usd": "0.00", "eur": null}})),
        card(3, 2, &json!({"prices": {"usd": "10.00"}})),
    ];
    let first = import(&app, &cards, "2026-11-01").await;
    assert_eq!((first.lines, first.new_printings, first.new_cards), (3, 3, 2));
    assert_eq!((first.prices, first.changed_prices), (5, 5), "zero and null are no prices");
    let again = import(&app, &cards, "2026-11-01").await;
    assert_eq!(
        (again.new_printings, again.changed_printings, again.new_cards, again.changed_cards),
        (0, 0, 0, 0)
    );
    assert_eq!((again.prices, again.changed_prices, again.legality_changes), (5, 0, 0));
    assert_eq!(number(&app, "SELECT count(*) FROM price_history").await, 5);
    assert_eq!(
        number(
            &app,
            "SELECT usd FROM reference_prices JOIN printings ON id = printing_id WHERE collector_number = '1'"
        )
        .await,
        150
    );
}
