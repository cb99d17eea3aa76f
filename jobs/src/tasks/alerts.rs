use std::time::Duration;

use chrono::TimeDelta;
use domain::alerts::{self, CheckAlerts};
use domain::jobs::{self, Outcome};
use domain::saved::{self, CheckSearches};

use crate::task::{Failure, Run, Task};

impl Task for CheckAlerts {
    const TIMEOUT: Duration = Duration::from_secs(300);
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(1));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let checked = alerts::check(&run.ctx).await?;
        Ok(match checked.alerts {
            0 => Outcome::NothingToDo { why: "there was no alert to look at".to_owned() },
            alerts => Outcome::Done { rows: alerts as u64 },
        })
    }
}

impl Task for CheckSearches {
    const TIMEOUT: Duration = Duration::from_secs(600);
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(1));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        if jobs::another_waits::<Self>(&run.ctx).await? {
            return Ok(Outcome::NothingToDo { why: "another one waits that sees as much".to_owned() });
        }
        Ok(match saved::check(&run.ctx).await? {
            0 => Outcome::NothingToDo { why: "no saved search finds anything new".to_owned() },
            rows => Outcome::Done { rows },
        })
    }
}
