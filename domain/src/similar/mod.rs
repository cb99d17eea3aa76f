//! Cards that are like a card: vectors of what cards say, kept beside the catalogue and compared in
//! memory.

mod embed;
mod graphql;
mod index;
mod loader;
mod model;
mod ops;
mod queries;
mod refresh;

pub(crate) use graphql::{Asked, FIRST, Query, SimilarCardConnection, SimilarCardsFilter, connection};
pub(crate) use index::Neighbours;
pub(crate) use model::SimilarCursor;
pub use model::{Found, Hit, RefreshEmbeddings, Refreshed, Similarity, Wanted, Wish};
pub use ops::similar;
pub use refresh::refresh_embeddings;
pub(crate) use refresh::soon;
