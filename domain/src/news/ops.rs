use std::collections::{BTreeSet, HashSet};

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use markets::news::Article as Said;
use markets::{Part, Progress};
use serde_json::{Value, json};

use super::loader::{ArticleKey, NewsOfCardKey};
use super::matcher::Matcher;
use super::model::{Article, ArticleCursor, ArticleFilter, FeedRow, FeedVisit, Stored};
use super::queries;
use crate::catalog::CardNames;
use crate::{ArticleId, CardId, Ctx, Error, Page, ReaderLoader, Result};

/// Articles so young are read again for cards that were not known when they came.
const READ_AGAIN: TimeDelta = TimeDelta::days(30);
/// The most articles that a card's page asks for.
const MOST_OF_CARD: i32 = 20;

/// Articles, newest first.
pub async fn articles(ctx: &Ctx, filter: &ArticleFilter, page: &Page<ArticleCursor>) -> Result<Vec<Article>> {
    Ok(queries::page(&mut *ctx.conn().await?, filter, page).await?)
}

/// The newest articles that name a card.
pub(crate) async fn of_card(reader: &ReaderLoader, card: CardId, first: i32) -> Result<Vec<Article>> {
    if !(1..=MOST_OF_CARD).contains(&first) {
        return Err(Error::invalid("first", format!("must be between 1 and {MOST_OF_CARD}")));
    }
    let ids = reader.load_one(NewsOfCardKey { card, most: first.into() }).await?.unwrap_or_default();
    let found = reader.load_many(ids.iter().copied().map(ArticleKey)).await?;
    Ok(ids.iter().filter_map(|id| found.get(&ArticleKey(*id)).cloned()).collect())
}

/// The feeds that are to be read: all, or the one that stands in for all.
pub(crate) async fn feeds(ctx: &Ctx, stand_in: Option<&str>) -> Result<Vec<FeedRow>> {
    let mut conn = ctx.conn().await?;
    Ok(match stand_in {
        Some(base) => vec![queries::feed_at(&mut conn, "The Stand-in", &format!("{base}/feed")).await?],
        None => queries::feeds(&mut conn).await?,
    })
}

/// Remembers how the visit of a feed ended.
pub(crate) async fn visited(ctx: &Ctx, visit: &FeedVisit) -> Result<()> {
    queries::visited(&mut *ctx.conn().await?, visit, ctx.now()).await?;
    Ok(())
}

/// Stores articles and the cards that they name. The same articles again change nothing.
pub(crate) async fn store(ctx: &Ctx, said: &[Said], progress: &dyn Progress) -> Result<Stored> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    let (given, now) = (rows(said), ctx.now());
    let total = Some(said.len() as u64);
    progress.tell(Part::Store, 0, total);
    let names = CardNames::load(&mut conn).await?;
    let matcher = tokio::task::spawn_blocking(move || Matcher::new(names.all()));
    let matcher = matcher.await.map_err(Error::internal)?.map_err(Error::internal)?;
    let connection: &mut AsyncPgConnection = &mut conn;
    let stored = connection
        .transaction(async |conn| {
            let upserted = queries::store(conn, given, now).await?;
            let ids: Vec<ArticleId> = upserted.iter().map(|row| row.id).collect();
            let new = upserted.iter().filter(|row| row.is_new).count() as u64;
            let mentions = mention(conn, &matcher, &ids, now - READ_AGAIN).await?;
            Ok::<_, diesel::result::Error>(Stored { new, changed: ids.len() as u64 - new, mentions })
        })
        .await?;
    progress.tell(Part::Store, said.len() as u64, total);
    Ok(stored)
}

/// Finds the cards that articles name.
async fn mention(
    conn: &mut AsyncPgConnection,
    matcher: &Matcher,
    ids: &[ArticleId],
    since: chrono::DateTime<chrono::Utc>,
) -> diesel::QueryResult<u64> {
    let texts = queries::texts(conn, ids, since).await?;
    let mut pairs = BTreeSet::new();
    for (article, title, summary) in &texts {
        let found = [title, summary].map(|text| matcher.mentions(text));
        pairs.extend(found.iter().flatten().map(|mention| (*article, mention.card)));
    }
    let pairs: Vec<(ArticleId, CardId)> = pairs.into_iter().collect();
    let articles = texts.into_iter().map(|(article, ..)| article).collect();
    Ok(queries::set_mentions(conn, articles, &pairs).await? as u64)
}

/// Each article once, by whatever it is known.
fn rows(said: &[Said]) -> Value {
    let mut seen = HashSet::new();
    // Postgres has no NUL in text.
    let clean = |text: &str| text.replace('\0', "");
    let row = |article: &Said| {
        json!({
            "publisher": clean(&article.publisher), "guid": clean(&article.id), "url": article.url,
            "title": clean(&article.title), "summary": clean(&article.summary),
            "authors": article.authors.iter().map(|name| clean(name)).collect::<Vec<_>>(),
            "image": article.image, "language": article.language, "published_at": article.published_at,
        })
    };
    let mut once = |article: &&Said| {
        let by_address = seen.insert((String::new(), article.url.clone()));
        by_address && seen.insert((format!("by {}", article.publisher), article.id.clone()))
    };
    said.iter().filter(|article| once(article)).map(row).collect()
}
