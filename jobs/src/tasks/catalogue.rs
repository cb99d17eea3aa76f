use std::time::Duration;

use chrono::TimeDelta;
use domain::data::{self, DataOrigin, Scryfall};
use domain::jobs::{Lane, Outcome};

use super::scheduled;
use crate::task::{Failure, Run, Task};

/// Where Scryfall is.
const SCRYFALL: &str = "https://api.scryfall.com";

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
        if data::origin(&run.ctx).await? == DataOrigin::Demo {
            return Ok(Outcome::NothingToDo { why: "the demo market is no place for real cards".to_owned() });
        }
        let scryfall = Scryfall::new(SCRYFALL).map_err(Failure::transient)?;
        // Whatever it is, the file of another day may be right.
        let cards = data::import_scryfall(&run.ctx, &scryfall).await.map_err(Failure::transient)?;
        Ok(Outcome::Done { rows: cards.lines })
    }
}
