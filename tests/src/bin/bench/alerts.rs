//! A store's whole list lands and every price on it has moved: how long it takes until all alerts were looked
//! at, against one bare statement that finds what each of them sees and remembers nothing.

use std::time::Instant;

use anyhow::ensure;
use chrono::TimeDelta;
use domain::prices::ingest_card_kingdom;
use domain::{Actor, App, Ctx, alerts};
use markets::Book;
use markets::listing::{Grade, Head, Ids, Kind, Listing, Money, Quote, Surface};
use tokio_postgres::Client;

use crate::Size;
use crate::platform::Platform;
use crate::report::{Figures, Report};

/// Prices of a printing on the list: what the store asks for three grades, and what it pays.
const QUOTES: usize = 4;

/// Every printing that the list has gets an article.
const LINKS: &str = "INSERT INTO product_links (feed, product, printing_id, finish)
    SELECT 3, 'bench ' || id, id, 1 FROM (SELECT id FROM printings WHERE NOT digital AND finishes & 1 = 1 ORDER BY id LIMIT $1) p
    ON CONFLICT DO NOTHING";
const PRODUCTS: &str =
    "SELECT product, printing_id FROM product_links WHERE product LIKE 'bench %' ORDER BY 2";
const USERS: &str = "INSERT INTO users (email, name, roles, status, access_changed_at, created_at)
    SELECT n || '@alerts.example', n::text, 0, 1, now(), now() FROM generate_series(0, $1::int / 50) n";
/// Of ten alerts four look at what a printing costs, two at what is paid for it, and one each at a card, at a
/// move within a week, at a spread, and at a store that buys again.
const ALERTS: &str = "INSERT INTO alerts (user_id, printing_id, card_id, finish, source, book, currency, rule, amount,
        percent, direction, window_days, persistence_minutes, band, daily_limit, announce_met, created_at, changed_at)
    SELECT u.id, CASE WHEN k <> 6 THEN p.id END, CASE WHEN k = 6 THEN p.card_id END, 1, CASE WHEN k IN (6, 8) THEN NULL ELSE 4 END,
        CASE WHEN k IN (4, 5, 9) THEN 2 ELSE 1 END, 1, CASE k WHEN 4 THEN 2 WHEN 5 THEN 2 WHEN 7 THEN 3 WHEN 8 THEN 5 WHEN 9 THEN 4 ELSE 1 END,
        CASE WHEN k < 4 OR k = 6 THEN s.amount * 98 / 100 WHEN k IN (4, 5) THEN s.amount * 51 / 100 END,
        CASE k WHEN 7 THEN 2000 WHEN 8 THEN 6000 END, CASE WHEN k = 7 THEN 3 END, CASE WHEN k = 7 THEN 7 END,
        720, 500, 3, false, now(), now()
    FROM generate_series(0, $1::int - 1) n
    CROSS JOIN LATERAL (SELECT n % 10 AS k) kind
    JOIN users u ON u.email = n / 50 || '@alerts.example'
    JOIN (SELECT row_number() OVER (ORDER BY printing_id) - 1 AS place, printing_id, count(*) OVER () AS all
          FROM product_links WHERE product LIKE 'bench %') l ON l.place = n % l.all
    JOIN printings p ON p.id = l.printing_id
    JOIN price_series s ON s.printing_id = p.id AND s.feed = 3 AND s.source = 4 AND s.kind = 8 AND s.finish = 1
        AND s.condition = 1 AND s.amount IS NOT NULL";
/// What each of all alerts sees now, and nothing else.
const BARE: &str = "SELECT count(*) FROM (
    SELECT a.id, min(s.amount) FROM alerts a
    JOIN printings p ON p.id = a.printing_id OR p.card_id = a.card_id
    JOIN price_series s ON s.printing_id = p.id AND s.currency = a.currency AND s.finish = a.finish
        AND (a.source IS NULL OR s.source = a.source) AND (s.kind = 9 OR s.headline)
    GROUP BY a.id) seen";

pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let ctx = Ctx::new(App::start(&platform.settings())?, Actor::Service);
    let sql = platform.sql().await?;
    sql.execute(LINKS, &[&i64::try_from(size.prices / QUOTES)?]).await?;
    land(&ctx, &sql, 0).await?;
    let (_, without) = land(&ctx, &sql, 1).await?;
    let alerts = i32::try_from(size.alerts)?;
    sql.execute(USERS, &[&alerts]).await?;
    let made = sql.execute(ALERTS, &[&alerts]).await?;
    sql.batch_execute("INSERT INTO alert_states (alert_id) SELECT id FROM alerts").await?;
    sql.batch_execute("VACUUM ANALYZE alerts, alert_states, price_series, alert_touched").await?;
    sql.batch_execute("INSERT INTO alert_touched (alert_id) SELECT id FROM alerts").await?;
    let (_, first) = pass(&ctx).await?;
    sql.batch_execute("CHECKPOINT").await?;
    let (changed, with) = land(&ctx, &sql, 2).await?;
    let (looked, took) = pass(&ctx).await?;
    ensure!(looked > 0, "nothing was looked at");
    let began = Instant::now();
    sql.query_one(BARE, &[]).await?;
    let bare = began.elapsed().as_secs_f64();

    let mut figures = Figures::default();
    figures.add("alerts", made as f64, "");
    figures.add("prices that changed", changed as f64, "");
    figures.add("alerts that were looked at", looked as f64, "");
    figures.add("first look at all", first, "s");
    figures.add("the list lands without alerts", without, "s");
    figures.add("the list lands and finds its alerts", with, "s");
    figures.add("one pass", took, "s");
    figures.add("finding and looking", with - without + took, "s (aim < 5)");
    figures.add("what each sees, by one bare statement", bare, "s");
    figures.add("that is faster by", took / bare, "x");
    let open = "SELECT count(*) FROM alert_states WHERE phase = 2";
    figures.add(
        "alerts whose condition became true",
        sql.query_one(open, &[]).await?.get::<_, i64>(0) as f64,
        "",
    );
    // The other benchmarks are about something else.
    sql.batch_execute(
        "DELETE FROM alerts; DELETE FROM alert_touched; DELETE FROM jobs WHERE kind = 'want_list_check'",
    )
    .await?;
    report.write("alerts", &figures)
}

/// Looks at all that is to be looked at: how many, and how long it took.
async fn pass(ctx: &Ctx) -> anyhow::Result<(usize, f64)> {
    let began = Instant::now();
    let checked = alerts::check(&ctx.renewed()).await?;
    Ok((checked.alerts, began.elapsed().as_secs_f64()))
}

/// The list lands for the n-th time: how many prices changed, and how long it took.
async fn land(ctx: &Ctx, sql: &Client, n: i64) -> anyhow::Result<(u64, f64)> {
    let ctx = ctx.renewed();
    let at = ctx.now() - TimeDelta::minutes(30 - 5 * n);
    let mut book = Book { head: Head::whole(at), listings: Vec::new() };
    for row in sql.query(PRODUCTS, &[]).await? {
        book.listings.push(listing(row.get(0), i64::from(row.get::<_, i32>(1)), n));
    }
    let began = Instant::now();
    let done = ingest_card_kingdom(&ctx, &book, true).await?;
    ensure!(done.quarantined.is_none(), "{:?}", done.quarantined);
    Ok((done.changed, began.elapsed().as_secs_f64()))
}

/// Every price moves by up to a tenth between two lists.
fn listing(product: String, printing: i64, n: i64) -> Listing {
    let price = (500 + printing * 7919 % 50_000) * (95 + (printing * 31 + n * 7) % 11) / 100;
    let quote = |kind, grade, cents| Quote {
        surface: Surface::Nonfoil,
        kind,
        grade,
        money: Money::Usd,
        cents,
        quantity: Some(4),
    };
    let quotes = vec![
        quote(Kind::Retail, Grade::Nm, price),
        quote(Kind::Retail, Grade::Lp, price * 9 / 10),
        quote(Kind::Retail, Grade::Mp, price * 8 / 10),
        quote(Kind::Buylist, Grade::Nm, price / 2),
    ];
    Listing { product, name: String::new(), ids: Ids::default(), quotes }
}
