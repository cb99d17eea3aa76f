//! Visits of sources that are no markets.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::data::{self, DataOrigin};
use domain::jobs::Outcome;
use domain::sources::{Outside, Service, StandIns};

use super::market::{reachable, visit};
use super::visiting;
use crate::task::{Failure, Run, Task};

/// The way outside, if there is one and there are cards that what comes can be about.
async fn open(run: &Run, stand_ins: Option<&StandIns>) -> Result<Result<Arc<Outside>, Outcome>, Failure> {
    if data::origin(&run.ctx).await? == DataOrigin::Empty {
        let why = "there is no catalogue yet: bulk_refresh brings it".to_owned();
        return Ok(Err(Outcome::NothingToDo { why }));
    }
    reachable(run, stand_ins).await
}

visiting!(
    /// What is written about the game, with the cards that it names.
    NewsCollection,
    "news_collection"
);

impl Task for NewsCollection {
    const TIMEOUT: Duration = Duration::from_secs(1_800);
    const ROWS: u64 = 1;
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(13));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let stand_ins = self.stand_ins.as_ref();
        let outside = match open(run, stand_ins).await? {
            Ok(outside) => outside,
            Err(nothing) => return Ok(nothing),
        };
        let feeds = visit(run, Service::Feeds, stand_ins).await;
        if !outside.may_ask(Service::NewsApi) {
            return feeds;
        }
        both(feeds, visit(run, Service::NewsApi, stand_ins).await)
    }
}

visiting!(
    /// Tournaments that ended, with standings and decks.
    TournamentCollection,
    "ingest_recent_tournaments"
);

impl Task for TournamentCollection {
    const TIMEOUT: Duration = Duration::from_secs(3_600);
    const ROWS: u64 = 1;
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(49));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let stand_ins = self.stand_ins.as_ref();
        let outside = match open(run, stand_ins).await? {
            Ok(outside) => outside,
            Err(nothing) => return Ok(nothing),
        };
        if !outside.may_ask(Service::TopDeck) {
            let why = "there is no key for TopDeck.gg: set DUALCASTER_TOPDECK_KEY".to_owned();
            return Ok(Outcome::NothingToDo { why });
        }
        visit(run, Service::TopDeck, stand_ins).await
    }
}

visiting!(
    /// How much cards are played in Commander.
    EdhrecCollection,
    "edhrec_collection"
);

impl Task for EdhrecCollection {
    const TIMEOUT: Duration = Duration::from_secs(3_600);
    const ROWS: u64 = 1;
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(49));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let stand_ins = self.stand_ins.as_ref();
        match open(run, stand_ins).await? {
            Ok(_) => visit(run, Service::Edhrec, stand_ins).await,
            Err(nothing) => Ok(nothing),
        }
    }
}

visiting!(
    /// What the euro was worth.
    FxCollection,
    "fx_collection"
);

impl Task for FxCollection {
    const TIMEOUT: Duration = Duration::from_secs(900);
    const ROWS: u64 = 1;
    /// From Friday to Monday, and a day to spare.
    const FRESH: Option<TimeDelta> = Some(TimeDelta::hours(97));

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let stand_ins = self.stand_ins.as_ref();
        match open(run, stand_ins).await? {
            Ok(_) => visit(run, Service::Ecb, stand_ins).await,
            Err(nothing) => Ok(nothing),
        }
    }
}

/// Two visits as one run: what one of them brought counts, and what was wrong with either is told.
fn both(one: Result<Outcome, Failure>, other: Result<Outcome, Failure>) -> Result<Outcome, Failure> {
    let (one, other) = match (one, other) {
        (Err(one), Err(_)) => return Err(one),
        (Err(error), Ok(came)) | (Ok(came), Err(error)) => {
            (came, Outcome::Degraded { rows: 0, why: error.chain().join(": ") })
        }
        (Ok(one), Ok(other)) => (one, other),
    };
    let wrong = |outcome: &Outcome| match outcome {
        Outcome::Degraded { why, .. } => Some(why.clone()),
        _ => None,
    };
    let rows = |outcome: &Outcome| match outcome {
        Outcome::Done { rows } | Outcome::Degraded { rows, .. } => *rows,
        _ => 0,
    };
    let why: Vec<String> = [&one, &other].into_iter().filter_map(wrong).collect();
    Ok(match (&one, &other) {
        (Outcome::NothingToDo { .. }, Outcome::NothingToDo { .. }) => one,
        _ if why.is_empty() => Outcome::Done { rows: rows(&one) + rows(&other) },
        _ => Outcome::Degraded { rows: rows(&one) + rows(&other), why: why.join("; ") },
    })
}
