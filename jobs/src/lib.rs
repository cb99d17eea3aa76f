//! The background work: what must happen without anybody asking for it.

mod mail;

use std::sync::Arc;
use std::time::Duration;

use chrono::Months;
use domain::data::DataOrigin;
use domain::events::Relay;
use domain::{Actor, App, Ctx, Result, accounts, data, prices};
use tokio_util::sync::CancellationToken;

pub use mail::Mailer;

/// Between two moves of the demo market.
const DEMO_TICK: Duration = Duration::from_secs(2);
/// Between two looks at the partitions of the price history; they are made months ahead.
const MAINTENANCE: Duration = Duration::from_secs(3_600);
/// Between two looks for people who want a copy of what is theirs, or are going.
const LEAVING: Duration = Duration::from_secs(10);
/// Between two looks for mail to send.
const MAIL: Duration = Duration::from_secs(1);

/// Works until it is asked to stop. Any number of processes may work at once.
pub async fn work(app: Arc<App>, mailer: Mailer, stop: CancellationToken) -> anyhow::Result<()> {
    let relay = Relay::new(app.hub.clone(), app.database_url.clone()).run();
    let ctx = Ctx::new(app, Actor::Service);
    let work = async {
        tokio::join!(
            relay,
            repeat(&ctx, MAINTENANCE, maintain),
            repeat(&ctx, MAINTENANCE, accounts::sweep),
            send_mail(&ctx, &mailer),
            repeat(&ctx, LEAVING, accounts::make_exports),
            repeat(&ctx, LEAVING, accounts::erase_closed),
            repeat(&ctx, DEMO_TICK, move_demo),
        );
    };
    stop.run_until_cancelled(work).await;
    Ok(())
}

/// Runs a task again and again. A failure is logged and does not end it.
async fn repeat(ctx: &Ctx, every: Duration, task: impl AsyncFn(&Ctx) -> Result<()>) {
    let mut clock = tokio::time::interval(every);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        clock.tick().await;
        if let Err(error) = task(&ctx.renewed()).await {
            tracing::warn!(%error, "a repeated task failed and will be tried again");
        }
    }
}

async fn send_mail(ctx: &Ctx, mailer: &Mailer) {
    loop {
        if let Err(error) = mail::send_due(&ctx.renewed(), mailer).await {
            tracing::warn!(%error, "mail waits");
        }
        tokio::time::sleep(MAIL).await;
    }
}

async fn maintain(ctx: &Ctx) -> Result<()> {
    prices::ensure_partitions(ctx, ctx.now().date_naive() - Months::new(1)).await
}

async fn move_demo(ctx: &Ctx) -> Result<()> {
    if data::origin(ctx).await? == DataOrigin::Demo {
        domain::demo::tick(ctx).await?;
    }
    Ok(())
}
