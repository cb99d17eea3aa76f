//! Visits of the markets that can be asked card by card, in between those of everything: for the cards that
//! somebody owns.

use chrono::TimeDelta;
use domain::jobs::{self, Job, Lane, Outcome};
use domain::sources::{self, Most, Service, StandIns};

use super::market::{Shown, Visit, reachable};
use super::visiting;
use crate::task::{Failure, Run, Task};

visiting!(
    /// A visit, for owned cards, of every market that can be asked for them alone.
    PriceCollection,
    "dispatch_price_collection"
);

impl Task for PriceCollection {
    const ROWS: u64 = 1;
    // Without keys and without inventories there is nothing to do, which is nothing to complain about.
    const FRESH: Option<TimeDelta> = None;

    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let outside = match reachable(run, self.stand_ins.as_ref()).await? {
            Ok(outside) => outside,
            Err(nothing) => return Ok(nothing),
        };
        let nothing = |why: &str| Ok(Outcome::NothingToDo { why: why.to_owned() });
        let markets: Vec<Service> =
            Service::PER_CARD.into_iter().filter(|service| outside.may_ask(*service)).collect();
        if markets.is_empty() {
            return nothing(
                "no market that is asked card by card has a key: DUALCASTER_CARDTRADER_TOKEN would help, or \
                 DUALCASTER_TCGPLAYER_PUBLIC_KEY with DUALCASTER_TCGPLAYER_PRIVATE_KEY",
            );
        }
        if !sources::any_owned(&run.ctx).await? {
            return nothing("nobody has a card in an inventory");
        }
        let mut conn = run.ctx.conn().await?;
        let mut visits = Vec::new();
        for service in markets {
            let (service, stand_ins) = (service.name().to_owned(), self.stand_ins.clone());
            // Two at once would ask for more than the service allows, and the other brings these cards too.
            let whole = Visit { service: service.clone(), stand_ins: stand_ins.clone() };
            if !jobs::is_at_work(&mut conn, &whole).await? {
                visits.push(OwnedVisit { service, stand_ins });
            }
        }
        if visits.is_empty() {
            return nothing("visits of the whole markets go on, which bring these cards too");
        }
        let new = jobs::enqueue_all(&run.ctx, &mut conn, &visits).await?;
        if new.is_empty() {
            return nothing("the visits before go on still");
        }
        Ok(Outcome::Done { rows: new.len() as u64 })
    }
}

/// One visit of one market, for owned cards.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct OwnedVisit {
    /// Its short name.
    pub service: String,
    /// What is visited in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_ins: Option<StandIns>,
}

impl Job for OwnedVisit {
    const KIND: &'static str = "visit_market_for_owned";
    /// Apart from the long visits: who waits for a few cards does not wait for a whole market.
    const LANE: Lane = Lane::of(Self::KIND, 1);
    const MAX_ATTEMPTS: u16 = Visit::MAX_ATTEMPTS;

    fn unique_key(&self) -> Option<String> {
        Visit { service: self.service.clone(), stand_ins: self.stand_ins.clone() }.unique_key()
    }
}

impl Task for OwnedVisit {
    async fn run(self, run: &Run) -> Result<Outcome, Failure> {
        let unknown = || Failure::permanent(anyhow::anyhow!("there is no service {}", self.service));
        let service = Service::named(&self.service).ok_or_else(unknown)?;
        let outside = match reachable(run, self.stand_ins.as_ref()).await? {
            Ok(outside) => outside,
            Err(nothing) => return Ok(nothing),
        };
        let nothing = |why: &str| Ok(Outcome::NothingToDo { why: why.to_owned() });
        let shown = Shown(run.meter.clone());
        let came = sources::refresh_owned(&run.ctx, &outside, service, Most::default(), &shown).await?;
        let Some(came) = came else {
            return nothing("nobody has a card that is sold there");
        };
        match came.degraded {
            Some(reason) => Ok(Outcome::Degraded { rows: came.rows, why: reason.to_string() }),
            None if came.rows == 0 => nothing("nobody sells any of these cards there"),
            None => Ok(Outcome::Done { rows: came.rows }),
        }
    }
}
