//! A page of 50 cards with set and latest prices over HTTP, against the same SQL run bare.

use std::time::Duration;

use serde_json::json;

use crate::load::{self, Question, Seen};
use crate::platform::Platform;
use crate::report::{Figures, Report};
use crate::{Size, statements};

const LIST: &str = "query ($first: Int!) { cards(first: $first) { nodes { id name defaultPrinting {
    id set { code name } latestPrices { source finish money { amount currency } } } } } }";

pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let question = Question { query: LIST, variables: json!({ "first": 50 }), bearer: "" };
    let page = || load::once(platform.address(), &question);
    // The first one makes connections and prepares.
    page().await?;
    let sql = statements::of(platform, page()).await?;
    let duration = Duration::from_secs(size.seconds);
    let seen = load::run(platform.address(), &question, size.connections, duration).await?;
    let mut figures = Figures::default();
    figures.add("50 cards, set, latest prices: statements", sql.len() as f64, "");
    compare(platform, size, &sql, &seen, &mut figures)?;
    report.write("list", &figures)
}

/// What a load saw over HTTP, beside the same statements run bare.
pub fn compare(
    platform: &Platform,
    size: &Size,
    sql: &[String],
    seen: &Seen,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    figures.add("over HTTP", seen.per_second, "requests/s");
    figures.add("over HTTP, half of them within", seen.percentile(0.5), "ms");
    figures.add("over HTTP, 99 of 100 within", seen.percentile(0.99), "ms");
    match statements::pgbench(platform, sql, size.connections, size.seconds)? {
        Some(bare) => {
            figures.add("the same statements by pgbench", bare.per_second, "transactions/s");
            figures.add("pgbench is faster by", bare.per_second / seen.per_second, "x (aim <= 2.5)");
        }
        None => println!("skipped: there is no pgbench to compare with"),
    }
    Ok(())
}
