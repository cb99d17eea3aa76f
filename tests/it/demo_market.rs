//! The built-in demo market on a real database.

use std::sync::Mutex;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use domain::demo::{load, tick};
use domain::{Ctx, Error};
use serde_json::json;
use tests::TestApp;

use crate::world::{at, card, import, import_file, lines, number};

fn moment(app: &TestApp, when: &str) -> Ctx {
    app.ctx().at(at(when))
}

/// Every stored price with its history's last entry: what two runs must agree on.
async fn prices(app: &TestApp) -> Vec<(String, i64)> {
    let sql = "SELECT concat_ws(' ', p.scryfall_id, s.kind, s.finish, s.currency), s.amount \
               FROM price_series s JOIN printings p ON p.id = s.printing_id ORDER BY 1";
    app.sql(sql, &[]).await.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn rows(app: &TestApp) -> i64 {
    number(app, "SELECT (SELECT count(*) FROM price_history) + (SELECT count(*) FROM printings) + (SELECT count(*) FROM price_slices)").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_loads_quickly_and_once() {
    let app = TestApp::new().await;
    let told = Mutex::new(Vec::new());
    let begun = Instant::now();
    let loaded =
        load(&moment(&app, "2026-11-20T15:00:00Z"), |done, all| told.lock().unwrap().push((done, all)))
            .await
            .unwrap();
    let took = begun.elapsed();
    eprintln!("{} printings and {} prices in {took:?}", loaded.printings, loaded.prices);
    assert!(loaded.printings >= 300 && loaded.prices > 100_000, "{loaded:?}");
    assert!(took.as_secs() < 30, "{took:?}, with room for a busy machine");
    let told = told.into_inner().unwrap();
    assert!(
        told.first() == Some(&(0, loaded.printings))
            && told.last() == Some(&(loaded.printings, loaded.printings))
    );
    assert!(told.is_sorted());
    assert_eq!(
        number(&app, "SELECT count(*) FROM price_history WHERE amount IS NULL OR amount <= 0").await,
        0
    );
    assert_eq!(number(&app, "SELECT count(*) FROM price_history_default").await, 0);
    assert_eq!(
        number(&app, "SELECT count(*) FROM outbox WHERE kind <> 'jobs'").await,
        0,
        "a past is no news"
    );
    assert_eq!(number(&app, "SELECT count(*) FROM printings p WHERE NOT EXISTS (SELECT FROM reference_prices r WHERE r.printing_id = p.id AND (coalesce(r.usd, r.usd_foil) > 0 AND coalesce(r.eur, r.eur_foil) > 0))").await, 0);
    assert_eq!(
        number(&app, "SELECT extract(day FROM max(observed_at) - min(observed_at)) FROM price_history").await,
        400
    );

    let (before, count) = (prices(&app).await, rows(&app).await);
    let again = load(&moment(&app, "2026-11-20T18:00:00Z"), |_, _| ()).await.unwrap();
    assert_eq!((again.changed, again.prices), (0, 0));
    assert_eq!((prices(&app).await, rows(&app).await), (before, count));
}

#[tokio::test(flavor = "multi_thread")]
async fn ticks_move_prices_and_tell_of_it() {
    let app = TestApp::new().await;
    load(&moment(&app, "2026-11-20T15:00:00Z"), |_, _| ()).await.unwrap();
    let before = prices(&app).await;
    let mut changed = 0;
    for seconds in [0, 2, 4] {
        let ctx = app.ctx().at(at("2026-11-20T15:00:00Z") + Duration::seconds(seconds));
        let ingested = tick(&ctx).await.unwrap();
        assert!(ingested.changed > 3, "a tick moves a handful: {ingested:?}");
        assert_eq!(tick(&ctx).await.unwrap().changed, 0, "the same moment again");
        changed += ingested.changed;
    }
    let after = prices(&app).await;
    let moved = before.iter().zip(&after).filter(|(before, after)| before.1 != after.1).count();
    assert!(moved > 9 && moved as u64 <= changed);
    assert!(
        before.iter().zip(&after).all(|(b, a)| (a.1 - b.1).abs() as f64 <= 0.25 * b.1 as f64 + 1.0),
        "without jumps"
    );
    let told = number(&app, "SELECT sum(jsonb_array_length(payload->'changes')) FROM outbox").await;
    assert_eq!(told.unsigned_abs(), changed);
    assert_eq!(number(&app, "SELECT count(*) FROM price_slices").await, 2, "the day's and the last tick's");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_goes_on_after_days_away() {
    let (one, other) = (TestApp::new().await, TestApp::new().await);
    load(&moment(&one, "2026-11-17T09:00:00Z"), |_, _| ()).await.unwrap();
    tick(&moment(&one, "2026-11-17T09:00:02Z")).await.unwrap();
    let caught_up = load(&moment(&one, "2026-11-20T09:00:00Z"), |_, _| ()).await.unwrap();
    assert!(caught_up.prices > 0 && caught_up.changed == 0);
    load(&moment(&other, "2026-11-20T15:00:00Z"), |_, _| ()).await.unwrap();
    assert_eq!(prices(&one).await, prices(&other).await, "what a price is depends on the day alone");
    let day = |app| number(app, "SELECT count(*) FROM price_slices WHERE complete");
    assert_eq!((day(&one).await, day(&other).await), (4, 1));
    assert!(
        tick(&moment(&other, "2026-11-21T00:00:04Z")).await.unwrap().changed > 300,
        "a new day opens everywhere"
    );
    assert_eq!(day(&other).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn demo_and_real_data_never_mix() {
    let (demo, real) = (TestApp::new().await, TestApp::new().await);
    load(&demo.ctx(), |_, _| ()).await.unwrap();
    let refused = import_file(&demo, lines(&[card(1, 1, &json!({}))]), "2026-11-01").await.unwrap_err();
    assert_eq!(refused.to_string(), "this database holds demo data and takes no real data");

    import(&real, &[card(1, 1, &json!({}))], "2026-11-01").await;
    let now: DateTime<Utc> = real.ctx().now();
    for refused in [load(&real.ctx(), |_, _| ()).await.err(), tick(&real.ctx().at(now)).await.err()] {
        assert!(
            matches!(&refused, Some(Error::Conflict(why)) if why.contains("takes no demo data")),
            "{refused:?}"
        );
    }
    assert_eq!(number(&real, "SELECT count(*) FROM printings").await, 1);
}
