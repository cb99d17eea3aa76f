use std::time::Duration;

use domain::imports::{self, EnterImport, ReadImport};
use domain::jobs::Outcome;

use crate::task::{Failure, Run, Task};

impl Task for ReadImport {
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let progress = |rows| run.progress(rows, None);
        Ok(outcome(imports::read(&run.ctx, self.import, progress).await?))
    }
}

impl Task for EnterImport {
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        Ok(outcome(imports::enter(&run.ctx, self.import).await?))
    }
}

fn outcome(rows: Option<u64>) -> Outcome {
    match rows {
        Some(rows) => Outcome::Done { rows },
        None => Outcome::NothingToDo { why: "nobody waits for the import".to_owned() },
    }
}
