use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Timestamptz};
use serde::{Deserialize, Serialize};

use crate::{CardId, PrintingId, SeriesId};

/// A closed list whose members are stored as small numbers. The numbers must never change.
macro_rules! coded_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, async_graphql::Enum,
        )]
        #[serde(try_from = "i16", into = "i16")]
        #[repr(i16)]
        pub enum $name { $($(#[$vdoc])* $variant = $code),* }

        impl $name {
            /// Every member.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The number in the database.
            pub const fn number(self) -> i16 {
                self as i16
            }

            /// The member of a number in the database.
            pub fn from_number(number: i16) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| *member as i16 == number)
            }
        }

        impl From<$name> for i16 {
            fn from(member: $name) -> i16 {
                member.number()
            }
        }

        impl TryFrom<i16> for $name {
            type Error = String;

            fn try_from(number: i16) -> Result<Self, String> {
                Self::from_number(number).ok_or_else(|| format!("{number} is no {}", stringify!($name)))
            }
        }
    };
}
pub(crate) use coded_enum;

coded_enum! {
    /// What prices are counted in.
    Currency {
        /// US dollar; minor unit cent.
        Usd = 1,
        /// Euro; minor unit cent.
        Eur = 2,
        /// Event ticket of Magic Online; minor unit a hundredth.
        Tix = 3,
    }
}

impl Currency {
    /// `USD`, `EUR` or `TIX`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Tix => "TIX",
        }
    }
}

coded_enum! {
    /// The market that offers a price.
    Source {
        /// TCGplayer, United States.
        Tcgplayer = 1,
        /// Cardmarket, Europe.
        Cardmarket = 2,
        /// Cardhoarder, Magic Online.
        Cardhoarder = 3,
        /// Card Kingdom, United States.
        CardKingdom = 4,
        /// Mana Pool, United States.
        ManaPool = 5,
        /// CardTrader, Europe.
        CardTrader = 6,
        /// The simulated market of the built-in demo.
        Demo = 9,
    }
}

coded_enum! {
    /// The way a price reached us.
    Feed {
        /// The price fields of Scryfall's card objects.
        Scryfall = 1,
        /// Cardmarket's daily price guide.
        CardmarketGuide = 2,
        /// Card Kingdom's price list.
        CardKingdomList = 3,
        /// The daily public mirror of TCGplayer's prices.
        TcgplayerMirror = 4,
        /// TCGplayer's own API.
        TcgplayerApi = 5,
        /// Mana Pool's public prices.
        ManaPoolPrices = 6,
        /// The offers of CardTrader's marketplace.
        CardTraderMarket = 7,
        /// The simulated market of the built-in demo.
        Demo = 9,
    }
}

coded_enum! {
    /// What a price says.
    PriceKind {
        /// What copies sold for lately.
        Market = 1,
        /// The cheapest offer.
        Low = 2,
        /// Cardmarket's smoothed trend.
        Trend = 3,
        /// Mean of the sales that the source counts.
        Average = 4,
        /// Mean of one day's sales.
        #[graphql(name = "AVERAGE_1D")]
        Average1d = 5,
        /// Mean of seven days' sales.
        #[graphql(name = "AVERAGE_7D")]
        Average7d = 6,
        /// Mean of thirty days' sales.
        #[graphql(name = "AVERAGE_30D")]
        Average30d = 7,
        /// What a store asks.
        Retail = 8,
        /// What a store pays in cash.
        Buylist = 9,
        /// The middle of the offers.
        Mid = 10,
    }
}

coded_enum! {
    /// Surface of a card. The number is also the bit in a printing's `finishes`.
    Finish {
        /// Not foil.
        Nonfoil = 1,
        /// Foil.
        Foil = 2,
        /// Etched foil.
        Etched = 4,
    }
}

coded_enum! {
    /// State of a copy, by the United States scale.
    Condition {
        /// Near mint.
        Nm = 1,
        /// Lightly played.
        Lp = 2,
        /// Moderately played.
        Mp = 3,
        /// Heavily played.
        Hp = 4,
        /// Damaged.
        Dmg = 5,
    }
}

/// A series with a value of it, as read.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct SeriesRow {
    #[diesel(sql_type = Integer)]
    pub id: SeriesId,
    #[diesel(sql_type = Integer)]
    pub printing_id: PrintingId,
    #[diesel(sql_type = SmallInt)]
    pub source: i16,
    #[diesel(sql_type = SmallInt)]
    pub feed: i16,
    #[diesel(sql_type = SmallInt)]
    pub kind: i16,
    #[diesel(sql_type = SmallInt)]
    pub finish: i16,
    #[diesel(sql_type = SmallInt)]
    pub condition: i16,
    #[diesel(sql_type = SmallInt)]
    pub currency: i16,
    #[diesel(sql_type = Bool)]
    pub headline: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub amount: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub previous: Option<i64>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub quantity: Option<i32>,
    #[diesel(sql_type = Timestamptz)]
    pub changed_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub observed_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub ingested_at: DateTime<Utc>,
    #[diesel(sql_type = Integer)]
    pub version: i32,
}

/// What a source said last that is believed, and why its newest word is not, if so.
#[derive(Clone, Debug, QueryableByName)]
#[diesel(table_name = tables::price_slices)]
pub(crate) struct SliceRow {
    pub source: i16,
    pub feed: i16,
    pub observed_at: DateTime<Utc>,
    pub ingested_at: DateTime<Utc>,
    pub matched: i32,
    pub quarantined: Option<String>,
}

/// One price of one printing, now or as it was known at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The series that the price belongs to.
    pub series: SeriesId,
    /// Whose price.
    pub printing: PrintingId,
    /// The market.
    pub source: Source,
    /// The way it reached us.
    pub feed: Feed,
    /// What it says.
    pub kind: PriceKind,
    /// Of copies in this finish.
    pub finish: Finish,
    /// Of copies in this state.
    pub condition: Condition,
    /// In this currency.
    pub currency: Currency,
    /// Whether it is the price that lists show for its source and finish.
    pub headline: bool,
    /// Minor units; `None` when the source withdrew the price.
    pub amount: Option<i64>,
    /// Minor units before the last change.
    pub previous: Option<i64>,
    /// Copies offered or wanted, where the source says.
    pub quantity: Option<i32>,
    /// Since when the source has this price.
    pub changed_at: DateTime<Utc>,
    /// When the source last confirmed it.
    pub observed_at: DateTime<Utc>,
    /// When we learned of it.
    pub ingested_at: DateTime<Utc>,
    /// Counts the changes of the series.
    pub version: i32,
}

impl Price {
    /// `None` when a stored number is not one that this version knows.
    pub(super) fn of(row: &SeriesRow) -> Option<Self> {
        Some(Self {
            series: row.id,
            printing: row.printing_id,
            source: Source::from_number(row.source)?,
            feed: Feed::from_number(row.feed)?,
            kind: PriceKind::from_number(row.kind)?,
            finish: Finish::from_number(row.finish)?,
            condition: Condition::from_number(row.condition)?,
            currency: Currency::from_number(row.currency)?,
            headline: row.headline,
            amount: row.amount,
            previous: row.previous,
            quantity: row.quantity,
            changed_at: row.changed_at,
            observed_at: row.observed_at,
            ingested_at: row.ingested_at,
            version: row.version,
        })
    }

    /// The last change in tenths of a per cent, rounded; `None` without a price before and after it.
    pub fn change_permille(&self) -> Option<i64> {
        Some(permille(self.previous?, self.amount?))
    }
}

/// A change in tenths of a per cent of what was before, rounded to the nearest.
pub(crate) fn permille(before: i64, after: i64) -> i64 {
    let change = i128::from(after - before) * 1_000;
    let half = i128::from(before / 2);
    let rounded = (change + if change < 0 { -half } else { half }) / i128::from(before.max(1));
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

/// What an ingestion leaves in the outbox: changed prices with their cards.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PriceBatch {
    /// Changed prices, each with its card.
    pub changes: Vec<(CardId, Price)>,
}

impl PriceBatch {
    pub(crate) fn by_card(&self) -> BTreeMap<CardId, Vec<Price>> {
        let mut cards: BTreeMap<CardId, Vec<Price>> = BTreeMap::new();
        for (card, price) in &self.changes {
            cards.entry(*card).or_default().push(price.clone());
        }
        cards
    }

    /// The changes of each currency, at most `PricesChanged::SHOWN` of them in full.
    pub(crate) fn by_currency(&self) -> BTreeMap<Currency, PricesChanged> {
        let mut currencies: BTreeMap<Currency, PricesChanged> = BTreeMap::new();
        for (_, price) in &self.changes {
            let part = currencies.entry(price.currency).or_default();
            part.changed += 1;
            if price.headline && part.prices.len() < PricesChanged::SHOWN {
                part.prices.push(price.clone());
            }
        }
        currencies
    }
}

/// What travels on `events::card` and `events::market`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PricesChanged {
    /// How many prices changed.
    pub changed: usize,
    /// The changed prices; of a market-wide batch only headline prices, and only so many.
    pub prices: Vec<Price>,
}

impl PricesChanged {
    /// The most prices that a market-wide event carries.
    pub const SHOWN: usize = 100;

    pub(crate) fn of(prices: Vec<Price>) -> Self {
        Self { changed: prices.len(), prices }
    }
}
