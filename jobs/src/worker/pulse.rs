//! Keeps leases, shows progress, learns what was taken away or cancelled, and takes back what dead
//! workers left.

use std::sync::Arc;
use std::time::Duration;

use domain::Ctx;
use domain::jobs as queue;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::held::Held;
use super::span;

/// Between two looks at what has moved.
const SHOW: Duration = Duration::from_millis(500);
/// Leases that one statement keeps.
const BATCH: usize = 1_000;

/// Beats until it is dropped.
pub(super) async fn beat(ctx: Ctx, held: Arc<Held>, lease: Duration) {
    let mut clock = interval(SHOW.min(lease / 6));
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut kept = Instant::now();
    loop {
        clock.tick().await;
        let all = kept.elapsed() >= lease / 3;
        let asked = held.to_show(all);
        let mut heard = true;
        for part in asked.chunks(BATCH) {
            match queue::renew(&ctx.renewed(), part, span(lease)).await {
                Ok(renewed) => held.renewed(part, &renewed),
                Err(error) => {
                    heard = false;
                    tracing::warn!(%error, "leases of jobs could not be kept for a moment");
                }
            }
        }
        if all && heard {
            kept = Instant::now();
        }
        if let Err(error) = queue::reap(&ctx.renewed()).await {
            tracing::debug!(%error, "what others left is not looked for");
        }
    }
}
