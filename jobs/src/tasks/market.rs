//! Visits of the markets. The clock starts the dispatch, which makes a visit of each market a job of its
//! own: one that is slow or away does not hold up the others.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::data::{self, DataOrigin};
use domain::jobs::{self, Job, Lane, Outcome};
use domain::sources::{self, Outside, Part, Progress, Service};

use super::scheduled;
use crate::task::{Failure, Meter, Run, Task};

/// Why outside services are not asked, if they are not.
pub(super) async fn reachable(run: &Run) -> Result<Result<&Outside, Outcome>, Failure> {
    let nothing = |why: &str| Ok(Err(Outcome::NothingToDo { why: why.to_owned() }));
    if data::origin(&run.ctx).await? == DataOrigin::Demo {
        return nothing("the demo market is no place for what is real");
    }
    match run.outside() {
        Some(outside) => Ok(Ok(outside)),
        None => nothing("this installation does not visit outside services"),
    }
}

scheduled!(
    /// A visit of every market that we may ask.
    MarketCollection,
    "dispatch_market_collection"
);

impl Task for MarketCollection {
    const ROWS: u64 = 1;
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(2));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let outside = match reachable(run).await? {
            Ok(outside) => outside,
            Err(nothing) => return Ok(nothing),
        };
        let markets = Service::ALL.into_iter().filter(|service| service.prices().is_some());
        let visits: Vec<Visit> = markets
            .filter(|service| outside.may_ask(*service))
            .map(|service| Visit { service: service.name().to_owned() })
            .collect();
        let mut conn = run.ctx.conn().await?;
        let new = jobs::enqueue_all(&run.ctx, &mut conn, &visits).await?;
        if new.is_empty() {
            return Ok(Outcome::NothingToDo { why: "the visits before go on still".to_owned() });
        }
        Ok(Outcome::Done { rows: new.len() as u64 })
    }
}

/// One visit of one market.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Visit {
    /// Its short name.
    pub service: String,
}

impl Job for Visit {
    const KIND: &'static str = "visit_market";
    /// Reading a list takes a processor; more at once would only be slower.
    const LANE: Lane = Lane::of("markets", 2);
    const MAX_ATTEMPTS: u16 = 6;

    fn unique_key(&self) -> Option<String> {
        Some(self.service.clone())
    }
}

impl Task for Visit {
    const TIMEOUT: Duration = Duration::from_secs(3_600);

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let unknown = || Failure::permanent(anyhow::anyhow!("there is no service {}", self.service));
        visit(run, Service::named(&self.service).ok_or_else(unknown)?).await
    }
}

scheduled!(
    /// What Card Kingdom asks and pays.
    BuylistCollection,
    "buylist_collection",
    Visit::LANE
);

impl Task for BuylistCollection {
    const TIMEOUT: Duration = Duration::from_secs(3_600);
    const ROWS: u64 = 1_000;
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(13));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        visit(run, Service::CardKingdom).await
    }
}

/// Shows a visit's progress as the job's.
struct Shown(Arc<Meter>);

impl Progress for Shown {
    fn tell(&self, _: Part, done: u64, total: Option<u64>) {
        self.0.tell(done, total);
    }
}

/// Visits a service; what came of it in the queue's words.
pub(super) async fn visit(run: &Run, service: Service) -> Result<Outcome, Failure> {
    let outside = match reachable(run).await? {
        Ok(outside) => outside,
        Err(nothing) => return Ok(nothing),
    };
    let shown = Shown(run.meter.clone());
    let came = sources::refresh(&run.ctx, outside, service, &shown).await?;
    Ok(match came.degraded {
        _ if came.not_modified => Outcome::NothingToDo { why: "nothing new since the last visit".to_owned() },
        Some(reason) => Outcome::Degraded { rows: came.rows, why: reason.to_string() },
        None => Outcome::Done { rows: came.rows },
    })
}
