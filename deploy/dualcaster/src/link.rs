//! The way to Postgres and Redis: one's own servers, those of a running `up`, or private ones
//! started for this process.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use stores::{Durability, Held, Options, Stores};

use domain::accounts::{AuthSettings, Provider};

use crate::config::{Config, Secret};
use crate::secret;

/// Real rows.
pub const REAL: &str = "dualcaster";
/// Rows of the demo market, which never mix with real ones.
pub const DEMO: &str = "dualcaster_demo";

/// Where both stores are, and the private servers if this process runs them.
pub struct Link {
    /// Postgres.
    pub database_url: String,
    /// Redis.
    pub redis_url: String,
    /// Keys of the demo have a prefix of their own, as its rows have a database.
    pub redis_prefix: String,
    /// Private servers that end with this.
    pub stores: Option<Stores>,
}

impl Link {
    /// Starts private servers for what the configuration does not name.
    pub fn start(config: &Config) -> anyhow::Result<Self> {
        let (postgres, redis) = (config.database_url.is_none(), config.redis_url.is_none());
        let stores = if postgres || redis {
            Some(Stores::start(Options {
                state: config.state_dir.clone(),
                runtime_dir: config.runtime_dir.clone(),
                search: config.search.clone(),
                durability: Durability::Durable,
                postgres,
                redis,
            })?)
        } else {
            None
        };
        let own = |url: &Option<Secret>, private: &dyn Fn(&Stores) -> String| {
            let own = url.as_ref().map(|url| url.expose().to_owned());
            own.or_else(|| stores.as_ref().map(private)).unwrap_or_default()
        };
        Ok(Self {
            database_url: own(&config.database_url, &|stores| stores.postgres_url(REAL)),
            redis_url: own(&config.redis_url, &Stores::redis_url),
            redis_prefix: config.redis_prefix.clone(),
            stores,
        })
    }

    /// As `start`, but joins a running `up` if there is one.
    pub async fn join(config: &Config) -> anyhow::Result<Self> {
        match tokio::task::block_in_place(|| Self::start(config)) {
            Err(error) if error.is::<Held>() => {
                let state = config.state_dir.display();
                let busy = || format!("Dualcaster is starting or stopping on {state}; try again in a moment");
                let running = Running::read(config).with_context(busy)?;
                Ok(Self {
                    database_url: running.database_url,
                    redis_url: running.redis_url,
                    redis_prefix: running.redis_prefix,
                    stores: None,
                })
            }
            Ok(link) => {
                link.ensure(REAL).await?;
                Ok(link)
            }
            Err(error) => Err(error),
        }
    }

    /// Makes a database of the private Postgres; one's own server has its database already.
    pub async fn ensure(&self, database: &str) -> anyhow::Result<()> {
        match &self.stores {
            Some(stores) if stores.has_postgres() => stores.ensure_database(database).await,
            _ => Ok(()),
        }
    }

    /// Goes over to another database of the private Postgres.
    pub fn choose(&mut self, database: &str) {
        if let Some(stores) = self.stores.as_ref().filter(|stores| stores.has_postgres()) {
            self.database_url = stores.postgres_url(database);
        }
        if database == DEMO {
            self.redis_prefix.push_str("-demo");
        }
    }

    /// What the domain needs to know.
    pub fn settings(&self, config: &Config) -> anyhow::Result<domain::Settings> {
        let mut auth = AuthSettings::new(config.public_url(), secret::find(config)?);
        let providers = [(Provider::Google, &config.google), (Provider::Discord, &config.discord)];
        let set_up = providers.into_iter().filter(|(_, client)| client.is_some());
        auth.providers = set_up.map(|(provider, _)| provider).collect();
        Ok(domain::Settings {
            database_url: self.database_url.clone(),
            replica_url: config.replica_url.as_ref().map(|url| url.expose().to_owned()),
            redis_url: self.redis_url.clone(),
            redis_prefix: self.redis_prefix.clone(),
            pool_size: config.pool_size,
            auth,
        })
    }
}

/// What a running `up` leaves for the commands that join it.
#[derive(Serialize, Deserialize)]
pub struct Running {
    /// Postgres.
    pub database_url: String,
    /// Redis.
    pub redis_url: String,
    redis_prefix: String,
    /// Where it serves.
    pub url: String,
}

impl Running {
    /// Tells others; they learn by the lock of the state folder whether it still holds.
    pub fn write(config: &Config, link: &Link, url: String) -> anyhow::Result<()> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let running = Self {
            database_url: link.database_url.clone(),
            redis_url: link.redis_url.clone(),
            redis_prefix: link.redis_prefix.clone(),
            url,
        };
        // The addresses may hold passwords.
        let mut file =
            fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(path(config))?;
        file.write_all(serde_json::to_string(&running)?.as_bytes())?;
        Ok(())
    }

    /// What the running `up` said; what one that was killed said does not count.
    pub fn read(config: &Config) -> anyhow::Result<Self> {
        anyhow::ensure!(stores::is_held(&config.state_dir), "nothing runs on {}", config.state_dir.display());
        Ok(serde_json::from_str(&fs::read_to_string(path(config))?)?)
    }

    /// Takes it back.
    pub fn remove(config: &Config) {
        if let Err(error) = fs::remove_file(path(config)) {
            tracing::debug!(%error, "nothing to remove");
        }
    }
}

fn path(config: &Config) -> PathBuf {
    config.state_dir.join("running.json")
}
