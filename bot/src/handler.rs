//! What Discord says, and what becomes of it.

use std::sync::Arc;

use domain::market::MoverDirection;
use domain::{Actor, App, Ctx};
use serenity::all::{
    Command, CommandInteraction, Context, CreateAutocompleteResponse, CreateInteractionResponse,
    CreateInteractionResponseMessage, EditInteractionResponse, EventHandler, Interaction, Ready,
};
use serenity::async_trait;

use crate::answer::{Answer, Failure, text};
use crate::{budget, commands, movers, price, status};

pub(crate) struct Handler {
    app: Arc<App>,
    site: String,
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, discord: Context, ready: Ready) {
        discord.http.set_application_id(ready.application.id);
        // The whole list is put, so that it is the same however often this runs.
        match Command::set_global_commands(&discord.http, commands::definitions()).await {
            Ok(known) => tracing::info!(user = ready.user.name, commands = known.len(), "the bot is there"),
            Err(error) => tracing::error!(%error, "Discord did not take the commands"),
        }
    }

    async fn interaction_create(&self, discord: Context, interaction: Interaction) {
        let done = match &interaction {
            Interaction::Command(command) => self.command(&discord, command).await,
            Interaction::Autocomplete(typing) => self.complete(&discord, typing).await,
            _ => Ok(()),
        };
        if let Err(error) = done {
            tracing::warn!(%error, "an answer did not reach Discord");
        }
    }
}

impl Handler {
    pub(crate) fn new(app: Arc<App>, site: String) -> Self {
        Self { app, site }
    }

    fn ctx(&self) -> Ctx {
        Ctx::new(self.app.clone(), Actor::Anonymous)
    }

    async fn command(&self, discord: &Context, command: &CommandInteraction) -> serenity::Result<()> {
        let name = command.data.name.as_str();
        // Discord waits three seconds for the first sign; the answer may take longer.
        let quiet = matches!(name, commands::HELP | commands::STATUS);
        let soon = CreateInteractionResponseMessage::new().ephemeral(quiet);
        command.create_response(&discord.http, CreateInteractionResponse::Defer(soon)).await?;
        let edit = match self.answer(command).await {
            Ok(embed) => EditInteractionResponse::new().embed(embed),
            Err(failure) => EditInteractionResponse::new().content(failure.tell()),
        };
        command.edit_response(&discord.http, edit).await.map(drop)
    }

    async fn answer(&self, command: &CommandInteraction) -> Answer {
        budget::pay(&self.app, command.user.id, budget::COMMAND).await.map_err(Failure::Said)?;
        let (ctx, site, options) = (self.ctx(), self.site.as_str(), command.data.options());
        match command.data.name.as_str() {
            commands::PRICE => price::answer(&ctx, site, &options).await,
            commands::GAINERS => movers::answer(&ctx, site, MoverDirection::Up, &options).await,
            commands::LOSERS => movers::answer(&ctx, site, MoverDirection::Down, &options).await,
            commands::STATUS => status::answer(&ctx, site, &options).await,
            commands::HELP => Ok(status::help(site)),
            // Discord remembers commands of an older version for a while.
            _ => Err(Failure::Said("I do not know this command any more.".to_owned())),
        }
    }

    async fn complete(&self, discord: &Context, typing: &CommandInteraction) -> serenity::Result<()> {
        let Some(typed) = typing.data.autocomplete() else { return Ok(()) };
        let paid = budget::pay(&self.app, typing.user.id, budget::COMPLETION).await;
        let found = match (paid, typed.name) {
            (Err(_), _) => Ok(Vec::new()),
            (Ok(()), commands::CARD) => price::cards(&self.ctx(), typed.value).await,
            (Ok(()), commands::PRINTING) => {
                let card = text(&typing.data.options(), commands::CARD).unwrap_or_default();
                price::printings(&self.ctx(), card, typed.value).await
            }
            (Ok(()), _) => Ok(Vec::new()),
        };
        let choices = found.unwrap_or_else(|error| {
            tracing::warn!(%error, "nothing can be completed");
            Vec::new()
        });
        let response = CreateAutocompleteResponse::new().set_choices(choices);
        typing.create_response(&discord.http, CreateInteractionResponse::Autocomplete(response)).await
    }
}
