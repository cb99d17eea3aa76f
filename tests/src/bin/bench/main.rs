//! `make bench`: what the platform costs, against a reference measured in the same run on the same
//! servers. Prints a table and leaves it as JSON under `target/bench/`.

mod alerts;
mod chart;
mod clients;
mod collection;
mod fanout;
mod fill;
mod import;
mod inventory;
mod list;
mod load;
mod login;
mod platform;
mod queue;
mod report;
mod similar;
mod sources;
mod statements;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};

use platform::Platform;
use report::Report;

/// The benchmarks, in the order in which they build on each other's rows.
const ALL: [&str; 11] = [
    "queue",
    "import",
    "alerts",
    "collection",
    "list",
    "inventory",
    "chart",
    "fanout",
    "login",
    "sources",
    "similar",
];

/// How much is measured.
struct Size {
    /// Lines of the large bulk file.
    clones: usize,
    /// Series that get a year of daily prices.
    series: i32,
    /// Seconds that a load lasts.
    seconds: u64,
    /// Connections that ask at the same time.
    connections: usize,
    /// Subscribers of one card.
    subscribers: usize,
    /// Events that they are sent.
    events: usize,
    /// Jobs that go through the queue.
    jobs: u32,
    /// Logins, and resets, of each kind.
    tries: usize,
    /// People who log in at once.
    logins: usize,
    /// Lots of one collector.
    lots: usize,
    /// Alerts of all users.
    alerts: usize,
    /// Prices that land at once.
    prices: usize,
    /// Vectors among which neighbours are found.
    vectors: usize,
}

const FULL: Size = Size {
    clones: 120_000,
    series: 30_000,
    seconds: 8,
    connections: 16,
    subscribers: 1_000,
    events: 30,
    jobs: 100_000,
    tries: 200,
    logins: 50,
    lots: 50_000,
    alerts: 100_000,
    prices: 150_000,
    vectors: 100_000,
};
/// Enough to show that the benchmarks work.
const TINY: Size = Size {
    clones: 400,
    series: 20,
    seconds: 1,
    connections: 2,
    subscribers: 10,
    events: 3,
    tries: 3,
    logins: 4,
    lots: 200,
    alerts: 300,
    prices: 80,
    vectors: 500,
    jobs: 2_000,
};

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == clients::COMMAND) {
        return clients::run(&arguments[1..]).await;
    }
    let tiny = take(&mut arguments, "--tiny");
    if let Some(unknown) = arguments.iter().find(|name| !ALL.contains(&name.as_str())) {
        bail!("knows no {unknown:?}: bench [--tiny] [{}]", ALL.join("] ["));
    }
    let wanted = |name| arguments.is_empty() || arguments.iter().any(|given| given == name);
    let size = if tiny { TINY } else { FULL };
    let folder = target()?;
    let report = Report::new(folder.join(if tiny { "bench-tiny" } else { "bench" }))?;
    let mut platform = Platform::start().await?;
    if wanted("queue") {
        queue::run(&platform, &size, &report).await?;
    }
    // It needs nothing of what the others do.
    if arguments.iter().all(|name| name == "queue") && !arguments.is_empty() {
        return Ok(());
    }
    let source = import::Source::find(tiny);
    if wanted("import") {
        import::run(&platform, &size, &source, &report).await?;
    } else {
        platform.import(&[source.file().to_owned()]).await?;
    }
    fill::run(&platform).await?;
    // Before there are workers, which would do the same work.
    if wanted("alerts") {
        alerts::run(&platform, &size, &report).await?;
    }
    if wanted("collection") {
        collection::run(&platform, &size, &report).await?;
    }
    platform.serve().await?;
    if wanted("list") {
        list::run(&platform, &size, &report).await?;
    }
    if wanted("inventory") {
        inventory::run(&platform, &size, &report).await?;
    }
    if wanted("chart") {
        chart::run(&platform, &size, &report).await?;
    }
    if wanted("fanout") {
        fanout::run(&platform, &size, &report).await?;
    }
    if wanted("login") {
        login::run(&platform, &size, &report).await?;
    }
    if wanted("sources") {
        sources::run(&platform, tiny, &report).await?;
    }
    if wanted("similar") {
        similar::run(&platform, &size, &report).await?;
    }
    Ok(())
}

fn take(arguments: &mut Vec<String>, flag: &str) -> bool {
    let before = arguments.len();
    arguments.retain(|given| given != flag);
    arguments.len() < before
}

/// The folder that cargo builds in: this program lies in `target/<profile>/`.
fn target() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    own.ancestors().nth(2).map(PathBuf::from).context("this program lies in no target folder")
}
