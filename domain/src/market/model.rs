use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer};

use crate::PrintingId;
use crate::prices::{Currency, Finish, Source, permille};

/// How far back a move is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum MoverWindow {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

impl MoverWindow {
    /// How long it is.
    pub(crate) fn length(self) -> TimeDelta {
        TimeDelta::days(match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        })
    }
}

/// Which moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum MoverDirection {
    /// Largest rises first.
    Up,
    /// Largest falls first.
    Down,
}

/// What moves are asked for.
#[derive(Clone, Copy, Debug)]
pub struct MoversWanted {
    /// Of prices in this currency.
    pub currency: Currency,
    /// Of this market; the reference market of the currency if `None`.
    pub source: Option<Source>,
    /// How far back.
    pub window: MoverWindow,
    /// Rises or falls.
    pub direction: MoverDirection,
    /// Minor units that the price must have been worth before.
    pub floor: i64,
    /// Only of this finish.
    pub finish: Option<Finish>,
    /// How many, 1 to 100.
    pub first: i32,
}

/// One move.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Moved {
    /// Whose price.
    #[diesel(sql_type = Integer)]
    pub printing_id: PrintingId,
    /// Its series.
    #[diesel(sql_type = Integer)]
    pub series_id: crate::SeriesId,
    /// Minor units when the window began.
    #[diesel(sql_type = BigInt)]
    pub before: i64,
    /// Minor units now.
    #[diesel(sql_type = BigInt)]
    pub after: i64,
}

impl Moved {
    /// The change in tenths of a per cent, rounded to the nearest.
    pub fn permille(&self) -> i64 {
        permille(self.before, self.after)
    }
}

/// Counts of the catalogue and of yesterday's moves.
#[derive(Clone, Copy, Debug, Default, QueryableByName)]
pub struct Counts {
    /// Sets in the catalogue.
    #[diesel(sql_type = Integer)]
    pub sets: i32,
    /// Cards in the catalogue.
    #[diesel(sql_type = Integer)]
    pub cards: i32,
    /// Printings in the catalogue.
    #[diesel(sql_type = Integer)]
    pub printings: i32,
    /// Printings with a price in the currency.
    #[diesel(sql_type = Integer)]
    pub priced: i32,
}

/// The market in one currency.
#[derive(Clone, Copy, Debug)]
pub struct Overview {
    /// Its currency.
    pub currency: Currency,
    /// What there is.
    pub counts: Counts,
    /// Printings that rose in the last 24 hours of the reference market.
    pub advancing: i32,
    /// Printings that fell.
    pub declining: i32,
    /// Where the data of the reference market ends.
    pub as_of: Option<DateTime<Utc>>,
}
