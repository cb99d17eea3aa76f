use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::board::Best;
use super::super::simulate::{Simulated, Simulation, simulate};
use super::inputs::AlertInput;
use crate::catalog::{Printing, PrintingKey};
use crate::inventory::{InventoryError, settle};
use crate::prices::{Finish, Source};
use crate::reader::boxed;
use crate::scalars::Decimal;
use crate::{Ctx, ReaderLoader};

/// What an alert would have done.
#[derive(SimpleObject)]
pub(super) struct AlertSimulationPayload {
    /// What it would have done; null when the rule cannot be.
    simulation: Option<Simulation>,
    /// What has to be corrected.
    errors: Vec<InventoryError>,
}

/// What an alert would have done.
#[Object(name = "AlertSimulation")]
impl Simulation {
    /// Times that it would have been told.
    async fn fired(&self) -> i32 {
        count(self.fired)
    }

    /// Times that it would have fired more often than it may in a day.
    async fn suppressed(&self) -> i32 {
        count(self.suppressed)
    }

    /// Times that the condition became true: what an alert without patience would have told.
    async fn naive(&self) -> i32 {
        count(self.naive)
    }

    /// Changes of prices that it would have looked at; of a portfolio days.
    async fn changes(&self) -> i32 {
        count(self.changes)
    }

    /// The first price that is known of the days and the window before them; null if there is none.
    async fn known_since(&self) -> Option<DateTime<Utc>> {
        self.known_since
    }

    /// Whether the days of the portfolio are being worked out: ask again in a few seconds.
    async fn pending(&self) -> bool {
        self.pending
    }

    /// The last times, the newest first; at most 100.
    async fn times(&self) -> &[Simulated] {
        &self.times
    }
}

/// A time that an alert would have fired.
#[Object(name = "SimulatedAlert")]
impl Simulated {
    /// When it would have been told.
    async fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// When the condition became true.
    async fn since(&self) -> DateTime<Utc> {
        self.firing.since
    }

    /// The price before, in the alert's currency; of a spread per cent.
    async fn before(&self) -> Option<Decimal> {
        self.firing.before.map(Decimal)
    }

    /// The price then.
    async fn after(&self) -> Option<Decimal> {
        self.firing.after.map(Decimal)
    }

    /// What it was beyond.
    async fn threshold(&self) -> Option<Decimal> {
        self.firing.threshold.map(Decimal)
    }

    /// Whether it would have been more often than it may in a day.
    async fn suppressed(&self) -> bool {
        self.firing.held.is_some()
    }

    /// The printing whose price it was.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        let Some(best) = self.best else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PrintingKey(best.printing))).await?)
    }

    /// Its finish.
    async fn finish(&self) -> Option<Finish> {
        self.best.and_then(|best: Best| best.finish)
    }

    /// The market.
    async fn source(&self) -> Option<Source> {
        self.best.and_then(|best: Best| best.source)
    }
}

fn count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Reads of alerts that are not made yet.
#[derive(Default)]
pub struct Query;

#[Object(name = "AlertQuery")]
impl Query {
    /// What an alert would have done with the prices of the past, by the rules that real ones go by; nothing is
    /// stored. A past that was loaded long after it happened counts as if somebody had been there. Needs a
    /// login; an API key needs the scope `READ_OWN`.
    async fn alert_simulation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is about and what sets it off.")] input: AlertInput,
        #[graphql(default = 365, desc = "So many days until now, 1 to 365.")] days: i32,
    ) -> Result<AlertSimulationPayload> {
        let platform: &Ctx = ctx.data_unchecked();
        platform.reader()?;
        let reader: &ReaderLoader = ctx.data_unchecked();
        let simulated = match input.read(platform, reader).await {
            Ok(definition) => simulate(platform, &definition, days).await,
            Err(refusal) => Err(refusal),
        };
        let (simulation, errors) = settle(simulated)?;
        Ok(AlertSimulationPayload { simulation, errors })
    }
}
