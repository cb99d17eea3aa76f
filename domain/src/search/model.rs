use ::search::{Direction, Order, Unique, Warning};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use crate::PrintingId;

/// What is one row of a search result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(remote = "Unique")]
pub enum SearchUnique {
    /// One printing for each card.
    #[default]
    Cards,
    /// Every printing.
    Prints,
    /// One printing for each illustration.
    Art,
}

/// What a search result is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(remote = "Order")]
pub enum SearchOrder {
    /// Name of the card.
    #[default]
    Name,
    /// Code of the set, then collector number.
    Set,
    /// Day of release.
    Released,
    /// Rarity.
    Rarity,
    /// Price in US dollars.
    Usd,
    /// Price in euros.
    Eur,
    /// Price in event tickets.
    Tix,
    /// Mana value.
    ManaValue,
    /// Rank of popularity at EDHREC.
    Edhrec,
    /// White, blue, black, red, green, several colours, none.
    Color,
}

/// The direction of a sorted search result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(remote = "Direction", name = "SortDirection")]
pub enum SearchDirection {
    /// What one expects of the order: names up, prices down.
    #[default]
    Auto,
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// A search as asked for.
#[derive(Clone, Debug, Default)]
pub struct SearchRequest {
    /// In the search language. What it says about order and uniqueness overrides the fields below.
    pub query: String,
    /// What is one row.
    pub unique: SearchUnique,
    /// What rows are sorted by.
    pub order: SearchOrder,
    /// In which direction.
    pub direction: SearchDirection,
    /// Rows of a page, 1 to 100.
    pub first: i32,
    /// Cursor of the last row of the page before.
    pub after: Option<String>,
    /// Whether all matches are to be counted.
    pub count: bool,
}

/// One page of a search result.
#[derive(Clone, Debug)]
pub struct SearchPage {
    /// The printings, each with its cursor.
    pub ids: Vec<(String, PrintingId)>,
    /// Whether another page follows.
    pub has_next: bool,
    /// Whether a page came before.
    pub has_previous: bool,
    /// All matches, if they were to be counted.
    pub total: Option<i64>,
    /// What of the query was not understood and is ignored.
    pub warnings: Vec<Warning>,
    /// The query as understood, in canonical form.
    pub normalized: String,
}

/// A row of the statement: a match, or (with a total) the absence of one.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct Found {
    #[diesel(sql_type = Nullable<Integer>)]
    pub id: Option<PrintingId>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub key_number: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub key_text: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub tie: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub total: Option<i64>,
}
