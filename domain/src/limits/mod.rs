//! What a caller may spend. A budget of points per user, key or address lives in Redis, so that all
//! processes draw on the same one; how large it is, is data. While Redis is away nothing is unlimited:
//! see [`charge`].

mod limiter;
mod local;
mod model;
mod ops;
mod pool;
mod queries;

pub use limiter::Limiter;
pub use model::{Budget, Intent, Payer, Rate, Refusal, Tier, address_bucket};
pub use ops::{charge, refresh, watch};
