use domain::accounts::{self, EraseAccount, ExportAccount};
use domain::jobs::Outcome;

use crate::task::{Failure, Run, Task};

impl Task for ExportAccount {
    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        Ok(match accounts::make_export(&run.ctx, self.user).await? {
            true => Outcome::Done { rows: 1 },
            false => Outcome::NothingToDo { why: "nobody waits for the copy".to_owned() },
        })
    }
}

impl Task for EraseAccount {
    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        Ok(match accounts::erase(&run.ctx, self.user).await? {
            true => Outcome::Done { rows: 1 },
            false => Outcome::NothingToDo { why: "the account was erased before".to_owned() },
        })
    }
}
