//! The stores of one test run. The test runner starts this before the first test; it starts the
//! servers, which end when the test runner does, whichever way that happens.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use nix::unistd::Pid;
use stores::{Durability, Options, Stores};
use tests::TEMPLATE;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => launch(),
        ["serve", runner] => serve(Pid::from_raw(runner.parse()?)),
        _ => bail!("test-stores is started by the test runner, without arguments"),
    }
}

/// Starts the serving process, passes what it says on to the tests, and leaves it running.
fn launch() -> anyhow::Result<()> {
    let note = tests::variable("NEXTEST_ENV").context("this is for the test runner")?;
    let runner = nix::unistd::getppid();
    let log = std::env::temp_dir().join(format!("dualcaster-tests-{runner}.log"));
    let mut serving = Command::new(std::env::current_exe()?)
        .args(["serve", &runner.to_string()])
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log)?)
        .spawn()?;
    let said = BufReader::new(serving.stdout.take().context("no pipe")?);
    let lines: Vec<String> = said.lines().collect::<Result<_, _>>()?;
    if lines.is_empty() {
        bail!("the stores did not start: {}", std::fs::read_to_string(&log)?);
    }
    // It goes on being written, without a name, and is gone with the process.
    std::fs::remove_file(&log)?;
    let mut note = std::fs::OpenOptions::new().append(true).open(note)?;
    for line in lines {
        writeln!(note, "{line}")?;
    }
    Ok(())
}

fn serve(runner: Pid) -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let folder = Scratch(PathBuf::from(format!("/tmp/dualcaster-tests-{}", std::process::id())));
    let stores = Stores::start(Options {
        state: folder.0.clone(),
        runtime_dir: None,
        search: tests::search(),
        durability: Durability::Scratch,
        postgres: true,
        redis: true,
    })?;
    tokio::runtime::Runtime::new()?.block_on(async {
        prepare(&stores).await?;
        println!(
            "TEST_DATABASE_URL={}\nTEST_REDIS_URL={}",
            stores.postgres_url("postgres"),
            stores.redis_url()
        );
        // The launcher reads until the end of the output.
        nix::unistd::dup2_stdout(std::fs::OpenOptions::new().write(true).open("/dev/null")?)?;
        let mut terminated = signal(SignalKind::terminate())?;
        while nix::sys::signal::kill(runner, None).is_ok() {
            tokio::select! {
                error = stores.failure() => return Err(error),
                _ = terminated.recv() => break,
                () = tokio::time::sleep(Duration::from_millis(300)) => {}
            }
        }
        anyhow::Ok(())
    })?;
    stores.stop();
    Ok(())
}

/// Every test begins with a copy of the template.
async fn prepare(stores: &Stores) -> anyhow::Result<()> {
    stores.ensure_database(TEMPLATE).await?;
    domain::db::migrate(&stores.postgres_url(TEMPLATE)).await?;
    let server = domain::db::dedicated(&stores.postgres_url("postgres")).await?;
    server.batch_execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements").await?;
    server
        .batch_execute(&format!("ALTER DATABASE {TEMPLATE} IS_TEMPLATE true ALLOW_CONNECTIONS false"))
        .await?;
    Ok(())
}

/// A folder that goes when the run ends.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{}: {error}", self.0.display());
        }
    }
}
