//! The background work: what must happen without anybody asking for it.

mod doors;
mod mail;
mod registry;
mod scheduler;
mod task;
pub mod tasks;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use domain::data::DataOrigin;
use domain::events::Relay;
use domain::{Actor, App, Ctx, Result, data};
use tokio_util::sync::CancellationToken;

pub use doors::Doors;
pub use mail::{Mailer, RESEND, Resend};
pub use registry::Registry;
pub use scheduler::schedule;
pub use task::{Failure, Run, Task};
pub use worker::{Options, Worker};

/// Between two moves of the demo market.
const DEMO_TICK: Duration = Duration::from_secs(2);
/// Between two looks for mail to send.
const MAIL: Duration = Duration::from_secs(1);

/// Works until it is asked to stop. Any number of processes may work at once.
///
/// Mail and the demo market are loops of their own: a mail's row is a queue's row already, with its
/// lease and its own waits, and a move of the demo every two seconds would leave 43,200 jobs a day that
/// say nothing.
pub async fn work(
    app: Arc<App>,
    mailer: Mailer,
    registry: Registry,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let relay = Relay::new(app.hub.clone(), app.database_url.clone()).run();
    let worker = Worker::new(app.clone(), registry, Options::new(name()));
    let ctx = Ctx::new(app, Actor::Service);
    let loops = async {
        tokio::join!(relay, schedule(&ctx), send_mail(&ctx, &mailer), repeat(&ctx, DEMO_TICK, move_demo));
    };
    let loops = stop.run_until_cancelled(loops);
    tokio::join!(loops, worker.run(stop.clone()));
    Ok(())
}

/// Runs the jobs that are due, and what they lead to, until nothing is. Returns how many.
pub async fn run_due(app: Arc<App>, registry: Registry) -> Result<usize> {
    Worker::new(app, registry, Options::new(name())).run_due().await
}

/// Whose worker it is: the machine, and a number that no other process of it has.
fn name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let host = if host.is_empty() { "worker" } else { host };
    format!("{host}:{}", std::process::id())
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
        if let Err(error) = mail::gather(&ctx.renewed(), mailer).await {
            tracing::warn!(%error, "notifications wait");
        }
        if let Err(error) = mail::send_due(&ctx.renewed(), mailer).await {
            tracing::warn!(%error, "mail waits");
        }
        tokio::time::sleep(MAIL).await;
    }
}

async fn move_demo(ctx: &Ctx) -> Result<()> {
    if data::origin(ctx).await? == DataOrigin::Demo {
        domain::demo::tick(ctx).await?;
    }
    Ok(())
}
