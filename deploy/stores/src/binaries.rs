//! Where the server programs are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

/// The oldest Postgres that the migrations and the tests run on.
const OLDEST_POSTGRES: u32 = 15;
const OLDEST_REDIS: u32 = 6;
const HOMEBREW: [&str; 2] = ["/opt/homebrew", "/usr/local"];

/// Where to look, in the order of the fields; then in the usual places of the system.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The folder of `postgres` and `initdb`, when somebody named one: nothing else is looked at then.
    pub postgres: Option<PathBuf>,
    /// The program `redis-server` or `valkey-server`, or its folder; as above.
    pub redis: Option<PathBuf>,
    /// The search path of the shell.
    pub path: OsString,
    /// What `deploy/bootstrap.sh` filled.
    pub tools: PathBuf,
}

/// A program that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// For Postgres the folder of its programs, for Redis the program.
    pub path: PathBuf,
    /// As it says itself.
    pub version: String,
    /// The first number of the version.
    pub major: u32,
}

impl Search {
    /// A Postgres that can run a data directory of the version `wanted`, or any that is new enough.
    pub fn postgres(&self, wanted: Option<u32>) -> anyhow::Result<Found> {
        let mut seen = Vec::new();
        for folder in self.postgres_folders().iter().filter_map(|folder| folder.canonicalize().ok()) {
            let (server, init) = (folder.join("postgres"), folder.join("initdb"));
            if !server.is_file() || !init.is_file() {
                continue;
            }
            match version(&server) {
                Ok((version, major)) if wanted.map_or(major >= OLDEST_POSTGRES, |wanted| wanted == major) => {
                    return Ok(Found { path: folder, version, major });
                }
                Ok((version, _)) => seen.push(format!("{} is {version}", server.display())),
                Err(error) => seen.push(format!("{}: {error}", server.display())),
            }
        }
        let need = wanted.map_or(format!("Postgres {OLDEST_POSTGRES} or newer"), |major| {
            format!("Postgres {major} (the data directory was made by it)")
        });
        bail!("no {need} found{}; run `deploy/bootstrap.sh`, or set DUALCASTER_PG_BIN", but(&seen))
    }

    /// A Redis, or a Valkey, which speaks the same protocol.
    pub fn redis(&self) -> anyhow::Result<Found> {
        let mut seen = Vec::new();
        for program in self.redis_programs().iter().filter_map(|program| absolute(program)) {
            match version(&program) {
                Ok((version, major)) if major >= OLDEST_REDIS => {
                    return Ok(Found { path: program, version, major });
                }
                Ok((version, _)) => seen.push(format!("{} is {version}", program.display())),
                Err(error) => seen.push(format!("{}: {error}", program.display())),
            }
        }
        bail!(
            "no Redis {OLDEST_REDIS} or newer and no Valkey found{}; run `deploy/bootstrap.sh`, or set \
             DUALCASTER_REDIS_BIN",
            but(&seen)
        )
    }

    fn postgres_folders(&self) -> Vec<PathBuf> {
        if let Some(named) = &self.postgres {
            return vec![named.clone()];
        }
        let mut folders = newest_first("/usr/lib/postgresql", |name| name.parse().ok(), "bin");
        if let Ok(out) = Command::new("pg_config").arg("--bindir").output()
            && out.status.success()
        {
            folders.push(String::from_utf8_lossy(&out.stdout).trim().into());
        }
        for prefix in HOMEBREW {
            let numbered = |name: &str| name.strip_prefix("postgresql@")?.parse().ok();
            folders.extend(newest_first(&format!("{prefix}/opt"), numbered, "bin"));
        }
        folders.extend(std::env::split_paths(&self.path));
        folders.push(self.tools.join("postgres/bin"));
        folders
    }

    fn redis_programs(&self) -> Vec<PathBuf> {
        let in_folder = |folder: PathBuf| [folder.join("redis-server"), folder.join("valkey-server")];
        if let Some(named) = &self.redis {
            let programs =
                if named.is_dir() { in_folder(named.clone()).to_vec() } else { vec![named.clone()] };
            return programs;
        }
        let homebrew = HOMEBREW.map(|prefix| Path::new(prefix).join("bin"));
        let folders = std::env::split_paths(&self.path).chain(homebrew).chain([self.tools.join("redis/bin")]);
        folders.flat_map(in_folder).collect()
    }
}

/// The folder without links, for a user who may not pass where the links are; the name as it is,
/// because a server may be a link to a program that looks at its name.
fn absolute(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?.canonicalize().ok()?;
    Some(folder.join(program.file_name()?)).filter(|program| program.is_file())
}

/// The folders in `parent` whose name has a number, highest number first.
fn newest_first(parent: &str, number: impl Fn(&str) -> Option<u32>, inner: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut numbered: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((number(entry.file_name().to_str()?)?, entry.path().join(inner))))
        .collect();
    numbered.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    numbered.into_iter().map(|(_, path)| path).collect()
}

/// Asks a program for its version: `postgres (PostgreSQL) 15.18 (Debian …)`, `Redis server v=7.0.15 sha=…`.
fn version(program: &Path) -> anyhow::Result<(String, u32)> {
    let out = Command::new(program).arg("--version").output().context("does not run")?;
    let text = String::from_utf8_lossy(&out.stdout);
    let number = |word: &str| {
        let word = word.trim_start_matches("v=");
        let major = word.split('.').next()?.parse::<u32>().ok()?;
        word.contains('.').then(|| (word.to_owned(), major))
    };
    let found = text.split_whitespace().find_map(number);
    found.with_context(|| format!("`--version` answered {:?}", text.trim()))
}

fn but(seen: &[String]) -> String {
    if seen.is_empty() { String::new() } else { format!(" ({})", seen.join("; ")) }
}
