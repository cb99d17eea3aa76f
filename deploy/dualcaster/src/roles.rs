//! The roles that production scales one by one, and the operator's commands.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::App;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::config::{BotAccount, Config};
use crate::data;
use crate::link::Link;

/// Serves until it is asked to stop.
pub async fn api(config: &Config) -> anyhow::Result<()> {
    let link = Link::join(config).await?;
    let app = App::start(&link.settings(config)?)?;
    let stop = stop_on_signal()?;
    serve(app, config, config.drain_wait, stop).await
}

/// Works until it is asked to stop.
pub async fn background(config: &Config) -> anyhow::Result<()> {
    let link = Link::join(config).await?;
    let app = App::start(&link.settings(config)?)?;
    let stop = stop_on_signal()?;
    let Some(listen) = config.watching.metrics_listen else { return work(app, config, stop).await };
    let metrics = api::serve_metrics(app.clone(), listen, metrics_token(config), stop.clone());
    tokio::try_join!(work(app, config, stop), metrics).map(|_| ())
}

fn metrics_token(config: &Config) -> api::MetricsToken {
    api::MetricsToken::new(config.watching.metrics_token.as_ref().map(|token| token.expose().to_owned()))
}

/// Answers at Discord until it is asked to stop.
pub async fn bot(config: &Config) -> anyhow::Result<()> {
    let account = config.bot.as_ref().context("the bot has no token: set DUALCASTER_DISCORD_BOT_TOKEN")?;
    let link = Link::join(config).await?;
    let app = App::start(&link.settings(config)?)?;
    let _budgets = AbortOnDropHandle::new(tokio::spawn(domain::limits::watch(app.clone())));
    answer(app, config, account, stop_on_signal()?).await
}

/// Brings the schema up to date.
pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let link = Link::join(config).await?;
    match domain::db::migrate(&link.database_url).await? {
        0 => println!("the schema is up to date"),
        count => println!("ran {count} migrations"),
    }
    Ok(())
}

/// Loads files.
pub async fn import(config: &Config, paths: &[PathBuf]) -> anyhow::Result<()> {
    let link = Link::join(config).await?;
    domain::db::migrate(&link.database_url).await?;
    let app = App::start(&link.settings(config)?)?;
    data::import(app, paths).await
}

/// Plays recorded states of a price list, changes published as they come.
pub async fn replay(config: &Config, archive: &Path, speed: f64) -> anyhow::Result<()> {
    let link = Link::join(config).await?;
    domain::db::migrate(&link.database_url).await?;
    let app = App::start(&link.settings(config)?)?;
    data::replay(app, archive, speed).await
}

/// The API over a running platform.
pub async fn serve(
    app: Arc<App>,
    config: &Config,
    drain_wait: Duration,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut settings = api::Settings {
        listen: config.listen,
        allowed_origins: config.allowed_origins.iter().map(|origin| origin.0.clone()).collect(),
        trusted_proxies: config.trusted_proxies.clone(),
        web: config.web_dir.clone(),
        https_only: config.https_only,
        metrics_token: metrics_token(config),
        google: config.google.clone(),
        discord: config.discord.clone(),
        drain_wait,
        ..api::Settings::default()
    };
    if drain_wait.is_zero() {
        // A person at a terminal waits for this.
        settings.drain_limit = Duration::from_secs(5);
        settings.sockets.spread = Duration::from_millis(250);
    }
    api::serve(app, settings, stop).await
}

/// The background work over a running platform.
pub async fn work(app: Arc<App>, config: &Config, stop: CancellationToken) -> anyhow::Result<()> {
    let mailer = match (&config.resend_key, &config.smtp_url) {
        (Some(key), _) => jobs::Mailer::resend(jobs::RESEND, key.expose(), &config.mail_from)?,
        (None, Some(url)) => jobs::Mailer::smtp(url.expose(), &config.mail_from)?,
        (None, None) => jobs::Mailer::folder(&config.state_dir.join("mail")),
    };
    jobs::work(app, mailer, registry(config)?, stop).await
}

/// What this program can run, with the ways to outside services that it may take.
pub fn registry(config: &Config) -> anyhow::Result<jobs::Registry> {
    Ok(jobs::Registry::all().reaching(jobs::Doors::new(config.outside.clone(), !config.offline)?))
}

/// The bot over a running platform.
pub async fn answer(
    app: Arc<App>,
    config: &Config,
    account: &BotAccount,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let settings = bot::Settings {
        token: account.token.expose().to_owned(),
        discord: account.discord.clone(),
        site: config.public_url(),
    };
    bot::run(app, settings, stop).await
}

/// Cancelled by the first SIGINT or SIGTERM; the second ends the process at once.
pub fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    let token = CancellationToken::new();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = token.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if stop.is_cancelled() {
                tracing::warn!("stopping at once");
                std::process::exit(130);
            }
            stop.cancel();
        }
    });
    Ok(token)
}
