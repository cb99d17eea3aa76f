//! The search language: what a query means, without knowing a database.

mod text;

pub use text::{fold, oracle_plain};
