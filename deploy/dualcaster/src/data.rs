//! What the catalogue is filled from, and the filling.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use domain::App;

use crate::config::{Config, DataChoice};
use crate::link::{DEMO, Link, REAL};

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

    /// For the screen.
    pub fn describe(&self) -> String {
        match self {
            Self::Keep => "what was loaded before".to_owned(),
            Self::Folder(folder) => format!("loading the files in {}", folder.display()),
            Self::Scryfall => "loading Scryfall's bulk file".to_owned(),
            Self::Demo => {
                "a demo market with simulated prices (no network; DATA=scryfall for real ones)".to_owned()
            }
        }
    }
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
            } else if scryfall_answers().await {
                Plan::Scryfall
            } else {
                Plan::Demo
            }
        }
    })
}

/// Whether anything was ever loaded; a database without tables has nothing.
async fn is_filled(url: &str) -> anyhow::Result<bool> {
    let client = domain::db::dedicated(url).await?;
    let known = client.query_one("SELECT to_regclass('catalogue_origin') IS NOT NULL", &[]).await?;
    if !known.get::<_, bool>(0) {
        return Ok(false);
    }
    Ok(client.query_opt("SELECT FROM catalogue_origin", &[]).await?.is_some())
}

async fn scryfall_answers() -> bool {
    false
}

/// Carries the plan out, in the background of a serving process.
pub async fn load(app: Arc<App>, plan: Plan) -> anyhow::Result<()> {
    match plan {
        Plan::Keep => Ok(()),
        Plan::Folder(folder) => import(app, &[folder]).await,
        Plan::Scryfall | Plan::Demo => {
            drop(app);
            bail!("cannot load this yet")
        }
    }
}

/// Loads files and folders, in the order that their contents need.
pub async fn import(_app: Arc<App>, _paths: &[PathBuf]) -> anyhow::Result<()> {
    bail!("cannot load files yet")
}

/// Loads dated files in their order.
pub async fn replay(_app: Arc<App>, _folder: &Path, _speed: f64) -> anyhow::Result<()> {
    bail!("cannot replay yet")
}
