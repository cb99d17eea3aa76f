//! What people show to others: a binder or a list of wants by a link that nobody can guess, without what is
//! nobody else's business.

mod graphql;
mod loader;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::{Mutation, Query, of_viewer};
pub(crate) use loader::{BinderShareKey, ListShareKey};
pub use model::{Share, Shared, Thing};
pub use ops::{share, shared, shares, unshare};
pub(crate) use queries::{end, forget};
