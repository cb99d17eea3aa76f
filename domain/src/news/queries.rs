use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{card_news_mentions as m, news_articles as a, news_feeds as f};

use super::model::{Article, ArticleCursor, ArticleFilter, ArticleRow, Feed, FeedRow, FeedVisit};
use crate::fixed::fixed;
use crate::{ArticleId, CardId, Page};

fn wrap(rows: Vec<ArticleRow>) -> Vec<Article> {
    rows.into_iter().map(|row| Article(row.into())).collect()
}

/// Articles, newest first.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    filter: &ArticleFilter,
    page: &Page<ArticleCursor>,
) -> QueryResult<Vec<Article>> {
    if let Some(card) = filter.card {
        return of_card(conn, card, filter, page).await;
    }
    let newest = (a::published_at.desc(), a::id.desc());
    let mut query = ArticleRow::query().order(newest).limit(page.fetch()).into_boxed();
    if let Some(publisher) = &filter.publisher {
        query = query.filter(a::publisher.eq(publisher.clone()));
    }
    if let Some(ArticleCursor { published_at, id }) = page.after {
        let same = a::published_at.eq(published_at).and(a::id.lt(id));
        query =
            query.filter(a::published_at.le(published_at)).filter(a::published_at.lt(published_at).or(same));
    }
    Ok(wrap(query.load(conn).await?))
}

async fn of_card(
    conn: &mut AsyncPgConnection,
    card: CardId,
    filter: &ArticleFilter,
    page: &Page<ArticleCursor>,
) -> QueryResult<Vec<Article>> {
    let newest = (m::published_at.desc(), m::article_id.desc());
    let mut query = a::table
        .inner_join(m::table)
        .filter(m::card_id.eq(card))
        .order(newest)
        .limit(page.fetch())
        .select(ArticleRow::as_select())
        .into_boxed();
    if let Some(publisher) = &filter.publisher {
        query = query.filter(a::publisher.eq(publisher.clone()));
    }
    if let Some(ArticleCursor { published_at, id }) = page.after {
        let same = m::published_at.eq(published_at).and(m::article_id.lt(id));
        query =
            query.filter(m::published_at.le(published_at)).filter(m::published_at.lt(published_at).or(same));
    }
    Ok(wrap(query.load(conn).await?))
}

pub(super) async fn articles(conn: &mut AsyncPgConnection, ids: &[ArticleId]) -> QueryResult<Vec<Article>> {
    Ok(wrap(ArticleRow::query().filter(a::id.eq_any(ids)).load(conn).await?))
}

/// The cards that articles name, the most played first.
pub(super) async fn mentions(
    conn: &mut AsyncPgConnection,
    articles: &[ArticleId],
) -> QueryResult<Vec<(ArticleId, CardId)>> {
    let rows: Vec<Pair> = fixed(
        "SELECT m.article_id AS one, m.card_id AS other FROM card_news_mentions m JOIN cards c ON c.id = m.card_id \
         WHERE m.article_id = ANY ($1) ORDER BY m.article_id, c.edhrec_rank NULLS LAST, c.id",
    )
    .bind::<Array<Integer>, _>(articles.to_vec())
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (ArticleId(row.one), CardId(row.other))).collect())
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Integer)]
    one: i32,
    #[diesel(sql_type = Integer)]
    other: i32,
}

/// The newest articles that name each of some cards.
pub(super) async fn of_cards(
    conn: &mut AsyncPgConnection,
    cards: &[CardId],
    most: i64,
) -> QueryResult<Vec<(CardId, ArticleId)>> {
    let rows: Vec<Pair> = fixed(
        "SELECT c.id AS one, m.article_id AS other FROM unnest($1::int[]) AS c (id), LATERAL ( \
            SELECT article_id, published_at FROM card_news_mentions WHERE card_id = c.id \
            ORDER BY published_at DESC, article_id DESC LIMIT $2) AS m \
         ORDER BY c.id, m.published_at DESC, m.article_id DESC",
    )
    .bind::<Array<Integer>, _>(cards.to_vec())
    .bind::<BigInt, _>(most)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (CardId(row.one), ArticleId(row.other))).collect())
}

#[derive(QueryableByName)]
pub(super) struct Upserted {
    #[diesel(sql_type = Integer)]
    pub id: ArticleId,
    #[diesel(sql_type = Bool)]
    pub is_new: bool,
}

/// Stores articles that are new or say something else than before. One that came already from somewhere
/// else, under the same address, stays as it came first.
pub(super) async fn store(
    conn: &mut AsyncPgConnection,
    articles: serde_json::Value,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Upserted>> {
    fixed(
        "WITH given AS MATERIALIZED ( \
            SELECT g.*, a.id FROM jsonb_to_recordset($1) AS g (publisher text, guid text, url text, title text, \
                summary text, authors text[], image text, language text, published_at timestamptz) \
            LEFT JOIN news_articles a ON a.publisher = g.publisher AND a.guid = g.guid \
         ), changed AS ( \
            UPDATE news_articles a SET url = g.url, title = g.title, summary = g.summary, authors = g.authors, \
                image_url = g.image, language = g.language \
            FROM given g WHERE a.id = g.id \
                AND (a.url, a.title, a.summary, a.authors, a.image_url, a.language) \
                    IS DISTINCT FROM (g.url, g.title, g.summary, g.authors, g.image, g.language) \
                AND NOT EXISTS (SELECT FROM news_articles o WHERE o.url = g.url AND o.id <> a.id) \
            RETURNING a.id \
         ), added AS ( \
            INSERT INTO news_articles (publisher, guid, url, title, summary, authors, image_url, language, \
                published_at, found_at) \
            SELECT publisher, guid, url, title, summary, authors, image, language, \
                coalesce(least(published_at, $2), $2), $2 FROM given WHERE id IS NULL \
            ON CONFLICT DO NOTHING RETURNING id \
         ) SELECT id, false AS is_new FROM changed UNION ALL SELECT id, true FROM added",
    )
    .bind::<Jsonb, _>(articles)
    .bind::<Timestamptz, _>(now)
    .load(conn)
    .await
}

/// Titles and summaries of some articles and of all since a moment.
pub(super) async fn texts(
    conn: &mut AsyncPgConnection,
    ids: &[ArticleId],
    since: DateTime<Utc>,
) -> QueryResult<Vec<(ArticleId, String, String)>> {
    let wanted = a::id.eq_any(ids).or(a::published_at.ge(since));
    a::table.filter(wanted).select((a::id, a::title, a::summary)).load(conn).await
}

/// Makes the mentions of some articles what they should be. Returns how many came or went.
pub(super) async fn set_mentions(
    conn: &mut AsyncPgConnection,
    articles: Vec<ArticleId>,
    pairs: &[(ArticleId, CardId)],
) -> QueryResult<usize> {
    let (ids, cards): (Vec<ArticleId>, Vec<CardId>) = pairs.iter().copied().unzip();
    let gone = fixed(
        "DELETE FROM card_news_mentions m WHERE m.article_id = ANY ($1) AND NOT EXISTS ( \
            SELECT FROM unnest($2::int[], $3::int[]) AS g (article_id, card_id) \
            WHERE g.article_id = m.article_id AND g.card_id = m.card_id)",
    )
    .bind::<Array<Integer>, _>(articles)
    .bind::<Array<Integer>, _>(ids.clone())
    .bind::<Array<Integer>, _>(cards.clone())
    .execute(conn)
    .await?;
    let new = fixed(
        "INSERT INTO card_news_mentions (article_id, card_id, published_at) \
         SELECT g.article_id, g.card_id, a.published_at FROM unnest($1::int[], $2::int[]) AS g (article_id, card_id) \
         JOIN news_articles a ON a.id = g.article_id ON CONFLICT DO NOTHING",
    )
    .bind::<Array<Integer>, _>(ids)
    .bind::<Array<Integer>, _>(cards)
    .execute(conn)
    .await?;
    Ok(gone + new)
}

/// The feeds that are read.
pub(super) async fn feeds(conn: &mut AsyncPgConnection) -> QueryResult<Vec<FeedRow>> {
    FeedRow::query().filter(f::enabled).order(f::id).load(conn).await
}

/// Every feed.
pub(super) async fn all_feeds(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Feed>> {
    Feed::query().order(f::id).load(conn).await
}

/// The feed of an address, held until the transaction ends.
pub(super) async fn feed(conn: &mut AsyncPgConnection, url: &str) -> QueryResult<Option<Feed>> {
    Feed::query().filter(f::url.eq(url)).for_update().first(conn).await.optional()
}

/// A new feed; nothing if its address is known.
pub(super) async fn add_feed(
    conn: &mut AsyncPgConnection,
    name: &str,
    url: &str,
) -> QueryResult<Option<Feed>> {
    let insert = diesel::insert_into(f::table).values((f::name.eq(name), f::url.eq(url)));
    insert.on_conflict(f::url).do_nothing().returning(Feed::as_returning()).get_result(conn).await.optional()
}

/// One that is switched on again begins anew: what broke it was long ago.
pub(super) async fn set_feed_enabled(
    conn: &mut AsyncPgConnection,
    id: i32,
    enabled: bool,
) -> QueryResult<usize> {
    let set = (f::enabled.eq(enabled), f::failures.eq(0), f::open_until.eq(None::<DateTime<Utc>>));
    diesel::update(f::table.find(id)).set(set).execute(conn).await
}

/// The feed at an address, which need not be read otherwise.
pub(super) async fn feed_at(conn: &mut AsyncPgConnection, name: &str, url: &str) -> QueryResult<FeedRow> {
    let row = (f::name.eq(name), f::url.eq(url), f::enabled.eq(false));
    diesel::insert_into(f::table).values(row).on_conflict(f::url).do_nothing().execute(conn).await?;
    FeedRow::query().filter(f::url.eq(url)).first(conn).await
}

/// Remembers how the visit of a feed ended.
pub(super) async fn visited(
    conn: &mut AsyncPgConnection,
    visit: &FeedVisit,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let validators = serde_json::to_value(&visit.known.validators)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let breaker = visit.known.breaker;
    let set = (
        f::validators.eq(validators),
        f::failures.eq(breaker.failures),
        f::answers.eq(breaker.answers),
        f::open_until.eq(breaker.open_until),
        f::visited_at.eq(now),
        f::fault.eq(visit.failure.as_ref().map(|(fault, _)| *fault)),
        f::error.eq(visit.failure.as_ref().map(|(_, reason)| reason.as_str())),
    );
    let feed = f::table.find(visit.feed);
    diesel::update(feed).set(set).execute(conn).await?;
    if visit.failure.is_none() {
        diesel::update(feed).set(f::succeeded_at.eq(now)).execute(conn).await?;
    }
    if let Some(articles) = visit.articles {
        let articles = i32::try_from(articles).unwrap_or(i32::MAX);
        diesel::update(feed).set(f::articles.eq(articles)).execute(conn).await?;
    }
    Ok(1)
}
