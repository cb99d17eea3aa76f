//! Price files of each source, in its own format, against a real database.

use domain::prices::{
    Ingested, PriceBatch, ensure_partitions, import_crosswalk, import_links, ingest_card_kingdom,
    ingest_cardmarket, ingest_snapshots,
};
use markets::{cardkingdom, cardmarket, snapshots};
use serde_json::json;
use tests::TestApp;

use crate::world::{at, card, fixture, import, number, printing_id};

/// Five printings, one card each. The fourth is etched only; the third is linked by a table, not by Scryfall.
async fn world() -> TestApp {
    let app = TestApp::new().await;
    let cards = [
        card(1, 1, &json!({"cardmarket_id": 5001})),
        card(2, 2, &json!({"cardmarket_id": 5002})),
        card(3, 3, &json!({"finishes": ["nonfoil"]})),
        card(4, 4, &json!({"cardmarket_id": 5004, "finishes": ["etched"]})),
        card(5, 5, &json!({"cardmarket_id": 5005})),
    ];
    import(&app, &cards, "2026-10-01").await;
    app
}

async fn guide(app: &TestApp, name: &str, publish: bool) -> Ingested {
    let name = format!("cardmarket/price_guide_1.{name}.json");
    let guide = cardmarket::guide(&name, &fixture(&name)).unwrap();
    ingest_cardmarket(&app.ctx(), &guide, publish).await.unwrap()
}

/// The current prices: number of the printing, kind, finish, condition, minor units, copies.
async fn prices(app: &TestApp) -> Vec<(String, i16, i16, i16, Option<i64>, Option<i32>)> {
    let rows = app
        .sql(
            "SELECT p.collector_number, s.kind, s.finish, s.condition, s.amount, s.quantity \
              FROM price_series s JOIN printings p ON p.id = s.printing_id ORDER BY 1, 2, 3, 4",
            &[],
        )
        .await;
    rows.iter().map(|r| (r.get(0), r.get(1), r.get(2), r.get(3), r.get(4), r.get(5))).collect()
}

/// Batches of changed prices that wait to be published.
const NEWS: &str = "SELECT count(*) FROM outbox WHERE kind = 'prices'";

/// What waits to be published.
async fn batches(app: &TestApp) -> Vec<PriceBatch> {
    let rows = app.sql("SELECT payload::text FROM outbox WHERE kind = 'prices' ORDER BY id", &[]).await;
    rows.iter().map(|row| serde_json::from_str(row.get(0)).unwrap()).collect()
}

async fn trends(app: &TestApp) -> Vec<(String, i16, Option<i64>)> {
    let trends = prices(app).await.into_iter().filter(|price| price.1 == 3);
    trends.map(|(number, _, finish, _, amount, _)| (number, finish, amount)).collect()
}

fn trend(number: &str, finish: i16, cents: i64) -> (String, i16, Option<i64>) {
    (number.to_owned(), finish, Some(cents))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_prices_what_it_knows_and_withdraws_what_it_drops() {
    let app = world().await;
    assert_eq!(import_crosswalk(&app.ctx(), &[(printing_id(3).parse().unwrap(), 5003)]).await.unwrap(), 1);
    let first = guide(&app, "2026-11-01", true).await;
    let facts = (first.offered, first.matched, first.changed, first.quarantined.clone());
    assert_eq!(facts, (47, 35, 35, None), "zeros and nulls are no prices, an unknown product has no place");
    let expected = [
        trend("1", 1, 3650),
        trend("1", 2, 5200),
        trend("2", 1, 120),
        trend("2", 2, 340),
        trend("3", 1, 25),
        trend("4", 4, 875),
    ];
    assert_eq!(trends(&app).await, expected);
    assert_eq!(number(&app, NEWS).await, 0, "a whole new source is no news of its prices");

    let again = guide(&app, "2026-11-01", true).await;
    assert_eq!((again.changed, number(&app, "SELECT count(*) FROM price_history").await), (0, 35));

    let second = guide(&app, "2026-11-02", true).await;
    assert_eq!((second.changed, second.quarantined), (7, None), "six numbers of one card and one withdrawal");
    let withdrawn = "SELECT h.amount IS NULL, h.observed_at = '2026-11-02 01:50:44Z' FROM price_history h \
                     JOIN price_series s ON s.id = h.series_id JOIN printings p ON p.id = s.printing_id \
                     WHERE p.collector_number = '3' AND s.kind = 3 ORDER BY h.observed_at DESC LIMIT 1";
    let row = &app.sql(withdrawn, &[]).await[0];
    assert_eq!((row.get::<_, bool>(0), row.get::<_, bool>(1)), (true, true));
    assert_eq!(batches(&app).await.iter().map(|batch| batch.changes.len()).collect::<Vec<_>>(), [7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_of_half_the_size_is_not_believed() {
    let app = world().await;
    guide(&app, "2026-11-01", true).await;
    let before = prices(&app).await;
    let half = guide(&app, "2026-11-03-half", true).await;
    assert_eq!(half.changed, 0);
    assert_eq!(half.quarantined.as_deref(), Some("12 prices, where 29 came before"));
    assert_eq!(prices(&app).await, before, "the old prices stay");
    assert_eq!(number(&app, "SELECT count(*) FROM price_slices WHERE quarantined IS NOT NULL").await, 1);
    assert_eq!(
        guide(&app, "2026-11-02", false).await.quarantined,
        None,
        "the next whole one is compared with a believed one"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_that_comes_late_goes_to_the_history_only() {
    let (app, other) = (world().await, world().await);
    for name in ["2026-11-01", "2026-11-02"] {
        guide(&app, name, true).await;
    }
    guide(&other, "2026-11-02", true).await;
    let late = guide(&other, "2026-11-01", true).await;
    assert!(late.changed > 0);
    assert_eq!(number(&other, NEWS).await, 0, "the past is no news");
    assert_eq!(
        prices(&other).await.into_iter().map(|p| p.4).collect::<Vec<_>>(),
        prices(&app).await.into_iter().map(|p| p.4).collect::<Vec<_>>()
    );
    let steps = "SELECT string_agg(coalesce(amount::text, '-'), ' ' ORDER BY printing_id, kind, finish, observed_at) \
                 FROM (SELECT s.printing_id, s.kind, s.finish, h.observed_at, h.amount, \
                              lag(h.amount, 1, 0::int8) OVER (PARTITION BY s.id ORDER BY h.observed_at) AS before \
                       FROM price_history h JOIN price_series s ON s.id = h.series_id) steps \
                 WHERE amount IS DISTINCT FROM before";
    let steps = (
        app.sql(steps, &[]).await[0].get::<_, String>(0),
        other.sql(steps, &[]).await[0].get::<_, String>(0),
    );
    assert_eq!(steps.0, steps.1, "in whatever order the guides come, the history is the same");
    assert_eq!(guide(&other, "2026-11-01", true).await.changed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn card_kingdom_is_matched_by_code_link_and_id() {
    let app = world().await;
    let list = cardkingdom::price_list("pricelist", &fixture("cardkingdom/pricelist.json")).unwrap();
    let done = ingest_card_kingdom(&app.ctx(), &list, false).await.unwrap();
    assert_eq!((done.offered, done.changed, done.quarantined), (11, 9, None));
    let price = |number: &str, kind, finish, condition, cents, copies| {
        (number.to_owned(), kind, finish, condition, Some(cents), Some(copies))
    };
    let expected = [
        price("1", 8, 1, 1, 4499, 2),
        price("1", 8, 1, 2, 3824, 1),
        price("1", 8, 2, 1, 5999, 1),
        price("1", 9, 1, 1, 2700, 8),
        price("1", 9, 2, 1, 3300, 4),
        price("2", 9, 1, 1, 50, 12),
        price("3", 8, 1, 1, 35, 20),
        price("4", 8, 4, 1, 1299, 2),
        price("4", 9, 4, 1, 600, 3),
    ];
    assert_eq!(prices(&app).await, expected, "no price without stock or demand");

    let links = cardkingdom::links("links", &fixture("cardkingdom/links.json")).unwrap();
    assert_eq!(import_links(&app.ctx(), &links).await.unwrap(), 2, "articles of printings that we know");
    assert_eq!(import_links(&app.ctx(), &links).await.unwrap(), 0);
    let state = cardkingdom::state("state", &fixture("cardkingdom/state.2026-11-02.json")).unwrap();
    let done = ingest_card_kingdom(&app.ctx(), &state, true).await.unwrap();
    assert_eq!(done.quarantined, None);
    let gone =
        |number: &str, kind, finish, condition| (number.to_owned(), kind, finish, condition, None, None);
    let expected = [
        price("1", 8, 1, 1, 4299, 2),
        gone("1", 8, 1, 2),
        gone("1", 8, 2, 1),
        price("1", 9, 1, 1, 2700, 8),
        price("1", 9, 2, 1, 3300, 4),
        price("2", 8, 1, 1, 149, 4),
        gone("2", 9, 1, 1),
        price("3", 8, 1, 1, 35, 20),
        price("3", 9, 1, 1, 200, 5),
        price("4", 8, 4, 1, 1299, 2),
        price("4", 9, 4, 1, 650, 3),
    ];
    assert_eq!(prices(&app).await, expected);
    assert_eq!(done.changed, 7);
    let batches = batches(&app).await;
    assert_eq!((batches.len(), batches[0].changes.len()), (1, 7));
    let dearer = batches[0].changes.iter().find(|(_, price)| price.amount == Some(650)).unwrap();
    assert_eq!(
        (dearer.1.previous, dearer.1.version),
        (Some(600), 2),
        "what listeners are told is what is stored"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_leave_absent_prices_alone() {
    let app = world().await;
    let day = |name: &str| {
        vec![snapshots::snapshot(name, &fixture(&format!("snapshots/{name}/tst.json"))).unwrap()]
    };
    let first = ingest_snapshots(&app.ctx(), &day("2026-11-01"), false).await.unwrap();
    assert_eq!(
        (first.offered, first.changed),
        (7, 4),
        "listed in two boosters it is one price; null is none"
    );
    let second = ingest_snapshots(&app.ctx(), &day("2026-11-02"), true).await.unwrap();
    assert_eq!(second.changed, 1, "absent and zero say nothing");
    let now: Vec<_> = prices(&app).await.into_iter().map(|p| (p.0, p.2, p.4)).collect();
    assert_eq!(now, [trend("1", 1, 2140), trend("1", 2, 2207), trend("2", 1, 100), trend("4", 4, 850)]);
    assert_eq!(number(&app, NEWS).await, 1, "a change of a known source is news");
    assert_eq!(number(&app, "SELECT previous FROM price_series WHERE amount = 2140").await, 1955);
    let late = ingest_snapshots(&app.ctx(), &day("2026-11-01"), true).await.unwrap();
    assert_eq!(late.changed, 0, "the same file again");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_lies_in_the_partition_of_its_month() {
    let app = world().await;
    guide(&app, "2026-11-01", false).await;
    assert_eq!(number(&app, "SELECT count(*) FROM price_history_default").await, 0);
    assert_eq!(number(&app, "SELECT count(*) FROM price_history_2026_11").await, 29);
    ensure_partitions(&app.ctx(), at("2026-03-15").date_naive()).await.unwrap();
    assert_eq!(
        number(&app, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'price_history'::regclass").await,
        13
    );
}
