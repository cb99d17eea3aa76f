//! The commands as Discord shows them.

use serenity::all::{
    CommandOptionType, CreateCommand, CreateCommandOption, InstallationContext, InteractionContext,
};

pub(crate) const PRICE: &str = "price";
pub(crate) const GAINERS: &str = "top-gainers";
pub(crate) const LOSERS: &str = "top-losers";
pub(crate) const STATUS: &str = "status";
pub(crate) const HELP: &str = "help";

pub(crate) const CARD: &str = "card";
pub(crate) const PRINTING: &str = "printing";
pub(crate) const CURRENCY: &str = "currency";
pub(crate) const WINDOW: &str = "window";

/// What every command is for.
pub(crate) const ALL: [(&str, &str); 5] = [
    (PRICE, "Prices of a card at every market"),
    (GAINERS, "The largest rises of the market"),
    (LOSERS, "The largest falls of the market"),
    (STATUS, "What I know of the market, and how fresh it is"),
    (HELP, "What I can do"),
];

fn choice(name: &str, description: &str, choices: [(&str, &str); 3]) -> CreateCommandOption {
    let option = CreateCommandOption::new(CommandOptionType::String, name, description);
    choices.into_iter().fold(option, |option, (shown, value)| option.add_string_choice(shown, value))
}

fn currency() -> CreateCommandOption {
    let currencies = [("US dollar", "USD"), ("Euro", "EUR"), ("Event ticket", "TIX")];
    choice(CURRENCY, "Of which prices; US dollar if not said", currencies)
}

fn options(command: &str) -> Vec<CreateCommandOption> {
    let text = |name, description| {
        CreateCommandOption::new(CommandOptionType::String, name, description).set_autocomplete(true)
    };
    match command {
        PRICE => vec![
            text(CARD, "The card's name").required(true),
            text(PRINTING, "Of which printing; the usual one if not said"),
        ],
        GAINERS | LOSERS => {
            let windows = [("24 hours", "day"), ("7 days", "week"), ("30 days", "month")];
            vec![currency(), choice(WINDOW, "Over which time; 7 days if not said", windows)]
        }
        STATUS => vec![currency()],
        _ => Vec::new(),
    }
}

/// All of them, for every place where Discord lets them be used.
pub(crate) fn definitions() -> Vec<CreateCommand> {
    let define = |(name, description): (&str, &str)| {
        CreateCommand::new(name)
            .description(description)
            .set_options(options(name))
            .integration_types(vec![InstallationContext::Guild, InstallationContext::User])
            .contexts(vec![
                InteractionContext::Guild,
                InteractionContext::BotDm,
                InteractionContext::PrivateChannel,
            ])
    };
    ALL.into_iter().map(define).collect()
}
