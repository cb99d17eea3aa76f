//! The one program: roles for production, `up` for a laptop, and the operator's commands.

mod config;
mod data;
mod doctor;
mod feed;
mod link;
mod outside;
mod queue;
mod roles;
mod screen;
mod secret;
mod stand_ins;
mod standing;
mod telemetry;
mod traces;
mod up;
mod user;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};

use config::{Config, Named};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Dualcaster Deals: prices of Magic cards, live.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything on this machine, with a private Postgres and Redis
    Up,
    /// Serve the web app and the API
    Api,
    /// Answer at Discord
    Bot,
    /// Bring the database's schema up to date
    Migrate,
    /// Print the GraphQL schema
    Schema,
    /// Load files in the vendors' own formats
    Import {
        /// Files, or folders of files
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Play an archive of recorded Card Kingdom states in their order, publishing every change
    Replay {
        /// The archive (tar, plain or packed)
        archive: PathBuf,
        /// How many times faster than it happened; 0 does not wait
        #[arg(long, default_value_t = 3600.0)]
        speed: f64,
    },
    /// Run what the clock runs, now
    Trigger {
        /// The schedule; `dualcaster jobs schedules` lists them
        name: String,
        /// Show how it goes on, and end as it ends: 0 well or nothing to do, 3 degraded, 1 failed
        #[arg(long)]
        wait: bool,
        /// `fakes` has a running demo market visit stand-ins on this machine, and waits for it
        #[arg(long)]
        with: Option<With>,
    },
    /// Run the background work; or, with a command, list, retry, discard or cancel jobs
    #[command(alias = "work")]
    Jobs {
        #[command(subcommand)]
        command: Option<queue::JobsCommand>,
    },
    /// Visit outside services now, one after the other
    Refresh {
        /// scryfall, cardmarket, cardkingdom, manapool, tcgcsv, tcgplayer, cardtrader, topdeck, edhrec, feeds, newsapi, ecb
        #[arg(required = true)]
        services: Vec<Named>,
    },
    /// Serve stand-ins of the outside services on this machine, for developers
    Fakes {
        /// Where they listen
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
        /// Seconds after which some prices move
        #[arg(long, default_value_t = 60)]
        step: u64,
    },
    /// List, add or switch feeds of news
    #[command(subcommand)]
    Feed(feed::FeedCommand),
    /// Make, promote or block an account
    #[command(subcommand)]
    User(user::UserCommand),
    /// Say what is missing or wrong on this machine, and how to mend it
    Doctor,
}

/// What is visited in place of the real services.
#[derive(Clone, Copy, clap::ValueEnum)]
enum With {
    /// Stand-ins on this machine.
    Fakes,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("dualcaster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::Schema = command {
        print!("{}", domain::root::schema().finish().sdl());
        return Ok(ExitCode::SUCCESS);
    }
    let config = match Config::load() {
        Err(error) if matches!(command, Command::Doctor) => return Ok(doctor::misconfigured(&error)),
        config => config?,
    };
    let _exporting = match command {
        Command::Up => telemetry::to_file(&config)?,
        _ => telemetry::to_stderr(&config)?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    let done = runtime.block_on(execute(command, &config));
    // What is still blocked, a name look-up for instance, must not keep the process.
    runtime.shutdown_background();
    done
}

async fn execute(command: Command, config: &Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up => up::run(config).await?,
        Command::Api => roles::api(config).await?,
        Command::Bot => roles::bot(config).await?,
        Command::Migrate => roles::migrate(config).await?,
        Command::Import { paths } => roles::import(config, &paths).await?,
        Command::Replay { archive, speed } => roles::replay(config, &archive, speed).await?,
        Command::Trigger { name, with: Some(With::Fakes), .. } => {
            return stand_ins::trigger(config, &name).await;
        }
        Command::Trigger { name, wait, with: None } => return queue::trigger(config, &name, wait).await,
        Command::Jobs { command: None } => roles::background(config).await?,
        Command::Jobs { command: Some(command) } => queue::run(config, command).await?,
        Command::Refresh { services } => {
            let services: Vec<_> = services.into_iter().map(|named| named.0).collect();
            outside::refresh(config, &services).await?;
        }
        Command::Fakes { listen, step } => {
            outside::serve_fakes(config, listen, Duration::from_secs(step.max(1))).await?;
        }
        Command::Feed(command) => feed::run(config, command).await?,
        Command::User(command) => user::run(config, command).await?,
        Command::Doctor => return doctor::run(config).await,
        Command::Schema => {}
    }
    Ok(ExitCode::SUCCESS)
}
