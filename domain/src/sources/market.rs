//! A visit to a market: fetch, read, match, compare, store. One for all adapters.

use std::sync::Arc;

use markets::http::{Fetched, Session};
use markets::listing::{Head, Listing, Sink};
use markets::raw::Run;
use markets::{Adapter, Part, Progress, SourceError};
use tokio::sync::mpsc;

use super::model::{Failure, Outcome, Service};
use super::outside::Outside;
use super::queries;
use crate::catalog::Origin;
use crate::prices::{Feed, Ingested, Intake, Source};
use crate::{Ctx, Error, Result};

/// Listings that travel together from the reader to the database.
const BATCH: usize = 500;
/// Batches that may wait: bounds the memory.
const AHEAD: usize = 4;

enum Said {
    Head(Head),
    Listings(Vec<Listing>),
}

/// Carries what a thread reads to the task that stores it.
struct Carrier {
    to: mpsc::Sender<Said>,
    batch: Vec<Listing>,
}

impl Carrier {
    fn send(&self, said: Said) -> Result<(), SourceError> {
        // The other end failed, and says why itself.
        let gone = |_| SourceError::broken("the database", "storing", "it ended");
        self.to.blocking_send(said).map_err(gone)
    }

    fn flush(&mut self) -> Result<(), SourceError> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.send(Said::Listings(batch))
    }
}

impl Sink for Carrier {
    fn begin(&mut self, head: Head) -> Result<(), SourceError> {
        self.send(Said::Head(head))
    }

    fn listing(&mut self, listing: Listing) -> Result<(), SourceError> {
        self.batch.push(listing);
        if self.batch.len() >= BATCH { self.flush() } else { Ok(()) }
    }
}

/// What a visit asks a market for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breadth {
    /// All that there is.
    All,
    /// Cards that somebody owns.
    Owned,
}

impl Breadth {
    /// Where the visits are kept. The many small ones must not push out the few large ones.
    pub fn folder(self, service: Service) -> String {
        match self {
            Self::All => service.name().to_owned(),
            Self::Owned => format!("{}-owned", service.name()),
        }
    }
}

/// Visits a market.
pub(super) async fn visit<A: Adapter>(
    ctx: &Ctx,
    outside: &Outside,
    (service, breadth): (Service, Breadth),
    session: &Session,
    adapter: A,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let Some((source, feed)) = service.prices() else {
        return Err(Error::internal(anyhow::anyhow!("{} is no market", service.name())));
    };
    let folder = breadth.folder(service);
    let failed = |error: &SourceError| Error::outside(Failure::of(service, error));
    let latest = queries::latest(&mut *ctx.conn().await?, source.number(), feed.number()).await?;
    let run = outside.raw.begin(&folder, ctx.now()).map_err(|error| failed(&error))?;
    let fetched = adapter.fetch(session, &run, latest, progress).await.map_err(|error| failed(&error))?;
    if fetched == Fetched::NotModified {
        return Ok(Outcome { not_modified: true, observed_at: latest, ..Outcome::default() });
    }
    let run = Arc::new(run);
    let read = take(ctx, outside.origin, (source, feed), Arc::new(adapter), &run, progress).await;
    // Also what could not be read is kept: to see what it is, and for a version that can.
    let kept = Arc::into_inner(run).map_or(Ok(()), Run::keep);
    kept.and_then(|()| outside.raw.prune(&folder, ctx.now().into())).map_err(|error| failed(&error))?;
    match read? {
        Ok((head, ingested)) => Ok(Outcome::of(&ingested, head)),
        Err(error) => {
            session.refused();
            Err(failed(&error))
        }
    }
}

/// Reads what a visit fetched and stores what changed. The outer error is ours, the inner one the
/// source's.
pub(super) async fn take<A: Adapter>(
    ctx: &Ctx,
    origin: Origin,
    (source, feed): (Source, Feed),
    adapter: Arc<A>,
    run: &Arc<Run>,
    progress: &dyn Progress,
) -> Result<Result<(Head, Ingested), SourceError>> {
    let (to, mut from) = mpsc::channel(AHEAD);
    let thread_run = run.clone();
    let reader = tokio::task::spawn_blocking(move || {
        let mut carrier = Carrier { to, batch: Vec::with_capacity(BATCH) };
        adapter.read(&thread_run, &mut carrier)?;
        carrier.flush()
    });
    let stored = store(ctx, origin, (source, feed), &mut from, progress).await;
    // A reader that waits for room must not wait for ever.
    drop(from);
    let read = reader.await.map_err(Error::internal)?;
    let stored = stored?;
    if let Err(error) = read {
        // Dropping the open transaction takes everything back.
        return Ok(Err(error));
    }
    let Some((head, intake)) = stored else {
        return Ok(Err(SourceError::broken("the visit", "head", "the source said nothing")));
    };
    Ok(Ok((head, intake.finish(true).await?)))
}

async fn store(
    ctx: &Ctx,
    origin: Origin,
    (source, feed): (Source, Feed),
    from: &mut mpsc::Receiver<Said>,
    progress: &dyn Progress,
) -> Result<Option<(Head, Intake)>> {
    let Some(Said::Head(head)) = from.recv().await else { return Ok(None) };
    let mut intake = Intake::begin(ctx, origin, (source, feed), head, true).await?;
    let mut done = 0;
    while let Some(said) = from.recv().await {
        if let Said::Listings(listings) = said {
            intake.take(&listings).await?;
            done += listings.len() as u64;
            progress.tell(Part::Store, done, None);
        }
    }
    Ok(Some((head, intake)))
}
