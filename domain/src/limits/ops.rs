use std::sync::Arc;
use std::time::Duration;

use super::model::{Budget, Intent, Payer, Refusal, Tier};
use super::queries;
use crate::{App, Error, Result};

/// Between two looks at Redis: how long its return may stay unnoticed.
const BEAT: Duration = Duration::from_millis(500);
/// Between two reads of the tiers.
const REFRESH: Duration = Duration::from_secs(10);
/// A read of the tiers that hangs must not be the last one.
const REFRESH_LIMIT: Duration = Duration::from_secs(5);
/// Points of the dearest read that may run while budgets are away.
const CHEAP: u64 = 100;

/// Takes the price of a request from the payer's budget. A budget that was not touched for long is full.
///
/// While Redis is away the platform fails closed: mutations, and queries and subscriptions of more than
/// 100 points are refused, whoever asks. Cheaper ones run, ten a second for a whole process; they have
/// no budget to tell of. Redis is looked for twice a second.
pub async fn charge(
    app: &App,
    payer: &Payer,
    points: u64,
    intent: Intent,
) -> Result<Option<Budget>, Refusal> {
    let limiter = &app.limiter;
    if limiter.is_up()
        && let Ok(taken) = limiter.take(payer, points).await
    {
        return taken.map(Some);
    }
    if intent == Intent::Read && points <= CHEAP && limiter.local.take() {
        return Ok(None);
    }
    Err(Refusal::Unknown)
}

/// Reads what the tiers may spend. What it does not find stays as it is.
pub async fn refresh(app: &App) -> Result<()> {
    let mut conn = app.db.get().await.map_err(|_| Error::Unavailable("the database"))?;
    for row in queries::tiers(&mut conn).await? {
        if let Some(tier) = Tier::ALL.into_iter().find(|tier| tier.name() == row.tier) {
            app.limiter.set_rate(tier, row.rate());
        }
    }
    Ok(())
}

/// Keeps the tiers fresh and knows whether Redis is there, until it is dropped.
pub async fn watch(app: Arc<App>) {
    let probing = async {
        loop {
            app.limiter.probe().await;
            tokio::time::sleep(BEAT).await;
        }
    };
    let refreshing = async {
        loop {
            match tokio::time::timeout(REFRESH_LIMIT, refresh(&app)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "the tiers stay as they are"),
                Err(elapsed) => tracing::debug!(%elapsed, "the tiers stay as they are"),
            }
            tokio::time::sleep(REFRESH).await;
        }
    };
    tokio::join!(probing, refreshing);
}
