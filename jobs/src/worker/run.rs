use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use domain::jobs::Claimed;
use futures_util::FutureExt;
use tokio::time::{Instant, timeout};
use tracing::{Instrument, Span};

use super::ended::{End, Ended};
use super::held::{Held, Why};
use crate::registry::Entry;
use crate::task::{Failure, Run};

/// How long a run may be over its time before it is believed to hang for good.
const GRACE: Duration = Duration::from_secs(10);

/// A job that was taken and is about to run.
pub(super) struct Runnable {
    pub job: Claimed,
    pub run: Run,
    pub entry: Option<Arc<Entry>>,
    pub held: Arc<Held>,
}

impl Runnable {
    /// Runs it, whatever happens, to a result.
    pub async fn run(self) -> Ended {
        let span = self.span();
        let end = match &self.entry {
            _ if !self.held.begin(self.run.lease, GRACE) => self.stopped(),
            Some(entry) => self.counted(entry).instrument(span.clone()).await,
            None => {
                End::Failed(Failure::permanent(anyhow::anyhow!("this worker knows no {}", self.job.kind)))
            }
        };
        Ended { job: self.job, end, span }
    }

    /// Goes on with the trace in which the job was asked for.
    fn span(&self) -> Span {
        let span = tracing::info_span!(
            "job",
            otel.kind = "consumer",
            id = self.job.id,
            kind = self.job.kind,
            attempt = self.job.attempts,
            trace = tracing::field::Empty,
        );
        trace::adopt(&span, self.job.traceparent.as_deref(), trace::Trust::Ours);
        span
    }

    async fn counted(&self, entry: &Entry) -> End {
        let began = Instant::now();
        let end = self.attempt(entry).await;
        let metrics = &self.run.ctx.app().metrics;
        metrics.ran(entry.announced.kind, end.counted(), began.elapsed());
        end
    }

    async fn attempt(&self, entry: &Entry) -> End {
        let run = Run { ctx: self.run.ctx.renewed(), ..self.run.clone() };
        let work = AssertUnwindSafe(entry.run(self.job.payload.clone(), run)).catch_unwind();
        let ended = self.run.stop.run_until_cancelled(timeout(entry.timeout, work)).await;
        match ended {
            None => self.stopped(),
            Some(Err(_)) => {
                let error = anyhow::anyhow!("it took longer than {:?}", entry.timeout);
                End::Failed(Failure::transient(error))
            }
            Some(Ok(Err(panic))) => {
                End::Failed(Failure::transient(anyhow::anyhow!("it panicked: {}", said(&*panic))))
            }
            Some(Ok(Ok(Err(failure)))) => End::Failed(failure),
            Some(Ok(Ok(Ok(outcome)))) => End::Settled(outcome),
        }
    }

    fn stopped(&self) -> End {
        match self.held.why(self.run.lease) {
            Why::Cancelled => End::Cancelled,
            Why::Lost => End::Lost,
            Why::Draining => End::Released,
        }
    }
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}
