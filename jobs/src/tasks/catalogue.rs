use std::time::Duration;

use chrono::TimeDelta;
use domain::jobs::{Lane, Outcome};
use domain::sources::Service;

use super::market::visit;
use super::scheduled;
use crate::task::{Failure, Run, Task};

scheduled!(
    /// Scryfall's sets, printings, prices and withdrawn printings.
    BulkRefresh,
    "bulk_refresh",
    Lane::of("scryfall", 1)
);

impl Task for BulkRefresh {
    const TIMEOUT: Duration = Duration::from_secs(3_600);
    const ROWS: u64 = 1;
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(25));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        visit(run, Service::Scryfall, None).await
    }
}
