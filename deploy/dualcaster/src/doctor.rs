//! What is missing or wrong on this machine, and how to mend it.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;

use domain::audit::Verified;
use nix::sys::statvfs::statvfs;

use crate::config::{Config, Secret};
use crate::link::Running;
use crate::standing;

const NEEDED: u128 = 2 << 30;

/// What a check found.
pub enum Finding {
    /// All is well.
    Good(String),
    /// It works, but somebody should know.
    Note(String),
    /// It does not work; the second says what to do.
    Bad(String, String),
}

use Finding::{Bad, Good, Note};

/// The configuration itself is wrong: nothing else can be judged.
pub fn misconfigured(error: &anyhow::Error) -> ExitCode {
    report(&[("configuration", Bad(error.to_string(), "correct what is named".to_owned()))])
}

/// Checks everything and says it, line by line.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let mut findings = vec![
        ("configuration", Good("is right".to_owned())),
        ("disk", disk(&config.state_dir)),
        ("web app", web(&config.web_dir)),
    ];
    let running = Running::read(config);
    findings.push(("port", port(config, running.is_ok())));
    if config.database_url.is_none() {
        findings.push(("Postgres", program(config.search.postgres(None))));
    }
    if config.redis_url.is_none() {
        findings.push(("Redis", program(config.search.redis())));
    }
    if findings.iter().all(|(_, finding)| !matches!(finding, Bad(..))) {
        stores(config, &mut findings).await;
    }
    Ok(report(&findings))
}

fn report(findings: &[(&str, Finding)]) -> ExitCode {
    let mut bad = 0;
    for (name, finding) in findings {
        match finding {
            Good(text) => println!("  ok    {name}: {text}"),
            Note(text) => println!("  note  {name}: {text}"),
            Bad(text, remedy) => {
                bad += 1;
                println!("  BAD   {name}: {text}\n        -> {remedy}");
            }
        }
    }
    if bad == 0 {
        println!("\nAll is well.");
        return ExitCode::SUCCESS;
    }
    println!("\n{bad} to mend.");
    ExitCode::FAILURE
}

fn disk(state: &Path) -> Finding {
    let existing = state.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    match statvfs(existing) {
        Ok(found) => {
            let free = u128::from(found.blocks_available()) * u128::from(found.fragment_size());
            let text = format!("{:.1} GiB free for {}", free as f64 / (1 << 30) as f64, state.display());
            if free >= NEEDED {
                return Good(text);
            }
            Bad(
                text,
                "the catalogue and its prices want 2 GiB: make room, or set DUALCASTER_STATE_DIR".to_owned(),
            )
        }
        Err(error) => Bad(format!("{}: {error}", state.display()), "set DUALCASTER_STATE_DIR".to_owned()),
    }
}

fn web(folder: &Path) -> Finding {
    if folder.join("index.html").is_file() {
        return Good(format!("built, in {}", folder.display()));
    }
    Bad(
        format!("{} has no index.html", folder.display()),
        "run `make build` in the project's folder, or set DUALCASTER_WEB_DIR".to_owned(),
    )
}

fn port(config: &Config, running: bool) -> Finding {
    match TcpListener::bind(config.listen) {
        Ok(_) => Good(format!("{} is free", config.listen)),
        Err(error) if error.kind() == ErrorKind::AddrInUse && running => {
            Good(format!("{} is in use, by the running `up` as it seems", config.listen))
        }
        Err(error) => Bad(format!("{}: {error}", config.listen), "set PORT, or DUALCASTER_LISTEN".to_owned()),
    }
}

fn program(found: anyhow::Result<stores::Found>) -> Finding {
    match found {
        Ok(found) => Good(format!("{} at {}", found.version, found.path.display())),
        Err(error) => Bad(format!("{error:#}"), "run `deploy/bootstrap.sh`".to_owned()),
    }
}

/// Only stores that run are looked into: a doctor starts nothing.
async fn stores(config: &Config, findings: &mut Vec<(&str, Finding)>) {
    let own = |url: &Option<Secret>| url.as_ref().map(|url| url.expose().to_owned());
    let running = Running::read(config).ok();
    let (database, redis) = match running {
        Some(running) => (Some(running.database_url), Some(running.redis_url)),
        None => (None, None),
    };
    let primary = own(&config.database_url).or(database);
    match &primary {
        Some(url) => {
            findings.extend(self::database(url).await);
            if findings.iter().all(|(_, finding)| !matches!(finding, Bad(..))) {
                findings.push(("security events", events(url).await));
                findings.extend(standing::findings(url).await);
            }
        }
        None => findings.push(("database", Note("not running; `make up` starts it".to_owned()))),
    }
    if let (Some(primary), Some(replica)) = (&primary, &config.replica_url) {
        findings.push(("read replica", self::replica(primary, replica.expose()).await));
    }
    match own(&config.redis_url).or(redis) {
        Some(url) => findings.push(("Redis connection", self::redis(&url).await)),
        None => findings.push(("Redis connection", Note("not running; `make up` starts it".to_owned()))),
    }
}

async fn database(url: &str) -> Vec<(&'static str, Finding)> {
    const NAME: &str = "database";
    let mend = |text: &str| text.to_owned();
    let client = match domain::db::dedicated(url).await {
        Ok(client) => client,
        Err(error) => {
            let text = format!("no connection: {}", with_cause(&error));
            return vec![(NAME, Bad(text, mend("check DATABASE_URL, and that the server runs")))];
        }
    };
    let facts = "SELECT current_setting('server_version'), current_setting('server_version_num')::int, \
                 EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'), current_database()::text";
    let row = match client.query_one(facts, &[]).await {
        Ok(row) => row,
        Err(error) => return vec![(NAME, Bad(with_cause(&error), mend("look at the server's log")))],
    };
    let (version, number): (&str, i32) = (row.get(0), row.get(1));
    let mut findings = vec![if number >= 150_000 {
        (NAME, Good(format!("Postgres {version}, database {}", row.get::<_, &str>(3))))
    } else {
        (NAME, Bad(format!("Postgres {version}"), mend("use Postgres 15 or newer")))
    }];
    if !row.get::<_, bool>(2) {
        findings.push((
            "pg_trgm",
            Bad(mend("not available"), mend("install the contrib package of that Postgres")),
        ));
    }
    findings.push(match domain::db::pending(url).await {
        Ok(0) => ("migrations", Good("the schema is up to date".to_owned())),
        Ok(count) => ("migrations", Bad(format!("{count} have not run"), mend("run `dualcaster migrate`"))),
        Err(error) => ("migrations", Bad(format!("{error:#}"), mend("look at the server's log"))),
    });
    findings
}

/// Whether the replica follows our primary.
async fn replica(primary: &str, replica: &str) -> Finding {
    match domain::replica::inspect(primary, replica).await {
        Ok(bytes) => Good(format!("follows the database, {} KiB behind", bytes.div_ceil(1024))),
        Err(reason) => {
            let remedy = "queries read from the primary meanwhile; check DUALCASTER_REPLICA_URL, and that the replica runs";
            Bad(reason, remedy.to_owned())
        }
    }
}

/// Whether anybody changed the log of what happened.
async fn events(url: &str) -> Finding {
    match domain::audit::verify_at(url).await {
        Ok(Verified { head: None, .. }) => Good("none yet".to_owned()),
        Ok(Verified { head: Some(head), flaws }) if flaws.is_empty() => Good(format!(
            "{} in an unbroken chain; the last link, of {}, is {}",
            head.position, head.day, head.hash
        )),
        Ok(Verified { flaws, .. }) => {
            let named: Vec<String> =
                flaws.iter().map(|flaw| format!("event {}: {}", flaw.event, flaw.what)).collect();
            let remedy = "somebody changed the log behind the program's back: compare it with a backup";
            Bad(named.join("; "), remedy.to_owned())
        }
        Err(error) => Bad(error.to_string(), "look at the server's log".to_owned()),
    }
}

async fn redis(url: &str) -> Finding {
    let asked = async {
        let mut connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
        redis::cmd("INFO").arg("server").query_async::<String>(&mut connection).await
    };
    match asked.await {
        Ok(facts) => {
            let version = facts.lines().find_map(|line| line.strip_prefix("redis_version:"));
            Good(format!("Redis {}", version.unwrap_or("answers")))
        }
        Err(error) => Bad(error.to_string(), "check REDIS_URL, and that the server runs".to_owned()),
    }
}

fn with_cause(error: &tokio_postgres::Error) -> String {
    use std::error::Error;
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
