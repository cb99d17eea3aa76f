//! Searches that somebody comes back to: what they find now, counted as prices move, and what they find that
//! they did not find before.

mod change;
mod graphql;
mod live;
mod model;
mod ops;
mod pass;
mod queries;

pub use change::{create, delete, edit};
pub(crate) use graphql::{Mutation, Subscription, of_viewer};
pub use live::SavedSearchesChanged;
pub use model::{Draft, SavedSearch};
pub use ops::saved_searches;
pub(crate) use pass::touch_changed;
pub use pass::{CheckSearches, check};
pub(crate) use queries::forget;
