//! What is written about the game, and the cards that it names.

mod feeds;
mod graphql;
mod loader;
mod matcher;
mod model;
mod ops;
mod queries;

pub use feeds::{add_feed, all_feeds, set_feed_enabled};
pub(crate) use graphql::{Mutation, Query};
pub(crate) use loader::{ArticleKey, MentionsKey, NewsOfCardKey};
pub use matcher::{Matcher, Mention};
pub(crate) use model::FeedVisit;
pub use model::{Article, ArticleCursor, ArticleFilter, Feed, Stored};
pub use ops::articles;
pub(crate) use ops::{feeds, of_card, store, visited};
