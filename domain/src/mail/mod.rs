//! Mail that is to be sent: written in the transaction of its reason, sent by the background work.

mod model;
mod ops;
mod queries;

pub use model::Mail;
pub(crate) use ops::{ends_at, enqueue, forget, pretend};
pub use ops::{failed, next, sent};
