use std::time::Duration;

/// Of what kind a failure is: what somebody may do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The key is missing, wrong or not allowed this: somebody must see to it.
    Auth,
    /// Too many requests; how long the source wants to be left alone, if it says so.
    RateLimited(Option<Duration>),
    /// What was paid for is used up: waiting does not help, somebody must see to it.
    Spent,
    /// It does not answer, or not in time, or says itself that it cannot.
    Unavailable,
    /// What was asked for is not there.
    Missing,
    /// It answers, but not what it used to promise.
    Contract,
    /// What came is no answer at all: cut off, damaged, a page for people.
    Garbage,
    /// More bytes than we are willing to take.
    TooLarge,
    /// It failed too often; it is left alone until the breaker closes.
    Open,
    /// Our own disk or memory.
    Here,
}

impl Fault {
    /// The word for it, as it is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::RateLimited(_) => "rate_limited",
            Self::Spent => "spent",
            Self::Unavailable => "unavailable",
            Self::Missing => "missing",
            Self::Contract => "contract",
            Self::Garbage => "garbage",
            Self::TooLarge => "too_large",
            Self::Open => "open",
            Self::Here => "here",
        }
    }

    /// Whether the same request may succeed a moment later.
    pub const fn passes(self) -> bool {
        matches!(self, Self::RateLimited(_) | Self::Unavailable | Self::Garbage)
    }
}

/// Why what a source gave could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file could not be read or unpacked.
    #[error("cannot read {what}: {cause}")]
    Read {
        /// Which file.
        what: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is not what its source promises.
    #[error("{what}, {place}: {reason}")]
    Broken {
        /// Which file.
        what: String,
        /// Where in it: a line or a byte.
        place: String,
        /// What is wrong there.
        reason: String,
        /// Whether it is another contract or no contract at all.
        fault: Fault,
    },
    /// A request did not bring an answer.
    #[error("{what}: {reason}")]
    Request {
        /// The source and the path that was asked for; no query, no key.
        what: String,
        /// What went wrong.
        reason: String,
        /// Of what kind it is.
        fault: Fault,
    },
}

impl SourceError {
    /// The source says something else than it promises.
    pub fn broken(what: &str, place: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        let (what, place, reason) = (what.to_owned(), place.into(), reason.to_string());
        Self::Broken { what, place, reason, fault: Fault::Contract }
    }

    /// JSON that does not read: garbage if it is none, another contract if only its content is strange.
    pub(crate) fn json(what: &str, error: &serde_json::Error) -> Self {
        let place = format!("line {} column {}", error.line(), error.column());
        let fault = match error.classify() {
            serde_json::error::Category::Data => Fault::Contract,
            _ => Fault::Garbage,
        };
        Self::Broken { what: what.to_owned(), place, reason: error.to_string(), fault }
    }

    /// Of what kind it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Read { .. } => Fault::Here,
            Self::Broken { fault, .. } | Self::Request { fault, .. } => *fault,
        }
    }
}
