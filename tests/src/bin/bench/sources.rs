//! A store's whole price list from a stand-in over HTTP to committed prices: real articles where the data
//! pack lies beside the project.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{DateTime, TimeDelta};
use domain::data::BytesRead;
use domain::sources::{
    Addresses, Bounds, Outcome, Outside, OutsideSettings, Patience, Secrets, Service, refresh,
};
use domain::{Actor, App, Ctx};
use fakes::{Clock, Fakes, World};

use crate::platform::Platform;
use crate::report::{Figures, Report};

const DATABASE: &str = "bench_sources";
const SEED: u64 = 1;
/// The day of the recorded articles.
const BEGAN: i64 = 1_786_060_800;

/// Loads a catalogue and visits the store: for the first time, again, and when some prices have moved.
pub async fn run(platform: &Platform, tiny: bool, report: &Report) -> anyhow::Result<()> {
    let mut figures = Figures::default();
    let data = Some(tests::project().join("../shared/data")).filter(|folder| !tiny && folder.is_dir());
    let mut settings = platform.settings();
    settings.database_url = platform.database(DATABASE).await?;
    let app = App::start(&settings)?;
    let ctx = Ctx::new(app, Actor::Service);
    let fakes = stand_ins(data.as_deref()).await?;
    catalogue(&ctx, data.as_deref(), platform.folder(), &fakes).await?;

    let settings = OutsideSettings {
        addresses: Addresses { cardkingdom: fakes.url(fakes::Service::CardKingdom), ..Addresses::default() },
        secrets: Secrets::default(),
        contact: None,
        patience: Patience::default(),
        raw: platform.folder().join("raw"),
        bounds: Bounds::default(),
        private_feeds: false,
    };
    let outside = Outside::new(&settings)?;
    // The stand-in makes its list when it is first asked for; a store has it lying there.
    let _list =
        reqwest::get(format!("{}/api/v2/pricelist", settings.addresses.cardkingdom)).await?.bytes().await?;
    let first = visit(&ctx, &outside, "list", &mut figures).await?;
    figures.add("list: products without a printing", first.unmatched as f64, "products");
    figures.add("list: prices stored", first.changed as f64, "prices");
    let again = visit(&ctx, &outside, "same list again", &mut figures).await?;
    anyhow::ensure!(again.changed == 0, "the same list again wrote {} prices", again.changed);
    figures.add("same list again: prices stored", again.changed as f64, "prices (aim 0)");
    fakes.advance();
    let _list =
        reqwest::get(format!("{}/api/v2/pricelist", settings.addresses.cardkingdom)).await?.bytes().await?;
    let moved = visit(&ctx, &outside, "next list", &mut figures).await?;
    figures.add("next list: prices that moved", moved.changed as f64, "prices");
    report.write("sources", &figures)
}

async fn visit(ctx: &Ctx, outside: &Outside, name: &str, figures: &mut Figures) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    let outcome = refresh(&ctx.renewed(), outside, Service::CardKingdom, &()).await?;
    let seconds = began.elapsed().as_secs_f64();
    figures.add(format!("{name}: fetch, match, compare, store"), seconds, "s (aim < 20)");
    figures.add(format!("{name}: prices in it"), outcome.rows as f64, "prices");
    Ok(outcome)
}

async fn stand_ins(data: Option<&Path>) -> anyhow::Result<Fakes> {
    let folder = data.map(Path::to_owned);
    let world = tokio::task::spawn_blocking(move || World::of_folder(folder.as_deref(), SEED)).await??;
    let began = DateTime::from_timestamp(BEGAN, 0).unwrap_or_default();
    let clock = Clock { began, step: TimeDelta::hours(6), first: 0 };
    Fakes::start(world, clock, SocketAddr::from(([127, 0, 0, 1], 0))).await
}

/// All real cards and the table of articles, or the cards that the stand-in sells.
async fn catalogue(ctx: &Ctx, data: Option<&Path>, folder: &Path, fakes: &Fakes) -> anyhow::Result<()> {
    let files: Vec<PathBuf> = match data {
        Some(data) => vec![
            data.join("cards/scryfall-cards-2019-09.jsonl.zst"),
            data.join("cards/scryfall-cards-modern.jsonl.zst"),
            data.join("buylist/ck-fast-with-scryfall-ids-2026-08-07.json.zst"),
        ],
        None => {
            let own = folder.join("sold.jsonl");
            std::fs::write(&own, fakes.world().lines.join("\n"))?;
            vec![own]
        }
    };
    for file in files {
        domain::data::import_file(&ctx.renewed(), &file, false, BytesRead::default()).await?;
    }
    Ok(())
}
