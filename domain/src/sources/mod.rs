//! Outside services: how they are asked, what became of it, and what is remembered between visits.

mod market;
mod model;
mod ops;
mod outside;
mod owned;
mod queries;
mod rates;
mod records;
mod scryfall;

pub use markets::http::Patience;
pub use markets::raw::Bounds;
pub use markets::tcgplayer::Keys as TcgplayerKeys;
pub use markets::{Fault, Part, Progress, SourceError};
pub use model::{Failure, Missing, Outcome, Reason, Service, SourceState};
pub(crate) use ops::{EMBEDDED_AT_ONCE, EMBEDDING_MODEL, embed};
pub use ops::{refresh, reread, states, unmatched};
pub use outside::{Addresses, Outside, OutsideSettings, Secrets, StandIns};
pub use owned::{Most, any_owned, refresh_owned};
pub(crate) use queries::all;
