//! The first load over the network, from a Scryfall on loopback.

use std::io::Write;

use domain::data::{Scryfall, import_scryfall};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use tests::TestApp;
use tests::scryfall::{Content, FakeScryfall, Mood};

use crate::world::{card, lines, number, printing_id};

fn packed(cards: &[Value]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&lines(cards)).unwrap();
    gzip.finish().unwrap()
}

/// Enough cards that half of the packed file has some of them.
fn cards(count: u32) -> Vec<Value> {
    let card =
        |n: u32| card(n, n, &json!({ "prices": { "usd": format!("{n}.50") }, "artist": printing_id(n) }));
    (1..=count).map(card).collect()
}

async fn world() -> (TestApp, FakeScryfall, Scryfall) {
    let sets = json!([{ "object": "set", "id": "cccccccc-0000-4000-8000-000000000001", "code": "tst",
        "name": "Test Set", "set_type": "expansion", "card_count": 3, "digital": false, "foil_only": false,
        "nonfoil_only": false, "released_at": "2026-01-23", "icon_svg_uri": "https://svgs.scryfall.io/sets/tst.svg" }]);
    let migrations = json!([{ "object": "migration", "id": "dddddddd-0000-4000-8000-000000000001",
        "performed_at": "2026-11-19", "migration_strategy": "delete", "old_scryfall_id": printing_id(2) }]);
    let content = Content { mood: Mood::Good, file: packed(&cards(400)), rulings: None, sets, migrations };
    let fake = FakeScryfall::start(content).await.unwrap();
    let scryfall = Scryfall::new(&fake.base).unwrap();
    (TestApp::new().await, fake, scryfall)
}

async fn counts(app: &TestApp) -> (i64, i64, i64) {
    (
        number(app, "SELECT count(*) FROM printings").await,
        number(app, "SELECT count(*) FROM printings WHERE removed_at IS NOT NULL").await,
        number(app, "SELECT count(*) FROM price_series").await,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_loaded_and_loaded_again() {
    let (app, _fake, scryfall) = world().await;
    assert!(scryfall.answers().await);
    import_scryfall(&app.ctx(), &scryfall).await.unwrap();
    assert_eq!(counts(&app).await, (400, 1, 400));
    assert_eq!(number(&app, "SELECT count(*) FROM mtg_sets WHERE name = 'Test Set'").await, 1);
    let loads = "{ dataStatus { origin loads { name state done total } } }";
    let status = app.gql(loads, json!({})).await;
    let loads = status["data"]["dataStatus"]["loads"].as_array().unwrap_or_else(|| panic!("{status}"));
    assert_eq!(loads.len(), 3, "{status}");
    assert!(loads.iter().all(|load| load["state"] == "DONE"), "{status}");
    import_scryfall(&app.ctx(), &scryfall).await.unwrap();
    assert_eq!(counts(&app).await, (400, 1, 400));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_changes_nothing_and_is_said() {
    let (app, fake, scryfall) = world().await;
    import_scryfall(&app.ctx(), &scryfall).await.unwrap();
    let before = counts(&app).await;
    fake.change(|content| content.file = packed(&cards(800)));
    for (mood, said) in [
        (Mood::Throttled, "429"),
        (Mood::Broken, "500"),
        (Mood::Garbage, "decoding"),
        (Mood::Short, "were announced"),
        (Mood::Cut, "default_cards"),
        (Mood::Damaged, "line"),
    ] {
        fake.change(|content| content.mood = mood);
        let error = import_scryfall(&app.ctx(), &scryfall).await.unwrap_err().to_string();
        assert!(error.contains(said), "{mood:?}: {error}");
        assert_eq!(counts(&app).await, before, "{mood:?}");
        let last = app.sql("SELECT state FROM data_loads ORDER BY id DESC LIMIT 1", &[]).await;
        if !matches!(mood, Mood::Throttled | Mood::Garbage) {
            assert_eq!(last[0].get::<_, i16>(0), 3, "{mood:?} is shown as failed");
        }
    }
    fake.change(|content| content.mood = Mood::Good);
    import_scryfall(&app.ctx(), &scryfall).await.unwrap();
    assert_eq!(counts(&app).await.0, 800);
}
