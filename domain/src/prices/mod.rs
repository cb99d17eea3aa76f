//! What cards cost: series of prices by source, kind, finish and condition, with their history.

mod ingest;
mod model;

pub use ingest::{
    Ingested, Offer, Offers, ensure_partitions, import_crosswalk, import_links, ingest_card_kingdom,
    ingest_cardmarket, ingest_snapshots,
};
pub(crate) use ingest::{Past, Slice, refresh_references, scryfall_offers, store};
pub use model::{
    Condition, Currency, Feed, Finish, Price, PriceBatch, PriceKind, PricesChanged, Source,
};
