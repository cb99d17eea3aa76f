//! What background work does for portfolios.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use tokio_postgres::Client;

use super::model::Chart;
use super::queries::charts;
use crate::jobs::{self, Job, Lane};
use crate::prices::{Currency, Source};
use crate::{Ctx, Error, Result, UserId, db};

/// A chart goes back so far when it is made.
const LONGEST: Days = Days::new(365);
/// Users whose days are worked out at once.
const BATCH: i64 = 200;
/// Charts that one transaction has worked out anew.
const ANEW: usize = 1_000;
/// Sorts of a large collection's prices stay in memory.
const SETTINGS: &str =
    "SET work_mem = '64MB'; SET statement_timeout = '540s'; SET timezone = 'UTC'; SET jit = off";

/// Works out the days of somebody's chart from the ledger and the history of prices.
#[derive(Debug, Serialize, Deserialize)]
pub struct PortfolioBackfill {
    /// Whose.
    pub user: UserId,
    /// The version of their inventory that asked for it.
    pub version: i64,
    /// In this currency.
    pub currency: Currency,
    /// By the prices of this market; the best of each card if `None`.
    pub source: Option<Source>,
}

impl Job for PortfolioBackfill {
    const KIND: &'static str = "portfolio_backfill";
    const LANE: Lane = Lane::of("portfolio_backfill", 1);
    const MAX_ATTEMPTS: u16 = 5;

    fn unique_key(&self) -> Option<String> {
        let source = self.source.map_or(0, Source::number);
        Some(format!("{} {} {source} {}", self.user.0, self.currency.number(), self.version))
    }
}

async fn client(ctx: &Ctx) -> Result<Client> {
    let client = db::dedicated(&ctx.app().database_url).await?;
    client.batch_execute(SETTINGS).await?;
    Ok(client)
}

/// Works out a chart as far back as it goes: all of it or nothing. Returns how many days were new or
/// different; nothing if nobody looks at it any more, or it is as the inventory is.
pub async fn backfill(ctx: &Ctx, job: &PortfolioBackfill) -> Result<Option<u64>> {
    ctx.require_service()?;
    let (client, today) = (client(ctx).await?, ctx.now().date_naive());
    let chart = Chart { currency: job.currency, source: job.source };
    client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    let kept = charts::kept(&client, Some(job.user)).await?;
    let asked = kept.contains(&(chart.currency.number(), chart.source_number()));
    let Some((version, first)) = charts::beginning(&client, job.user).await?.filter(|_| asked) else {
        return Ok(None);
    };
    let (bound, first) = (today - LONGEST, first.min(today));
    let anchor = charts::last_before(&client, job.user, chart, bound).await?.filter(|day| first <= *day);
    let from = anchor.unwrap_or(first.max(bound));
    let (days, begins) = ((from, today), anchor.is_none());
    let written = charts::value_days(&client, &[job.user.0], chart, days, begins).await?;
    let gone = charts::clear(&client, job.user, chart, days, begins).await?;
    charts::done(&client, job.user, chart, version).await?;
    client.batch_execute("COMMIT").await?;
    market(&client, chart, today).await?;
    Ok(Some(written + gone))
}

/// Brings the days of the market up to today that a chart is compared with.
async fn market(client: &Client, chart: Chart, today: NaiveDate) -> Result<u64> {
    let mut written = 0;
    for (source, currency) in chart.markets() {
        // The last day was not over yet when it was worked out.
        let from = charts::market_until(client, source, currency).await?.map(|last| last - Days::new(1));
        let from = from.unwrap_or(today - LONGEST);
        written += charts::value_market(client, source, currency, (from, today)).await?;
    }
    Ok(written)
}

/// What a round of snapshots came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapped {
    /// Days that were new or different.
    pub days: u64,
    /// Charts that are worked out anew, because their inventory changed or days are missing.
    pub anew: u64,
}

/// Ends the day of every chart that is kept: the same few statements for each batch of users. Again, it changes nothing.
pub async fn snapshots(ctx: &Ctx) -> Result<Snapped> {
    ctx.require_service()?;
    let (client, today) = (client(ctx).await?, ctx.now().date_naive());
    let mut snapped = Snapped::default();
    let kept = charts::kept(&client, None).await?;
    let all: Vec<Chart> =
        kept.into_iter().filter_map(|(currency, source)| Chart::of(currency, source)).collect();
    for chart in &all {
        let mut after = 0;
        loop {
            let users = charts::due(&client, *chart, today, after, BATCH).await?;
            let Some(last) = users.last().copied() else { break };
            // Yesterday once more: a market of which its evening knew nothing yet may have had prices then.
            let days = (today - Days::new(2), today);
            client.batch_execute("BEGIN").await?;
            snapped.days += charts::value_days(&client, &users, *chart, days, false).await?;
            client.batch_execute("COMMIT").await?;
            after = last;
        }
        market(&client, *chart, today).await?;
    }
    let behind = charts::behind(&client, today).await?;
    let jobs: Vec<PortfolioBackfill> = behind
        .into_iter()
        .filter_map(|(user, version, chart)| {
            let Chart { currency, source } = chart?;
            Some(PortfolioBackfill { user: UserId(user), version, currency, source })
        })
        .collect();
    for some in jobs.chunks(ANEW) {
        match jobs::submit_all(ctx, some).await {
            Ok(new) => snapped.anew += new.len() as u64,
            // Those that are left come tomorrow, or when somebody looks at them.
            Err(Error::QueueFull(_)) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(snapped)
}
