//! What the outside gives us, in the outside's words: one file a source. No database here and no
//! guess about what a product is on our side.

mod adapter;
pub mod cardkingdom;
pub mod cardmarket;
pub mod cardtrader;
mod decktext;
mod detect;
pub mod ecb;
pub mod edhrec;
mod error;
pub mod feeds;
pub mod http;
pub mod listing;
pub mod manapool;
mod money;
pub mod news;
pub mod newsapi;
pub mod openai;
pub mod packed;
pub mod raw;
pub mod scryfall;
mod scryfall_api;
pub mod snapshots;
pub mod stream;
pub mod tcgplayer;
pub mod topdeck;
mod walk;

pub use adapter::{Adapter, Book, Part, Progress, Records, Taken};
pub use detect::{FileKind, HEAD, detect};
pub use error::{Fault, SourceError};
pub use money::minor_units;
pub use scryfall_api::Scryfall;
