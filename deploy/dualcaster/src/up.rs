//! Everything in one process tree: stores, schema, API, background work, data.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::App;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::data::{self, Plan};
use crate::link::{Link, Running};
use crate::{roles, screen, user};

/// Runs until it is asked to stop or a part fails for good.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    if let Ok(running) = Running::read(config) {
        anyhow::bail!(
            "Dualcaster already runs here, on {}. Stop it first (Ctrl-C where it runs)",
            running.url
        );
    }
    is_free(config)?;
    let stop = roles::stop_on_signal()?;
    let mut link = tokio::task::block_in_place(|| Link::start(config))?;
    let ran = tokio::select! {
        ran = serve(config, &mut link, &stop) => ran,
        // Asked to stop before everything was up.
        () = async { stop.cancelled().await; tokio::time::sleep(Duration::from_secs(30)).await } => Ok(()),
    };
    Running::remove(config);
    println!("\n  Stopping Postgres and Redis");
    tokio::task::block_in_place(|| drop(link));
    ran
}

async fn serve(config: &Config, link: &mut Link, stop: &CancellationToken) -> anyhow::Result<()> {
    Running::remove(config);
    let plan = data::plan(config, link).await?;
    link.ensure(plan.database()).await?;
    link.choose(plan.database());
    domain::db::migrate(&link.database_url).await?;
    let app = App::start(&link.settings(config)?)?;

    let mut parts = JoinSet::new();
    let (served, settings, token) = (app.clone(), config.clone(), stop.clone());
    // No load balancer has to notice: nothing to wait for.
    parts.spawn(
        async move { roles::serve(served, &settings, Duration::ZERO, token).await.context("the API") },
    );
    let (worked, settings, token) = (app.clone(), config.clone(), stop.clone());
    parts.spawn(async move { roles::work(worked, &settings, token).await.context("the background work") });
    if config.bot.is_some() {
        let (answering, settings, token) = (app.clone(), config.clone(), stop.clone());
        tokio::spawn(async move { answer(answering, &settings, token).await });
    }
    Running::write(config, link, config.url())?;
    let admin = user::first_admin(&app).await?;
    screen::welcome(config, link, &data::describe(&plan, &link.database_url).await?, &admin);
    let loading = tokio::spawn(load(app, plan, link.database_url.clone(), stop.clone()));

    let failure = async {
        match &link.stores {
            Some(stores) => stores.failure().await,
            None => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        part = parts.join_next() => flatten(part),
        error = failure => Err(error),
        () = stop.cancelled() => Ok(()),
    };
    println!("\n  Finishing what is being answered");
    stop.cancel();
    loading.abort();
    while let Some(part) = parts.join_next().await {
        if let Err(error) = flatten(Some(part)) {
            tracing::warn!(error = format!("{error:#}"), "a part did not end well");
        }
    }
    ended
}

/// The bot's trouble, such as no network, is not the platform's.
async fn answer(app: Arc<App>, config: &Config, stop: CancellationToken) {
    let Some(account) = &config.bot else { return };
    if let Err(error) = roles::answer(app, config, account, stop).await {
        tracing::error!("the Discord bot is not there: {error:#}");
    }
}

/// Fills the catalogue while the web app answers already.
async fn load(app: Arc<App>, plan: Plan, database_url: String, stop: CancellationToken) {
    let ended = CancellationToken::new();
    let shown = tokio::spawn(screen::follow_loads(database_url, ended.clone()));
    let nothing = plan == Plan::Keep;
    let loaded = stop.run_until_cancelled(data::load(app, plan)).await;
    ended.cancel();
    if shown.await.is_err() {
        tracing::warn!("the screen could not be written");
    }
    match loaded {
        Some(Ok(())) if nothing => {}
        Some(Ok(())) => println!("  All data is loaded."),
        Some(Err(error)) => tracing::error!("loading the data failed: {error:#}"),
        None => {}
    }
}

fn flatten(part: Option<Result<anyhow::Result<()>, tokio::task::JoinError>>) -> anyhow::Result<()> {
    part.unwrap_or(Ok(Ok(()))).context("a part panicked")?
}

/// Said before anything is started, because it is the commonest trouble.
fn is_free(config: &Config) -> anyhow::Result<()> {
    match TcpListener::bind(config.listen) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let other = config.listen.port().wrapping_add(1).max(1024);
            anyhow::bail!(
                "{} is in use by another program; choose another port: PORT={other} make up",
                config.listen
            )
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {}", config.listen)),
        Ok(_) => Ok(()),
    }
}
