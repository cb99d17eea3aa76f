//! Visits of the markets. The clock starts the dispatch, which makes a visit of each market a job of its
//! own: one that is slow or away does not hold up the others.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::data::{self, DataOrigin};
use domain::jobs::{self, Job, Lane, Outcome};
use domain::sources::{self, Outside, Part, Progress, Service, StandIns};

use super::visiting;
use super::{EdhrecCollection, FxCollection, NewsCollection, PriceCollection, TournamentCollection};
use crate::task::{Failure, Meter, Run, Task};

/// What an operator may run with stand-ins.
pub const VISITING: [&str; 7] = [
    MarketCollection::KIND,
    PriceCollection::KIND,
    BuylistCollection::KIND,
    NewsCollection::KIND,
    TournamentCollection::KIND,
    EdhrecCollection::KIND,
    FxCollection::KIND,
];

/// The services that a run visits, or why it visits none.
pub(super) async fn reachable(
    run: &Run,
    stand_ins: Option<&StandIns>,
) -> Result<Result<Arc<Outside>, Outcome>, Failure> {
    let nothing = |why: &str| Ok(Err(Outcome::NothingToDo { why: why.to_owned() }));
    let doors = run.doors.as_ref();
    match (data::origin(&run.ctx).await?, stand_ins) {
        (DataOrigin::Demo, None) => nothing("the demo market is no place for what is real"),
        (DataOrigin::Demo, Some(stand_ins)) => match doors {
            Some(doors) => Ok(Ok(doors.stand_ins(stand_ins).map_err(Failure::permanent)?)),
            None => nothing("this worker has no way out"),
        },
        (DataOrigin::Real | DataOrigin::Empty, Some(_)) => {
            Err(Failure::permanent(anyhow::anyhow!("stand-ins are for the demo market alone")))
        }
        (DataOrigin::Real | DataOrigin::Empty, None) => match run.world() {
            Some(outside) => Ok(Ok(outside)),
            None => nothing("this installation does not visit outside services"),
        },
    }
}

visiting!(
    /// A visit of every market that we may ask.
    MarketCollection,
    "dispatch_market_collection"
);

impl Task for MarketCollection {
    const ROWS: u64 = 1;
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(2));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let outside = match reachable(run, self.stand_ins.as_ref()).await? {
            Ok(outside) => outside,
            Err(nothing) => return Ok(nothing),
        };
        let markets = Service::ALL.into_iter().filter(|service| service.prices().is_some());
        let visits: Vec<Visit> = markets
            .filter(|service| outside.may_ask(*service))
            .map(|service| Visit { service: service.name().to_owned(), stand_ins: self.stand_ins.clone() })
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
    /// What is visited in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_ins: Option<StandIns>,
}

impl Job for Visit {
    const KIND: &'static str = "visit_market";
    /// Reading a list takes a processor; more at once would only be slower.
    const LANE: Lane = Lane::of("markets", 2);
    const MAX_ATTEMPTS: u16 = 6;

    fn unique_key(&self) -> Option<String> {
        let stand_ins = self.stand_ins.as_ref().map(|stand_ins| format!(" at {}", stand_ins.address));
        Some(self.service.clone() + &stand_ins.unwrap_or_default())
    }
}

impl Task for Visit {
    const TIMEOUT: Duration = Duration::from_secs(3_600);

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let unknown = || Failure::permanent(anyhow::anyhow!("there is no service {}", self.service));
        let service = Service::named(&self.service).ok_or_else(unknown)?;
        visit(run, service, self.stand_ins.as_ref()).await
    }
}

visiting!(
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
        visit(run, Service::CardKingdom, self.stand_ins.as_ref()).await
    }
}

/// Shows a visit's progress as the job's.
pub(super) struct Shown(pub Arc<Meter>);

impl Progress for Shown {
    fn tell(&self, _: Part, done: u64, total: Option<u64>) {
        self.0.tell(done, total);
    }
}

/// Visits a service; what came of it in the queue's words.
pub(super) async fn visit(
    run: &Run,
    service: Service,
    stand_ins: Option<&StandIns>,
) -> Result<Outcome, Failure> {
    let outside = match reachable(run, stand_ins).await? {
        Ok(outside) => outside,
        Err(nothing) => return Ok(nothing),
    };
    let shown = Shown(run.meter.clone());
    let came = sources::refresh(&run.ctx, &outside, service, &shown).await?;
    Ok(match came.degraded {
        _ if came.not_modified => Outcome::NothingToDo { why: "nothing new since the last visit".to_owned() },
        Some(reason) => Outcome::Degraded { rows: came.rows, why: reason.to_string() },
        None => Outcome::Done { rows: came.rows },
    })
}
