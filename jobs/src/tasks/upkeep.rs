use chrono::{Months, TimeDelta};
use domain::jobs::{self as queue, Outcome};
use domain::{accounts, data, events, imports, notifications, prices};

use super::scheduled;
use crate::task::{Failure, Run, Task};

scheduled!(
    /// Partitions of the price history, months ahead.
    PartitionMaintenance,
    "partition_maintenance"
);
scheduled!(
    /// Forgets jobs, ticks and loads that are over and old, imports that nobody finished, and notifications
    /// that were read long ago.
    Retention,
    "retention"
);
scheduled!(
    /// Forgets events that nobody carried away in time.
    OutboxCleanup,
    "outbox_cleanup"
);
scheduled!(
    /// Forgets links, sessions, counters and copies of accounts that are over; renews signing keys.
    TokenCleanup,
    "token_cleanup"
);

impl Task for PartitionMaintenance {
    const FRESH: Option<TimeDelta> = Some(TimeDelta::days(2));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        prices::ensure_partitions(&run.ctx, run.ctx.now().date_naive() - Months::new(1)).await?;
        Ok(Outcome::Done { rows: 0 })
    }
}

impl Task for Retention {
    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let old = queue::forget_old(&run.ctx).await? + data::forget_loads(&run.ctx).await?;
        let gone = old + imports::sweep(&run.ctx).await? + notifications::sweep(&run.ctx).await?;
        Ok(swept(gone))
    }
}

impl Task for OutboxCleanup {
    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        Ok(swept(events::sweep(&run.ctx).await?))
    }
}

impl Task for TokenCleanup {
    const FRESH: Option<TimeDelta> = Some(TimeDelta::days(1));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        accounts::sweep(&run.ctx).await?;
        Ok(Outcome::Done { rows: 0 })
    }
}

fn swept(gone: usize) -> Outcome {
    match gone {
        0 => Outcome::NothingToDo { why: "nothing was old enough".to_owned() },
        gone => Outcome::Done { rows: gone as u64 },
    }
}
