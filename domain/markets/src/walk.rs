use crate::http::{Ask, Session};
use crate::raw::Run;
use crate::{Fault, Part, Progress, SourceError};

/// The note in a run's folder about what did not come.
const FAILED: &str = "failed";
/// One answer of so many may fail before the whole visit does.
const TOLERATED: u64 = 20;

/// Many answers of one source, of which a few may be missing in the end.
pub(crate) struct Walk<'a> {
    session: &'a Session,
    run: &'a Run,
    progress: &'a dyn Progress,
    done: u64,
    total: u64,
    failed: Vec<String>,
}

impl<'a> Walk<'a> {
    /// A walk of so many requests.
    pub fn new(session: &'a Session, run: &'a Run, progress: &'a dyn Progress, total: usize) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        Self { session, run, progress, done: 0, total, failed: Vec::new() }
    }

    /// Fetches one answer; `false` if it is one of those that are missing.
    pub async fn save(&mut self, name: &str, ask: &Ask) -> Result<bool, SourceError> {
        let saved = self.session.save(self.run, name, ask).await;
        self.done += 1;
        self.progress.tell(Part::Fetch, self.done, Some(self.total.max(self.done)));
        let Err(error) = saved else { return Ok(true) };
        let small = matches!(
            error.fault(),
            Fault::Missing | Fault::Unavailable | Fault::Garbage | Fault::RateLimited(_)
        );
        if !small || self.failed.len() as u64 >= self.total.div_ceil(TOLERATED) {
            return Err(error);
        }
        tracing::warn!(%error, "one answer of many did not come");
        self.failed.push(error.to_string());
        Ok(false)
    }

    /// Writes down what is missing.
    pub fn finish(self) -> Result<(), SourceError> {
        self.run.note(FAILED, &self.failed)
    }

    /// What was missing at the end of a walk.
    pub fn missing(run: &Run) -> Result<Vec<String>, SourceError> {
        run.json("what did not come", FAILED)
    }
}
