//! Visits to sources that are no markets: news, tournaments, Commander.

use chrono::TimeDelta;
use markets::feeds::Feed;
use markets::http::{Fetched, Session};
use markets::news::Article;
use markets::raw::Run;
use markets::{Progress, Records, SourceError, Taken};

use super::model::{Failure, Outcome, Reason, Service};
use super::outside::Outside;
use super::queries;
use crate::news::{self, FeedVisit, Stored};
use crate::{Ctx, Error, Result, edhrec, tournaments};

/// With fewer articles than this nobody can tell that a feed shrank.
const ENOUGH: i32 = 6;

fn failed(service: Service, error: &SourceError) -> Error {
    Error::outside(Failure::of(service, error))
}

/// Fetches and reads; nothing if nothing changed there. Also what could not be read is kept: to see what it
/// is, and for a version that can.
pub(super) async fn taken<A: Records>(
    ctx: &Ctx,
    outside: &Outside,
    service: Service,
    session: &Session,
    source: A,
    progress: &dyn Progress,
) -> Result<Option<Taken<A::Record>>>
where
    A::Record: Send,
{
    let run = outside.raw.begin(service.name(), ctx.now()).map_err(|error| failed(service, &error))?;
    let fetched = source.fetch(session, &run, progress).await.map_err(|error| failed(service, &error))?;
    if fetched == Fetched::NotModified {
        return Ok(None);
    }
    let (run, read) = read(source, run).await?;
    keep(ctx, outside, service, run)?;
    match read {
        Ok(taken) => Ok(Some(taken)),
        Err(error) => {
            session.refused();
            Err(failed(service, &error))
        }
    }
}

/// Reads in a thread, since it may take a while.
async fn read<A: Records>(
    source: A,
    run: Run,
) -> Result<(Run, std::result::Result<Taken<A::Record>, SourceError>)>
where
    A::Record: Send,
{
    let read = tokio::task::spawn_blocking(move || {
        let read = source.read(&run);
        (run, read)
    });
    read.await.map_err(Error::internal)
}

fn keep(ctx: &Ctx, outside: &Outside, service: Service, run: Run) -> Result<()> {
    let kept = run.keep().and_then(|()| outside.raw.prune(service.name(), ctx.now().into()));
    kept.map(drop).map_err(|error| failed(service, &error))
}

/// What there is to say of rows that could not be read.
pub(super) fn unread<T>(taken: &Taken<T>) -> Option<Reason> {
    let reason = taken.reason.as_ref()?;
    let all = taken.rows.len() as u64 + taken.unread;
    Some(Reason::Unread(format!("{} of {all}: {reason}", taken.unread)))
}

fn outcome_of_news(ctx: &Ctx, rows: usize, stored: Stored, degraded: Option<Reason>) -> Outcome {
    Outcome {
        rows: rows as u64,
        matched: stored.mentions,
        unmatched: 0,
        changed: stored.new + stored.changed,
        observed_at: Some(ctx.now()),
        degraded,
        not_modified: false,
    }
}

/// Articles of NewsAPI.ai.
pub(super) async fn articles(
    ctx: &Ctx,
    outside: &Outside,
    session: &Session,
    source: markets::newsapi::NewsApi,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let Some(taken) = taken(ctx, outside, Service::NewsApi, session, source, progress).await? else {
        return Ok(Outcome { not_modified: true, ..Outcome::default() });
    };
    let stored = news::store(ctx, &taken.rows, progress).await?;
    Ok(outcome_of_news(ctx, taken.rows.len(), stored, unread(&taken)))
}

/// Days of the first visit, which later ones overlap by some: results are corrected.
const DAYS: i64 = 30;
const OVERLAP: i64 = 3;
/// With fewer tournaments than this nobody can tell that some are missing.
const ENOUGH_TOURNAMENTS: u64 = 10;
/// Formats that are asked for, in the words of TopDeck.gg.
const FORMATS: [&str; 8] =
    ["EDH", "Standard", "Pioneer", "Modern", "Legacy", "Vintage", "Pauper", "Premodern"];

/// Tournaments of TopDeck.gg since the last visit. Names of players are in its answers and in what is kept
/// of them for a bounded time, and nowhere else.
pub(super) async fn tournaments(
    ctx: &Ctx,
    outside: &Outside,
    session: &Session,
    source: markets::topdeck::TopDeck,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let service = Service::TopDeck;
    let state = queries::of(&mut *ctx.conn().await?, service.number()).await?;
    let since_last =
        state.and_then(|state| state.observed_at).map(|at| (ctx.now() - at).num_days() + OVERLAP);
    let days = since_last.unwrap_or(DAYS).clamp(1, DAYS);
    let source = markets::topdeck::TopDeck { days: u32::try_from(days).unwrap_or(1), ..source };
    let Some(taken) = taken(ctx, outside, service, session, source, progress).await? else {
        return Ok(Outcome { not_modified: true, ..Outcome::default() });
    };
    let since = ctx.now() - TimeDelta::days(days);
    let stored = tournaments::store(ctx, &taken.rows, since, progress).await?;
    let came = taken.rows.len() as u64;
    let shrunk = if stored.refused > 0 {
        Some(format!("{} tournaments lost more than half of their standings", stored.refused))
    } else {
        let missing = stored.known >= ENOUGH_TOURNAMENTS && came * 2 < stored.known;
        missing.then(|| format!("{came} tournaments of a time of which {} are known", stored.known))
    };
    Ok(Outcome {
        rows: came,
        matched: stored.matched,
        unmatched: stored.unmatched,
        changed: stored.changed,
        observed_at: Some(ctx.now()),
        degraded: shrunk.map(Reason::Shrunk).or_else(|| unread(&taken)),
        not_modified: false,
    })
}

/// Pages that are fetched before any is stored: what came is not lost if a later one fails.
const PAGES: usize = 25;

/// Pages of EDHREC, a few of the many.
pub(super) async fn edhrec(
    ctx: &Ctx,
    outside: &Outside,
    session: &Session,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let service = Service::Edhrec;
    let wanted = edhrec::wanted(ctx).await?;
    if wanted.is_empty() {
        return Ok(Outcome { not_modified: true, ..Outcome::default() });
    }
    let names = edhrec::names(ctx).await?;
    let total = Some(wanted.len() as u64);
    let (mut outcome, mut refused, mut strange) = (Outcome::default(), 0, None);
    for (done, chunk) in wanted.chunks(PAGES).enumerate() {
        progress.tell(markets::Part::Fetch, (done * PAGES) as u64, total);
        let commanders = chunk.iter().map(|wanted| wanted.name.clone()).collect();
        let source = markets::edhrec::Edhrec { base: outside.addresses.edhrec.clone(), commanders };
        let at = ctx.renewed();
        let came = taken(&at, outside, service, session, source, &()).await?.unwrap_or_default();
        let stored = edhrec::store(&at, &names, chunk, &came.rows).await?;
        outcome.rows += stored.rows;
        outcome.matched += stored.matched;
        outcome.unmatched += stored.rows - stored.matched;
        outcome.changed += stored.changed;
        refused += stored.refused;
        strange = strange.or_else(|| unread(&came));
    }
    progress.tell(markets::Part::Fetch, wanted.len() as u64, total);
    let shrunk =
        (refused > 0).then(|| Reason::Shrunk(format!("{refused} pages lost more than half of their cards")));
    Ok(Outcome { observed_at: Some(ctx.now()), degraded: shrunk.or(strange), ..outcome })
}

/// What the visit of all feeds found.
#[derive(Default)]
struct Found {
    articles: Vec<Article>,
    new: usize,
    failures: Vec<(String, SourceError)>,
    /// What is strange, though it did not fail.
    notes: Vec<String>,
}

/// Every feed, each by itself: one that fails does not take the others with it, and has a breaker of its
/// own.
pub(super) async fn feeds(ctx: &Ctx, outside: &Outside, progress: &dyn Progress) -> Result<Outcome> {
    let service = Service::Feeds;
    let feeds = news::feeds(ctx, outside.addresses.press.as_deref()).await?;
    let mut run = outside.raw.begin(service.name(), ctx.now()).map_err(|error| failed(service, &error))?;
    let (mut found, mut visits) = (Found::default(), Vec::new());
    let total = Some(feeds.len() as u64);
    for (done, row) in (1..).zip(&feeds) {
        let session = outside.client(service).session(row.known(), ctx.renewed().now());
        let file = format!("feed-{}", row.id);
        let feed = Feed { name: row.name.clone(), url: row.url.clone(), file };
        let fetched = feed.fetch(&session, &run, &()).await;
        let came = match fetched {
            Ok(Fetched::NotModified) => Ok(None),
            Ok(Fetched::New(_)) => {
                let (back, read) = read(feed, run).await?;
                run = back;
                if read.is_err() {
                    session.refused();
                }
                read.map(Some)
            }
            Err(error) => Err(error),
        };
        let failure = came.as_ref().err().map(|error| (error.fault().word(), error.to_string()));
        let mut articles = None;
        match came {
            Ok(Some(taken)) => {
                let many = i32::try_from(taken.rows.len()).unwrap_or(i32::MAX);
                if row.articles >= ENOUGH && many.saturating_mul(2) < row.articles {
                    let was = row.articles;
                    found.notes.push(format!("{} has {many} articles after {was}", row.name));
                }
                if let Some(reason) = unread(&taken) {
                    found.notes.push(format!("{}: {reason}", row.name));
                }
                articles = Some(taken.rows.len());
                found.new += 1;
                found.articles.extend(taken.rows);
            }
            Ok(None) => {}
            Err(error) => found.failures.push((row.name.clone(), error)),
        }
        let known = session.known(failure.is_none());
        visits.push(FeedVisit { feed: row.id, known, articles, failure });
        progress.tell(markets::Part::Fetch, done, total);
    }
    if found.new > 0 {
        keep(ctx, outside, service, run)?;
    }
    ended(ctx, feeds.len(), found, visits, progress).await
}

/// Stores what was found, then remembers the visits: what was not stored must be fetched again.
async fn ended(
    ctx: &Ctx,
    feeds: usize,
    mut found: Found,
    visits: Vec<FeedVisit>,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let stored = match found.articles.is_empty() {
        true => Stored::default(),
        false => news::store(ctx, &found.articles, progress).await?,
    };
    for visit in &visits {
        news::visited(ctx, visit).await?;
    }
    let away = found.failures.len();
    if away == feeds
        && let Some((_, error)) = found.failures.pop()
    {
        return Err(failed(Service::Feeds, &error));
    }
    let told = found.failures.iter().map(|(_, error)| error.to_string());
    found.notes.extend(told);
    let degraded = (!found.notes.is_empty()).then(|| Reason::Feeds { away, notes: found.notes.join("; ") });
    let outcome = outcome_of_news(ctx, found.articles.len(), stored, degraded);
    let not_modified = found.new == 0 && outcome.degraded.is_none();
    Ok(Outcome { not_modified, ..outcome })
}

impl Outside {
    /// TopDeck.gg, if there is a key for it.
    pub(super) fn topdeck(&self) -> Option<markets::topdeck::TopDeck> {
        let (base, key) = (self.addresses.topdeck.clone(), self.secrets.topdeck.clone()?);
        let formats = FORMATS.map(str::to_owned).to_vec();
        Some(markets::topdeck::TopDeck { base, key, formats, days: 1 })
    }

    /// NewsAPI.ai, if there is a key for it.
    pub(super) fn newsapi(&self) -> Option<markets::newsapi::NewsApi> {
        const DAYS: u64 = 7;
        let key = self.secrets.newsapi.clone()?;
        Some(markets::newsapi::NewsApi { base: self.addresses.newsapi.clone(), key, days: DAYS })
    }
}
