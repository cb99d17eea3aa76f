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

/// A path as a part of a URL.
fn percent_encoded(path: &std::path::Path) -> String {
    let encode = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    path.as_os_str().as_encoded_bytes().iter().map(encode).collect()
}
