//! Outside services from the command line: one visit now, and stand-ins to visit.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use chrono::{DateTime, TimeDelta};
use domain::sources::{self, Outside, Part, Progress, Service};
use domain::{Actor, App, Ctx};
use fakes::{Clock, Fakes, World};

use crate::config::{Config, DataChoice};
use crate::link::Link;
use crate::roles::stop_on_signal;

/// Decides what the stand-ins sell; any number would do.
pub const SEED: u64 = 2_026;

/// The stand-ins, selling the cards of the folder in `DATA` if there is one. Prices have moved since the
/// last time, because the number of the moment goes on with the clock.
async fn fakes(config: &Config, listen: SocketAddr, step: Duration) -> anyhow::Result<Fakes> {
    let folder = match &config.data {
        DataChoice::Folder(folder) => Some(folder.clone()),
        _ => None,
    };
    let world = tokio::task::spawn_blocking(move || World::of_folder(folder.as_deref(), SEED)).await??;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let began = DateTime::from_timestamp(i64::try_from(since)?, 0).context("no such time")?;
    let first = since / step.as_secs().max(1);
    let clock = Clock { began, step: TimeDelta::from_std(step)?, first };
    Fakes::start(world, clock, listen).await.context("the stand-ins do not start")
}

/// Serves stand-ins until it is asked to stop; their prices move with every step.
pub async fn serve_fakes(config: &Config, listen: SocketAddr, step: Duration) -> anyhow::Result<()> {
    let stop = stop_on_signal()?;
    let fakes = fakes(config, listen, step).await?;
    println!("{} cards, {} articles; set these:", fakes.world().cards.len(), fakes.world().articles.len());
    for service in fakes::Service::ALL {
        println!("DUALCASTER_{}_URL={}", service.name().to_uppercase(), fakes.url(service));
    }
    println!("DUALCASTER_TCGPLAYER_PUBLIC_KEY={0} DUALCASTER_TCGPLAYER_PRIVATE_KEY={0}", fakes::KEY);
    println!("DUALCASTER_CARDTRADER_TOKEN={}", fakes::KEY);
    println!("DUALCASTER_TOPDECK_KEY={0} DUALCASTER_NEWSAPI_KEY={0}", fakes::KEY);
    println!("curl -X POST '{}/control/cardkingdom?mood=half' changes a mood", base(&fakes));
    let mut tick = tokio::time::interval(step);
    tick.tick().await;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = tick.tick() => fakes.advance(),
        }
    }
}

fn base(fakes: &Fakes) -> String {
    format!("http://{}", fakes.address())
}

struct Shown;

impl Progress for Shown {
    fn tell(&self, part: Part, done: u64, total: Option<u64>) {
        tracing::info!(?part, done, total, "a visit goes on");
    }
}

/// Visits services one after the other. Fails if any of them failed.
pub async fn refresh(config: &Config, services: &[Service]) -> anyhow::Result<()> {
    let link = Link::join(config).await?;
    domain::db::migrate(&link.database_url).await?;
    let app = App::start(&link.settings(config)?)?;
    let ctx = Ctx::new(app, Actor::Service);
    let outside = Outside::new(&config.outside)?;
    let mut failed = 0;
    for service in services {
        let name = service.name();
        match sources::refresh(&ctx.renewed(), &outside, *service, &Shown).await {
            Ok(outcome) if outcome.not_modified => println!("{name}: nothing new"),
            Ok(outcome) => println!(
                "{name}: {} rows, {} matched, {} unmatched, {} changes{}",
                outcome.rows,
                outcome.matched,
                outcome.unmatched,
                outcome.changed,
                outcome.degraded.map(|why| format!("; degraded: {why}")).unwrap_or_default(),
            ),
            Err(error) => {
                failed += 1;
                println!("{name}: failed: {error}");
            }
        }
    }
    anyhow::ensure!(failed == 0, "{failed} of {} services failed", services.len());
    Ok(())
}
