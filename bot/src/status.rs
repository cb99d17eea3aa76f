//! `/status` and `/help`.

use domain::{Ctx, market};
use serenity::all::{CreateEmbed, ResolvedOption};

use crate::answer::{Answer, currency};
use crate::{commands, view};

/// What is known of the market of a currency.
pub(crate) async fn answer(ctx: &Ctx, site: &str, options: &[ResolvedOption<'_>]) -> Answer {
    let currency = currency(options);
    let overview = market::overview(ctx, currency).await?;
    let fresh = overview.as_of.map_or_else(|| "no prices yet".to_owned(), view::ago);
    Ok(CreateEmbed::new()
        .colour(view::COLOUR)
        .title(format!("The market in {}", currency.code()))
        .url(site)
        .field("Printings", overview.counts.printings.to_string(), true)
        .field("With a price", overview.counts.priced.to_string(), true)
        .field("Newest data", fresh, true)
        .field("Up in 24 hours", overview.advancing.to_string(), true)
        .field("Down in 24 hours", overview.declining.to_string(), true))
}

/// What the bot can do.
pub(crate) fn help(site: &str) -> CreateEmbed {
    let lines = commands::ALL.map(|(name, what)| format!("`/{name}` {what}"));
    CreateEmbed::new()
        .colour(view::COLOUR)
        .title("Dualcaster Deals")
        .url(site)
        .description(format!("{}\n\nEverything else is at {site}", lines.join("\n")))
}
