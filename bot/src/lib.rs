//! The Discord bot. A command asks the domain and says the answer; it decides nothing.

mod answer;
mod budget;
mod commands;
mod handler;
mod movers;
mod price;
mod status;
mod view;

use std::sync::Arc;

use anyhow::Context;
use domain::App;
use serenity::all::{ClientBuilder, GatewayIntents, HttpBuilder};
use tokio_util::sync::CancellationToken;

use handler::Handler;

/// What the bot needs to know.
#[derive(Clone)]
pub struct Settings {
    /// Of the application's bot user.
    pub token: String,
    /// Where Discord is, when not where it always is.
    pub discord: Option<String>,
    /// Where people reach the web app; links go there.
    pub site: String,
}

/// Answers commands until it is asked to stop. Fails when Discord does not take the token.
pub async fn run(app: Arc<App>, settings: Settings, stop: CancellationToken) -> anyhow::Result<()> {
    let mut http = HttpBuilder::new(&settings.token);
    if let Some(discord) = &settings.discord {
        // Only a stand-in is reached without its limits.
        http = http.proxy(discord).ratelimiter_disabled(true);
    }
    // Interactions come without any intent; messages are not read.
    let handler = Handler::new(app, settings.site);
    let client = ClientBuilder::new_with_http(http.build(), GatewayIntents::empty()).event_handler(handler);
    let mut client = client.await.context("the bot cannot be made")?;
    let shards = client.shard_manager.clone();
    let ended = stop.clone();
    tokio::spawn(async move {
        ended.cancelled().await;
        shards.shutdown_all().await;
    });
    let ran = client.start_autosharded().await;
    if stop.is_cancelled() { Ok(()) } else { ran.context("Discord") }
}
