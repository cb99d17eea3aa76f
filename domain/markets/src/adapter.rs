use chrono::{DateTime, Utc};

use crate::SourceError;
use crate::http::{Fetched, Session};
use crate::listing::{Head, Listing, Sink};
use crate::raw::Run;

/// Whom the work is shown to while it goes on.
pub trait Progress: Send + Sync {
    /// So much of it is done: requests while it is fetched, rows while it is stored.
    fn tell(&self, part: Part, done: u64, total: Option<u64>);
}

/// What a source's work consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Answers are fetched.
    Fetch,
    /// Rows are stored.
    Store,
}

impl Progress for () {
    fn tell(&self, _: Part, _: u64, _: Option<u64>) {}
}

/// A market, in the one shape that all of them have: what it says is fetched into a folder first, then
/// read from there as a stream of listings. So a slow reader holds no connection, a lost connection no
/// transaction, and what was fetched can be read again.
pub trait Adapter: Send + Sync + 'static {
    /// Fetches what there is. `latest` is when the source spoke last, as far as we know.
    fn fetch(
        &self,
        session: &Session,
        run: &Run,
        latest: Option<DateTime<Utc>>,
        progress: &dyn Progress,
    ) -> impl Future<Output = Result<Fetched, SourceError>> + Send;

    /// Reads what was fetched.
    fn read(&self, run: &Run, sink: &mut dyn Sink) -> Result<(), SourceError>;
}

/// A source that is no market, in the same shape: fetched into a folder first, then read from there. What
/// it says is little enough for memory.
pub trait Records: Send + Sync + 'static {
    /// What it says.
    type Record;

    /// Fetches what there is.
    fn fetch(
        &self,
        session: &Session,
        run: &Run,
        progress: &dyn Progress,
    ) -> impl Future<Output = Result<Fetched, SourceError>> + Send;

    /// Reads what was fetched.
    fn read(&self, run: &Run) -> Result<Taken<Self::Record>, SourceError>;
}

/// What was read of a source whose rows stand for themselves: one that cannot be read does not take the
/// others with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken<T> {
    /// What could be read.
    pub rows: Vec<T>,
    /// How many could not.
    pub unread: u64,
    /// Why the first of them could not.
    pub reason: Option<String>,
}

impl<T> Default for Taken<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), unread: 0, reason: None }
    }
}

impl<T> Taken<T> {
    /// One more row, or one that cannot be read.
    pub(crate) fn add(&mut self, row: Result<T, impl std::fmt::Display>) {
        match row {
            Ok(row) => self.rows.push(row),
            Err(error) => {
                self.unread += 1;
                self.reason.get_or_insert_with(|| error.to_string());
            }
        }
    }

    /// All of it, unless nothing could be read though there was something: then the source says something
    /// else than it promised.
    pub(crate) fn whole(self, what: &str) -> Result<Self, SourceError> {
        match &self.reason {
            Some(reason) if self.rows.is_empty() => Err(SourceError::broken(what, "every row", reason)),
            _ => Ok(self),
        }
    }
}

/// All that a source said, in memory: for files that people bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// When it was said, and whether it is all.
    pub head: Head,
    /// What was said.
    pub listings: Vec<Listing>,
}

#[derive(Default)]
struct Pages {
    head: Option<Head>,
    listings: Vec<Listing>,
}

impl Sink for Pages {
    fn begin(&mut self, head: Head) -> Result<(), SourceError> {
        self.head = Some(head);
        Ok(())
    }

    fn listing(&mut self, listing: Listing) -> Result<(), SourceError> {
        self.listings.push(listing);
        Ok(())
    }
}

impl Book {
    /// Gathers what `read` gives.
    pub fn gather(
        what: &str,
        read: impl FnOnce(&mut dyn Sink) -> Result<(), SourceError>,
    ) -> Result<Self, SourceError> {
        let mut pages = Pages::default();
        read(&mut pages)?;
        let head = pages.head.ok_or_else(|| SourceError::broken(what, "head", "there is none"))?;
        Ok(Self { head, listings: pages.listings })
    }
}
