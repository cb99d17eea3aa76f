//! What cards cost: series of prices by source, kind, finish and condition, with their history.

mod graphql;
mod history;
mod ingest;
mod loader;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::Query;
pub use history::Interval;
pub use ingest::{
    Ingested, Offer, Offers, Unmatched, ensure_partitions, import_crosswalk, import_links,
    ingest_card_kingdom, ingest_cardmarket, ingest_snapshots,
};
pub(crate) use ingest::{Intake, Past, Slice, refresh_references, scryfall_offers, store};
pub(crate) use loader::{CurrentKey, LatestKey};
pub use model::{Condition, Currency, Feed, Finish, Price, PriceBatch, PriceKind, PricesChanged, Source};
pub(crate) use model::{SliceRow, coded_enum, permille};
pub(crate) use ops::sources;
pub use ops::{HistoryWanted, PriceSeries, current, history, last_changes, latest, of_card};
