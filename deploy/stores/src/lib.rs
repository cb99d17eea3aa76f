//! A private Postgres and a private Redis for one checkout: started as children on unix sockets,
//! supervised, restarted when they die, stopped with their parent. Knows nothing of the product.

mod binaries;
mod child;
mod leftovers;
mod place;
mod postgres;
mod redis;
mod supervisor;

pub use binaries::{Found, Search};
pub use place::{Held, Place, is_held};
pub use supervisor::{Options, Stores};

/// How much a crash of the machine may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// What was committed is on the disk.
    Durable,
    /// For tests: the data is thrown away anyhow, so nothing waits for the disk.
    Scratch,
}
