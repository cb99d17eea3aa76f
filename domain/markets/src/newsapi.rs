//! NewsAPI.ai (Event Registry): articles about the game from everywhere. The key travels in the body, so
//! bodies are never logged.

use chrono::{DateTime, Days, Utc};
use serde::Deserialize;
use serde_json::json;

use crate::http::{Ask, Fetched, Session};
use crate::news::{Article, Draft};
use crate::raw::Run;
use crate::{Fault, Part, Progress, Records, SourceError, Taken};

const WHAT: &str = "NewsAPI.ai's articles";
/// Articles of a page, and pages of a visit: what a visit may cost is bounded.
const PAGE: u32 = 100;
const PAGES: u32 = 3;

/// The API.
#[derive(Clone)]
pub struct NewsApi {
    /// `https://eventregistry.org/api/v1`, or a fake.
    pub base: String,
    /// The key.
    pub key: String,
    /// How many days back.
    pub days: u64,
}

impl std::fmt::Debug for NewsApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewsApi").field("base", &self.base).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Answer {
    articles: Option<Found>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Found {
    results: Vec<serde_json::Value>,
    pages: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    uri: String,
    url: String,
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    is_duplicate: bool,
    date_time_pub: Option<DateTime<Utc>>,
    source: Publisher,
    image: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    authors: Vec<Author>,
}

#[derive(Deserialize)]
struct Publisher {
    title: String,
}

#[derive(Deserialize)]
struct Author {
    name: String,
}

fn page(run: &Run, number: u32) -> Result<Found, SourceError> {
    let answer: Answer = run.json(WHAT, &format!("page-{number}"))?;
    let refused = |reason: String, fault| SourceError::Request { what: WHAT.to_owned(), reason, fault };
    match (answer.articles, answer.error) {
        (Some(found), _) => Ok(found),
        // It answers 200 also to say no.
        (None, Some(said)) if said.to_lowercase().contains("key") => Err(refused(said, Fault::Auth)),
        (None, Some(said)) => Err(refused(said, Fault::Contract)),
        (None, None) => Err(SourceError::broken(WHAT, "articles", "they are missing")),
    }
}

impl Records for NewsApi {
    type Record = Article;

    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        let since = session.began().date_naive() - Days::new(self.days);
        for number in 1..=PAGES {
            let body = json!({
                "apiKey": self.key, "resultType": "articles", "keyword": ["Magic: The Gathering", "MTG"],
                "keywordOper": "or", "keywordLoc": "title", "lang": "eng", "dataType": ["news", "blog"],
                "dateStart": since.to_string(), "isDuplicateFilter": "skipDuplicates", "articlesPage": number,
                "articlesCount": PAGE, "articlesSortBy": "date", "articleBodyLen": 600,
            });
            let ask = Ask::post(format!("{}/article/getArticles", self.base), body);
            session.save(run, &format!("page-{number}"), &ask).await?;
            let pages = page(run, number)?.pages.min(PAGES);
            progress.tell(Part::Fetch, number.into(), Some(pages.max(number).into()));
            if number >= pages {
                break;
            }
        }
        Ok(Fetched::New(session.taken().1))
    }

    fn read(&self, run: &Run) -> Result<Taken<Article>, SourceError> {
        let mut taken = Taken::default();
        for number in (1..=PAGES).take_while(|number| run.has(&format!("page-{number}"))) {
            for row in page(run, number)?.results {
                match serde_json::from_value::<Row>(row) {
                    Ok(row) if row.is_duplicate => {}
                    Ok(row) => taken.add(row.article()),
                    Err(error) => taken.add(Err(error)),
                }
            }
        }
        taken.whole(WHAT)
    }
}

impl Row {
    fn article(&self) -> Result<Article, &'static str> {
        let draft = Draft {
            id: Some(&self.uri),
            url: &self.url,
            title: &self.title,
            summary: &self.body,
            publisher: &self.source.title,
            authors: self.authors.iter().map(|author| author.name.clone()).collect(),
            image: self.image.as_deref(),
            language: self.lang.as_deref(),
            published_at: self.date_time_pub,
        };
        draft.article()
    }
}
