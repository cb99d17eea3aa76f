//! What the outside gives us, in the outside's words: one file a source. No database here and no
//! guess about what a product is on our side.

pub mod cardkingdom;
pub mod cardmarket;
mod detect;
pub mod http;
mod money;
pub mod packed;
pub mod scryfall;
pub mod snapshots;

pub use detect::{FileKind, HEAD, detect};
pub use money::minor_units;

/// Why a file of a source could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file could not be read or unpacked.
    #[error("cannot read {what}: {cause}")]
    Read {
        /// Which file.
        what: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is not what its source promises.
    #[error("{what}, {place}: {reason}")]
    Broken {
        /// Which file.
        what: String,
        /// Where in it: a line or a byte.
        place: String,
        /// What is wrong there.
        reason: String,
    },
}

impl SourceError {
    pub(crate) fn broken(what: &str, place: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self::Broken { what: what.to_owned(), place: place.into(), reason: reason.to_string() }
    }
}
