//! What is written about the game, and the cards that it names.

mod graphql;
mod loader;
mod matcher;
mod model;
mod ops;
mod queries;

pub(crate) use graphql::Query;
pub(crate) use loader::{ArticleKey, MentionsKey, NewsOfCardKey};
pub use matcher::{Matcher, Mention};
pub(crate) use model::FeedVisit;
pub use model::{Article, ArticleCursor, ArticleFilter, Stored};
pub use ops::articles;
pub(crate) use ops::{feeds, of_card, store, visited};
