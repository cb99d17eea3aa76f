//! Price files into the database: matched to printings by id, staged by `COPY`, compared with the
//! current prices in one set-based statement. Only changes are stored.

mod cardkingdom;
mod cardmarket;
mod offers;
mod past;
mod snapshots;
mod store;

pub use cardkingdom::{import_links, ingest_card_kingdom};
pub use cardmarket::{import_crosswalk, ingest_cardmarket};
pub(crate) use offers::scryfall_offers;
pub use offers::{Offer, Offers};
pub(crate) use past::Past;
pub use snapshots::ingest_snapshots;
pub use store::{Ingested, ensure_partitions};
pub(crate) use store::{Slice, refresh_references, store};
