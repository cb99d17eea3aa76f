use std::time::Duration;

use domain::jobs::Outcome;
use domain::portfolio::{self, PortfolioBackfill};

use super::scheduled;
use crate::task::{Failure, Run, Task};

scheduled!(
    /// Ends the day of every portfolio that somebody looks at.
    PortfolioSnapshots,
    "portfolio_snapshots"
);

impl Task for PortfolioBackfill {
    const TIMEOUT: Duration = Duration::from_secs(600);

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        Ok(match portfolio::backfill(&run.ctx, &self).await? {
            Some(rows) => Outcome::Done { rows },
            None => Outcome::NothingToDo { why: "nobody looks at the portfolio".to_owned() },
        })
    }
}

impl Task for PortfolioSnapshots {
    const TIMEOUT: Duration = Duration::from_secs(1_800);

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let snapped = portfolio::snapshots(&run.ctx).await?;
        tracing::info!(?snapped, "portfolios are valued");
        Ok(match snapped.days + snapped.anew {
            0 => Outcome::NothingToDo { why: "nobody looks at a portfolio, or all is done".to_owned() },
            rows => Outcome::Done { rows },
        })
    }
}
