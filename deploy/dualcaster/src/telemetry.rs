//! Logs, and the traces beside them.

use std::fs::File;
use std::io::IsTerminal;
use std::sync::Arc;

use anyhow::Context;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::{Config, LogFormat};
use crate::traces::{self, Exporting};

/// To standard error, so that a command's output stays its own.
pub fn to_stderr(config: &Config) -> anyhow::Result<Exporting> {
    let colours = std::io::stderr().is_terminal();
    let layer = match config.log_format {
        LogFormat::Human => fmt::layer().with_ansi(colours).with_writer(std::io::stderr).boxed(),
        LogFormat::Json => fmt::layer().json().with_writer(std::io::stderr).boxed(),
    };
    let (traces, exporting) = traces::layer(&config.watching)?;
    tracing_subscriber::registry().with(traces).with(layer.with_filter(filter(config)?)).init();
    Ok(exporting)
}

/// Everything into a file, and to standard error only what a person should look at.
pub fn to_file(config: &Config) -> anyhow::Result<Exporting> {
    let folder = config.state_dir.join("log");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join("dualcaster.log");
    let file = File::options().create(true).append(true).open(&path);
    let file = Arc::new(file.with_context(|| format!("cannot write {}", path.display()))?);
    let layer = match config.log_format {
        LogFormat::Human => fmt::layer().with_ansi(false).with_writer(file).boxed(),
        LogFormat::Json => fmt::layer().json().with_writer(file).boxed(),
    };
    let colours = std::io::stderr().is_terminal();
    let warnings =
        fmt::layer().without_time().with_target(false).with_ansi(colours).with_writer(std::io::stderr);
    let (traces, exporting) = traces::layer(&config.watching)?;
    let registry = tracing_subscriber::registry().with(traces).with(layer.with_filter(filter(config)?));
    registry.with(warnings.with_filter(LevelFilter::WARN)).init();
    Ok(exporting)
}

fn filter(config: &Config) -> anyhow::Result<EnvFilter> {
    EnvFilter::try_new(restrained(&config.log))
        .with_context(|| format!("log: {:?} is not a filter", config.log))
}

/// Our own crates: what they say holds no secret, whatever the level.
pub const OURS: [&str; 8] = ["api", "bot", "domain", "dualcaster", "jobs", "markets", "search", "stores"];

/// Below `info` libraries tell of their inner workings: parameters of statements, headers, the words of a
/// mail server. So a plain `debug` or `trace` is for our own crates; a library can be named.
fn restrained(filter: &str) -> String {
    let directive = |text: &str| match text.trim().parse::<LevelFilter>() {
        Ok(level) if level > LevelFilter::INFO => {
            let ours = OURS.map(|name| format!("{name}={level}"));
            format!("info,{}", ours.join(","))
        }
        Ok(_) | Err(_) => text.to_owned(),
    };
    filter.split(',').map(directive).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::restrained;

    #[test]
    fn a_plain_level_is_for_our_own_crates() {
        assert_eq!(restrained("warn"), "warn");
        assert_eq!(restrained("info,hyper=trace"), "info,hyper=trace");
        let debug = restrained("debug,hyper=warn");
        assert!(
            debug.starts_with("info,api=debug,bot=debug,domain=debug,") && debug.ends_with(",hyper=warn"),
            "{debug}"
        );
    }
}
