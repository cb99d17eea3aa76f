//! Files of cards, sets and migrations against a real database.

use std::collections::HashMap;
use std::io::{Cursor, Write};

use domain::Error;
use domain::catalog::{ObservedAt, Origin, import_cards, import_migrations, import_sets};
use markets::packed::{BytesRead, unpack};
use markets::scryfall::{List, Migration, Set};
use serde_json::json;
use tests::TestApp;

use crate::world::{at, card, fixture, import, import_file, import_reader, lines, number, printing_id};

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_imported_and_the_same_file_again_changes_nothing() {
    let app = TestApp::new().await;
    let cards = [
        card(1, 1, &json!({"prices": {"usd": "1.50", "usd_foil": "4.00", "eur": "1.20", "tix": "0.02"}})),
        card(2, 1, &json!({"promo": true, "prices": {"usd": "0.00", "eur": null}})),
        card(3, 2, &json!({"prices": {"usd": 10.0}})),
    ];
    let first = import(&app, &cards, "2026-11-01").await;
    assert_eq!((first.lines, first.new_printings, first.new_cards), (3, 3, 2));
    assert_eq!((first.prices, first.changed_prices), (5, 5), "zero and null are no prices");
    let again = import(&app, &cards, "2026-11-01").await;
    assert_eq!((again.new_printings, again.changed_printings, again.new_cards), (0, 0, 0));
    assert_eq!((again.changed_cards, again.prices, again.changed_prices), (0, 5, 0));
    assert_eq!(number(&app, "SELECT count(*) FROM price_history").await, 5);
    assert_eq!(number(&app, "SELECT max(usd) FROM reference_prices").await, 1000);
    let stands = "SELECT p.collector_number FROM cards c JOIN printings p ON p.id = c.default_printing_id \
                  WHERE c.printing_count = 2";
    assert_eq!(app.sql(stands, &[]).await[0].get::<_, &str>(0), "1", "a promo does not stand for its card");
    assert_eq!(number(&app, "SELECT printing_count FROM mtg_sets WHERE code = 'tst'").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_changes_nothing_and_says_where_it_broke() {
    let app = TestApp::new().await;
    let whole = lines(&(1..=50).map(|n| card(n, n, &json!({"prices": {"usd": "2.00"}}))).collect::<Vec<_>>());
    let cut = whole[..whole.len() - 40].to_vec();
    let error = import_file(&app, cut, "2026-11-01").await.unwrap_err();
    assert!(error.to_string().contains("cards.jsonl, line 50: EOF"), "{error}");

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&whole).unwrap();
    let packed = packed.finish().unwrap();
    let half = std::io::Cursor::new(packed[..packed.len() * 2 / 3].to_vec());
    let half = unpack(half, BytesRead::default()).unwrap();
    let error = import_reader(&app, half, "2026-11-01").await.unwrap_err();
    assert!(error.to_string().contains("cards.jsonl, after line "), "{error}");

    for (garbage, says) in [
        (&b"<!doctype html><title>503</title>"[..], "cards.jsonl, line 1: "),
        (b"", "cards.jsonl, whole file: there is no card in it"),
        (b"{\"object\":\"ruling\",\"oracle_id\":\"x\"}\n", "cards.jsonl, line 1: "),
    ] {
        let error = import_file(&app, garbage.to_vec(), "2026-11-01").await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    let rows = "SELECT (SELECT count(*) FROM cards) + (SELECT count(*) FROM printings) + (SELECT count(*) FROM mtg_sets) \
                + (SELECT count(*) FROM price_series) + (SELECT count(*) FROM catalogue_origin)";
    assert_eq!(number(&app, rows).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_legality_that_changed_is_kept() {
    let app = TestApp::new().await;
    import(&app, &[card(1, 1, &json!({})), card(2, 2, &json!({}))], "2026-11-01").await;
    let banned = json!({"legalities": {"standard": "banned", "modern": "legal", "vintage": "restricted", "pauper": "legal"}});
    let done = import(&app, &[card(1, 1, &banned), card(2, 2, &json!({}))], "2026-11-02").await;
    assert_eq!(
        (done.changed_cards, done.legality_changes),
        (1, 1),
        "a format that is new says nothing of before"
    );
    let rows = app
        .sql(
            "SELECT f.name, l.before, l.after FROM legality_changes l JOIN formats f ON f.bit = l.format",
            &[],
        )
        .await;
    let row = &rows[0];
    assert_eq!((row.get::<_, &str>(0), row.get::<_, i16>(1), row.get::<_, i16>(2)), ("standard", 1, 3));
    let late = import(&app, &[card(1, 1, &json!({}))], "2026-10-01").await;
    assert_eq!((late.changed_cards, late.legality_changes), (0, 0), "an older file does not turn it back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printing_may_move_to_another_card() {
    let app = TestApp::new().await;
    import(&app, &[card(1, 1, &json!({})), card(2, 1, &json!({}))], "2026-11-01").await;
    let done = import(&app, &[card(1, 1, &json!({})), card(2, 9, &json!({}))], "2026-11-02").await;
    assert_eq!((done.new_cards, done.changed_printings, done.new_printings), (1, 1, 0));
    let stands = app
        .sql("SELECT c.printing_count, p.collector_number FROM cards c JOIN printings p ON p.id = c.default_printing_id ORDER BY c.id", &[])
        .await;
    let stands: Vec<(i32, &str)> = stands.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(stands, [(1, "1"), (1, "2")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_sets_fold_into_one_in_any_order() {
    let lists = ["2024-11-10", "2025-07-27", "2026-08-15"];
    let mut outcomes = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0]] {
        let app = TestApp::new().await;
        for name in order.map(|n| lists[n]) {
            let list: List<Set> =
                serde_json::from_slice(&fixture(&format!("scryfall-sets/{name}.json"))).unwrap();
            import_sets(&app.ctx(), Origin::Real, &list.data, at(name)).await.unwrap();
            assert_eq!(
                import_sets(&app.ctx(), Origin::Real, &list.data, at(name)).await.unwrap(),
                0,
                "again"
            );
        }
        let rows = app
            .sql("SELECT s.code || ' ' || s.name || ' ' || s.card_count FROM mtg_sets s ORDER BY code", &[])
            .await;
        outcomes.push(rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>());
    }
    assert_eq!(outcomes[0], ["old Older Set 200", "tst Test Set 5", "ttst Test Set Tokens 1"]);
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_says_the_same_again_beats_one_between() {
    let app = TestApp::new().await;
    let list = |name: &str| -> Vec<Set> {
        let list: List<Set> =
            serde_json::from_slice(&fixture(&format!("scryfall-sets/{name}.json"))).unwrap();
        list.data
    };
    let (first, between) = (list("2024-11-10"), list("2025-07-27"));
    import_sets(&app.ctx(), Origin::Real, &first, at("2026-01-01")).await.unwrap();
    assert_eq!(import_sets(&app.ctx(), Origin::Real, &first, at("2026-03-01")).await.unwrap(), 0);
    import_sets(&app.ctx(), Origin::Real, &between, at("2026-02-01")).await.unwrap();
    let name = app.sql("SELECT name FROM mtg_sets WHERE code = 'tst'", &[]).await;
    assert_eq!(name[0].get::<_, &str>(0), "Test Set");
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_and_deleted_printings_keep_their_ids() {
    let app = TestApp::new().await;
    let priced = |usd: &str| json!({"prices": {"usd": usd}});
    let cards = [
        card(1, 1, &json!({"prices": {"usd": "5.00", "eur": "4.00"}})),
        card(2, 1, &json!({"prices": {}})),
        card(3, 1, &priced("7.00")),
        card(4, 4, &priced("9.00")),
    ];
    import(&app, &cards, "2026-11-01").await;
    import(&app, &[card(3, 1, &priced("7.50")), cards[0].clone(), cards[3].clone()], "2026-11-02").await;
    let list: List<Migration> =
        serde_json::from_slice(&fixture("scryfall-migrations/migrations.json")).unwrap();
    let done = import_migrations(&app.ctx(), Origin::Real, &list.data).await.unwrap();
    assert_eq!((done.merged, done.deleted), (2, 1));
    let rows = app
        .sql("SELECT o.scryfall_id::text, n.scryfall_id::text FROM printings o LEFT JOIN printings n ON n.id = o.merged_into \
              WHERE o.removed_at IS NOT NULL ORDER BY 1", &[])
        .await;
    let leads: Vec<(String, Option<String>)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let two = Some(printing_id(2));
    assert_eq!(leads, [(printing_id(1), two.clone()), (printing_id(3), two), (printing_id(4), None)]);

    let prices = app
        .sql("SELECT p.collector_number, s.currency, s.amount FROM price_series s JOIN printings p ON p.id = s.printing_id \
              ORDER BY 1, 2", &[])
        .await;
    let prices: Vec<(&str, i16, i64)> = prices.iter().map(|r| (r.get(0), r.get(1), r.get(2))).collect();
    assert_eq!(
        prices,
        [("1", 1, 500), ("2", 1, 750), ("2", 2, 400), ("4", 1, 900)],
        "the fresher one moves, none is lost"
    );
    assert_eq!(number(&app, "SELECT usd FROM reference_prices r JOIN printings p ON p.id = r.printing_id WHERE p.collector_number = '2'").await, 750);
    assert_eq!(number(&app, "SELECT count(*) FROM reference_prices").await, 2, "merged printings have none");
    let counts =
        app.sql("SELECT printing_count, default_printing_id IS NOT NULL FROM cards ORDER BY id", &[]).await;
    let counts: Vec<(i32, bool)> = counts.iter().map(|r| (r.get(0), r.get(1))).collect();
    assert_eq!(counts, [(1, true), (0, true)], "a card without printings stays readable");
    let again = import_migrations(&app.ctx(), Origin::Real, &list.data).await.unwrap();
    assert_eq!((again.merged, again.deleted), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_platform_itself_may_import() {
    let app = TestApp::new().await;
    let refused = import_sets(&app.visitor(), Origin::Real, &[], at("2026-11-01")).await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_says_the_same_again_beats_a_late_one_between() {
    let app = TestApp::new().await;
    let says =
        |text: &str| card(1, 1, &json!({ "oracle_text": text, "artist": text, "prices": { "usd": "1.00" } }));
    import(&app, &[says("Flying")], "2026-11-01").await;
    import(&app, &[says("Flying")], "2026-11-10").await;
    let late = import(&app, &[says("Reach")], "2026-11-05").await;
    assert_eq!((late.changed_printings, late.changed_cards), (0, 0));
    let newer = import(&app, &[says("Reach")], "2026-11-11").await;
    assert_eq!((newer.changed_printings, newer.changed_cards), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_put_together_from_several_days_settle() {
    let app = TestApp::new().await;
    let file = |artist: &str| lines(&[card(1, 1, &json!({ "artist": artist }))]);
    let put_together = async |artist: &str| {
        let lines = HashMap::from([(printing_id(1).parse().unwrap(), at("2026-11-01"))]);
        let observed = ObservedAt { file: at("2026-11-02"), lines };
        let reader = Box::new(Cursor::new(file(artist)));
        import_cards(&app.ctx(), Origin::Real, "cards.jsonl", reader, observed, false).await.unwrap()
    };
    assert_eq!(put_together("One").await.new_printings, 1);
    for artist in ["Another", "One", "Another"] {
        assert_eq!(put_together(artist).await.changed_printings, 0, "{artist}");
    }
}
