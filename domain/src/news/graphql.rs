use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::loader::MentionsKey;
use super::model::{Article, ArticleCursor, ArticleFilter, Feed};
use super::{feeds, ops};
use crate::catalog::{self, Card, CardRef};
use crate::reader::boxed;
use crate::{Error, Page, ReaderLoader, prefetch};

/// An article about the game. Only what leads to it is kept: its text stays with its publisher.
#[Object(name = "NewsArticle")]
impl Article {
    /// Public id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.public().into()
    }

    /// Where it is: an `http` or `https` address.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// Its title, plain text.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// A few words of it, plain text; may be empty.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// Who published it.
    async fn publisher(&self) -> &str {
        &self.0.publisher
    }

    /// Who wrote it, as far as that is said.
    async fn authors(&self) -> &[String] {
        &self.0.authors
    }

    /// Where its picture is, at its publisher's.
    async fn image_url(&self) -> Option<&str> {
        self.0.image_url.as_deref()
    }

    /// Its language, as a tag such as `en`.
    async fn language(&self) -> Option<&str> {
        self.0.language.as_deref()
    }

    /// When it was published; when it was found, where its publisher does not say.
    async fn published_at(&self) -> DateTime<Utc> {
        self.0.published_at
    }

    /// When it was found.
    async fn found_at(&self) -> DateTime<Utc> {
        self.0.found_at
    }

    /// The cards that its title or summary names, each once, the most played first.
    async fn mentions(&self, ctx: &Context<'_>) -> Result<Vec<Card>> {
        let reader = ctx.data_unchecked::<ReaderLoader>();
        let ids = boxed(reader.load_one(MentionsKey(self.0.id))).await?.unwrap_or_default();
        Ok(boxed(catalog::cards_by_id(reader, &ids)).await?)
    }
}

/// Reads of the news.
#[derive(Default)]
pub struct Query;

#[Object(name = "NewsQuery")]
impl Query {
    /// The feeds that news come from, those that are switched off too. For admins.
    async fn news_feeds(&self, ctx: &Context<'_>) -> Result<Vec<Feed>> {
        Ok(feeds::all_feeds(ctx.data_unchecked()).await?)
    }

    /// What is written about the game, newest first.
    async fn news(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last article of the page before.")] after: Option<String>,
        #[graphql(desc = "Only what names this card: a public id or one of Scryfall's UUIDs.")] card: Option<
            ID,
        >,
        #[graphql(desc = "Only what this publisher wrote, by its name.")] publisher: Option<String>,
    ) -> Result<Connection<ArticleCursor, Article, EmptyFields, EmptyFields>> {
        let page = Page::parse(first, after.as_deref())?;
        let card = match card {
            Some(id) => {
                let found = catalog::card(ctx.data_unchecked(), CardRef::parse(&id)?).await?;
                Some(found.ok_or(Error::NotFound("card"))?.0.id)
            }
            None => None,
        };
        let rows = ops::articles(ctx.data_unchecked(), &ArticleFilter { card, publisher }, &page).await?;
        prefetch::articles(ctx, &rows).await?;
        Ok(page.connection(rows, EmptyFields, Article::cursor, |article| article))
    }
}

/// A feed after the change.
#[derive(SimpleObject)]
pub struct NewsFeedPayload {
    /// The feed.
    feed: Feed,
}

/// What operators do about the news.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "NewsMutation")]
impl Mutation {
    /// Adds a feed, RSS or Atom; it is read from the next visit on. An address that is there already is
    /// refused with the code `CONFLICT`. For admins.
    async fn add_news_feed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The publisher's name, 1 to 100 characters: articles show it.")] name: String,
        #[graphql(desc = "Where it is: an address on the public internet.")] url: String,
    ) -> Result<NewsFeedPayload> {
        Ok(NewsFeedPayload { feed: feeds::add_feed(ctx.data_unchecked(), &name, &url).await? })
    }

    /// Switches a feed on or off; what was read of it stays. For admins.
    async fn set_news_feed_enabled(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The feed's address.")] url: String,
        #[graphql(desc = "Whether it is read.")] enabled: bool,
    ) -> Result<NewsFeedPayload> {
        Ok(NewsFeedPayload { feed: feeds::set_feed_enabled(ctx.data_unchecked(), &url, enabled).await? })
    }
}
