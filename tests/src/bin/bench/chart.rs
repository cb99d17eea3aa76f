//! A year of prices of one printing over all its sources, among the years of many others.

use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::Days;
use domain::{Actor, App, Ctx, PrintingId};
use serde_json::json;

use crate::load::{self, Question};
use crate::platform::Platform;
use crate::report::{Figures, Report};
use crate::{Size, statements};

const CHART: &str = "query ($id: ID!) { priceHistory(printingId: $id, days: 365, headline: false) {
    source kind finish points } }";
/// Days of which each series has a price.
const DAYS: i32 = 365;
/// Series of the printing that is looked at.
const LINES: i64 = 12;

/// Every series changes once a day, in the order in which the days came.
const DAY: &str = "
    INSERT INTO price_history (series_id, observed_at, ingested_at, amount)
    SELECT id, $2, $2, 100 + (id * 7919 + $3::int * 104729) % 900
    FROM price_series WHERE id <= $1 OR printing_id = (SELECT printing_id FROM price_series WHERE id = 1)";

/// The other conditions of the printing whose series is the first.
const MORE: &str = "
    INSERT INTO price_series (printing_id, source, feed, kind, finish, condition, currency, headline, amount,
        changed_at, ingested_at, version)
    SELECT s.printing_id, s.source, s.feed, s.kind, s.finish, n, s.currency, false, 100, s.changed_at, s.ingested_at, 1
    FROM price_series s CROSS JOIN generate_series(2, 5) n WHERE s.printing_id = $1 AND s.condition = 1
    ORDER BY s.id, n LIMIT $2
    ON CONFLICT DO NOTHING";

pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let printing = fill(platform, size).await?;
    let question = Question { query: CHART, variables: json!({ "id": printing.public() }), bearer: "" };
    let chart = || load::once(platform.address(), &question);
    let lines = chart().await?["priceHistory"].as_array().context("no history")?.len();
    let sql = statements::of(platform, chart()).await?;
    let duration = Duration::from_secs(size.seconds);
    let alone = load::run(platform.address(), &question, 1, duration).await?;
    let many = load::run(platform.address(), &question, size.connections, duration).await?;
    let rows: f64 =
        platform.sql().await?.query_one("SELECT count(*)::float8 FROM price_history", &[]).await?.get(0);
    let mut figures = Figures::default();
    figures.add("points in the history", rows, "rows");
    figures.add("lines of 365 days on the chart", lines as f64, "");
    figures.add("statements", sql.len() as f64, "");
    figures.add("one reader: half of the charts within", alone.percentile(0.5), "ms (aim: a few)");
    figures.add("one reader: 99 of 100 charts within", alone.percentile(0.99), "ms");
    figures.add("many readers", many.per_second, "charts/s");
    if let Some(bare) = statements::pgbench(platform, &sql, 1, size.seconds)? {
        figures.add("one reader, the same statements by pgbench", bare.latency, "ms");
    }
    if let Some(bare) = statements::pgbench(platform, &sql, size.connections, size.seconds)? {
        figures.add("many readers, pgbench is faster by", bare.per_second / many.per_second, "x");
    }
    report.write("chart", &figures)
}

/// Gives a year to many series and returns the printing that is looked at.
async fn fill(platform: &Platform, size: &Size) -> anyhow::Result<PrintingId> {
    let ctx = Ctx::new(App::start(&platform.settings())?, Actor::Service);
    let sql = platform.sql().await?;
    let first = ctx.now() - Days::new(u64::try_from(DAYS)?);
    domain::prices::ensure_partitions(&ctx, first.date_naive()).await?;
    let row = sql.query_one("SELECT printing_id FROM price_series ORDER BY id LIMIT 1", &[]).await?;
    let printing: i32 = row.get(0);
    sql.execute(MORE, &[&printing, &LINES]).await?;
    // A line ends where its source fell silent: these speak to this day.
    sql.execute("UPDATE price_series SET changed_at = now() WHERE printing_id = $1", &[&printing]).await?;
    let began = Instant::now();
    sql.batch_execute("BEGIN").await?;
    for day in 0..DAYS {
        let at = first + Days::new(u64::try_from(day)?);
        sql.execute(DAY, &[&size.series, &at, &day]).await?;
    }
    sql.batch_execute("COMMIT").await?;
    sql.batch_execute("VACUUM ANALYZE price_history").await?;
    println!("made a year of prices in {:.1} s\n", began.elapsed().as_secs_f64());
    Ok(PrintingId(printing))
}
