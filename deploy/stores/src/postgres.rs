//! The private Postgres.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use nix::sys::signal::Signal;
use tokio_postgres::{Client, NoTls};

use crate::binaries::{Found, Search};
use crate::place::Place;
use crate::{Durability, child, leftovers, percent_encoded};

/// The superuser and owner of the private server; its sockets are closed to everybody else.
const USER: &str = "dualcaster";
const PORT: &str = "5432";
/// Replaying the log after a crash in the middle of an import takes a while.
const RECOVERY: Duration = Duration::from_secs(180);
/// A killed server's memory and lock file outlive it for a moment.
const RETRY: Duration = Duration::from_secs(20);

pub(crate) struct Postgres {
    pub(crate) found: Found,
    data: PathBuf,
    durability: Durability,
}

impl Postgres {
    /// Finds the programs and makes the data directory if there is none.
    pub(crate) fn prepare(place: &Place, search: &Search, durability: Durability) -> anyhow::Result<Self> {
        let data = place.data.join("postgres");
        let existing = fs::read_to_string(data.join("PG_VERSION")).ok();
        let wanted = existing.map(|text| text.trim().parse::<u32>()).transpose();
        let wanted = wanted.with_context(|| format!("{} is damaged", data.join("PG_VERSION").display()))?;
        let found = search.postgres(wanted)?;
        if wanted.is_none() {
            init(place, &found.path, &data, durability)?;
        }
        place.private("postgres")?;
        Ok(Self { found, data, durability })
    }

    /// Starts the server and waits until it answers queries.
    pub(crate) fn start(&self, place: &Place) -> anyhow::Result<Child> {
        let begun = Instant::now();
        let note = self.data.join("postmaster.pid");
        let log = place.log("postgres");
        loop {
            leftovers::clear(&self.data, &note, ["postgres", "postmaster"])?;
            // Nobody works here, so a note that is left names a process that is gone, or one that
            // has got its number since: with such a one Postgres would refuse to start.
            if fs::remove_file(&note).is_ok() {
                tracing::info!("removed the note of a Postgres that was killed");
            }
            let mut server = child::spawn(self.command(place), &log)?;
            match ready(&url(place, "postgres"), &mut server) {
                Ok(()) => return Ok(server),
                Err(Trouble::Ended) if begun.elapsed() < RETRY => {
                    std::thread::sleep(Duration::from_millis(300))
                }
                Err(Trouble::Ended) => {
                    bail!("Postgres does not start; its log ends\n    {}", child::tail(&log))
                }
                Err(Trouble::Silent(error)) => {
                    stop(&mut server);
                    bail!("Postgres does not answer ({error}); its log ends\n    {}", child::tail(&log))
                }
            }
        }
    }

    fn command(&self, place: &Place) -> Command {
        let mut command = child::mortal(place, &self.found.path.join("postgres"), "INT");
        command.arg("-D").arg(&self.data).arg("-k").arg(&place.sockets).args(["-p", PORT]);
        let common = [
            "listen_addresses=",
            "unix_socket_permissions=0700",
            "max_connections=200",
            "shared_buffers=256MB",
            "maintenance_work_mem=128MB",
            "max_wal_size=2GB",
            "random_page_cost=1.1",
            "jit=off",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_line_prefix=%m [%p] %d ",
        ];
        // Statement counts per test; the library comes with every Postgres we run on.
        let scratch = [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "shared_preload_libraries=pg_stat_statements",
            "pg_stat_statements.track=top",
        ];
        let scratch = if self.durability == Durability::Scratch { &scratch[..] } else { &[] };
        common.iter().chain(scratch).for_each(|setting| {
            command.args(["-c", setting]);
        });
        command
    }
}

/// Ends the server after its running statements were cancelled.
pub(crate) fn stop(server: &mut Child) {
    child::stop(server, "postgres", Signal::SIGINT, Signal::SIGQUIT, Duration::from_secs(10));
}

/// Where a database of the private server is.
pub(crate) fn url(place: &Place, database: &str) -> String {
    let host = percent_encoded(&place.sockets);
    format!("postgresql://{USER}@{host}:{PORT}/{database}")
}

/// Makes a database unless it exists.
pub(crate) async fn ensure_database(server: &str, name: &str) -> anyhow::Result<()> {
    let client = connect(server).await?;
    if client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&name]).await?.is_none() {
        client.batch_execute(&format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\""))).await?;
    }
    Ok(())
}

/// The data directory is made under another name first: an interrupted attempt leaves nothing half done.
fn init(place: &Place, programs: &Path, data: &Path, durability: Durability) -> anyhow::Result<()> {
    if data.exists() && fs::metadata(data)?.is_dir() && fs::read_dir(data)?.next().is_none() {
        fs::remove_dir(data)?;
    }
    if data.exists() {
        bail!("{} has files but no Postgres in it; move it away", data.display());
    }
    let attempt = data.with_extension("new");
    if attempt.exists() {
        fs::remove_dir_all(&attempt)?;
    }
    place.private("postgres.new")?;
    let mut command = child::command(place, &programs.join("initdb"));
    command.arg("-D").arg(&attempt).args(["-U", USER, "-A", "trust", "-E", "UTF8"]);
    command.arg(format!("--locale={}", child::locale()));
    if durability == Durability::Scratch {
        command.arg("--no-sync");
    }
    let out = command.output().context("cannot start initdb")?;
    if !out.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&out.stderr).trim());
    }
    debug_assert!(fs::metadata(&attempt)?.uid() != 0);
    fs::rename(&attempt, data)?;
    Ok(())
}

enum Trouble {
    Ended,
    Silent(String),
}

fn ready(url: &str, server: &mut Child) -> Result<(), Trouble> {
    let silent = |error: &dyn std::fmt::Display| Trouble::Silent(error.to_string());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| silent(&error))?;
    let begun = Instant::now();
    loop {
        let error = match runtime.block_on(answers(url)) {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if !matches!(server.try_wait(), Ok(None)) {
            return Err(Trouble::Ended);
        }
        if begun.elapsed() > RECOVERY {
            return Err(silent(&error));
        }
        std::thread::sleep(child::TICK);
    }
}

/// A socket that accepts is not enough: the server may be starting up or shutting down.
async fn answers(url: &str) -> anyhow::Result<()> {
    let asked = async {
        let client = connect(url).await?;
        client.simple_query("SELECT 1").await?;
        Ok(())
    };
    tokio::time::timeout(Duration::from_secs(2), asked).await?
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection of the supervisor ended");
        }
    });
    Ok(client)
}
