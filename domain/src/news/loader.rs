use std::collections::{BTreeMap, HashMap};

use async_graphql::dataloader::Loader;

use super::model::Article;
use super::queries;
use crate::{ArticleId, CardId, Error, Reader, Result};

/// An article by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ArticleKey(pub ArticleId);

impl Loader<ArticleKey> for Reader {
    type Value = Article;
    type Error = Error;

    async fn load(&self, keys: &[ArticleKey]) -> Result<HashMap<ArticleKey, Article>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let articles = queries::articles(&mut *self.0.conn().await?, &ids).await?;
        Ok(articles.into_iter().map(|article| (ArticleKey(article.0.id), article)).collect())
    }
}

/// The cards that an article names, the most played first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MentionsKey(pub ArticleId);

impl Loader<MentionsKey> for Reader {
    type Value = Vec<CardId>;
    type Error = Error;

    async fn load(&self, keys: &[MentionsKey]) -> Result<HashMap<MentionsKey, Vec<CardId>>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        // Also of nothing there is an answer: what is missing would be asked for again.
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for (article, card) in queries::mentions(&mut *self.0.conn().await?, &ids).await? {
            found.entry(MentionsKey(article)).or_default().push(card);
        }
        Ok(found)
    }
}

/// The newest articles that name a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NewsOfCardKey {
    pub card: CardId,
    pub most: i64,
}

impl Loader<NewsOfCardKey> for Reader {
    type Value = Vec<ArticleId>;
    type Error = Error;

    async fn load(&self, keys: &[NewsOfCardKey]) -> Result<HashMap<NewsOfCardKey, Vec<ArticleId>>> {
        let mut by_length: BTreeMap<i64, Vec<CardId>> = BTreeMap::new();
        for key in keys {
            by_length.entry(key.most).or_default().push(key.card);
        }
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for (most, cards) in by_length {
            for (card, article) in queries::of_cards(&mut *self.0.conn().await?, &cards, most).await? {
                found.entry(NewsOfCardKey { card, most }).or_default().push(article);
            }
        }
        Ok(found)
    }
}
