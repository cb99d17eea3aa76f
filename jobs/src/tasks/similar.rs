use std::time::Duration;

use chrono::TimeDelta;
use domain::Error;
use domain::jobs::Outcome;
use domain::similar::{self, RefreshEmbeddings};

use crate::task::{Failure, Run, Task};

impl Task for RefreshEmbeddings {
    const TIMEOUT: Duration = Duration::from_secs(3_600);
    const ROWS: u64 = 1;
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(25));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let progress = |done, total| run.progress(done, total);
        let world = run.world();
        let done = match similar::refresh_embeddings(&run.ctx, world.as_deref(), progress).await {
            // What was served is served on; no retry brings money.
            Err(Error::Outside(failure)) if failure.needs_somebody() => {
                return Ok(Outcome::Degraded { rows: 0, why: failure.to_string() });
            }
            done => done?,
        };
        tracing::info!(?done, "cards are compared");
        let nothing = |why: &str| Outcome::NothingToDo { why: why.to_owned() };
        Ok(match done.embedded + done.removed {
            0 if done.cards == 0 => nothing("there are no cards yet"),
            0 => nothing("every card is as it was"),
            rows => Outcome::Done { rows },
        })
    }
}
