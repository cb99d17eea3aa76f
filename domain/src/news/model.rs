use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use markets::http::{Breaker, Known};
use tables::{news_articles, news_feeds};

use crate::{ArticleId, CardId};

/// An article: where it is and what it is about. Its text stays with its publisher.
#[derive(Clone, Debug)]
pub struct Article(pub(crate) Arc<ArticleRow>);

#[derive(Debug, HasQuery)]
#[diesel(table_name = news_articles)]
pub(crate) struct ArticleRow {
    pub id: ArticleId,
    pub publisher: String,
    pub url: String,
    pub title: String,
    pub summary: String,
    pub authors: Vec<String>,
    pub image_url: Option<String>,
    pub language: Option<String>,
    pub published_at: DateTime<Utc>,
    pub found_at: DateTime<Utc>,
}

/// Where a page of articles ended.
#[derive(Clone, Copy, Debug)]
pub struct ArticleCursor {
    /// When its last article was published.
    pub published_at: DateTime<Utc>,
    /// Which one it was.
    pub id: ArticleId,
}

impl Article {
    pub(crate) fn cursor(&self) -> ArticleCursor {
        ArticleCursor { published_at: self.0.published_at, id: self.0.id }
    }
}

/// Which articles are wanted; all of what is given.
#[derive(Clone, Debug, Default)]
pub struct ArticleFilter {
    /// Those that name this card.
    pub card: Option<CardId>,
    /// Those of this publisher.
    pub publisher: Option<String>,
}

/// The feed of a publisher, and what is remembered of it.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = news_feeds)]
pub(crate) struct FeedRow {
    pub id: i32,
    pub name: String,
    pub url: String,
    validators: serde_json::Value,
    failures: i32,
    answers: i32,
    open_until: Option<DateTime<Utc>>,
    /// Articles of the last visit that brought any.
    pub articles: i32,
}

impl FeedRow {
    pub fn known(&self) -> Known {
        let breaker = Breaker { failures: self.failures, answers: self.answers, open_until: self.open_until };
        // Of another version of the program: then it is simply fetched.
        Known { validators: serde_json::from_value(self.validators.clone()).unwrap_or_default(), breaker }
    }
}

/// A feed as an operator sees it.
#[derive(Clone, Debug, HasQuery, async_graphql::SimpleObject)]
#[diesel(table_name = news_feeds)]
#[graphql(name = "NewsFeed")]
pub struct Feed {
    #[graphql(skip)]
    pub(crate) id: i32,
    /// The publisher's name, as articles show it.
    pub name: String,
    /// Where it is: what it is known by.
    pub url: String,
    /// Whether it is read.
    pub enabled: bool,
    /// When it was last asked.
    pub visited_at: Option<DateTime<Utc>>,
    /// When it last answered as it should.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// Of what kind the failure of the last visit was; null if it did not fail.
    pub fault: Option<String>,
    /// What happened then.
    pub error: Option<String>,
    /// Articles of the last visit that brought any.
    pub articles: i32,
}

/// How a visit of a feed ended.
pub(crate) struct FeedVisit {
    pub feed: i32,
    pub known: Known,
    /// Articles that it brought; nothing where it had nothing new, or failed.
    pub articles: Option<usize>,
    /// The fault's word and what happened.
    pub failure: Option<(&'static str, String)>,
}

/// What became of articles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// New ones.
    pub new: u64,
    /// Ones that their publisher changed.
    pub changed: u64,
    /// Mentions of cards that were added or taken away.
    pub mentions: u64,
}
