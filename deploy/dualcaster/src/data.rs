//! What the catalogue is filled from, and the filling.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::data::{BytesRead, Progress, Scryfall};
use domain::{Actor, App, Ctx};
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::{Config, DataChoice};
use crate::link::{DEMO, Link, REAL};

const SCRYFALL: &str = "https://api.scryfall.com";
const REDRAW: Duration = Duration::from_millis(200);

/// What `up` does about data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Real rows are there.
    Keep,
    /// Files in the vendors' formats.
    Folder(PathBuf),
    /// Scryfall's bulk file.
    Scryfall,
    /// The built-in market.
    Demo,
}

impl Plan {
    /// The database of the private Postgres that it needs.
    pub fn database(&self) -> &'static str {
        match self {
            Self::Demo => DEMO,
            Self::Keep | Self::Folder(_) | Self::Scryfall => REAL,
        }
    }
}

/// For the screen: what is there already, or where it comes from.
pub async fn describe(plan: &Plan, database_url: &str) -> anyhow::Result<String> {
    Ok(match plan {
        Plan::Keep => {
            let sql = "SELECT (SELECT count(*) FROM printings WHERE removed_at IS NULL), \
                       (SELECT count(*) FROM mtg_sets), (SELECT count(*) FROM price_series WHERE amount IS NOT NULL)";
            let row = domain::db::dedicated(database_url).await?.query_one(sql, &[]).await?;
            let [printings, sets, prices] = [0, 1, 2].map(|n| row.get::<_, i64>(n));
            format!("{printings} printings of {sets} sets and {prices} prices, loaded before")
        }
        Plan::Folder(folder) => format!("loading the files in {}", folder.display()),
        Plan::Scryfall => "loading Scryfall's bulk file".to_owned(),
        Plan::Demo => {
            "a demo market with simulated prices (no network; DATA=scryfall for real ones)".to_owned()
        }
    })
}

/// Decides by what was asked for, what is there and what can be reached.
pub async fn plan(config: &Config, link: &Link) -> anyhow::Result<Plan> {
    Ok(match &config.data {
        DataChoice::Folder(folder) => Plan::Folder(folder.clone()),
        DataChoice::Scryfall => Plan::Scryfall,
        DataChoice::Demo => Plan::Demo,
        DataChoice::Keep => Plan::Keep,
        DataChoice::Auto => {
            link.ensure(REAL).await?;
            if is_filled(&link.database_url).await? {
                Plan::Keep
            } else if Scryfall::new(SCRYFALL)?.answers().await {
                Plan::Scryfall
            } else {
                Plan::Demo
            }
        }
    })
}

/// Whether there are cards; a database without tables has none. Sets alone do not count: a first load
/// that was killed may have left them, and has to be repeated.
async fn is_filled(url: &str) -> anyhow::Result<bool> {
    let client = domain::db::dedicated(url).await?;
    let known = client.query_one("SELECT to_regclass('printings') IS NOT NULL", &[]).await?;
    if !known.get::<_, bool>(0) {
        return Ok(false);
    }
    Ok(client.query_opt("SELECT FROM printings LIMIT 1", &[]).await?.is_some())
}

/// Carries the plan out, in the background of a serving process.
pub async fn load(app: Arc<App>, plan: Plan) -> anyhow::Result<()> {
    let ctx = Ctx::new(app.clone(), Actor::Service);
    domain::data::abandon_loads(&ctx).await?;
    match plan {
        Plan::Keep => {}
        Plan::Folder(folder) => {
            domain::data::import_folder(&ctx, &folder, |progress| {
                tracing::info!(?progress, "loading a folder")
            })
            .await?;
        }
        Plan::Scryfall => {
            let scryfall = Scryfall::new(SCRYFALL)?;
            domain::data::import_scryfall(&ctx, &scryfall).await?;
            domain::data::import_rulings(&ctx, &scryfall).await?;
        }
        Plan::Demo => domain::data::load_demo(&ctx).await?,
    }
    Ok(())
}

/// Loads files and folders; changes of prices are published. Fails if any of them failed.
pub async fn import(app: Arc<App>, paths: &[PathBuf]) -> anyhow::Result<()> {
    let ctx = Ctx::new(app, Actor::Service);
    let mut failed = 0;
    for path in paths {
        if path.is_dir() {
            let broken = Cell::new(0);
            domain::data::import_folder(&ctx, path, |progress| say(&progress, &broken)).await?;
            failed += broken.get();
            continue;
        }
        let bar = bar(path)?;
        let count = BytesRead::default();
        let work = domain::data::import_file(&ctx, path, true, count.clone());
        let result = followed(work, &bar, &count).await;
        bar.finish_and_clear();
        match result {
            Ok(imported) => println!("{}: {}", path.display(), imported.summary),
            Err(error) => {
                failed += 1;
                eprintln!("{}: {error}", path.display());
            }
        }
    }
    anyhow::ensure!(failed == 0, "{failed} files could not be loaded; nothing of them was kept");
    Ok(())
}

fn say(progress: &Progress, broken: &Cell<usize>) {
    match progress {
        Progress::Begin { .. } => {}
        Progress::End { name, result: Ok(imported) } => println!("{name}: {}", imported.summary),
        Progress::End { name, result: Err(error) } => {
            broken.set(broken.get() + 1);
            eprintln!("{name}: {error}");
        }
        Progress::Skipped { name, reason } => println!("{name}: not used, {reason}"),
    }
}

fn bar(path: &Path) -> anyhow::Result<ProgressBar> {
    let bytes = path.metadata().with_context(|| path.display().to_string())?.len();
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}")?;
    Ok(ProgressBar::new(bytes).with_style(style).with_message(path.display().to_string()))
}

/// Moves the bar while the work goes on.
async fn followed<T>(work: impl Future<Output = T>, bar: &ProgressBar, count: &BytesRead) -> T {
    tokio::pin!(work);
    let mut tick = tokio::time::interval(REDRAW);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = tick.tick() => bar.set_position(count.get()),
        }
    }
}

/// Plays recorded states in their order and says what each changed.
pub async fn replay(app: Arc<App>, archive: &Path, speed: f64) -> anyhow::Result<()> {
    let ctx = Ctx::new(app, Actor::Service);
    let total = domain::data::replay(&ctx, archive, speed, |name, at, done| {
        let at = at.format("%F %T");
        println!(
            "{at} {name}: {} of {} prices matched, {} changes",
            done.matched, done.offered, done.changed
        );
    })
    .await?;
    println!("{} changes stored and published", total.changed);
    Ok(())
}
