//! The catalogue's skin: cards, printings and sets as the outside sees them.

mod card;
mod printing;
mod query;
mod ruling;
mod set;

pub use query::{Node, Query};
