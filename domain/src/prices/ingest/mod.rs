//! Price files into the database: matched to printings by id, staged by `COPY`, compared with the
//! current prices in one set-based statement. Only changes are stored.

mod intake;
mod links;
mod matching;
mod offers;
mod past;
mod snapshots;
mod store;
mod unmatched;

pub(crate) use intake::Intake;
pub use intake::{ingest_card_kingdom, ingest_cardmarket};
pub use links::{import_crosswalk, import_links};
pub use matching::Unmatched;
pub(crate) use offers::scryfall_offers;
pub use offers::{Offer, Offers};
pub(crate) use past::Past;
pub use snapshots::ingest_snapshots;
pub use store::{Ingested, ensure_partitions};
pub(crate) use store::{Slice, refresh_references, store};
