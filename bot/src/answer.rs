use domain::Error;
use domain::market::MoverWindow;
use domain::prices::Currency;
use serenity::all::{CreateEmbed, ResolvedOption, ResolvedValue};

/// Why a command has no answer.
pub(crate) enum Failure {
    /// What the person should know.
    Said(String),
    /// Something of ours went wrong.
    Domain(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Domain(error)
    }
}

impl Failure {
    /// What the person is told; the log has the rest.
    pub(crate) fn tell(self) -> String {
        match self {
            Self::Said(text) => text,
            Self::Domain(error @ (Error::Unavailable(_) | Error::Internal(_))) => {
                tracing::error!(?error, "a command failed");
                "Something of mine does not work right now. Try again shortly.".to_owned()
            }
            Self::Domain(error) => error.to_string(),
        }
    }
}

pub(crate) type Answer = Result<CreateEmbed, Failure>;

/// What was given for an option.
pub(crate) fn text<'a>(options: &[ResolvedOption<'a>], name: &str) -> Option<&'a str> {
    options.iter().find(|option| option.name == name).and_then(|option| match option.value {
        ResolvedValue::String(text) => Some(text),
        _ => None,
    })
}

pub(crate) fn currency(options: &[ResolvedOption<'_>]) -> Currency {
    let code = text(options, crate::commands::CURRENCY);
    let known = Currency::ALL.iter().copied().find(|currency| Some(currency.code()) == code);
    known.unwrap_or(Currency::Usd)
}

pub(crate) fn window(options: &[ResolvedOption<'_>]) -> MoverWindow {
    match text(options, crate::commands::WINDOW) {
        Some("day") => MoverWindow::Day,
        Some("month") => MoverWindow::Month,
        _ => MoverWindow::Week,
    }
}
