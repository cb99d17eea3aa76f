use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use markets::http::{Breaker, Known, Validators};
use markets::listing::Head;
use markets::{Fault, SourceError};
use tables::{source_states, unmatched_products};

use crate::prices::{Feed, Ingested, Source, Unmatched};

/// A service outside. The numbers are stored and must never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i16)]
pub enum Service {
    /// Cards, sets and the prices on cards.
    Scryfall = 1,
    /// The daily price guide.
    Cardmarket = 2,
    /// The price list, asking and paying.
    CardKingdom = 3,
    /// The public prices.
    ManaPool = 4,
    /// The daily mirror of TCGplayer.
    TcgplayerMirror = 5,
    /// TCGplayer's own API.
    TcgplayerApi = 6,
    /// The marketplace.
    CardTrader = 7,
    /// Tournaments with their decks.
    TopDeck = 8,
    /// What is played in Commander.
    Edhrec = 9,
    /// Feeds of publishers.
    Feeds = 10,
    /// Articles from everywhere.
    NewsApi = 11,
    /// Exchange rates of the European Central Bank.
    Ecb = 12,
    /// Vectors of texts.
    OpenAi = 40,
}

impl Service {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::Scryfall,
        Self::Cardmarket,
        Self::CardKingdom,
        Self::ManaPool,
        Self::TcgplayerMirror,
        Self::TcgplayerApi,
        Self::CardTrader,
        Self::TopDeck,
        Self::Edhrec,
        Self::Feeds,
        Self::NewsApi,
        Self::Ecb,
        Self::OpenAi,
    ];

    /// Markets that can be asked for a few cards alone.
    pub const PER_CARD: [Self; 2] = [Self::TcgplayerApi, Self::CardTrader];

    /// The number in the database.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The service of a number in the database.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.number() == number)
    }

    /// Its short name: of folders, commands and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scryfall => "scryfall",
            Self::Cardmarket => "cardmarket",
            Self::CardKingdom => "cardkingdom",
            Self::ManaPool => "manapool",
            Self::TcgplayerMirror => "tcgcsv",
            Self::TcgplayerApi => "tcgplayer",
            Self::CardTrader => "cardtrader",
            Self::TopDeck => "topdeck",
            Self::Edhrec => "edhrec",
            Self::Feeds => "feeds",
            Self::NewsApi => "newsapi",
            Self::Ecb => "ecb",
            Self::OpenAi => "openai",
        }
    }

    /// The service of a short name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// How often the clock visits it; nothing for what is asked when it is needed.
    pub const fn every(self) -> Option<TimeDelta> {
        Some(match self {
            Self::Cardmarket
            | Self::CardKingdom
            | Self::ManaPool
            | Self::TcgplayerMirror
            | Self::TcgplayerApi
            | Self::CardTrader => TimeDelta::minutes(30),
            Self::Feeds | Self::NewsApi => TimeDelta::hours(6),
            Self::Scryfall => TimeDelta::hours(12),
            Self::TopDeck | Self::Edhrec => TimeDelta::hours(24),
            // Not at weekends: what is twice as old missed a visit, whichever day it is.
            Self::Ecb => TimeDelta::hours(48),
            Self::OpenAi => return None,
        })
    }

    /// Whose prices it brings, and how they are marked; nothing for what is no market.
    pub const fn prices(self) -> Option<(Source, Feed)> {
        Some(match self {
            Self::Scryfall
            | Self::TopDeck
            | Self::Edhrec
            | Self::Feeds
            | Self::NewsApi
            | Self::Ecb
            | Self::OpenAi => return None,
            Self::Cardmarket => (Source::Cardmarket, Feed::CardmarketGuide),
            Self::CardKingdom => (Source::CardKingdom, Feed::CardKingdomList),
            Self::ManaPool => (Source::ManaPool, Feed::ManaPoolPrices),
            Self::TcgplayerMirror => (Source::Tcgplayer, Feed::TcgplayerMirror),
            Self::TcgplayerApi => (Source::Tcgplayer, Feed::TcgplayerApi),
            Self::CardTrader => (Source::CardTrader, Feed::CardTraderMarket),
        })
    }
}

/// Why a visit brought less than it should have, though nothing failed. The older prices stay, with
/// their age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no key for it, so nothing was asked.
    NotConfigured,
    /// So much less came than before that it is not believed.
    Shrunk(String),
    /// Some of many answers did not come; what came is stored, nothing is withdrawn.
    Partial,
    /// Nothing of it belongs to a card of ours.
    NothingMatched,
    /// Some of its rows could not be read; the others are stored.
    Unread(String),
    /// The cards are new, their rulings are those of before.
    Rulings(String),
    /// Rates that are too far away from the ones before; those stay.
    SetAside(String),
    /// Some of many feeds are away or strange; the articles of the others are stored.
    Feeds {
        /// How many did not answer.
        away: usize,
        /// What is wrong with each.
        notes: String,
    },
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotConfigured => f.write_str("there is no key for it"),
            Self::Shrunk(how) => write!(f, "not believed, what was there before stays: {how}"),
            Self::Partial => f.write_str("some answers did not come, so nothing was withdrawn"),
            Self::Unread(how) => write!(f, "rows that cannot be read: {how}"),
            Self::SetAside(what) => write!(f, "rates that jump are set aside: {what}"),
            Self::Rulings(why) => write!(f, "the rulings are older than the cards: {why}"),
            Self::Feeds { away: 0, notes } => write!(f, "strange feeds: {notes}"),
            Self::Feeds { away, notes } => write!(f, "{away} feeds are away: {notes}"),
            Self::NothingMatched => f.write_str("nothing of it belongs to a card that we know"),
        }
    }
}

/// What a visit brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Prices that the source stated (of the catalogue: lines).
    pub rows: u64,
    /// Those that belong to a printing of ours.
    pub matched: u64,
    /// Products that belong to none.
    pub unmatched: u64,
    /// What was new or different, withdrawals included.
    pub changed: u64,
    /// When the source said it.
    pub observed_at: Option<DateTime<Utc>>,
    /// Why it is less than it should be.
    pub degraded: Option<Reason>,
    /// Nothing changed there since the last visit.
    pub not_modified: bool,
}

impl Outcome {
    pub(super) fn of(done: &Ingested, head: Head) -> Self {
        let degraded = match &done.quarantined {
            // Of a few cards it may well be that nobody sells any.
            Some(how) if !head.narrow => Some(Reason::Shrunk(how.clone())),
            _ if done.matched == 0 && done.offered > 0 => Some(Reason::NothingMatched),
            _ if !head.complete => Some(Reason::Partial),
            _ => None,
        };
        Self {
            rows: done.offered,
            matched: done.matched,
            unmatched: done.unmatched,
            changed: done.changed,
            observed_at: Some(head.observed_at),
            degraded,
            not_modified: false,
        }
    }
}

/// Why a visit failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which service.
    pub service: Service,
    /// Of what kind it is.
    pub fault: Fault,
    /// What happened, for people.
    pub reason: String,
}

impl Failure {
    pub(super) fn of(service: Service, error: &SourceError) -> Self {
        Self { service, fault: error.fault(), reason: error.to_string() }
    }

    /// Whether only a person can mend it: by money.
    pub fn needs_somebody(&self) -> bool {
        self.fault == Fault::Spent
    }

    /// How long the service wants to be left alone, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.fault {
            Fault::RateLimited(wait) => wait,
            _ => None,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

/// What is known of a service.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = source_states)]
pub struct SourceState {
    pub(super) service: i16,
    pub(super) validators: serde_json::Value,
    /// Failures in a row.
    pub failures: i32,
    pub(super) answers: i32,
    /// Nothing is asked until then: the breaker is, or was, open.
    pub open_until: Option<DateTime<Utc>>,
    /// The last visit began.
    pub visited_at: DateTime<Utc>,
    /// The last visit that did not fail.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// The last visit that failed.
    pub failed_at: Option<DateTime<Utc>>,
    /// Of what kind its failure was, as `Fault::word`; nothing once a visit has succeeded since.
    pub fault: Option<String>,
    /// What happened then.
    pub error: Option<String>,
    /// Why the last visit brought less than it should have.
    pub degraded: Option<String>,
    /// When the service said what we have of it.
    pub observed_at: Option<DateTime<Utc>>,
    /// Rows of the last visit that brought any.
    pub rows: i64,
    /// Those that were matched.
    pub matched: i64,
    /// Products that were not.
    pub unmatched: i64,
    /// Rows that changed something.
    pub changed: i64,
}

impl SourceState {
    /// Which service; nothing if a newer version of the program wrote it.
    pub fn service(&self) -> Option<Service> {
        Service::from_number(self.service)
    }

    pub(super) fn breaker(&self) -> Breaker {
        Breaker { failures: self.failures, answers: self.answers, open_until: self.open_until }
    }

    pub(super) fn known(&self) -> Known {
        let breaker = self.breaker();
        let validators: std::collections::BTreeMap<String, Validators> =
            // Of another version of the program: then everything is simply fetched.
            serde_json::from_value(self.validators.clone()).unwrap_or_default();
        Known { validators, breaker }
    }
}

/// A product that belongs to no printing.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = unmatched_products)]
pub struct Missing {
    /// The service's id of it.
    pub product: String,
    /// Its name there.
    pub name: String,
    pub(super) reason: i16,
    /// Its dearest price, in minor units.
    pub amount: Option<i64>,
    /// Since when it is missed.
    pub first_seen_at: DateTime<Utc>,
}

impl Missing {
    /// Why it has no place.
    pub fn reason(&self) -> Option<Unmatched> {
        Unmatched::from_number(self.reason)
    }
}
