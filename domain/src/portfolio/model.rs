use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use tables::portfolio_snapshots;

use crate::prices::{Currency, PriceKind, Source};
use crate::{Error, LotId, Result};

/// Of what Card Kingdom pays in cash, what it gives as credit instead, in thousandths, and since when that is
/// known to be so.
pub const CREDIT: (i64, &str) = (1_300, "card-kingdom-2026-08");

/// What values a portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// What it is counted in: no tickets.
    pub currency: Currency,
    /// The market whose prices count; the best that there is of each card if `None`.
    pub source: Option<Source>,
    /// What the prices say; what lists show of each market if `None`.
    pub kind: Option<PriceKind>,
    /// Whether prices count that nobody confirmed for a day.
    pub include_stale: bool,
}

impl Basis {
    /// A ticket of Magic Online is no money.
    pub fn check(self) -> Result<Self> {
        match self.currency {
            Currency::Usd | Currency::Eur => Ok(self),
            Currency::Tix => Err(Error::invalid("currency", "must be USD or EUR: tickets are no money")),
        }
    }

    fn all(&self) -> Vec<(Source, PriceKind)> {
        use Source::{CardKingdom, CardTrader, Cardmarket, Demo, ManaPool, Tcgplayer};
        // Those of the currency first; what copies sold for before what somebody asks for them.
        let order = match self.currency {
            Currency::Eur => [Cardmarket, CardTrader, Tcgplayer, CardKingdom, ManaPool, Demo],
            Currency::Usd | Currency::Tix => [Tcgplayer, CardKingdom, ManaPool, Cardmarket, CardTrader, Demo],
        };
        let sources = self.source.map_or_else(|| order.to_vec(), |source| vec![source]);
        sources.into_iter().map(|source| (source, self.kind.unwrap_or(headline(source)))).collect()
    }

    /// Whose prices count, in the order in which they are asked.
    pub(super) fn sources(&self) -> Vec<i16> {
        self.all().iter().map(|(source, _)| source.number()).collect()
    }

    /// What each of them must say.
    pub(super) fn kinds(&self) -> Vec<i16> {
        self.all().iter().map(|(_, kind)| kind.number()).collect()
    }
}

/// What lists show of a market.
fn headline(source: Source) -> PriceKind {
    match source {
        Source::Tcgplayer | Source::Cardhoarder | Source::Demo => PriceKind::Market,
        Source::Cardmarket => PriceKind::Trend,
        Source::CardKingdom => PriceKind::Retail,
        Source::ManaPool | Source::CardTrader => PriceKind::Low,
    }
}

/// A chart that is kept: by what lists show of a market, or the best of each card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chart {
    pub currency: Currency,
    pub source: Option<Source>,
}

impl Chart {
    pub fn of(currency: i16, source: i16) -> Option<Self> {
        Some(Self { currency: Currency::from_number(currency)?, source: Source::from_number(source) })
    }

    pub fn source_number(self) -> i16 {
        self.source.map_or(0, Source::number)
    }

    pub fn basis(self) -> Basis {
        Basis { currency: self.currency, source: self.source, kind: None, include_stale: true }
    }

    /// The markets that speak for it as a whole: the first of them that has days.
    pub fn markets(self) -> Vec<(i16, i16)> {
        let native = |source: Source| match source {
            Source::Cardmarket | Source::CardTrader => Currency::Eur,
            Source::Demo => self.currency,
            Source::Cardhoarder => Currency::Tix,
            Source::Tcgplayer | Source::CardKingdom | Source::ManaPool => Currency::Usd,
        };
        let sources = match (self.source, self.currency) {
            (Some(source), _) => vec![source],
            (None, Currency::Eur) => vec![Source::Cardmarket, Source::Demo],
            (None, Currency::Usd | Currency::Tix) => vec![Source::Tcgplayer, Source::Demo],
        };
        sources.into_iter().map(|source| (source.number(), native(source).number())).collect()
    }
}

/// Copies of which something is told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Apart {
    /// Lots.
    pub lots: i64,
    /// Copies.
    pub copies: i64,
    /// What they are worth, in hundredths.
    pub value: i64,
}

/// Copies that prices of one market value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The market.
    pub source: Source,
    /// What it values.
    pub part: Apart,
    /// When the oldest of its prices was confirmed.
    pub observed_at: Option<DateTime<Utc>>,
}

/// What somebody's lots are worth, in hundredths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Valuation {
    /// Everything with a price that counts.
    pub value: i64,
    /// What all copies cost of which that is known.
    pub cost: i64,
    /// Value less cost, of copies with both.
    pub unrealised: i64,
    /// What such copies cost.
    pub compared_cost: i64,
    /// Lots with copies.
    pub lots: i64,
    /// Copies.
    pub copies: i64,
    /// When the oldest price that counts was confirmed.
    pub as_of: Option<DateTime<Utc>>,
    /// Lots in a lesser state that count like near mint ones, because their market tells no other price.
    pub priced_as_near_mint: i64,
    /// What prices value that nobody confirmed for a day, whether they count or not.
    pub stale: Apart,
    /// What has no price at all.
    pub unpriced: Apart,
    /// Copies of which nobody knows what they cost, and what they are worth.
    pub cost_unknown: Apart,
    /// What counts, by the market that values it.
    pub shares: Vec<Share>,
}

/// What sales came to, in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sales {
    /// Copies.
    pub copies: i64,
    /// What they brought.
    pub proceeds: i64,
    /// What they brought less what they cost, of copies of which that is known.
    pub realised: i64,
    /// What those cost.
    pub cost: i64,
    /// Copies of which it is not known, or not what it came to in the currency.
    pub unknown_copies: i64,
}

/// By what a value is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "PortfolioDimension")]
pub enum Dimension {
    /// The set that it was printed in.
    Set,
    /// How rare the printing is.
    Rarity,
    /// The colours of the card; more than one is one part.
    Color,
    /// Formats that allow the card: it counts in each of them, so parts overlap.
    Format,
    /// The year in which it was printed.
    Age,
}

/// How far a chart goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "PortfolioRange")]
pub enum Range {
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
    /// Ninety days.
    Quarter,
    /// 365 days.
    Year,
    /// From the first day on.
    All,
}

impl Range {
    /// The first day of it, which is what everything is compared with.
    pub fn from(self, today: NaiveDate) -> NaiveDate {
        let days = match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
            Self::All => return NaiveDate::MIN,
        };
        today - chrono::Days::new(days)
    }
}

/// A lot and what became of what it cost, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain {
    /// Which lot.
    pub lot: LotId,
    /// What its copies are worth.
    pub value: i64,
    /// What they cost.
    pub cost: i64,
}

/// The end of a day, in hundredths.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery)]
#[diesel(table_name = portfolio_snapshots)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// What everything with a price was worth.
    pub value: i64,
    /// What copies cost of which that is known.
    pub cost: i64,
    /// Value less cost of copies with both.
    pub unrealised: i64,
    /// What sales until then brought more than their copies cost.
    pub realised: i64,
    /// Money put in on the day less what was taken out.
    pub flows: i64,
    /// What of the value came or went with copies.
    pub moved: i64,
    /// Lots with copies.
    pub lots: i32,
    /// Copies.
    pub copies: i64,
    /// Copies without a price.
    pub unpriced: i64,
}
