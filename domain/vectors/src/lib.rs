//! What cards are like, as vectors: features of a card's text, a model that is learned from a catalogue,
//! and the search for neighbours among many vectors. Pure computing: no database, no network, and the
//! same cards always give the same numbers.

mod basis;
mod features;
mod matrix;
mod model;
mod quantised;
mod words;

pub use features::CardText;
pub use matrix::{Behind, Matrix, Near};
pub use model::{BadModel, Model};
pub use quantised::Quantised;

/// Numbers in a vector.
pub const DIM: usize = 256;
