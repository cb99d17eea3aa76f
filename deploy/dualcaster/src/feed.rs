//! The operator's commands about feeds of news.

use clap::Subcommand;
use domain::news::{self, Feed};

use crate::config::Config;
use crate::queue;

/// What can be done about feeds.
#[derive(Subcommand)]
pub enum FeedCommand {
    /// List the feeds, with how their last visit ended
    List,
    /// Add a feed, RSS or Atom; it is read from the next visit on
    Add {
        /// The publisher's name: articles show it
        name: String,
        /// Where it is
        url: String,
    },
    /// Stop reading a feed; what was read of it stays
    Disable {
        /// Where it is
        url: String,
    },
    /// Read a feed again
    Enable {
        /// Where it is
        url: String,
    },
}

/// Does it.
pub async fn run(config: &Config, command: FeedCommand) -> anyhow::Result<()> {
    let (_link, ctx) = queue::open(config).await?;
    match command {
        FeedCommand::List => {
            for feed in news::all_feeds(&ctx).await? {
                println!("{}", line(&feed));
            }
        }
        FeedCommand::Add { name, url } => println!("{}", line(&news::add_feed(&ctx, &name, &url).await?)),
        FeedCommand::Disable { url } => {
            println!("{}", line(&news::set_feed_enabled(&ctx, &url, false).await?))
        }
        FeedCommand::Enable { url } => println!("{}", line(&news::set_feed_enabled(&ctx, &url, true).await?)),
    }
    Ok(())
}

fn line(feed: &Feed) -> String {
    let state = if feed.enabled { "on " } else { "off" };
    let last = match (&feed.fault, &feed.error, feed.succeeded_at) {
        (Some(fault), error, _) => format!("{fault}: {}", error.as_deref().unwrap_or_default()),
        (None, _, Some(at)) => format!("{} articles, read {}", feed.articles, at.format("%F %T")),
        (None, _, None) => "not read yet".to_owned(),
    };
    format!("{state} {:<24} {:<64} {last}", feed.name, feed.url)
}
