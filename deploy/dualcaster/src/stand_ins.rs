//! A running demo market visits stand-ins of the outside services: the whole platform moves, without a
//! key or a network.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::Context;
use chrono::{DateTime, TimeDelta};
use domain::data::{self, DataOrigin};
use domain::demo::{self, Product};
use domain::jobs::{self, Job, JobFilter, JobRow};
use domain::sources::StandIns;
use domain::{Ctx, Page};
use fakes::{Clock, Fakes, World};

use crate::config::Config;
use crate::outside::SEED;
use crate::queue::{code, follow, line, open};

/// Visits that one dispatch makes at most, and some.
const VISITS: i32 = 50;

/// Starts stand-ins that sell the demo's cards, has the running platform visit them, and ends when all
/// visits have.
pub async fn trigger(config: &Config, name: &str) -> anyhow::Result<ExitCode> {
    let visiting = ::jobs::tasks::VISITING;
    anyhow::ensure!(visiting.contains(&name), "stand-ins are for {}", visiting.join(" and "));
    let (link, ctx) = open(config).await?;
    let running = link.stores.is_none() && data::origin(&ctx).await? == DataOrigin::Demo;
    anyhow::ensure!(running, "stand-ins go with a running demo market: `make up DATA=demo` first");
    let fakes = start(&ctx).await?;
    let at = StandIns { address: fakes.address(), key: fakes::KEY.to_owned() };
    let first = jobs::trigger_with(&ctx.renewed(), name, &at).await?;
    println!("{}", line(&first));
    let mut ended = vec![follow(&ctx, first).await?];
    for visit in visits(&ctx, &at).await? {
        println!("{}", line(&visit));
        ended.push(follow(&ctx, visit).await?);
    }
    Ok(code(&ended))
}

async fn start(ctx: &Ctx) -> anyhow::Result<Fakes> {
    let world = World::of_lines(demo::wares()?.into_iter().map(Ok), SEED)?;
    let product = |card: &fakes::Card| Product { tcgplayer: card.tcgplayer, cardmarket: card.cardmarket };
    let products = world.cards.iter().map(|card| (card.id.clone(), product(card))).collect();
    demo::number(ctx, &products).await?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let began = DateTime::from_timestamp(i64::try_from(now)?, 0).context("no such time")?;
    // A moment a minute: run again, they have other prices.
    let clock = Clock { began, step: TimeDelta::minutes(1), first: now / 60 };
    Fakes::start(world, clock, SocketAddr::from(([127, 0, 0, 1], 0))).await
}

/// The visits of these stand-ins.
async fn visits(ctx: &Ctx, stand_ins: &StandIns) -> anyhow::Result<Vec<JobRow>> {
    let mut rows = Vec::new();
    for kind in [::jobs::tasks::Visit::KIND, ::jobs::tasks::OwnedVisit::KIND] {
        let filter = JobFilter { kind: Some(kind.to_owned()), ..JobFilter::default() };
        rows.extend(jobs::jobs(&ctx.renewed(), &filter, &Page::new(VISITS, None)?).await?);
    }
    rows.retain(|job| {
        serde_json::from_value(job.payload["stand_ins"].clone()).ok().as_ref() == Some(stand_ins)
    });
    Ok(rows)
}
