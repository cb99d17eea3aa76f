//! Visits to the European Central Bank.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use markets::ecb::Ecb;
use markets::http::Session;
use markets::{Progress, Records};

use super::model::{Failure, Outcome, Reason, Service};
use super::outside::Outside;
use super::records::taken;
use crate::catalog::Origin;
use crate::fx::{self, ExchangeRateSource, Stored};
use crate::{Ctx, Error, Result};

/// In UTC; an hour earlier in summer.
const PUBLISHED: NaiveTime = NaiveTime::from_hms_opt(15, 0, 0).expect("three in the afternoon");
/// Rates that are named; the rest is counted.
const NAMED: usize = 5;

impl Outside {
    /// What its rates are: stand-ins do not have those of the bank.
    pub(super) fn rates(&self) -> ExchangeRateSource {
        match self.origin {
            Origin::Real => ExchangeRateSource::EuropeanCentralBank,
            Origin::Demo => ExchangeRateSource::Simulated,
        }
    }

    fn ecb(&self, ctx: &Ctx, newest: Option<NaiveDate>) -> Ecb {
        Ecb { base: self.addresses.ecb.clone(), newest, today: ctx.now().date_naive() }
    }
}

fn published(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(PUBLISHED).and_utc()
}

fn outcome(stored: Stored) -> Outcome {
    let named = || {
        let more = stored.set_aside.len().saturating_sub(NAMED);
        let named = stored.set_aside.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{named} and {more} more") } else { named }
    };
    let degraded = match &stored.shrunk {
        Some(how) => Some(Reason::Shrunk(how.clone())),
        None => (!stored.set_aside.is_empty()).then(|| Reason::SetAside(named())),
    };
    Outcome {
        rows: stored.rows,
        matched: stored.believed,
        unmatched: stored.rows - stored.believed,
        changed: stored.changed,
        observed_at: stored.newest.map(published),
        degraded,
        not_modified: false,
    }
}

/// Fetches what is new: everything the first time, later the last day, and what lies between if something
/// does.
pub(super) async fn visit(
    ctx: &Ctx,
    outside: &Outside,
    session: &Session,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let source = outside.ecb(ctx, fx::newest(ctx).await?);
    let Some(taken) = taken(ctx, outside, Service::Ecb, session, source, progress).await? else {
        return Ok(Outcome { not_modified: true, ..Outcome::default() });
    };
    Ok(outcome(fx::store(ctx, outside.rates(), &taken.rows).await?))
}

/// Reads again what was kept, oldest first.
pub(super) async fn reread(ctx: &Ctx, outside: &Outside) -> Result<Vec<Outcome>> {
    let service = Service::Ecb;
    let runs = outside.raw.runs(service.name());
    let runs = runs.map_err(|error| Error::outside(Failure::of(service, &error)))?;
    let mut all = Vec::new();
    for run in runs {
        let folder = run.folder().display().to_string();
        let source = outside.ecb(ctx, None);
        let read = tokio::task::spawn_blocking(move || source.read(&run)).await.map_err(Error::internal)?;
        match read {
            Ok(taken) => all.push(outcome(fx::store(ctx, outside.rates(), &taken.rows).await?)),
            Err(error) => tracing::warn!(%error, folder, "a kept visit cannot be read"),
        }
    }
    Ok(all)
}
