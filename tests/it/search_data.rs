//! Catalogues to search in: the fixture made by hand, and the real data where they are at hand.

use std::collections::HashMap;
use std::io::{BufRead, Cursor};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use domain::catalog::{ObservedAt, Origin, import_cards, import_sets};
use domain::search::SearchPage;
use markets::packed::{BytesRead, unpack};
use markets::scryfall::{List, Set};
use tests::{TestApp, project, variable};

/// A platform with the printings of `tests/fixtures/scryfall`.
pub async fn fixture() -> TestApp {
    let app = TestApp::new().await;
    let sets = include_str!("../fixtures/scryfall/sets.json");
    let cards = include_bytes!("../fixtures/scryfall/cards.jsonl");
    import(&app, sets, Box::new(Cursor::new(cards)), moment(1)).await;
    app.sql("ANALYZE", &[]).await;
    app
}

/// A platform with the real catalogue; `None`, and it says so, where the data are not at hand.
pub async fn real() -> Option<TestApp> {
    let folder = variable("DUALCASTER_DATA").map_or_else(|_| project().join("../shared/data"), PathBuf::from);
    let sets = folder.join("sets/scryfall-sets-2026-08-15.json.gz");
    if !sets.exists() {
        eprintln!("skipped: no data pack");
        return None;
    }
    let app = TestApp::new().await;
    let open = |path: PathBuf| {
        let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        unpack(file, BytesRead::default()).expect("a packed file")
    };
    let mut list = String::new();
    std::io::Read::read_to_string(&mut open(sets), &mut list).expect("a list of sets");
    let older = open(folder.join("cards/scryfall-cards-2019-09.jsonl.zst"));
    import(&app, &list, older, moment(1)).await;
    let newer = open(folder.join("cards/scryfall-cards-modern.jsonl.zst"));
    import(&app, &list, newer, moment(2)).await;
    app.sql("VACUUM ANALYZE", &[]).await;
    Some(app)
}

/// Order is all that the days of the files stand for.
fn moment(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + day * 86_400, 0).expect("a moment")
}

async fn import(app: &TestApp, sets: &str, cards: Box<dyn BufRead + Send>, at: DateTime<Utc>) {
    let sets: List<Set> = serde_json::from_str(sets).expect("a list of sets");
    import_sets(&app.ctx(), Origin::Real, &sets.data, at).await.expect("sets");
    let observed = ObservedAt { file: at, lines: HashMap::new() };
    let done = import_cards(&app.ctx(), Origin::Real, "cards", cards, observed, true).await.expect("cards");
    assert_eq!(done.skipped, []);
}

/// The printings of a page as `set/number`, and the language if it is not English.
pub async fn labels(app: &TestApp, page: &SearchPage) -> String {
    let ids: Vec<i32> = page.ids.iter().map(|(_, id)| id.0).collect();
    let sql = "SELECT s.code || '/' || p.collector_number || CASE p.lang WHEN 'en' THEN '' ELSE '/' || p.lang END \
               FROM unnest($1::int[]) WITH ORDINALITY AS page (id, place) JOIN printings p ON p.id = page.id \
               JOIN mtg_sets s ON s.id = p.set_id ORDER BY place";
    let rows = app.sql(sql, &[&ids]).await;
    rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join(" ")
}
